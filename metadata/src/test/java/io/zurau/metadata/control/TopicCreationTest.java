package io.zurau.metadata.control;

import static io.zurau.metadata.TestRecords.broker;
import static io.zurau.metadata.TestRecords.id;
import static io.zurau.metadata.TestRecords.oneBroker;
import static io.zurau.metadata.TestRecords.topic;
import static io.zurau.metadata.TestRecords.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.TestConfigs;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.CreateTopicsRequest;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableReplicaAssignment;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopic;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import io.zurau.protocol.message.CreateTopicsResponse;
import io.zurau.protocol.message.CreateTopicsResponse.CreatableTopicConfigs;
import io.zurau.protocol.message.CreateTopicsResponse.CreatableTopicResult;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which topics are created, and what is said about those that are not.
final class TopicCreationTest {
    private static final ControllerConfig CONFIG = new ControllerConfig(3, 1, true);

    private ClusterImage image = oneBroker();

    private CreateTopicsResponse create(boolean validateOnly, CreatableTopic... topics) {
        CreateTopicsRequest request =
                CreateTopicsRequest.builder()
                        .topics(List.of(topics))
                        .validateOnly(validateOnly)
                        .build();
        List<Uuid> ids = IntStream.range(0, topics.length).mapToObj(i -> id(50 + i)).toList();
        Decision<CreateTopicsResponse> decision =
                TopicCreation.command(request, ids, CONFIG, TestConfigs.configs()).decide(image);
        image = decision.applied(image);
        return decision.answer();
    }

    private CreatableTopicResult create(CreatableTopic topic) {
        return create(false, topic).topics().getFirst();
    }

    private static CreatableTopic.Builder asked(String name) {
        return CreatableTopic.builder().name(name).numPartitions(1).replicationFactor((short) 1);
    }

    private static CreatableTopic.Builder assigned(CreatableReplicaAssignment... assignments) {
        return CreatableTopic.builder()
                .name("orders")
                .numPartitions(-1)
                .replicationFactor((short) -1)
                .assignments(List.of(assignments));
    }

    private static CreatableReplicaAssignment assignment(int partition, Integer... brokers) {
        return CreatableReplicaAssignment.builder()
                .partitionIndex(partition)
                .brokerIds(Arrays.asList(brokers))
                .build();
    }

    private static CreatableTopicConfig config(String key, String value) {
        return CreatableTopicConfig.builder().name(key).value(value).build();
    }

    private void assertRefused(CreatableTopicResult result, ErrorCode error, String reason) {
        assertThat(ErrorCode.forCode(result.errorCode())).isEqualTo(error);
        assertThat(result.errorMessage()).contains(reason);
        assertThat(image.topics().named(result.name())).isEmpty();
    }

    @Test
    void aTopicHasTheIdPartitionsAndReplicasOfItsAnswer() {
        // When
        CreatableTopicResult result = create(asked("orders").numPartitions(6).build());

        // Then
        assertThat(result.errorCode()).isEqualTo(ErrorCode.NONE.code());
        assertThat(result.errorMessage()).isNull();
        assertThat(result.topicId()).isEqualTo(id(50));
        assertThat(result.numPartitions()).isEqualTo(6);
        assertThat(result.replicationFactor()).isEqualTo((short) 1);
        TopicImage topic = image.topics().named("orders").orElseThrow();
        assertThat(topic.id()).isEqualTo(id(50));
        assertThat(topic.partitions()).hasSize(6);
        assertThat(topic.partitions())
                .allSatisfy(
                        partition -> {
                            assertThat(partition.leader()).isEqualTo(1);
                            assertThat(partition.replicas()).containsExactly(1);
                            assertThat(partition.inSync()).containsExactly(1);
                            assertThat(partition.leaderEpoch()).isZero();
                        });
    }

    @Test
    void whatIsLeftOpenComesFromTheBrokersSettings() {
        // When
        CreatableTopicResult result =
                create(asked("orders").numPartitions(-1).replicationFactor((short) -1).build());

        // Then
        assertThat(result.numPartitions()).isEqualTo(3);
        assertThat(result.replicationFactor()).isEqualTo((short) 1);
    }

    @Test
    void theAnswerListsEverySettingAndWhereItsValueComesFrom() {
        // When
        CreatableTopicResult result =
                create(asked("orders").configs(List.of(config("retention.ms", "5000"))).build());

        // Then
        assertThat(image.configs().of(ConfigResource.topic("orders")))
                .containsExactly(java.util.Map.entry("retention.ms", "5000"));
        assertThat(result.configs())
                .extracting(
                        CreatableTopicConfigs::name,
                        CreatableTopicConfigs::value,
                        CreatableTopicConfigs::configSource)
                .contains(
                        org.assertj.core.groups.Tuple.tuple("retention.ms", "5000", (byte) 1),
                        org.assertj.core.groups.Tuple.tuple("min.insync.replicas", "1", (byte) 5));
        assertThat(result.configs()).extracting(CreatableTopicConfigs::name).isSorted();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a b", "ä", "a/b", "a:b"})
    void aNameThatCannotBeADirectoryIsRefused(String name) {
        assertRefused(create(asked(name).build()), ErrorCode.INVALID_TOPIC_EXCEPTION, "name");
    }

    @Test
    void aNameHas249CharactersAtMost() {
        // When, then
        assertRefused(
                create(asked("x".repeat(250)).build()),
                ErrorCode.INVALID_TOPIC_EXCEPTION,
                "250 characters, more than the limit of 249");
        assertThat(create(asked("x".repeat(249)).build()).errorCode()).isZero();
    }

    @Test
    void namesThatDifferOnlyInDotsAndUnderscoresCollide() {
        // Given
        image = with(image, topic("a.b", id(1), 1));

        // When, then
        assertRefused(
                create(asked("a_b").build()),
                ErrorCode.INVALID_TOPIC_EXCEPTION,
                "Topic 'a_b' collides with existing topic: a.b");
        assertThat(create(asked("a-b").build()).errorCode()).isZero();
    }

    @Test
    void anExistingTopicStaysAsItIs() {
        // Given
        image = with(image, topic("a.b", id(1), 2));

        // When
        CreatableTopicResult result = create(asked("a.b").build());

        // Then
        assertThat(result.errorCode()).isEqualTo(ErrorCode.TOPIC_ALREADY_EXISTS.code());
        assertThat(result.errorMessage()).isEqualTo("Topic 'a.b' already exists.");
        assertThat(image.topics().named("a.b").orElseThrow().partitions()).hasSize(2);
    }

    @Test
    void theClustersOwnLogIsNoTopicForClients() {
        assertRefused(
                create(asked("__cluster_metadata").build()),
                ErrorCode.INVALID_REQUEST,
                "__cluster_metadata");
    }

    @Test
    void aTopicThatIsNamedTwiceIsNotCreatedAtAll() {
        // When
        CreateTopicsResponse response =
                create(
                        false,
                        asked("orders").build(),
                        asked("other").build(),
                        asked("orders").build());

        // Then
        assertThat(response.topics())
                .extracting(CreatableTopicResult::name)
                .containsExactly("orders", "other");
        assertRefused(
                response.topics().getFirst(), ErrorCode.INVALID_REQUEST, "Duplicate topic name");
        assertThat(image.topics().named("other")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"0, 1, INVALID_PARTITIONS", "-2, 1, INVALID_PARTITIONS"})
    @CsvSource({"1, 0, INVALID_REPLICATION_FACTOR", "1, -2, INVALID_REPLICATION_FACTOR"})
    void numbersBelowOneAreRefused(int partitions, short replicas, ErrorCode error) {
        assertRefused(
                create(asked("t").numPartitions(partitions).replicationFactor(replicas).build()),
                error,
                "");
    }

    @Test
    void moreReplicasThanBrokersAreRefused() {
        assertRefused(
                create(asked("orders").replicationFactor((short) 3).build()),
                ErrorCode.INVALID_REPLICATION_FACTOR,
                "Unable to replicate the partition 3 time(s)");
    }

    @Test
    void withTwoBrokersLeadershipIsSpread() {
        // Given
        image = with(image, List.of(broker(2).record(1)));

        // When
        create(asked("orders").numPartitions(4).replicationFactor((short) 2).build());

        // Then
        assertThat(image.topics().named("orders").orElseThrow().partitions())
                .extracting(p -> p.replicas().toString())
                .containsExactly("[1, 2]", "[2, 1]", "[1, 2]", "[2, 1]");
    }

    @Test
    void tooManyPartitionsInOneRequestAreRefused() {
        assertRefused(
                create(asked("orders").numPartitions(Integer.MAX_VALUE).build()),
                ErrorCode.POLICY_VIOLATION,
                "more than 10000 partitions");
    }

    @Test
    void anUnknownSettingIsRefused() {
        assertRefused(
                create(asked("t").configs(List.of(config("retention.msx", "1"))).build()),
                ErrorCode.INVALID_CONFIG,
                "retention.ms");
    }

    @ParameterizedTest
    @CsvSource({
        "retention.ms, soon",
        "retention.ms, -2",
        "cleanup.policy, shred",
        "remote.storage.enable, true",
        "min.insync.replicas, 0",
        "leader.replication.throttled.replicas, all"
    })
    void aValueThatCannotBeIsRefused(String key, String value) {
        assertRefused(
                create(asked("t").configs(List.of(config(key, value))).build()),
                ErrorCode.INVALID_CONFIG,
                key);
    }

    @Test
    void settingsThatContradictOneAnotherAreRefused() {
        assertRefused(
                create(
                        asked("t")
                                .configs(
                                        List.of(
                                                config("min.compaction.lag.ms", "10"),
                                                config("max.compaction.lag.ms", "5")))
                                .build()),
                ErrorCode.INVALID_CONFIG,
                "min.compaction.lag.ms (10) is greater than max.compaction.lag.ms (5)");
    }

    @Test
    void aSettingWithoutValueIsRefused() {
        assertRefused(
                create(
                        asked("t")
                                .configs(
                                        List.of(
                                                CreatableTopicConfig.builder()
                                                        .name("retention.ms")
                                                        .value(null)
                                                        .build()))
                                .build()),
                ErrorCode.INVALID_CONFIG,
                "Null value not supported for topic configs: retention.ms");
    }

    @Test
    void validatingChangesNothing() {
        // When
        CreateTopicsResponse response = create(true, asked("orders").build());

        // Then
        assertThat(response.topics().getFirst().errorCode()).isZero();
        assertThat(image.topics().all()).isEmpty();
    }

    @Test
    void partitionsMayBePlacedByHand() {
        // Given
        image = with(image, List.of(broker(2).record(1)));

        // When
        CreatableTopicResult result =
                create(assigned(assignment(1, 1, 2), assignment(0, 2, 1)).build());

        // Then
        assertThat(result.errorCode()).isZero();
        assertThat(result.numPartitions()).isEqualTo(2);
        assertThat(result.replicationFactor()).isEqualTo((short) 2);
        assertThat(image.topics().named("orders").orElseThrow().partitions())
                .extracting(p -> p.leader())
                .containsExactly(2, 1);
    }

    @Test
    void aPlacementByHandMustMakeSense() {
        ErrorCode error = ErrorCode.INVALID_REPLICA_ASSIGNMENT;
        assertRefused(create(assigned(assignment(0)).build()), error, "empty replica list");
        assertRefused(create(assigned(assignment(0, 1, 1)).build()), error, "more than once");
        assertRefused(create(assigned(assignment(0, 7)).build()), error, "no such broker");
        assertRefused(create(assigned(assignment(1, 1)).build()), error, "consecutive 0-based");
        assertRefused(
                create(assigned(assignment(0, 1), assignment(0, 1)).build()),
                error,
                "multiple manual partition assignments for partition 0");
    }

    @Test
    void aPlacementByHandLeavesTheNumbersOpen() {
        assertRefused(
                create(assigned(assignment(0, 1)).numPartitions(1).build()),
                ErrorCode.INVALID_REQUEST,
                "numPartitions was not set to -1");
        assertRefused(
                create(assigned(assignment(0, 1)).replicationFactor((short) 1).build()),
                ErrorCode.INVALID_REQUEST,
                "replication factor was not set to -1");
    }
}
