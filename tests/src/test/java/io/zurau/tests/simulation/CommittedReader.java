package io.zurau.tests.simulation;

import io.zurau.client.ClientFailure;
import io.zurau.client.ConsumedRecord;
import io.zurau.client.Consumer;
import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Seams;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/// A client that reads what is committed in all partitions of a topic, from the beginning, until it
/// is told to stop.
final class CommittedReader implements Actor {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(90);
    private static final long RETRY_PAUSE_NANOS = 50_000_000;

    private final Seams seams;
    private final Map<String, String> settings;
    private final List<TopicPartition> partitions;
    private final BiConsumer<String, Place> shown;
    private final Map<TopicPartition, Long> positions = new TreeMap<>();
    private boolean stopped;

    /// @param shown is told of each record
    CommittedReader(
            Seams seams,
            Map<String, String> settings,
            String topic,
            int partitions,
            BiConsumer<String, Place> shown) {
        this.seams = seams;
        this.settings = new TreeMap<>(settings);
        this.settings.put("isolation.level", "read_committed");
        this.partitions =
                IntStream.range(0, partitions)
                        .mapToObj(number -> new TopicPartition(topic, number))
                        .toList();
        this.shown = shown;
    }

    /// Lets [#run()] return once it has seen what is in the log now, or fail if it cannot.
    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        Map<TopicPartition, Long> ends = Map.of();
        long deadline = 0; // Once it is to stop.
        while (true) {
            try (Consumer consumer = Consumer.of(settings, seams)) {
                consumer.assign(partitions);
                partitions.forEach(one -> consumer.seek(one, positions.getOrDefault(one, 0L)));
                while (true) {
                    if (stopped && ends.isEmpty()) {
                        ends = ends();
                        deadline = seams.clock().deadline(LONGEST_SILENCE);
                    }
                    consumer.poll(POLL).forEach(this::take);
                    positions.putAll(consumer.positions());
                    if (!ends.isEmpty()) {
                        if (isAt(ends)) {
                            return;
                        }
                        refuseDelay(deadline, ends);
                    }
                }
            } catch (ClientFailure e) {
                Actor.pause(seams.clock(), RETRY_PAUSE_NANOS);
            }
        }
    }

    /// Of everything, committed or not.
    private Map<TopicPartition, Long> ends() {
        Map<String, String> all = new TreeMap<>(settings);
        all.remove("isolation.level");
        try (Consumer consumer = Consumer.of(all, seams)) {
            return consumer.endOffsets(partitions);
        }
    }

    private boolean isAt(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    private void refuseDelay(long deadline, Map<TopicPartition, Long> ends) {
        if (!seams.clock().isAhead(deadline)) {
            throw new BrokenPromise(
                    Invariant.RECOVERS,
                    "A transaction stays open: readers of committed data are at %s of %s."
                            .formatted(positions, ends));
        }
    }

    private void take(ConsumedRecord record) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        Place place = new Place(record.partition(), record.offset());
        positions.put(partition, record.offset() + 1);
        shown.accept(text(record), place);
    }

    static String text(ConsumedRecord record) {
        return StandardCharsets.UTF_8
                .decode(Objects.requireNonNull(record.value()).duplicate())
                .toString();
    }
}
