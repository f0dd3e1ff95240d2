package io.zurau.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.broker.Answer;
import io.zurau.broker.peer.Refusals;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.protocol.message.CreateTopicsRequest;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableReplicaAssignment;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopic;
import io.zurau.protocol.message.MetadataRequest;
import io.zurau.protocol.message.MetadataRequest.MetadataRequestTopic;
import io.zurau.protocol.message.MetadataResponse;
import io.zurau.runtime.Clock;
import io.zurau.runtime.SystemClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What clients are told between a leader's death and the next one's election.
@Timeout(30)
final class HeldBackTest {
    private static final int NEWEST = 13;
    private static final Duration HOURS = Duration.ofHours(5);

    private final Clock clock = new SystemClock();
    private final Refusals refusals = new Refusals(clock);
    @TempDir Path directory;
    private AdminFixture fixture;

    @BeforeEach
    void open() {
        fixture = new AdminFixture(directory);
        fixture.register(2, false);
        create("lost", 2, 1);
        create("kept", 1, 2);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void create(String topic, Integer... replicas) {
        CreateTopicsRequest request =
                CreateTopicsRequest.builder()
                        .topics(
                                List.of(
                                        CreatableTopic.builder()
                                                .name(topic)
                                                .numPartitions(-1)
                                                .replicationFactor((short) -1)
                                                .assignments(
                                                        List.of(
                                                                CreatableReplicaAssignment.builder()
                                                                        .partitionIndex(0)
                                                                        .brokerIds(
                                                                                List.of(replicas))
                                                                        .build()))
                                                .build()))
                        .build();
        assertThat(fixture.controller.createTopics(request, 7).topics().getFirst().errorCode())
                .isZero();
    }

    private BrokerImage broker2() {
        return fixture.metadata.image().broker(2).orElseThrow();
    }

    private void fence2() {
        fixture.controller.replication().fence(2, broker2().epoch());
    }

    private Answer askFor(Duration patience, @Nullable String topic) throws InterruptedException {
        MetadataRequest request =
                MetadataRequest.builder()
                        .topics(
                                topic == null
                                        ? null
                                        : List.of(
                                                MetadataRequestTopic.builder().name(topic).build()))
                        .build();
        return new HeldBack(
                        new MetadataHandler(
                                fixture.metadata,
                                new TopicCreator(fixture.controller, Map.of()),
                                AdminFixture.CONFIG),
                        fixture.metadata,
                        refusals,
                        clock,
                        patience)
                .handle(request, AdminFixture.context(request, NEWEST, AdminFixture.LISTENER));
    }

    private static int leader(MetadataResponse answer, String topic) {
        return answer.topics().stream()
                .filter(each -> topic.equals(each.name()))
                .findFirst()
                .orElseThrow()
                .partitions()
                .getFirst()
                .leaderId();
    }

    private static MetadataResponse settled(Answer answer) throws InterruptedException {
        return (MetadataResponse)
                switch (answer) {
                    case Answer.Pending pending -> pending.await();
                    case Answer.Ready ready -> ready.response();
                    case Answer.None _, Answer.Closing _ -> throw new AssertionError(answer);
                };
    }

    @ParameterizedTest
    @NullSource // All topics.
    @ValueSource(strings = "lost")
    void whoAsksForATopicOfADeadLeaderIsToldOfTheNextOne(@Nullable String asked)
            throws InterruptedException {
        // Given
        refusals.refused(broker2());
        Answer answer = askFor(HOURS, asked);

        // When: it is fenced while somebody waits, or just before
        Thread later = Thread.ofVirtual().start(this::fence2);

        // Then
        assertThat(leader(settled(answer), "lost")).isEqualTo(1);
        later.join();
    }

    @Test
    void whoAsksForOtherTopicsIsAnsweredAtOnce() throws InterruptedException {
        // Given
        refusals.refused(broker2());

        // When
        Answer answer = askFor(HOURS, "kept");

        // Then
        assertThat(answer).isInstanceOf(Answer.Ready.class);
        assertThat(leader(settled(answer), "kept")).isEqualTo(1);
    }

    @Test
    void whoAsksForATopicThatIsNotThereGetsItMadeAtOnce() throws InterruptedException {
        // Given
        refusals.refused(broker2());

        // When
        Answer answer = askFor(HOURS, "new");

        // Then
        assertThat(answer).isInstanceOf(Answer.Ready.class);
        assertThat(fixture.metadata.image().topics().named("new")).isPresent();
    }

    @Test
    void aLeaderThatNobodyKnowsToBeDeadIsNamedAtOnce() throws InterruptedException {
        assertThat(askFor(HOURS, "lost")).isInstanceOf(Answer.Ready.class);
    }

    @Test
    void nobodyWaitsLongForAnElectionThatDoesNotCome() throws InterruptedException {
        // Given
        refusals.refused(broker2());

        // When, then
        assertThat(leader(settled(askFor(Duration.ofMillis(5), "lost")), "lost")).isEqualTo(2);
    }
}
