package io.zurau.metadata.control;

import io.zurau.metadata.SupportedFeatures;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.FeatureLevelRecord;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.UpdateFeaturesRequest;
import io.zurau.protocol.message.UpdateFeaturesRequest.FeatureUpdateKey;
import io.zurau.protocol.message.UpdateFeaturesResponse;
import io.zurau.protocol.message.UpdateFeaturesResponse.UpdatableFeatureResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One decision about a request to finalize levels of features (KIP-584): all of them or none.
final class FeatureUpdate {
    private static final int ONE_RESULT_EACH_UNTIL_VERSION = 1;

    /// What the client allows to happen to a level.
    private enum Direction {
        UNKNOWN,
        UP,
        SAFELY_DOWN,
        DOWN;

        static Direction of(FeatureUpdateKey update, int version) {
            if (version == 0) {
                return update.allowDowngrade() ? SAFELY_DOWN : UP;
            }
            return update.upgradeType() > 0 && update.upgradeType() < values().length
                    ? values()[update.upgradeType()]
                    : UNKNOWN;
        }
    }

    private FeatureUpdate() {}

    /// @param nodeId of this node
    static Command<UpdateFeaturesResponse> command(
            UpdateFeaturesRequest request, int version, int nodeId) {
        return image -> {
            List<MetadataRecord> records = new ArrayList<>();
            for (FeatureUpdateKey update : request.featureUpdates()) {
                Optional<String> problem = problem(update, version, image, nodeId);
                if (problem.isPresent()) {
                    return Decision.answer(refused(update, problem.get()));
                }
                if (update.maxVersionLevel() != level(image, update.feature())) {
                    records.add(
                            FeatureLevelRecord.builder()
                                    .name(update.feature())
                                    .featureLevel(update.maxVersionLevel())
                                    .build());
                }
            }
            return new Decision<>(
                    request.validateOnly() ? List.of() : records, updated(request, version));
        };
    }

    private static Optional<String> problem(
            FeatureUpdateKey update, int version, ClusterImage image, int nodeId) {
        short level = update.maxVersionLevel();
        Direction direction = Direction.of(update, version);
        if (direction == Direction.UNKNOWN) {
            return Optional.of("The controller does not support the given upgrade type.");
        }
        if (level < 0) {
            return Optional.of("A feature version cannot be less than 0.");
        }
        Optional<String> unsupported = unsupported(update.feature(), level, image, nodeId);
        if (unsupported.isPresent()) {
            return unsupported;
        }
        short present = level(image, update.feature());
        if (level < present && direction == Direction.UP) {
            return Optional.of(
                    "Can't downgrade the version of this feature without setting the upgrade type"
                            + " to either safe or unsafe downgrade.");
        }
        if (level > present && direction != Direction.UP) {
            return Optional.of("Can't downgrade to a newer version.");
        }
        return Optional.empty();
    }

    /// Which node cannot work at the level: this one, or any that is registered, fenced or not.
    private static Optional<String> unsupported(
            String feature, short level, ClusterImage image, int nodeId) {
        return SupportedFeatures.problem(SupportedFeatures.byName(), feature, level)
                .map(problem -> "Local controller " + nodeId + " " + problem)
                .or(
                        () ->
                                image.brokers().values().stream()
                                        .flatMap(
                                                broker ->
                                                        unsupported(broker, feature, level)
                                                                .stream())
                                        .findFirst());
    }

    private static Optional<String> unsupported(BrokerImage broker, String feature, short level) {
        return SupportedFeatures.problem(broker.features(), feature, level)
                .map(problem -> "Broker " + broker.nodeId() + " " + problem);
    }

    private static short level(ClusterImage image, String feature) {
        return image.features().getOrDefault(feature, (short) 0);
    }

    private static UpdateFeaturesResponse refused(FeatureUpdateKey update, String reason) {
        return UpdateFeaturesResponse.builder()
                .errorCode(ErrorCode.INVALID_UPDATE_VERSION)
                .errorMessage(
                        ("The update failed for all features since the following feature had an"
                                        + " error: Invalid update version %d for feature %s. %s")
                                .formatted(update.maxVersionLevel(), update.feature(), reason))
                .build();
    }

    private static UpdateFeaturesResponse updated(UpdateFeaturesRequest request, int version) {
        return UpdateFeaturesResponse.builder()
                .errorCode(ErrorCode.NONE)
                .errorMessage(null)
                .results(
                        version > ONE_RESULT_EACH_UNTIL_VERSION
                                ? List.of()
                                : request.featureUpdates().stream()
                                        .map(FeatureUpdate::result)
                                        .toList())
                .build();
    }

    private static UpdatableFeatureResult result(FeatureUpdateKey update) {
        return UpdatableFeatureResult.builder()
                .feature(update.feature())
                .errorCode(ErrorCode.NONE)
                .errorMessage(ErrorCode.NONE.name()) // Not null, as in Kafka.
                .build();
    }
}
