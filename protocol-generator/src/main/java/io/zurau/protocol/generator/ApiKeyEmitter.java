package io.zurau.protocol.generator;

import io.zurau.protocol.generator.Schema.Kind;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Writes the enum of all APIs.
final class ApiKeyEmitter {
    private static final String HEAD =
            """
            package io.zurau.protocol.message;

            import io.zurau.protocol.ProtocolReader;
            import java.util.Optional;

            /// The APIs of Kafka's protocol, by number. Loads no message before it is read.
            """;

    private static final String MEMBERS =
            """

            private static final ApiKey[] BY_ID = byId();

            private final short id;
            private final String apiName;
            private final short lowestVersion;
            private final short highestVersion;
            private final boolean latestVersionUnstable;
            private final boolean onBroker;
            private final boolean onController;
            private final short flexibleRequestsFrom;
            private final short flexibleResponsesFrom;

            ApiKey(
                    int id,
                    String apiName,
                    int lowestVersion,
                    int highestVersion,
                    boolean latestVersionUnstable,
                    boolean onBroker,
                    boolean onController,
                    int flexibleRequestsFrom,
                    int flexibleResponsesFrom) {
                this.id = (short) id;
                this.apiName = apiName;
                this.lowestVersion = (short) lowestVersion;
                this.highestVersion = (short) highestVersion;
                this.latestVersionUnstable = latestVersionUnstable;
                this.onBroker = onBroker;
                this.onController = onController;
                this.flexibleRequestsFrom = (short) flexibleRequestsFrom;
                this.flexibleResponsesFrom = (short) flexibleResponsesFrom;
            }

            private static ApiKey[] byId() {
                ApiKey[] all = values();
                ApiKey[] keys = new ApiKey[all[all.length - 1].id + 1];
                for (ApiKey key : all) {
                    keys[key.id] = key;
                }
                return keys;
            }

            /// Empty for numbers that are not in use.
            public static Optional<ApiKey> forId(int id) {
                boolean inRange = id >= 0 && id < BY_ID.length;
                return inRange ? Optional.ofNullable(BY_ID[id]) : Optional.empty();
            }

            public short id() {
                return id;
            }

            /// As Kafka writes it, for example `OffsetForLeaderEpoch`.
            public String apiName() {
                return apiName;
            }

            public short lowestVersion() {
                return lowestVersion;
            }

            /// Inclusive; may be unstable, see [#latestVersionUnstable].
            public short highestVersion() {
                return highestVersion;
            }

            /// Whether the highest version is still being worked on and must not be advertised.
            public boolean latestVersionUnstable() {
                return latestVersionUnstable;
            }

            /// The highest version to advertise.
            public short highestStableVersion() {
                return latestVersionUnstable ? (short) (highestVersion - 1) : highestVersion;
            }

            public boolean supports(int version) {
                return version >= lowestVersion && version <= highestVersion;
            }

            /// Whether brokers serve it to clients and to each other.
            public boolean onBrokerListener() {
                return onBroker;
            }

            public boolean onControllerListener() {
                return onController;
            }

            public int requestHeaderVersion(int version) {
                return version >= flexibleRequestsFrom ? 2 : 1;
            }

            /// That of ApiVersions is always 0: a client that does not know our versions must be able
            /// to read it.
            public int responseHeaderVersion(int version) {
                return this != API_VERSIONS && version >= flexibleResponsesFrom ? 1 : 0;
            }
            """;

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
        return new Code().lines(HEAD).block("public enum ApiKey", this::body).toString();
    }

    private void body(Code code) {
        code.lines(requests.stream().map(this::entry).collect(Collectors.joining(",\n", "", ";")));
        code.lines(MEMBERS);
        reader(code, "Request", requests);
        reader(code, "Response", requests.stream().map(this::response).toList());
    }

    private String entry(Schema request) {
        Schema response = response(request);
        if (!request.versions().equals(response.versions())) {
            throw new IllegalArgumentException(
                    request.name() + " and its response differ in versions.");
        }
        return "%s(%d, \"%s\", %d, %d, %b, %b, %b, %d, %d)"
                .formatted(
                        constant(request),
                        request.apiKey(),
                        apiName(request),
                        request.versions().lowest(),
                        request.versions().highest(),
                        request.latestVersionUnstable(),
                        request.listeners().contains("broker"),
                        request.listeners().contains("controller"),
                        flexibleFrom(request),
                        flexibleFrom(response));
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

    private static void reader(Code code, String kind, List<Schema> schemas) {
        code.blank();
        code.line(
                "/// Reads the body of a %s of this API; does not look for its end.",
                kind.toLowerCase(Locale.ROOT));
        code.line("public Api%s read%s(ProtocolReader in, int version) {", kind, kind);
        code.inside(body -> dispatch(body, schemas)).line("}");
    }

    private static void dispatch(Code code, List<Schema> schemas) {
        code.line("return switch (this) {");
        for (Schema schema : schemas) {
            code.line("    case %s -> %s.read(in, version);", constant(schema), schema.name());
        }
        code.line("};");
    }
}
