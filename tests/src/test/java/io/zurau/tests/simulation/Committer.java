package io.zurau.tests.simulation;

import io.zurau.client.ClientFailure;
import io.zurau.client.Consumer;
import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Seams;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// The only member of a group: it reads and commits. Again and again it asks what the group has
/// committed: never less than the last commit that was acknowledged. And it must go on there
/// whenever it joins anew.
final class Committer implements Actor {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long RETRY_PAUSE_NANOS = 50_000_000;

    private final Seams seams;
    private final Map<String, String> settings;
    private final Map<TopicPartition, Long> acknowledged = new TreeMap<>();
    private final Random dice;
    private final Duration longestPause;
    private boolean stopped;
    private int commits;

    Committer(Seams seams, Map<String, String> settings, Random dice, Duration longestPause) {
        this.seams = seams;
        this.dice = dice;
        this.longestPause = longestPause;
        this.settings = new TreeMap<>(settings);
        this.settings.put("group.id", "billing");
        this.settings.put("enable.auto.commit", "false");
        this.settings.put("session.timeout.ms", "6000"); // So it soon stands in nobody's way.
        this.settings.put("heartbeat.interval.ms", "1000");
    }

    @Override
    public void stop() {
        stopped = true;
    }

    int commits() {
        return commits;
    }

    @Override
    public void run() {
        while (!stopped) {
            try (Consumer consumer = Consumer.of(settings, seams);
                    Consumer onlooker = Consumer.of(settings, seams)) {
                consumer.subscribe(List.of(PowerFailureScenario.TOPIC));
                while (!stopped) {
                    lookAtCommitted(onlooker);
                    consumer.poll(POLL);
                    commit(consumer);
                    Actor.pause(seams.clock(), dice.nextLong(4 * longestPause.toNanos()));
                }
            } catch (ClientFailure e) {
                Actor.pause(seams.clock(), RETRY_PAUSE_NANOS);
            }
        }
    }

    /// Not by the member itself, whose coordinator answers nothing while others shall join.
    private void lookAtCommitted(Consumer onlooker) {
        try {
            checkCommitted(onlooker);
        } catch (ClientFailure e) {
            // Next time.
        }
    }

    /// @throws ClientFailure if no coordinator can be asked
    private void checkCommitted(Consumer consumer) {
        Map<TopicPartition, Long> before = new TreeMap<>(acknowledged);
        Map<TopicPartition, Long> committed = consumer.committed(before.keySet());
        before.forEach(
                (partition, offset) -> {
                    if (committed.getOrDefault(partition, 0L) < offset) {
                        throw new BrokenPromise(
                                Invariant.COMMITTED_OFFSETS_SURVIVE,
                                "The group has committed %s of %s, although %d was acknowledged."
                                        .formatted(committed.get(partition), partition, offset));
                    }
                });
    }

    /// Checks it once more, with a client of its own.
    void audit() {
        try (Consumer consumer = Consumer.of(settings, seams)) {
            checkCommitted(consumer);
        }
    }

    private void commit(Consumer consumer) {
        Map<TopicPartition, Long> positions = new TreeMap<>(consumer.positions());
        positions.forEach(this::refuseStepBack);
        consumer.commit();
        commits += positions.isEmpty() ? 0 : 1;
        acknowledged.putAll(positions);
    }

    private void refuseStepBack(TopicPartition partition, long position) {
        long committed = acknowledged.getOrDefault(partition, 0L);
        if (position < committed) {
            throw new BrokenPromise(
                    Invariant.COMMITTED_OFFSETS_SURVIVE,
                    "The group goes on at offset %d of %s, although %d was committed."
                            .formatted(position, partition, committed));
        }
    }
}
