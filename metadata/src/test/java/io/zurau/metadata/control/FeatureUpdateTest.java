package io.zurau.metadata.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.SupportedFeatures;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.FeatureLevelRecord;
import io.zurau.protocol.message.UpdateFeaturesRequest;
import io.zurau.protocol.message.UpdateFeaturesRequest.FeatureUpdateKey;
import io.zurau.protocol.message.UpdateFeaturesResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Which levels of features can be finalized.
final class FeatureUpdateTest {
    private static final short NEWEST = SupportedFeatures.NEWEST_METADATA_VERSION;

    private final ClusterTrace cluster = ClusterTrace.ofBrokers(1);

    @BeforeEach
    void level() {
        cluster.apply(
                List.of(
                        FeatureLevelRecord.builder()
                                .name(SupportedFeatures.METADATA_VERSION)
                                .featureLevel(NEWEST)
                                .build()));
    }

    private UpdateFeaturesResponse update(int version, String feature, int level, int upgradeType) {
        UpdateFeaturesRequest request =
                UpdateFeaturesRequest.builder()
                        .featureUpdates(
                                List.of(
                                        FeatureUpdateKey.builder()
                                                .feature(feature)
                                                .maxVersionLevel((short) level)
                                                .upgradeType((byte) upgradeType)
                                                .build()))
                        .build();
        return cluster.decide(FeatureUpdate.command(request, version, 1));
    }

    private void assertRefused(UpdateFeaturesResponse response, String reason) {
        assertThat(response.errorCode()).isEqualTo(ErrorCode.INVALID_UPDATE_VERSION.code());
        assertThat(response.errorMessage())
                .startsWith("The update failed for all features since the following feature had")
                .contains(reason);
        assertThat(cluster.records).isZero();
    }

    @Test
    void thePresentLevelCanBeAskedForAgain() {
        // When
        UpdateFeaturesResponse newer = update(2, SupportedFeatures.METADATA_VERSION, NEWEST, 1);
        UpdateFeaturesResponse older = update(1, SupportedFeatures.METADATA_VERSION, NEWEST, 1);

        // Then
        assertThat(newer.errorCode()).isZero();
        assertThat(newer.results()).isEmpty();
        assertThat(older.results()).hasSize(1);
        assertThat(cluster.records).isZero();
    }

    @Test
    void whatThisBuildCannotDoIsRefused() {
        assertRefused(
                update(2, SupportedFeatures.METADATA_VERSION, NEWEST + 1, 1),
                "Invalid update version 26 for feature metadata.version. Local controller 1 only"
                        + " supports versions 25");
        assertRefused(
                update(2, SupportedFeatures.METADATA_VERSION, NEWEST - 1, 2),
                "only supports versions 25");
        assertRefused(
                update(2, "share.version", 1, 1),
                "Invalid update version 1 for feature share.version. Local controller 1 does not"
                        + " support this feature.");
        assertRefused(
                update(2, SupportedFeatures.METADATA_VERSION, -1, 1),
                "A feature version cannot be less than 0.");
        assertRefused(
                update(2, SupportedFeatures.METADATA_VERSION, NEWEST, 9),
                "The controller does not support the given upgrade type.");
    }
}
