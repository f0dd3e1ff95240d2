package io.zurau.cli;

import io.zurau.cli.rebalance.Plan;
import io.zurau.cli.rebalance.Plan.Move;
import io.zurau.client.Admin;
import io.zurau.client.ClientFailure;
import io.zurau.client.ClusterDescription;
import io.zurau.client.Reassignment;
import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Clock;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Carries out a plan: so many partitions at a time are moved, then leaders are elected. What was
/// begun goes on in the cluster if this ends early.
///
/// Owned by one thread.
final class RebalanceExecution {
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(5);

    /// Without a byte or a partition more, it is given up.
    private static final Duration LONGEST_STANDSTILL = Duration.ofMinutes(10);

    /// A move that the cluster does not know of and that has not come about was cancelled; but the
    /// node that is asked may be behind by this many questions.
    private static final int MOST_MISSED = 40;

    private static final int ELECTIONS_AT_ONCE = 500;

    private final Admin admin;
    private final Clock clock;
    private final int atOnce;
    private final @Nullable PrintWriter out;

    private final Queue<Move> waiting = new ArrayDeque<>();
    private final SortedMap<TopicPartition, Move> moving = new TreeMap<>();
    private final Map<TopicPartition, Integer> missed = new HashMap<>();
    private final Set<TopicPartition> failed = new HashSet<>();
    private int partitions;
    private long bytes;
    private int donePartitions;
    private long doneBytes; // Of partitions that are done.

    /// @param atOnce the most partitions on the move at the same time
    /// @param out told of the progress, if there is one
    RebalanceExecution(Admin admin, Clock clock, int atOnce, @Nullable PrintWriter out) {
        this.admin = admin;
        this.clock = clock;
        this.atOnce = atOnce;
        this.out = out;
    }

    /// @return false if anything was refused or given up; it was said on standard error
    boolean run(Plan plan) throws InterruptedException {
        waiting.addAll(plan.moves());
        partitions = plan.moves().size();
        bytes = plan.bytes();
        boolean arrived = moveAll();
        List<TopicPartition> elections = new ArrayList<>(plan.elections());
        elections.removeAll(failed);
        if (!arrived) {
            return false;
        }
        elect(elections);
        if (failed.isEmpty()) {
            say("Done.");
        }
        return failed.isEmpty();
    }

    /// @return false if it stands still
    private boolean moveAll() throws InterruptedException {
        long began = clock.nanos();
        long standstill = clock.deadline(LONGEST_STANDSTILL);
        long nextReport = began;
        long before = -1; // Bytes and partitions done, in one number.
        while (!waiting.isEmpty() || !moving.isEmpty()) {
            long copied = doneBytes;
            try {
                begin();
                long underWay = look();
                copied = doneBytes + underWay;
            } catch (ClientFailure e) {
                if (!e.mayPass()) {
                    throw e;
                }
                complain(e); // A node is away; the cluster goes on without it.
            }
            if (copied + donePartitions != before) {
                before = copied + donePartitions;
                standstill = clock.deadline(LONGEST_STANDSTILL);
            }
            boolean over = waiting.isEmpty() && moving.isEmpty();
            if (partitions > 0 && (over || !clock.isAhead(nextReport))) {
                say(progress(copied, clock.nanos() - began));
                nextReport = clock.deadline(BETWEEN_REPORTS);
            }
            if (!clock.isAhead(standstill)) {
                System.err.printf(
                        "zurau: Nothing has moved for %d minutes. What was begun stays begun: \"zurau cluster\" shows it, --cancel ends it.%n",
                        LONGEST_STANDSTILL.toMinutes());
                return false;
            }
            if (!over) {
                clock.sleepUntil(clock.deadline(PAUSE));
            }
        }
        return true;
    }

    /// Sends off as many as may be under way.
    private void begin() {
        Map<TopicPartition, List<Integer>> targets = new TreeMap<>();
        List<Move> batch = new ArrayList<>();
        for (Move move : waiting) {
            if (moving.size() + batch.size() == atOnce) {
                break;
            }
            batch.add(move);
            targets.put(move.name(), move.after());
        }
        if (batch.isEmpty()) {
            return;
        }
        SortedMap<TopicPartition, ClientFailure.Refused> refused = admin.reassign(targets);
        for (Move move : batch) {
            waiting.remove();
            ClientFailure.Refused refusal = refused.get(move.name());
            if (refusal == null) {
                moving.put(move.name(), move);
            } else {
                fail(move.name(), refusal);
            }
        }
    }

    /// Finds out who has arrived.
    ///
    /// @return how many bytes were copied for those that have not
    private long look() {
        Set<TopicPartition> known = new HashSet<>();
        for (Reassignment reassignment : admin.reassignments()) {
            known.add(reassignment.partition());
        }
        Map<TopicPartition, List<Integer>> replicas = new HashMap<>();
        for (Admin.Topic topic : admin.topics()) {
            topic.partitions()
                    .forEach(
                            p ->
                                    replicas.put(
                                            new TopicPartition(topic.name(), p.number()),
                                            p.replicas()));
        }
        for (Move move : List.copyOf(moving.values())) {
            TopicPartition name = move.name();
            if (known.contains(name)) {
                missed.remove(name);
            } else if (move.after().equals(replicas.get(name))) {
                moving.remove(name);
                donePartitions++;
                doneBytes += move.bytes();
            } else if (missed.merge(name, 1, Integer::sum) > MOST_MISSED) {
                moving.remove(name);
                failed.add(name);
                System.err.printf("zurau: The move of %s was cancelled by somebody else.%n", name);
            }
        }
        return copied();
    }

    private long copied() {
        Map<Integer, SortedMap<TopicPartition, Long>> onNodes = new HashMap<>();
        for (ClusterDescription.Node node : admin.describeCluster().nodes()) {
            if (moving.values().stream().anyMatch(move -> move.added().contains(node.id()))) {
                onNodes.put(node.id(), admin.bytesOn(node.address()));
            }
        }
        long copied = 0;
        for (Move move : moving.values()) {
            for (int node : move.added()) {
                SortedMap<TopicPartition, Long> onNode = onNodes.get(node);
                if (onNode != null) {
                    copied += Math.min(move.replicaBytes(), onNode.getOrDefault(move.name(), 0L));
                }
            }
        }
        return copied;
    }

    private void elect(List<TopicPartition> elections) {
        for (int from = 0; from < elections.size(); from += ELECTIONS_AT_ONCE) {
            int to = Math.min(elections.size(), from + ELECTIONS_AT_ONCE);
            admin.electPreferredLeaders(elections.subList(from, to)).forEach(this::fail);
        }
    }

    private void fail(TopicPartition partition, ClientFailure.Refused refusal) {
        failed.add(partition);
        complain(refusal);
    }

    private static void complain(ClientFailure failure) {
        System.err.println("zurau: " + failure.getMessage());
    }

    private String progress(long copied, long nanos) {
        long perSecond = (long) (copied / Math.max(1e-3, nanos / 1e9));
        String left =
                copied == 0 || copied >= bytes
                        ? ""
                        : ", about %s left"
                                .formatted(time((bytes - copied) / Math.max(1, perSecond)));
        return "%d of %d partitions, %s of %s copied, %s/s%s"
                .formatted(
                        donePartitions,
                        partitions,
                        Bytes.text(copied),
                        Bytes.text(bytes),
                        Bytes.text(perSecond),
                        left);
    }

    private static String time(long seconds) {
        if (seconds < 60) {
            return seconds + " s";
        }
        return seconds < 3600
                ? "%d min".formatted((seconds + 59) / 60)
                : "%d h %d min".formatted(seconds / 3600, seconds % 3600 / 60);
    }

    private void say(String line) {
        if (out != null) {
            out.println(line);
            out.flush();
        }
    }
}
