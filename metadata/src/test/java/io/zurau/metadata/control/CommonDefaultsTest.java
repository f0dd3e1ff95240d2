package io.zurau.metadata.control;

import static io.zurau.metadata.control.ClusterTrace.broker;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.TestConfigs;
import io.zurau.metadata.TestRecords;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.control.ConfigAlteration.Altered;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.AlterConfigsRequest;
import io.zurau.protocol.message.IncrementalAlterConfigsRequest;
import io.zurau.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The settings that all nodes of a cluster have in common.
final class CommonDefaultsTest {
    private static final byte SET = 0;
    private static final byte DELETE = 1;

    private ClusterImage image = ClusterImage.empty("cluster");

    private <A> A decide(Command<A> command) {
        Decision<A> decision = command.decide(image);
        image = decision.applied(image);
        return decision.answer();
    }

    private void register(int nodeId, boolean fenced, ClusterConfigs configs) {
        decide(
                BrokerRegistration.command(
                        broker(nodeId, 1, fenced), ClusterTrace.storage(true), configs));
    }

    private Map<String, String> common() {
        return image.configs().of(ConfigResource.everyBroker());
    }

    @Test
    void theFirstNodesAreThoseOfAllNodes() {
        // When
        register(1, true, TestConfigs.configs(Map.of("min.insync.replicas", "2")));
        ClusterConfigs others = TestConfigs.configs(Map.of("min.insync.replicas", "3"));
        register(2, true, others);

        // Then
        assertThat(common())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "log.durability", "disk",
                                "min.insync.replicas", "2",
                                "unclean.leader.election.enable", "false"));
        assertThat(others.policy(image, "t").minInSyncReplicas()).isEqualTo(2);
        assertThat(others.overruled(image))
                .singleElement()
                .asString()
                .startsWith("min.insync.replicas=3 has no effect")
                .contains("and 2 in this one");
        assertThat(TestConfigs.configs(Map.of("min.insync.replicas", "2")).overruled(image))
                .isEmpty();
        assertThat(TestConfigs.configs().overruled(image)).isEmpty();
    }

    @Test
    void aNodeAloneRecordsNothing() {
        // When
        register(1, false, TestConfigs.configs(Map.of("min.insync.replicas", "2")));

        // Then
        assertThat(common()).isEmpty();
    }

    @Test
    void whatWasSetOnTheNodeAloneCountsForAllOnceItIsOneOfSeveral() {
        // Given
        register(1, false, TestConfigs.configs());
        image =
                TestRecords.with(
                        image,
                        List.of(ConfigResource.broker(1).record("min.insync.replicas", "2")));

        // When
        register(1, true, TestConfigs.configs());

        // Then
        assertThat(common()).containsEntry("min.insync.replicas", "2");
        assertThat(image.configs().of(ConfigResource.broker(1))).isEmpty();
    }

    @Test
    void theyAreChangedForAllNodesAndNeverForOneOrForNone() {
        // Given
        register(1, true, TestConfigs.configs());

        // When, then
        assertThat(alter("", SET, "2").error()).isEqualTo(ErrorCode.NONE);
        assertThat(common()).containsEntry("min.insync.replicas", "2");
        assertThat(alter("1", SET, "3"))
                .satisfies(
                        refused -> {
                            assertThat(refused.error()).isEqualTo(ErrorCode.INVALID_REQUEST);
                            assertThat(refused.reason()).contains("the same for all brokers");
                        });
        assertThat(alter("1", DELETE, null).error()).isEqualTo(ErrorCode.NONE);
        assertThat(alter("", DELETE, null).error()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(replaceByNothing().reason()).contains("must stay set");
        assertThat(common()).containsEntry("min.insync.replicas", "2");
    }

    private Altered alter(String broker, byte operation, @Nullable String value) {
        var resource =
                IncrementalAlterConfigsRequest.AlterConfigsResource.builder()
                        .resourceType(ConfigResource.Type.BROKER.code())
                        .resourceName(broker)
                        .configs(
                                List.of(
                                        AlterableConfig.builder()
                                                .name("min.insync.replicas")
                                                .configOperation(operation)
                                                .value(value)
                                                .build()))
                        .build();
        return only(ConfigAlteration.Asked.of(resource));
    }

    private Altered replaceByNothing() {
        return only(
                ConfigAlteration.Asked.of(
                        AlterConfigsRequest.AlterConfigsResource.builder()
                                .resourceType(ConfigResource.Type.BROKER.code())
                                .resourceName("")
                                .build()));
    }

    private Altered only(ConfigAlteration.Asked asked) {
        return Objects.requireNonNull(
                decide(ConfigAlteration.command(List.of(asked), false, TestConfigs.configs()))
                        .getFirst());
    }
}
