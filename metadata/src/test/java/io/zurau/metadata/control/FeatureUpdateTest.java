package io.zurau.metadata.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.SupportedFeatures;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.FeatureLevelRecord;
import io.zurau.protocol.message.RegisterBrokerRecord;
import io.zurau.protocol.message.RegisterBrokerRecord.BrokerFeature;
import io.zurau.protocol.message.UpdateFeaturesRequest;
import io.zurau.protocol.message.UpdateFeaturesRequest.FeatureUpdateKey;
import io.zurau.protocol.message.UpdateFeaturesResponse;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Which levels of features can be finalized.
final class FeatureUpdateTest {
    private static final short NEWEST = SupportedFeatures.NEWEST_METADATA_VERSION;
    private static final short OLDEST = SupportedFeatures.OLDEST_METADATA_VERSION;

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
                        + " supports versions 23-25");
        assertRefused(
                update(2, SupportedFeatures.METADATA_VERSION, OLDEST - 1, 2),
                "only supports versions 23-25");
        assertRefused(
                update(2, SupportedFeatures.METADATA_VERSION, 0, 3),
                "Invalid update version 0 for feature metadata.version. Local controller 1 only"
                        + " supports versions 23-25");
        assertRefused(
                update(2, "kraft.version", 1, 1),
                "Invalid update version 1 for feature kraft.version. Local controller 1 does not"
                        + " support this feature.");
        assertRefused(
                update(2, SupportedFeatures.METADATA_VERSION, -1, 1),
                "A feature version cannot be less than 0.");
        assertRefused(
                update(2, SupportedFeatures.METADATA_VERSION, NEWEST, 9),
                "The controller does not support the given upgrade type.");
    }

    private short finalized() {
        return Objects.requireNonNull(
                cluster.image.features().get(SupportedFeatures.METADATA_VERSION));
    }

    @Test
    void levelsGoDownOnlyWhenThatIsAskedFor() {
        // When, then
        assertRefused(
                update(2, SupportedFeatures.METADATA_VERSION, OLDEST, 1),
                "Can't downgrade the version of this feature without setting the upgrade type");
        assertRefused(
                update(0, SupportedFeatures.METADATA_VERSION, OLDEST, 0),
                "Can't downgrade the version of this feature without setting the upgrade type");

        // When
        UpdateFeaturesResponse down = update(1, SupportedFeatures.METADATA_VERSION, OLDEST, 2);

        // Then
        assertThat(down.errorCode()).isZero();
        assertThat(finalized()).isEqualTo(OLDEST);
        assertRefused(
                update(1, SupportedFeatures.METADATA_VERSION, NEWEST, 3),
                "Can't downgrade to a newer version.");

        // When
        update(1, SupportedFeatures.METADATA_VERSION, NEWEST, 1);

        // Then
        assertThat(finalized()).isEqualTo(NEWEST);
    }

    @Test
    void whatIsOnlyValidatedIsNotChanged() {
        // Given
        UpdateFeaturesRequest request =
                UpdateFeaturesRequest.builder()
                        .validateOnly(true)
                        .featureUpdates(
                                List.of(
                                        FeatureUpdateKey.builder()
                                                .feature(SupportedFeatures.METADATA_VERSION)
                                                .maxVersionLevel(OLDEST)
                                                .upgradeType((byte) 2)
                                                .build()))
                        .build();

        // When
        UpdateFeaturesResponse response = cluster.decide(FeatureUpdate.command(request, 2, 1));

        // Then
        assertThat(response.errorCode()).isZero();
        assertThat(finalized()).isEqualTo(NEWEST);
    }

    @Test
    void aLevelThatSomeBrokerDoesNotSupportIsRefused() {
        // Given
        cluster.apply(
                List.of(
                        RegisterBrokerRecord.builder()
                                .brokerId(7)
                                .fenced(true)
                                .features(
                                        List.of(
                                                BrokerFeature.builder()
                                                        .name(SupportedFeatures.METADATA_VERSION)
                                                        .minSupportedVersion(NEWEST)
                                                        .maxSupportedVersion(NEWEST)
                                                        .build()))
                                .build()));

        // Then
        assertRefused(
                update(2, SupportedFeatures.METADATA_VERSION, OLDEST, 2),
                "Invalid update version 23 for feature metadata.version. Broker 7 only supports"
                        + " versions 25");
    }
}
