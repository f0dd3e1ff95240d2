package io.zurau.tests.simulation;

import io.zurau.client.ClientFailure;
import io.zurau.client.ConsumedRecord;
import io.zurau.client.Consumer;
import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Seams;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;

/// One of several members of a group that reads what is committed: it polls, commits, is silent for
/// too long, leaves and comes again.
final class GroupMember implements Actor {
    private static final Duration POLL = Duration.ofMillis(300);
    private static final long RETRY_NANOS = 50_000_000;
    private static final long LONGEST_REST_NANOS = 400_000_000;
    private static final long LONGEST_SILENCE_NANOS = 12_000_000_000L; // Beyond its session.

    private final String name;
    private final Seams seams;
    private final Map<String, String> settings;
    private final String topic;
    private final Random dice;
    private final History history;
    private final Group group;
    private boolean stopped;
    private int polls;

    /// What all members together have read and committed.
    ///
    /// Owned by the simulation's thread.
    static final class Group {
        private final Map<Place, Long> readAt = new HashMap<>(); // For look-ups only.
        private final Map<Integer, TreeMap<Long, Long>> committedAt = new TreeMap<>();
        private long now;

        private void read(Place place) {
            readAt.putIfAbsent(place, now++);
        }

        private void committed(TopicPartition partition, long offset) {
            committedAt
                    .computeIfAbsent(partition.partition(), any -> new TreeMap<>())
                    .putIfAbsent(offset, now++);
        }

        int commits() {
            return committedAt.values().stream().mapToInt(Map::size).sum();
        }

        /// Nothing was committed that somebody had not read: no record is passed over.
        void check(NavigableMap<Place, String> log) {
            log.forEach(
                    (place, value) -> {
                        long passed =
                                committedAt
                                        .getOrDefault(place.partition(), new TreeMap<>())
                                        .tailMap(place.offset(), false)
                                        .values()
                                        .stream()
                                        .mapToLong(Long::longValue)
                                        .min()
                                        .orElse(Long.MAX_VALUE);
                        Long read = readAt.get(place);
                        if (passed != Long.MAX_VALUE && (read == null || read > passed)) {
                            throw new BrokenPromise(
                                    Invariant.NO_ACKNOWLEDGED_RECORD_LOST,
                                    "The group has committed beyond %s at %s, which no member was shown."
                                            .formatted(value, place));
                        }
                    });
        }
    }

    /// @param settings of a client that reads committed data
    GroupMember(
            String name,
            Seams seams,
            Map<String, String> settings,
            String topic,
            Random dice,
            History history,
            Group group) {
        this.name = name;
        this.seams = seams;
        this.settings = new TreeMap<>(settings);
        this.settings.put("group.id", "audience");
        this.settings.put("enable.auto.commit", "false");
        this.settings.put("session.timeout.ms", "6000");
        this.settings.put("heartbeat.interval.ms", "1000");
        this.settings.put("max.poll.interval.ms", "8000");
        this.topic = topic;
        this.dice = dice;
        this.history = history;
        this.group = group;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!stopped) {
            try (Consumer consumer = Consumer.of(settings, seams)) {
                consumer.subscribe(List.of(topic));
                do {
                    poll(consumer);
                } while (!stopped && dice.nextInt(40) > 0);
            } catch (ClientFailure e) {
                Actor.pause(seams.clock(), RETRY_NANOS);
            }
        }
    }

    private void poll(Consumer consumer) {
        polls++; // Between two polls another member may have read on: each is for itself.
        for (ConsumedRecord record : consumer.poll(POLL)) {
            Place place = new Place(record.partition(), record.offset());
            history.polled(name, polls, place, CommittedReader.text(record));
            group.read(place);
        }
        boolean silent = dice.nextInt(60) == 0;
        Actor.pause(
                seams.clock(), dice.nextLong(silent ? LONGEST_SILENCE_NANOS : LONGEST_REST_NANOS));
        Map<TopicPartition, Long> positions = new TreeMap<>(consumer.positions());
        consumer.commit();
        positions.forEach(group::committed);
    }
}
