package io.zurau.metadata.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.control.ConfigAlteration.Asked;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.protocol.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What settings change about who may lead.
final class PolicyChangeTest {
    private final ClusterTrace cluster = ClusterTrace.ofBrokers(3);

    private void alter(ConfigResource resource, String key, String value) {
        Asked asked =
                new Asked(
                        resource.type().code(),
                        resource.name(),
                        List.of(new ConfigChange.Put(key, value)),
                        false);
        assertThat(cluster.decide(ConfigAlteration.command(List.of(asked), false, cluster.configs)))
                .allMatch(altered -> altered.error() == ErrorCode.NONE);
    }

    @Test
    void nobodyIsEligibleWhereEnoughAreInSyncNow() {
        // Given
        cluster.create(1, 2, 3);
        cluster.set("min.insync.replicas", "2");
        cluster.alter(1);
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 0 replicas 1,2,3 isr 1 elr 2,3");

        // When
        alter(ConfigResource.topic(ClusterTrace.TOPIC), "min.insync.replicas", "1");

        // Then
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 0 replicas 1,2,3 isr 1");
        assertThat(cluster.records).isEqualTo(2);
    }

    @Test
    void whoeverIsElectedLaterLeadsAloneIfOneIsEnough() {
        // Given
        cluster.create(1, 2);
        cluster.set("min.insync.replicas", "2");
        cluster.fence(2, 1);
        assertThat(cluster.trace())
                .isEqualTo("leader none epoch 1 replicas 1,2 isr none elr 2,1 last 1");
        alter(ConfigResource.topic(ClusterTrace.TOPIC), "min.insync.replicas", "1");
        assertThat(cluster.trace())
                .isEqualTo("leader none epoch 1 replicas 1,2 isr none elr 2,1 last 1");

        // When
        cluster.unfence(1);

        // Then: its high watermark moves without the other
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 2 replicas 1,2 isr 1");
    }

    @Test
    void aSettingOfAllBrokersCountsForTopicsThatSayNothing() {
        // Given
        alter(ConfigResource.everyBroker(), "min.insync.replicas", "2");
        cluster.create(1, 2, 3);
        cluster.alter(1);
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 0 replicas 1,2,3 isr 1 elr 2,3");

        // When
        alter(ConfigResource.everyBroker(), "min.insync.replicas", "1");

        // Then
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 0 replicas 1,2,3 isr 1");
    }

    @Test
    void whoWaitsForAnUncleanElectionNeedNotWaitOnceItIsAllowed() {
        // Given
        cluster.create(1, 2);
        cluster.alter(1);
        cluster.fence(1);

        // When
        alter(ConfigResource.topic(ClusterTrace.TOPIC), "unclean.leader.election.enable", "true");

        // Then
        assertThat(cluster.trace()).isEqualTo("leader 2 epoch 2 replicas 1,2 isr 2 recovering");
    }
}
