package io.zurau.tests.simulation;

import io.zurau.client.Admin;
import io.zurau.client.ClientFailure;
import io.zurau.runtime.Seams;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// A client that makes and deletes topics. What was acknowledged must be so at the end; a topic for
/// which an answer is missing may be either, and is not touched again.
final class Organizer implements Actor {
    private enum State {
        EXISTS,
        GONE,
        UNKNOWN
    }

    private static final int NAMES = 50;

    private final Seams seams;
    private final Map<String, String> settings;
    private final Random dice;
    private final Duration longestPause;
    private final Map<String, State> topics = new TreeMap<>();
    private final short replicas;
    private boolean stopped;

    Organizer(
            Seams seams,
            Map<String, String> settings,
            Random dice,
            Duration longestPause,
            short replicas) {
        this.seams = seams;
        this.settings = settings;
        this.dice = dice;
        this.longestPause = longestPause;
        this.replicas = replicas;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        try (Admin admin = Admin.of(settings, seams)) {
            while (!stopped) {
                change(admin, "extra-" + dice.nextInt(NAMES));
                Actor.pause(seams.clock(), dice.nextLong(4 * longestPause.toNanos()));
            }
        }
    }

    private void change(Admin admin, String name) {
        State before = topics.getOrDefault(name, State.GONE);
        if (before == State.UNKNOWN) {
            return;
        }
        topics.put(name, State.UNKNOWN);
        try {
            if (before == State.GONE) {
                admin.createTopic(new Admin.NewTopic(name, 2, replicas, Map.of()));
                topics.put(name, State.EXISTS);
            } else {
                admin.deleteTopics(List.of(name));
                topics.put(name, State.GONE);
            }
        } catch (ClientFailure e) {
            // Nobody knows.
        }
    }

    /// Checks which topics there are.
    void check(Admin admin) {
        Map<String, Integer> found = new TreeMap<>();
        admin.topics().forEach(topic -> found.put(topic.name(), topic.partitions().size()));
        topics.forEach((name, state) -> check(name, state, found.getOrDefault(name, 0)));
    }

    private static void check(String name, State state, int partitions) {
        boolean kept =
                switch (state) {
                    case EXISTS -> partitions == 2;
                    case GONE -> partitions == 0;
                    case UNKNOWN -> partitions == 0 || partitions == 2;
                };
        if (!kept) {
            throw new BrokenPromise(
                    Invariant.NO_ACKNOWLEDGED_RECORD_LOST,
                    "Topic %s %s, but has %d partitions at the end."
                            .formatted(
                                    name,
                                    state == State.EXISTS ? "was made" : "was deleted",
                                    partitions));
        }
    }
}
