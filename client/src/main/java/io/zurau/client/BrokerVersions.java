package io.zurau.client;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiVersionsRequest;
import io.zurau.protocol.message.ApiVersionsResponse;
import java.util.EnumMap;
import java.util.Map;

/// The versions of each API that a broker speaks.
final class BrokerVersions {
    /// Before the broker was asked.
    static final BrokerVersions UNKNOWN = new BrokerVersions(Map.of());

    private static final int ASKED_IN = 3;
    private static final String SOFTWARE_NAME = "zurau-client";

    /// The last version of Produce and of Fetch in which topics go by name.
    static final int LAST_WITH_TOPIC_NAMES = 12;

    /// The last versions that this client speaks, where they are not the last there are.
    private static final Map<ApiKey, Integer> LAST_SPOKEN =
            Map.of(
                    // Behind these, topics go by id; this client names them.
                    ApiKey.OFFSET_COMMIT, 9,
                    ApiKey.OFFSET_FETCH, 9,
                    // From 5 on for transactions of version 2 (KIP-890) only.
                    ApiKey.INIT_PRODUCER_ID, 4);

    private record Range(int lowest, int highest) {}

    private final Map<ApiKey, Range> ranges;

    private BrokerVersions(Map<ApiKey, Range> ranges) {
        this.ranges = ranges;
    }

    static BrokerVersions ask(BrokerConnection connection) {
        ApiVersionsRequest request =
                ApiVersionsRequest.builder()
                        .clientSoftwareName(SOFTWARE_NAME)
                        .clientSoftwareVersion("0.1.0")
                        .build();
        ApiVersionsResponse answer = ask(connection, request, ASKED_IN);
        if (answer.errorCode() == ErrorCode.UNSUPPORTED_VERSION.code()) {
            answer = ask(connection, request, 0);
        }
        ErrorCode error = ErrorCode.forCode(answer.errorCode());
        if (error != ErrorCode.NONE) {
            throw new ClientFailure.Refused(
                    "Asking %s for its versions".formatted(connection.address()), error);
        }
        Map<ApiKey, Range> ranges = new EnumMap<>(ApiKey.class);
        for (ApiVersionsResponse.ApiVersion range : answer.apiKeys()) {
            ApiKey.forId(range.apiKey())
                    .ifPresent(
                            key ->
                                    ranges.put(
                                            key,
                                            new Range(range.minVersion(), range.maxVersion())));
        }
        return new BrokerVersions(ranges);
    }

    private static ApiVersionsResponse ask(
            BrokerConnection connection, ApiVersionsRequest request, int version) {
        return connection
                .send(request, version, ApiVersionsResponse.class)
                .await(connection.config().requestTimeout());
    }

    /// The version that an answer is written in: that of the request, but version 0 where
    /// ApiVersions says that the version asked in is not supported.
    static int answerVersion(ApiKey api, int requestVersion, ProtocolReader body) {
        boolean refused =
                api == ApiKey.API_VERSIONS
                        && requestVersion > 0
                        && body.readShort() == ErrorCode.UNSUPPORTED_VERSION.code();
        return refused ? 0 : requestVersion;
    }

    /// The highest version that both speak.
    int of(ApiKey api, BrokerAddress broker) {
        Integer last = LAST_SPOKEN.get(api);
        int ours = last == null ? api.highestVersion() : last;
        Range theirs = ranges.get(api);
        int version = theirs == null ? -1 : Math.min(ours, theirs.highest);
        if (theirs == null || version < Math.max(theirs.lowest, api.lowestVersion())) {
            throw new ClientFailure.Refused(
                    "Asking %s for %s".formatted(broker, api), ErrorCode.UNSUPPORTED_VERSION);
        }
        return version;
    }

    /// The same for Produce and Fetch, which name topics by id if all of the ids are known.
    int of(ApiKey api, BrokerAddress broker, boolean byId) {
        int highest = of(api, broker);
        return byId ? highest : Math.min(highest, LAST_WITH_TOPIC_NAMES);
    }

    boolean serves(ApiKey api) {
        return ranges.containsKey(api);
    }
}
