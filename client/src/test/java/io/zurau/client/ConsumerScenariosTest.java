package io.zurau.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zurau.client.FakeBroker.Fate;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.FetchRequest;
import io.zurau.protocol.message.JoinGroupRequest;
import io.zurau.runtime.Seams;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ConsumerScenariosTest {
    private static final TopicPartition FIRST = new TopicPartition(FakeBroker.TOPIC, 0);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(42);
    private final SimMachine machine = simulation.machine("broker");
    private final FakeBroker broker = new FakeBroker(machine, 2);

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(n -> "value " + n).toList();
    }

    private static Map<String, String> settings(String... pairs) {
        Map<String, String> settings = new HashMap<>();
        settings.put("bootstrap.servers", "broker:9092");
        settings.put("auto.offset.reset", "earliest");
        for (int i = 0; i < pairs.length; i += 2) {
            settings.put(pairs[i], pairs[i + 1]);
        }
        return settings;
    }

    /// Polls until that many records are there, a minute at most.
    private static List<String> poll(Consumer consumer, int count) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < 60 && values.size() < count; i++) {
            consumer.poll(SECOND).forEach(r -> values.add(FakePartition.text(r.value())));
        }
        return values;
    }

    private Seams bootAll() {
        broker.boot();
        return simulation.machine("client").boot();
    }

    @Test
    void assignedPartitionsAreReadFromTheBeginning() {
        simulation.run(
                () -> {
                    // Given
                    Seams seams = bootAll();
                    broker.partitions.get(0).values.addAll(numbers(0, 95));
                    try (Consumer consumer = Consumer.of(settings(), seams)) {
                        // When
                        consumer.assign(consumer.partitionsOf(FakeBroker.TOPIC));
                        // Then
                        assertThat(poll(consumer, 95)).isEqualTo(numbers(0, 95));
                        assertThat(consumer.positions()).containsEntry(FIRST, 95L);
                    }
                });
    }

    @Test
    void seekingMovesAndAnOffsetOutOfRangeBeginsAnew() {
        simulation.run(
                () -> {
                    // Given
                    Seams seams = bootAll();
                    broker.partitions.get(0).values.addAll(numbers(0, 50));
                    try (Consumer consumer =
                            Consumer.of(settings("max.poll.records", "3"), seams)) {
                        consumer.assign(List.of(FIRST));
                        poll(consumer, 3);
                        // When
                        consumer.seek(FIRST, 20);
                        // Then
                        assertThat(poll(consumer, 3)).isEqualTo(numbers(20, 23));
                        // When
                        consumer.seek(FIRST, 1_000);
                        // Then
                        assertThat(poll(consumer, 3)).isEqualTo(numbers(0, 3));
                    }
                });
    }

    @Test
    void readingGoesOnWhereItWasAfterTheBrokerWasKilled() {
        simulation.run(
                () -> {
                    // Given
                    Seams seams = bootAll();
                    broker.partitions.get(0).values.addAll(numbers(0, 30));
                    try (Consumer consumer = Consumer.of(settings(), seams)) {
                        consumer.assign(List.of(FIRST));
                        List<String> read = poll(consumer, 30);
                        // When
                        machine.kill();
                        consumer.poll(Duration.ofSeconds(15));
                        broker.boot();
                        broker.partitions.get(0).values.addAll(numbers(30, 60));
                        read.addAll(poll(consumer, 30));
                        // Then
                        assertThat(read).isEqualTo(numbers(0, 60));
                    }
                });
    }

    @Test
    void lostFetchesAreRepeated() {
        simulation.run(
                () -> {
                    // Given
                    Seams seams = bootAll();
                    broker.partitions.get(0).values.addAll(numbers(0, 100));
                    int[] fetches = {0};
                    broker.fates =
                            request ->
                                    request instanceof FetchRequest && ++fetches[0] % 3 == 0
                                            ? Fate.ANSWER_LOST
                                            : Fate.ANSWERED;
                    try (Consumer consumer = Consumer.of(settings(), seams)) {
                        // When
                        consumer.assign(List.of(FIRST));
                        // Then
                        assertThat(poll(consumer, 100)).isEqualTo(numbers(0, 100));
                    }
                });
    }

    @Test
    void brokerThatWasNeverReachedIsSaidAtOnce() {
        simulation.run(
                () -> {
                    // Given
                    machine.boot(); // Nothing listens there.
                    Seams seams = simulation.machine("client").boot();
                    for (Map<String, String> settings :
                            List.of(settings(), settings("group.id", "g"))) {
                        Consumer consumer = Consumer.of(settings, seams);
                        if (settings.containsKey("group.id")) {
                            consumer.subscribe(List.of(FakeBroker.TOPIC));
                        } else {
                            consumer.assign(List.of(FIRST));
                        }
                        // When, Then
                        assertThatExceptionOfType(ClientFailure.Unreachable.class)
                                .isThrownBy(() -> consumer.poll(SECOND))
                                .withMessageContaining("Connection refused");
                        consumer.close();
                    }
                    assertThat(simulation.elapsed()).isLessThan(Duration.ofSeconds(2));
                });
    }

    @Test
    void partitionThatDoesNotExistIsSaidAfterSomeAttempts() {
        simulation.run(
                () -> {
                    // Given
                    Seams seams = bootAll();
                    broker.knowsTopic = false;
                    try (Consumer consumer = Consumer.of(settings(), seams)) {
                        consumer.assign(List.of(FIRST));
                        // When, Then
                        assertThatExceptionOfType(ClientFailure.Refused.class)
                                .isThrownBy(() -> poll(consumer, 1))
                                .withMessageContaining("UNKNOWN_TOPIC_OR_PARTITION");
                    }
                });
    }

    @Test
    void groupIsJoinedCommittedAndLeft() {
        simulation.run(
                () -> {
                    // Given
                    Seams seams = bootAll();
                    broker.partitions.get(0).values.addAll(numbers(0, 7));
                    broker.partitions.get(1).values.addAll(numbers(7, 12));
                    // When
                    try (Consumer consumer = Consumer.of(settings("group.id", "g"), seams)) {
                        consumer.subscribe(List.of(FakeBroker.TOPIC));
                        assertThat(poll(consumer, 12))
                                .containsExactlyInAnyOrderElementsOf(numbers(0, 12));
                    }
                    // Then
                    assertThat(broker.group.history)
                            .containsExactly("joined m1 1", "committed {0=7, 1=5} NONE", "left m1");
                    assertThat(simulation.elapsed()).isLessThan(Duration.ofSeconds(3));
                });
    }

    @Test
    void rebalanceCommitsThenJoinsAgainAndGoesOnBehindTheCommit() {
        simulation.run(
                () -> {
                    // Given
                    Seams seams = bootAll();
                    broker.partitions.get(0).values.addAll(numbers(0, 5));
                    Map<String, String> settings = settings("group.id", "g");
                    settings.put("auto.commit.interval.ms", "3600000");
                    try (Consumer consumer = Consumer.of(settings, seams)) {
                        consumer.subscribe(List.of(FakeBroker.TOPIC));
                        List<String> read = poll(consumer, 5);
                        // When
                        broker.group.rebalancing = true;
                        consumer.poll(Duration.ofSeconds(5));
                        broker.partitions.get(0).values.addAll(numbers(5, 10));
                        read.addAll(poll(consumer, 5));
                        // Then
                        assertThat(read).isEqualTo(numbers(0, 10));
                        assertThat(broker.group.history)
                                .containsExactly(
                                        "joined m1 1", "committed {0=5, 1=0} NONE", "joined m1 2");
                    }
                });
    }

    @Test
    void memberThatWasForgottenCommitsNothingAndJoinsAsAnother() {
        simulation.run(
                () -> {
                    // Given
                    Seams seams = bootAll();
                    broker.partitions.get(0).values.addAll(numbers(0, 5));
                    Map<String, String> settings = settings("group.id", "g");
                    settings.put("auto.commit.interval.ms", "3600000");
                    try (Consumer consumer = Consumer.of(settings, seams)) {
                        consumer.subscribe(List.of(FakeBroker.TOPIC));
                        poll(consumer, 5);
                        // When
                        broker.group.forgetMembers();
                        List<String> again = poll(consumer, 5);
                        // Then
                        assertThat(again).isEqualTo(numbers(0, 5));
                        assertThat(broker.group.history)
                                .containsExactly("joined m1 1", "joined m2 3");
                    }
                });
    }

    @Test
    void groupGoesOnAfterItsBrokerWasKilled() {
        simulation.run(
                () -> {
                    // Given
                    Seams seams = bootAll();
                    broker.partitions.get(0).values.addAll(numbers(0, 5));
                    try (Consumer consumer = Consumer.of(settings("group.id", "g"), seams)) {
                        consumer.subscribe(List.of(FakeBroker.TOPIC));
                        List<String> read = poll(consumer, 5);
                        // When
                        machine.kill();
                        for (int i = 0; i < 20; i++) {
                            consumer.poll(SECOND);
                        }
                        broker.boot();
                        broker.partitions.get(0).values.addAll(numbers(5, 10));
                        read.addAll(poll(consumer, 5));
                        // Then
                        assertThat(read).isEqualTo(numbers(0, 10));
                    }
                    assertThat(broker.group.committed).containsEntry(0, 10L);
                });
    }

    @Test
    void lastCommitThatFailsIsSaidAndAllIsClosedNevertheless() {
        simulation.run(
                () -> {
                    // Given
                    Seams seams = bootAll();
                    broker.partitions.get(0).values.addAll(numbers(0, 5));
                    Consumer consumer = Consumer.of(settings("group.id", "g"), seams);
                    consumer.subscribe(List.of(FakeBroker.TOPIC));
                    poll(consumer, 5);
                    // When
                    machine.kill();
                    machine.boot();
                    long start = seams.clock().nanos();
                    // Then
                    assertThatExceptionOfType(ClientFailure.Unreachable.class)
                            .isThrownBy(consumer::close);
                    assertThat(Duration.ofNanos(seams.clock().nanos() - start))
                            .isLessThan(Duration.ofSeconds(2));
                });
    }

    @Test
    void wokenPollReturnsThoughTheGroupStillGathers() {
        simulation.run(
                () -> {
                    // Given
                    Seams seams = bootAll();
                    broker.fates =
                            request ->
                                    request instanceof JoinGroupRequest
                                            ? Fate.NO_ANSWER
                                            : Fate.ANSWERED;
                    Consumer consumer = Consumer.of(settings("group.id", "g"), seams);
                    consumer.subscribe(List.of(FakeBroker.TOPIC));
                    seams.tasks()
                            .start(
                                    "wake",
                                    () -> {
                                        try {
                                            seams.clock()
                                                    .sleepUntil(seams.clock().deadline(SECOND));
                                        } catch (InterruptedException e) {
                                            throw new IllegalStateException(e);
                                        }
                                        consumer.wakeUp();
                                    });
                    // When
                    List<ConsumedRecord> records = consumer.poll(Duration.ofHours(1));
                    consumer.close();
                    // Then
                    assertThat(records).isEmpty();
                    assertThat(simulation.elapsed()).isLessThan(Duration.ofSeconds(5));
                });
    }

    @Test
    void memberThatDoesNotPollInTimeLeavesAndJoinsAgainWithTheNextPoll() {
        simulation.run(
                () -> {
                    // Given
                    Seams seams = bootAll();
                    broker.partitions.get(0).values.addAll(numbers(0, 5));
                    Map<String, String> settings = settings("group.id", "g");
                    settings.put("auto.commit.interval.ms", "3600000");
                    settings.put("max.poll.interval.ms", "10000");
                    try (Consumer consumer = Consumer.of(settings, seams)) {
                        consumer.subscribe(List.of(FakeBroker.TOPIC));
                        poll(consumer, 5);
                        consumer.poll(Duration.ofSeconds(30)); // That is polling, too.
                        assertThat(broker.group.history).containsExactly("joined m1 1");
                        // When
                        seams.clock().sleepUntil(seams.clock().deadline(Duration.ofSeconds(9)));
                        assertThat(broker.group.history).containsExactly("joined m1 1");
                        seams.clock().sleepUntil(seams.clock().deadline(Duration.ofSeconds(2)));
                        // Then
                        assertThat(broker.group.history).containsExactly("joined m1 1", "left m1");
                        assertThat(poll(consumer, 5)).isEqualTo(numbers(0, 5));
                        assertThat(broker.group.history)
                                .containsExactly("joined m1 1", "left m1", "joined m2 2");
                    }
                });
    }

    @Test
    void recordsAreFetchedByTheTopicsIdOrElseByItsName() {
        simulation.run(
                () -> {
                    // Given
                    Seams seams = bootAll();
                    broker.partitions.get(0).values.addAll(numbers(0, 5));
                    for (Uuid id : List.of(broker.topicId, Uuid.ZERO)) {
                        broker.topicId = id;
                        broker.dataVersions.clear();
                        try (Consumer consumer = Consumer.of(settings(), seams)) {
                            consumer.assign(consumer.partitionsOf(FakeBroker.TOPIC));
                            // When
                            assertThat(poll(consumer, 5)).isEqualTo(numbers(0, 5));
                        }
                        // Then
                        boolean named = id.equals(Uuid.ZERO);
                        assertThat(broker.dataVersions)
                                .isNotEmpty()
                                .allMatch(version -> named ? version == 12 : version >= 13);
                    }
                });
    }

    @Test
    void membersShareThePartitionsAndTakeOverFromWhoLeaves() {
        simulation.run(
                () -> {
                    // Given
                    Seams seams = bootAll();
                    broker.partitions.get(0).values.addAll(numbers(0, 5));
                    broker.partitions.get(1).values.addAll(numbers(100, 105));
                    Consumer one = Consumer.of(settings("group.id", "g"), seams);
                    Consumer two = Consumer.of(settings("group.id", "g"), seams);
                    one.subscribe(List.of(FakeBroker.TOPIC));
                    List<String> read = poll(one, 10);
                    assertThat(one.assignment()).hasSize(2);
                    // When
                    two.subscribe(List.of(FakeBroker.TOPIC));
                    List<String> byTwo = pollInTurn(one, two, read);
                    // Then
                    assertThat(one.assignment()).containsExactly(FIRST);
                    assertThat(two.assignment()).hasSize(1).doesNotContain(FIRST);
                    assertThat(byTwo).isEmpty(); // All was read and committed before.
                    // When
                    broker.partitions.get(0).values.addAll(numbers(5, 10));
                    broker.partitions.get(1).values.addAll(numbers(105, 110));
                    read.clear();
                    assertThat(pollInTurn(one, two, read)).isEqualTo(numbers(105, 110));
                    assertThat(read).isEqualTo(numbers(5, 10));
                    // When
                    one.close();
                    broker.partitions.get(0).values.addAll(numbers(10, 15));
                    // Then
                    assertThat(poll(two, 5)).isEqualTo(numbers(10, 15));
                    assertThat(two.assignment()).hasSize(2);
                    two.close();
                    assertThat(broker.group.committed).isEqualTo(Map.of(0, 15L, 1, 10L));
                });
    }

    @Test
    void memberThatHangsLosesItsPartitionsToTheOthers() {
        simulation.run(
                () -> {
                    // Given
                    Seams seams = bootAll();
                    Map<String, String> settings = settings("group.id", "g");
                    settings.put("max.poll.interval.ms", "10000");
                    Consumer one = Consumer.of(settings, seams);
                    Consumer two = Consumer.of(settings, seams);
                    one.subscribe(List.of(FakeBroker.TOPIC));
                    two.subscribe(List.of(FakeBroker.TOPIC));
                    pollInTurn(one, two, new ArrayList<>());
                    assertThat(two.assignment()).hasSize(1);
                    // When
                    for (int i = 0; i < 30; i++) {
                        two.poll(SECOND); // And `one` does not.
                    }
                    // Then
                    assertThat(two.assignment()).hasSize(2);
                    one.close();
                    two.close();
                });
    }

    /// @return what `two` read; adds what `one` read to `byOne`
    private static List<String> pollInTurn(Consumer one, Consumer two, List<String> byOne) {
        List<String> byTwo = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            one.poll(SECOND).forEach(r -> byOne.add(FakePartition.text(r.value())));
            two.poll(SECOND).forEach(r -> byTwo.add(FakePartition.text(r.value())));
        }
        return byTwo;
    }
}
