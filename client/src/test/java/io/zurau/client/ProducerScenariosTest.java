package io.zurau.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.zurau.client.FakeBroker.Fate;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Payload;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ProduceRequest;
import io.zurau.runtime.Seams;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ProducerScenariosTest {
    private static final Map<String, String> SETTINGS =
            Map.of("bootstrap.servers", "broker:9092", "batch.size", "1024", "linger.ms", "1");

    private final Simulation simulation = new Simulation(42);
    private final SimMachine machine = simulation.machine("broker");

    private static OutgoingRecord record(int partition, String value) {
        return new OutgoingRecord(
                FakeBroker.TOPIC,
                partition,
                OutgoingRecord.NOW,
                null,
                FakePartition.bytes(value),
                List.of());
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(n -> "value " + n).toList();
    }

    private static Map<String, String> with(String key, String value) {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put(key, value);
        return settings;
    }

    /// Lets the first produce requests meet these fates, one after the other.
    private static Function<ApiRequest, Fate> first(Fate... fates) {
        ArrayList<Fate> left = new ArrayList<>(List.of(fates));
        return request ->
                request instanceof ProduceRequest && !left.isEmpty()
                        ? left.removeFirst()
                        : Fate.ANSWERED;
    }

    private FakeBroker broker(int partitions, Function<ApiRequest, Fate> fates) {
        FakeBroker broker = new FakeBroker(machine, partitions);
        broker.fates = fates;
        broker.boot();
        return broker;
    }

    private void sendAll(Map<String, String> settings, List<String> values) {
        Seams seams = simulation.machine("client").boot();
        try (Producer producer = Producer.of(settings, seams)) {
            List<CompletableFuture<RecordPosition>> sent = new ArrayList<>();
            values.forEach(value -> sent.add(producer.send(record(0, value))));
            producer.flush();
            for (int i = 0; i < sent.size(); i++) {
                assertThat(sent.get(i).join().offset()).isEqualTo(i);
            }
        }
    }

    @Test
    void recordsArriveOnceAndInOrder() {
        simulation.run(
                () -> {
                    // Given
                    FakeBroker broker = broker(1, first());
                    // When
                    sendAll(SETTINGS, numbers(500));
                    // Then
                    assertThat(broker.partitions.getFirst().values).isEqualTo(numbers(500));
                });
    }

    @Test
    void brokenConnectionsNeitherLoseNorDoubleNorReorder() {
        for (Fate fate : List.of(Fate.REQUEST_LOST, Fate.ANSWER_LOST, Fate.NO_ANSWER)) {
            new ProducerScenariosTest().breakSometimes(fate);
        }
    }

    private void breakSometimes(Fate fate) {
        simulation.run(
                () -> {
                    // Given
                    FakeBroker broker =
                            broker(1, first(Fate.ANSWERED, fate, Fate.ANSWERED, fate, fate));
                    // When
                    sendAll(SETTINGS, numbers(500));
                    // Then
                    assertThat(broker.partitions.getFirst().values).isEqualTo(numbers(500));
                    assertThat(broker.producerIds).isEqualTo(1);
                });
    }

    @Test
    void refusalsThatMayPassAreTriedAgainInOrder() {
        simulation.run(
                () -> {
                    // Given
                    Fate notLeader = new Fate.Refused(ErrorCode.NOT_LEADER_OR_FOLLOWER);
                    Fate tooFew = new Fate.Refused(ErrorCode.NOT_ENOUGH_REPLICAS);
                    FakeBroker broker = broker(1, first(notLeader, Fate.ANSWERED, tooFew));
                    // When
                    sendAll(SETTINGS, numbers(300));
                    // Then
                    assertThat(broker.partitions.getFirst().values).isEqualTo(numbers(300));
                });
    }

    @Test
    void randomAccidentsNeitherLoseNorDoubleNorReorder() {
        for (int seed = 0; seed < 40; seed++) {
            randomAccidents(seed);
        }
    }

    private static void randomAccidents(int seed) {
        Simulation simulation = new Simulation(seed);
        Random dice = simulation.random("accidents");
        simulation.run(
                () -> {
                    // Given
                    FakeBroker broker = new FakeBroker(simulation.machine("broker"), 3);
                    List<Fate> fates =
                            List.of(
                                    Fate.REQUEST_LOST,
                                    Fate.ANSWER_LOST,
                                    Fate.NO_ANSWER,
                                    new Fate.Refused(ErrorCode.NOT_LEADER_OR_FOLLOWER),
                                    new Fate.Refused(ErrorCode.REQUEST_TIMED_OUT));
                    broker.fates =
                            request ->
                                    dice.nextInt(4) == 0
                                            ? fates.get(dice.nextInt(fates.size()))
                                            : Fate.ANSWERED;
                    broker.boot();
                    Map<String, String> settings = with("delivery.timeout.ms", "86400000");
                    settings.put("request.timeout.ms", "2000");
                    settings.put("max.block.ms", "86400000");
                    // When
                    Seams seams = simulation.machine("client").boot();
                    Producer producer = Producer.of(settings, seams);
                    awaitContact(producer, seams);
                    for (String value : numbers(300)) {
                        producer.send(record(dice.nextInt(3), value));
                    }
                    producer.close();
                    // Then
                    List<String> all = new ArrayList<>();
                    for (FakePartition partition : broker.partitions) {
                        assertThat(partition.values)
                                .as("seed " + seed)
                                .isSortedAccordingTo(
                                        (one, other) ->
                                                Integer.compare(number(one), number(other)));
                        all.addAll(partition.values);
                    }
                    assertThat(all)
                            .as("seed " + seed)
                            .filteredOn(value -> !value.equals("value -1"))
                            .containsExactlyInAnyOrderElementsOf(numbers(300));
                });
    }

    private static int number(String value) {
        return Integer.parseInt(value.substring("value ".length()));
    }

    private static void awaitContact(Producer producer, Seams seams) throws Exception {
        while (true) {
            try {
                producer.send(record(0, "value -1")).join();
                return;
            } catch (ClientFailure e) {
                seams.clock().sleepUntil(seams.clock().deadline(Duration.ofSeconds(1)));
            }
        }
    }

    @Test
    void recordThatIsGivenUpStopsNeitherOthersNorDoublesThem() {
        simulation.run(
                () -> {
                    // Given
                    Fate tooLarge = new Fate.Refused(ErrorCode.MESSAGE_TOO_LARGE);
                    FakeBroker broker = broker(2, first(tooLarge));
                    Seams seams = simulation.machine("client").boot();
                    // When
                    try (Producer producer = Producer.of(with("linger.ms", "0"), seams)) {
                        CompletableFuture<RecordPosition> refused = producer.send(record(0, "a"));
                        assertThatExceptionOfType(CompletionException.class)
                                .isThrownBy(refused::join)
                                .withMessageContaining("MESSAGE_TOO_LARGE");
                        producer.send(record(0, "b")).join();
                        producer.send(record(1, "c")).join();
                        producer.send(record(0, "d")).join();
                    }
                    // Then
                    assertThat(broker.partitions.get(0).values).containsExactly("b", "d");
                    assertThat(broker.partitions.get(1).values).containsExactly("c");
                });
    }

    @Test
    void brokerThatWasKilledIsWaitedFor() {
        simulation.run(
                () -> {
                    // Given
                    FakeBroker broker = broker(1, first());
                    Seams seams = simulation.machine("client").boot();
                    try (Producer producer = Producer.of(SETTINGS, seams)) {
                        producer.send(record(0, "before")).join();
                        // When
                        machine.kill();
                        CompletableFuture<RecordPosition> meanwhile =
                                producer.send(record(0, "meanwhile"));
                        seams.clock().sleepUntil(seams.clock().deadline(Duration.ofSeconds(20)));
                        broker.boot();
                        // Then
                        assertThat(meanwhile.join().offset()).isEqualTo(1);
                    }
                    assertThat(broker.partitions.getFirst().values)
                            .containsExactly("before", "meanwhile");
                });
    }

    @Test
    void recordsThatCannotBeDeliveredFailInTime() {
        simulation.run(
                () -> {
                    // Given
                    broker(1, first());
                    Seams seams = simulation.machine("client").boot();
                    Producer producer = Producer.of(with("delivery.timeout.ms", "5000"), seams);
                    producer.send(record(0, "before")).join();
                    machine.kill();
                    // When
                    CompletableFuture<RecordPosition> late = producer.send(record(0, "late"));
                    long start = seams.clock().nanos();
                    producer.flush();
                    // Then
                    assertThat(Duration.ofNanos(seams.clock().nanos() - start))
                            .isBetween(Duration.ofSeconds(3), Duration.ofSeconds(16));
                    assertThatExceptionOfType(CompletionException.class)
                            .isThrownBy(late::join)
                            .withMessageContaining("delivery.timeout.ms");
                    producer.close();
                });
    }

    @Test
    void silentBrokerCannotHoldRecordsBeyondTheirTime() {
        simulation.run(
                () -> {
                    // Given
                    FakeBroker broker = broker(1, first());
                    Seams seams = simulation.machine("client").boot();
                    Producer producer = Producer.of(with("delivery.timeout.ms", "5000"), seams);
                    producer.send(record(0, "before")).join();
                    broker.fates = request -> Fate.NO_ANSWER;
                    // When
                    CompletableFuture<RecordPosition> late = producer.send(record(0, "late"));
                    long start = seams.clock().nanos();
                    producer.flush();
                    // Then
                    assertThat(Duration.ofNanos(seams.clock().nanos() - start))
                            .isLessThan(Duration.ofSeconds(6));
                    assertThat(late).isCompletedExceptionally();
                    producer.close();
                });
    }

    @Test
    void brokerThatWasNeverReachedIsSaidAtOnce() {
        simulation.run(
                () -> {
                    // Given
                    machine.boot(); // Nothing listens there.
                    Seams seams = simulation.machine("client").boot();
                    try (Producer producer = Producer.of(SETTINGS, seams)) {
                        // When
                        @Nullable Throwable failure =
                                catchThrowable(() -> producer.send(record(0, "a")));
                        // Then
                        assertThat(failure)
                                .isInstanceOf(ClientFailure.Unreachable.class)
                                .hasMessageContaining("Connection refused")
                                .hasMessageContaining("bootstrap.servers");
                    }
                    assertThat(simulation.elapsed()).isLessThan(Duration.ofSeconds(1));
                });
    }

    @Test
    void fullBufferBlocksAndThenRefuses() {
        simulation.run(
                () -> {
                    // Given
                    FakeBroker broker = broker(1, first());
                    Map<String, String> settings = with("buffer.memory", "65536");
                    settings.put("max.block.ms", "1000");
                    Seams seams = simulation.machine("client").boot();
                    Producer producer = Producer.of(settings, seams);
                    producer.send(record(0, "before")).join();
                    broker.fates = request -> Fate.NO_ANSWER;
                    // When
                    @Nullable Throwable failure =
                            catchThrowable(
                                    () -> {
                                        for (int i = 0; i < 100; i++) {
                                            producer.send(record(0, "x".repeat(1000)));
                                        }
                                    });
                    // Then
                    assertThat(failure)
                            .isInstanceOf(ClientFailure.TimedOut.class)
                            .hasMessageContaining("max.block.ms");
                    broker.fates = request -> Fate.ANSWERED;
                    producer.close();
                    assertThat(broker.partitions.getFirst().values).hasSizeGreaterThan(50);
                });
    }

    @Test
    void closedProducerTakesNothing() {
        simulation.run(
                () -> {
                    // Given
                    broker(1, first());
                    Producer producer = Producer.of(SETTINGS, simulation.machine("client").boot());
                    producer.send(record(0, "a"));
                    // When
                    producer.close();
                    // Then
                    assertThatExceptionOfType(ClientFailure.Closed.class)
                            .isThrownBy(() -> producer.send(record(0, "b")));
                    producer.flush();
                });
    }

    @Test
    void batchThatIsTooLargeIsSplitAndKeepsItsOrder() {
        for (String codec : List.of("none", "gzip")) {
            new ProducerScenariosTest().splitInto(codec);
        }
    }

    private void splitInto(String codec) {
        simulation.run(
                () -> {
                    // Given
                    FakeBroker broker = broker(1, request -> tooLarge(request, 150));
                    // When
                    sendAll(with("compression.type", codec), numbers(300));
                    // Then
                    assertThat(broker.partitions.getFirst().values).isEqualTo(numbers(300));
                    assertThat(broker.producerIds).isEqualTo(1);
                });
    }

    private static Fate tooLarge(ApiRequest request, int mostBytes) {
        if (request instanceof ProduceRequest produce) {
            Payload records = produce.topicData().getFirst().partitionData().getFirst().records();
            if (records != null && records.sizeInBytes() > mostBytes) {
                return new Fate.Refused(ErrorCode.MESSAGE_TOO_LARGE);
            }
        }
        return Fate.ANSWERED;
    }

    @Test
    void onlyTheRecordThatIsTooLargeFails() {
        simulation.run(
                () -> {
                    // Given
                    FakeBroker broker = broker(1, request -> tooLarge(request, 250));
                    Seams seams = simulation.machine("client").boot();
                    List<CompletableFuture<RecordPosition>> sent = new ArrayList<>();
                    // When
                    try (Producer producer = Producer.of(SETTINGS, seams)) {
                        for (String value : List.of("a", "b", "x".repeat(300), "c", "d")) {
                            sent.add(producer.send(record(0, value)));
                        }
                    }
                    // Then
                    assertThat(sent).filteredOn(f -> f.isCompletedExceptionally()).hasSize(1);
                    assertThat(sent.get(2)).isCompletedExceptionally();
                    assertThat(broker.partitions.getFirst().values)
                            .containsExactly("a", "b", "c", "d");
                });
    }

    @Test
    void topicThatWasMadeAnewIsFoundUnderItsNewId() {
        simulation.run(
                () -> {
                    // Given
                    FakeBroker broker = broker(1, first());
                    Seams seams = simulation.machine("client").boot();
                    try (Producer producer = Producer.of(SETTINGS, seams)) {
                        producer.send(record(0, "before")).join();
                        // When
                        broker.topicId = new Uuid(8, 8);
                        // Then
                        assertThat(producer.send(record(0, "after")).join().offset()).isEqualTo(1);
                        assertThat(broker.dataVersions).allMatch(version -> version >= 13);
                    }
                });
    }

    @Test
    void topicWithoutIdGoesByItsName() {
        simulation.run(
                () -> {
                    // Given
                    FakeBroker broker = broker(1, first());
                    broker.topicId = Uuid.ZERO;
                    // When
                    sendAll(SETTINGS, numbers(5));
                    // Then
                    assertThat(broker.dataVersions).containsExactly(12);
                });
    }
}
