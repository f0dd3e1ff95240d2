package io.zurau.tests.simulation;

import io.zurau.client.ClientFailure;
import io.zurau.client.ConsumedRecord;
import io.zurau.client.Consumer;
import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Seams;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// A client that reads all partitions from the beginning, until it is told to stop.
final class Reader implements Actor {
    private static final Duration POLL = Duration.ofSeconds(5);
    private static final long RETRY_PAUSE_NANOS = 20_000_000;

    private final Seams seams;
    private final Map<String, String> settings;
    private final List<TopicPartition> partitions;
    private final Ledger ledger;
    private final Map<Integer, List<String>> log = new TreeMap<>();
    private boolean stopped;

    Reader(Seams seams, Map<String, String> settings, String topic, int partitions, Ledger ledger) {
        this.seams = seams;
        this.settings = settings;
        this.partitions =
                IntStream.range(0, partitions)
                        .mapToObj(number -> new TopicPartition(topic, number))
                        .toList();
        this.ledger = ledger;
        this.partitions.forEach(partition -> log.put(partition.partition(), new ArrayList<>()));
    }

    /// Lets [#run()] return at the end of the log.
    @Override
    public void stop() {
        stopped = true;
    }

    /// The values of each partition, in the order of their offsets.
    Map<Integer, List<String>> log() {
        return log;
    }

    @Override
    public void run() {
        boolean atEnd = false;
        while (!atEnd) {
            try (Consumer consumer = Consumer.of(settings, seams)) {
                consumer.assign(partitions);
                partitions.forEach(p -> consumer.seek(p, values(p.partition()).size()));
                while (!atEnd) {
                    consumer.poll(POLL).forEach(this::take);
                    atEnd = stopped && isAtEnd(consumer);
                }
            } catch (ClientFailure e) {
                Actor.pause(
                        seams.clock(),
                        RETRY_PAUSE_NANOS); // The broker is down, or was: a new consumer goes on.
            }
        }
    }

    private void take(ConsumedRecord consumed) {
        List<String> values = values(consumed.partition());
        String value =
                StandardCharsets.UTF_8
                        .decode(Objects.requireNonNull(consumed.value()).duplicate())
                        .toString();
        Place place = new Place(consumed.partition(), consumed.offset());
        if (consumed.offset() != values.size()) {
            throw new BrokenPromise(
                    Invariant.NO_ACKNOWLEDGED_RECORD_LOST,
                    "%s was read at %s where offset %d comes next."
                            .formatted(value, place, values.size()));
        }
        values.add(value);
        ledger.show(value, place);
    }

    private List<String> values(int partition) {
        return Objects.requireNonNull(log.get(partition));
    }

    private boolean isAtEnd(Consumer consumer) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        return partitions.stream()
                .allMatch(
                        p -> values(p.partition()).size() >= ends.getOrDefault(p, Long.MAX_VALUE));
    }
}
