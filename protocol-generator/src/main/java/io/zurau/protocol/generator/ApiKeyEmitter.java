package io.zurau.protocol.generator;

import io.zurau.protocol.generator.Schema.Kind;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes the enum of all APIs.
final class ApiKeyEmitter {
    private final List<Schema> requests;
    private final Map<Integer, Schema> responses;

    ApiKeyEmitter(List<Schema> requests, Map<Integer, Schema> responses) {
        this.requests = requests.stream().sorted(Comparator.comparingInt(Schema::apiKey)).toList();
        this.responses = responses;
    }

    /// The schema's name without `Request` or `Response`.
    static String apiName(Schema schema) {
        String suffix = schema.kind() == Kind.REQUEST ? "Request" : "Response";
        return schema.name().substring(0, schema.name().length() - suffix.length());
    }

    /// Kafka's name of the constant, for example `OFFSET_FOR_LEADER_EPOCH`.
    static String constant(Schema schema) {
        return apiName(schema).replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
    }

    String emit() {
        Code code = new Code();
        code.line("package " + RecordEmitter.PACKAGE + ";").blank();
        code.line("import io.zurau.protocol.ProtocolReader;");
        code.line("import java.util.Optional;").blank();
        code.line(
                "/// The APIs of Kafka's protocol, by number. Loads no message before it is read.");
        code.block("public enum ApiKey", this::body);
        return code.toString();
    }

    private void body(Code code) {
        for (int i = 0; i < requests.size(); i++) {
            code.line(
                    constant(requests.get(i))
                            + "("
                            + arguments(requests.get(i))
                            + ")"
                            + (i + 1 < requests.size() ? "," : ";"));
        }
        code.blank();
        lookup(code);
        for (String component :
                List.of(
                        "short id",
                        "String apiName",
                        "short lowestVersion",
                        "short highestVersion",
                        "boolean latestVersionUnstable",
                        "boolean onBroker",
                        "boolean onController",
                        "short flexibleRequestsFrom",
                        "short flexibleResponsesFrom")) {
            code.line("private final " + component + ";");
        }
        code.blank();
        code.block(
                "ApiKey(int id, String apiName, int lowestVersion, int highestVersion, boolean latestVersionUnstable, boolean onBroker, boolean onController, int flexibleRequestsFrom, int flexibleResponsesFrom)",
                body -> {
                    body.line("this.id = (short) id;");
                    body.line("this.apiName = apiName;");
                    body.line("this.lowestVersion = (short) lowestVersion;");
                    body.line("this.highestVersion = (short) highestVersion;");
                    body.line("this.latestVersionUnstable = latestVersionUnstable;");
                    body.line("this.onBroker = onBroker;");
                    body.line("this.onController = onController;");
                    body.line("this.flexibleRequestsFrom = (short) flexibleRequestsFrom;");
                    body.line("this.flexibleResponsesFrom = (short) flexibleResponsesFrom;");
                });
        questions(code);
        headers(code);
        reader(code, "Request", requests);
        reader(code, "Response", requests.stream().map(this::response).toList());
    }

    private String arguments(Schema request) {
        Schema response = response(request);
        if (!request.versions().equals(response.versions())) {
            throw new IllegalArgumentException(
                    request.name() + " and its response differ in versions.");
        }
        return String.join(
                ", ",
                "" + request.apiKey(),
                '"' + apiName(request) + '"',
                "" + request.versions().lowest(),
                "" + request.versions().highest(),
                "" + request.latestVersionUnstable(),
                "" + request.listeners().contains("broker"),
                "" + request.listeners().contains("controller"),
                "" + flexibleFrom(request),
                "" + flexibleFrom(response));
    }

    private static int flexibleFrom(Schema schema) {
        return schema.flexible() ? schema.flexibleVersions().lowest() : Short.MAX_VALUE;
    }

    private Schema response(Schema request) {
        Schema response = responses.get(request.apiKey());
        if (response == null) {
            throw new IllegalArgumentException(request.name() + " has no response.");
        }
        return response;
    }

    private void lookup(Code code) {
        int highest = requests.getLast().apiKey();
        code.line("private static final ApiKey[] BY_ID = byId();").blank();
        code.block(
                "private static ApiKey[] byId()",
                body -> {
                    body.line("ApiKey[] keys = new ApiKey[" + (highest + 1) + "];");
                    body.block(
                            "for (ApiKey key : values())",
                            loop -> loop.line("keys[key.id] = key;"));
                    body.line("return keys;");
                });
        code.blank();
        code.line("/// Empty for numbers that are not in use.");
        code.block(
                "public static Optional<ApiKey> forId(int id)",
                body ->
                        body.line(
                                "return id < 0 || id >= BY_ID.length ? Optional.empty() : Optional.ofNullable(BY_ID[id]);"));
        code.blank();
    }

    private static void questions(Code code) {
        question(code, "short id()", "id");
        code.blank().line("/// As Kafka writes it, for example `OffsetForLeaderEpoch`.");
        code.block("public String apiName()", body -> body.line("return apiName;"));
        question(code, "short lowestVersion()", "lowestVersion");
        code.blank().line("/// Inclusive; may be unstable, see [#latestVersionUnstable].");
        code.block("public short highestVersion()", body -> body.line("return highestVersion;"));
        code.blank()
                .line(
                        "/// Whether the highest version is still being worked on and must not be advertised.");
        code.block(
                "public boolean latestVersionUnstable()",
                body -> body.line("return latestVersionUnstable;"));
        code.blank().line("/// The highest version to advertise.");
        code.block(
                "public short highestStableVersion()",
                body ->
                        body.line(
                                "return latestVersionUnstable ? (short) (highestVersion - 1) : highestVersion;"));
        question(
                code,
                "boolean supports(int version)",
                "version >= lowestVersion && version <= highestVersion");
        code.blank().line("/// Whether brokers serve it to clients and to each other.");
        code.block("public boolean onBrokerListener()", body -> body.line("return onBroker;"));
        question(code, "boolean onControllerListener()", "onController");
    }

    private static void question(Code code, String signature, String answer) {
        code.blank();
        code.block("public " + signature, body -> body.line("return " + answer + ";"));
    }

    private static void headers(Code code) {
        question(
                code,
                "int requestHeaderVersion(int version)",
                "version >= flexibleRequestsFrom ? 2 : 1");
        code.blank()
                .line(
                        "/// That of ApiVersions is always 0: a client that does not know our versions must be able to read it.");
        code.block(
                "public int responseHeaderVersion(int version)",
                body ->
                        body.line(
                                "return this != API_VERSIONS && version >= flexibleResponsesFrom ? 1 : 0;"));
    }

    private static void reader(Code code, String kind, List<Schema> schemas) {
        code.blank();
        code.line(
                "/// Reads the body of a "
                        + kind.toLowerCase(Locale.ROOT)
                        + " of this API; does not look for its end.");
        code.block(
                "public Api" + kind + " read" + kind + "(ProtocolReader in, int version)",
                body -> {
                    body.line("return switch (this) {");
                    body.inside(
                            cases ->
                                    schemas.forEach(
                                            schema ->
                                                    cases.line(
                                                            "case "
                                                                    + constant(schema)
                                                                    + " -> "
                                                                    + schema.name()
                                                                    + ".read(in, version);")));
                    body.line("};");
                });
    }
}
