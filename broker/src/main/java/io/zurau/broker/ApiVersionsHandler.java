package io.zurau.broker;

import io.zurau.metadata.Metadata;
import io.zurau.metadata.SupportedFeatures;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiVersionsRequest;
import io.zurau.protocol.message.ApiVersionsResponse;
import io.zurau.protocol.message.ApiVersionsResponse.ApiVersion;
import io.zurau.protocol.message.ApiVersionsResponse.FinalizedFeatureKey;
import io.zurau.protocol.message.ApiVersionsResponse.SupportedFeatureKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// Tells a client which APIs and versions this broker serves: exactly those that have a handler.
///
/// Features are advertised only where everything that a client derives from them works: there is no
/// `group.version` here, so clients do not use it.
public final class ApiVersionsHandler implements RequestHandler<ApiVersionsRequest> {
    private static final int NO_NODE = -1;
    private static final int SOFTWARE_SINCE_VERSION = 3;
    private static final int FEATURE_LEVEL_0_SINCE_VERSION = 4; // KIP-1022.
    // Differs from its true minimum: older librdkafka refuses to talk otherwise (KAFKA-18659).
    private static final short PRODUCE_ADVERTISED_FROM = 0;

    private final int nodeId;
    private final Metadata metadata;
    private final List<ApiVersion> apis;

    /// @param apisWithHandler of other handlers than this one
    public ApiVersionsHandler(int nodeId, Metadata metadata, Collection<ApiKey> apisWithHandler) {
        this.nodeId = nodeId;
        this.metadata = metadata;
        TreeSet<ApiKey> served = new TreeSet<>(apisWithHandler);
        served.add(ApiKey.API_VERSIONS);
        // What brokers say to each other is no business of clients'.
        served.removeIf(api -> !api.onBrokerListener());
        this.apis = served.stream().map(ApiVersionsHandler::advertised).toList();
    }

    private static ApiVersion advertised(ApiKey api) {
        return ApiVersion.builder()
                .apiKey(api.id())
                .minVersion(api == ApiKey.PRODUCE ? PRODUCE_ADVERTISED_FROM : api.lowestVersion())
                .maxVersion(api.highestStableVersion())
                .build();
    }

    @Override
    public ApiKey api() {
        return ApiKey.API_VERSIONS;
    }

    @Override
    public Answer handle(ApiVersionsRequest request, RequestContext context) {
        if (!isValid(request, context.version())) {
            return Answer.of(refusal(ErrorCode.INVALID_REQUEST));
        }
        if (!isMeantForUs(request)) {
            return Answer.of(refusal(ErrorCode.REBOOTSTRAP_REQUIRED));
        }
        ClusterImage image = metadata.image();
        return Answer.of(
                ApiVersionsResponse.builder()
                        .apiKeys(apis)
                        .supportedFeatures(supported(context.version()))
                        .finalizedFeaturesEpoch(image.endOffset() - 1)
                        .finalizedFeatures(finalized(image))
                        .build());
    }

    /// What is said, as version 0, to a client whose version of ApiVersions is unknown: it finds
    /// the right one in the list.
    public ApiVersionsResponse unsupportedVersion() {
        return ApiVersionsResponse.builder()
                .errorCode(ErrorCode.UNSUPPORTED_VERSION.code())
                .apiKeys(apis)
                .build();
    }

    private static ApiVersionsResponse refusal(ErrorCode code) {
        return ApiVersionsResponse.builder().errorCode(code.code()).build();
    }

    private static boolean isValid(ApiVersionsRequest request, int version) {
        if ((request.clusterId() == null) != (request.nodeId() == NO_NODE)) {
            return false; // Both or none (KIP-1242).
        }
        return version < SOFTWARE_SINCE_VERSION || ClientSoftware.isWellFormed(request);
    }

    /// KIP-1242: a client that was led here by old metadata starts over.
    private boolean isMeantForUs(ApiVersionsRequest request) {
        return request.clusterId() == null
                || (request.clusterId().equals(metadata.image().clusterId())
                        && request.nodeId() == nodeId);
    }

    /// Old clients do not know that a feature may have the level 0.
    private static List<SupportedFeatureKey> supported(int version) {
        List<SupportedFeatureKey> features = new ArrayList<>();
        SupportedFeatures.byName()
                .forEach(
                        (name, levels) -> {
                            if (levels.lowest() > 0 || version >= FEATURE_LEVEL_0_SINCE_VERSION) {
                                features.add(
                                        SupportedFeatureKey.builder()
                                                .name(name)
                                                .minVersion(levels.lowest())
                                                .maxVersion(levels.highest())
                                                .build());
                            }
                        });
        return features;
    }

    private static List<FinalizedFeatureKey> finalized(ClusterImage image) {
        List<FinalizedFeatureKey> features = new ArrayList<>();
        image.features()
                .forEach(
                        (name, level) ->
                                features.add(
                                        FinalizedFeatureKey.builder()
                                                .name(name)
                                                .minVersionLevel(level)
                                                .maxVersionLevel(level)
                                                .build()));
        return features;
    }
}
