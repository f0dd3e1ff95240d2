package io.zurau.tests.simulation;

import io.zurau.protocol.message.StreamsGroupHeartbeatRequest;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest.TaskIds;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest.TaskOffset;
import io.zurau.protocol.message.StreamsGroupHeartbeatResponse;
import io.zurau.runtime.Seams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A member of a streams group (KIP-1071). It begins with what it is given at once, and needs a
/// while to give up what it has to: until then it says that it has it. It restores the state of its
/// tasks, and tells how far it has come.
final class TaskMember
        extends SharingMember<StreamsGroupHeartbeatRequest, StreamsGroupHeartbeatResponse> {
    private static final long CHANGELOG_END = 30_000;
    private static final int MOST_RESTORED = 15_000; // Between two heartbeats.
    private static final long USUAL_CLOSING_NANOS = Duration.ofMillis(500).toNanos();
    private static final long LONGEST_CLOSING_NANOS = Duration.ofSeconds(20).toNanos();

    private final SharedApplication application;
    private final String processId;
    private final boolean tellsOffsets;
    private final TreeMap<Piece, Role> has = new TreeMap<>();
    private final TreeSet<Piece> closing = new TreeSet<>(); // What it has, but must give up.
    private final TreeMap<Piece, Long> offsets = new TreeMap<>(); // Of its state on disk.
    private long closedNanos; // When it will have given that up.
    private @Nullable Map<Piece, Role> said; // What it last said that it has.

    enum Role {
        ACTIVE,
        STANDBY,
        WARM_UP
    }

    /// @param processId members of one process have a disk in common
    TaskMember(
            String name,
            int nodeId,
            Seams seams,
            SimQuorum quorum,
            SharedApplication application,
            String processId,
            Random dice,
            Company company) {
        super(name, nodeId, seams, quorum, dice, StreamsGroupHeartbeatResponse.class, company);
        this.application = application;
        this.processId = processId;
        this.tellsOffsets = dice.nextInt(4) > 0; // Older clients do not.
    }

    String processId() {
        return processId;
    }

    @Override
    Set<Piece> uses() {
        return tasks(Role.ACTIVE);
    }

    Set<Piece> tasks(Role role) {
        return has.keySet().stream()
                .filter(task -> has.get(task) == role)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Its state stays on disk.
    @Override
    void abandon() {
        has.clear();
        closing.clear();
        said = null;
    }

    @Override
    StreamsGroupHeartbeatRequest request(int saidEpoch) {
        if (nowNanos() >= closedNanos) {
            has.keySet().removeAll(closing);
            closing.clear();
        }
        StreamsGroupHeartbeatRequest.Builder request =
                StreamsGroupHeartbeatRequest.builder()
                        .groupId(company().group())
                        .memberId(id())
                        .memberEpoch(saidEpoch);
        if (saidEpoch < 0) {
            return request.build();
        }
        if (saidEpoch == 0) {
            request.rebalanceTimeoutMs(REBALANCE_TIMEOUT_MS)
                    .processId(processId)
                    .topology(application.topology());
        }
        if (saidEpoch == 0 || unanswered() > 0 || !has.equals(said) || dice().nextInt(4) == 0) {
            said = Map.copyOf(has);
            request.activeTasks(lists(Role.ACTIVE))
                    .standbyTasks(lists(Role.STANDBY))
                    .warmupTasks(lists(Role.WARM_UP));
        }
        restore();
        if (tellsOffsets && dice().nextInt(3) == 0) {
            Map<Piece, Long> told = new TreeMap<>(offsets);
            tasks(Role.ACTIVE).stream().filter(this::isRestored).forEach(told::remove);
            Map<Piece, Long> ends = new TreeMap<>(told);
            ends.replaceAll((_, _) -> CHANGELOG_END);
            request.taskOffsets(offsets(told)).taskEndOffsets(offsets(ends));
        }
        return request.build();
    }

    private void restore() {
        has.keySet().stream()
                .filter(application::hasState)
                .forEach(
                        task ->
                                offsets.merge(
                                        task,
                                        (long) dice().nextInt(MOST_RESTORED),
                                        (before, more) -> Math.min(before + more, CHANGELOG_END)));
    }

    private boolean isRestored(Piece task) {
        return offsets.getOrDefault(task, 0L) == CHANGELOG_END;
    }

    private static List<TaskOffset> offsets(Map<Piece, Long> offsets) {
        List<TaskOffset> list = new ArrayList<>();
        offsets.forEach(
                (task, offset) ->
                        list.add(
                                TaskOffset.builder()
                                        .subtopologyId(task.of())
                                        .partition(task.partition())
                                        .offset(offset)
                                        .build()));
        return list;
    }

    private List<TaskIds> lists(Role role) {
        TreeMap<String, List<Integer>> partitions = new TreeMap<>();
        tasks(role)
                .forEach(
                        task ->
                                partitions
                                        .computeIfAbsent(task.of(), any -> new ArrayList<>())
                                        .add(task.partition()));
        List<TaskIds> lists = new ArrayList<>();
        partitions.forEach(
                (id, numbers) ->
                        lists.add(TaskIds.builder().subtopologyId(id).partitions(numbers).build()));
        return lists;
    }

    @Override
    StreamsGroupHeartbeatRequest withEpoch(StreamsGroupHeartbeatRequest request, int newEpoch) {
        return request.toBuilder().memberEpoch(newEpoch).build();
    }

    @Override
    Said said(StreamsGroupHeartbeatResponse answer) {
        return new Said(
                answer.errorCode(),
                String.valueOf(answer.errorMessage()),
                answer.memberEpoch(),
                answer.heartbeatIntervalMs());
    }

    /// What it is to do in another role it does so at once.
    @Override
    void follow(StreamsGroupHeartbeatResponse answer) {
        if (answer.activeTasks() == null
                || answer.standbyTasks() == null
                || answer.warmupTasks() == null) {
            return;
        }
        Map<Role, List<StreamsGroupHeartbeatResponse.TaskIds>> lists = new EnumMap<>(Role.class);
        lists.put(Role.ACTIVE, answer.activeTasks());
        lists.put(Role.STANDBY, answer.standbyTasks());
        lists.put(Role.WARM_UP, answer.warmupTasks());
        TreeMap<Piece, Role> told = new TreeMap<>();
        lists.forEach(
                (role, all) ->
                        all.forEach(
                                one ->
                                        one.partitions()
                                                .forEach(
                                                        number ->
                                                                take(
                                                                        new Piece(
                                                                                one.subtopologyId(),
                                                                                number),
                                                                        role,
                                                                        told))));
        closing.clear();
        closing.addAll(has.keySet());
        closing.removeAll(told.keySet());
        has.putAll(told);
        boolean slow = dice().nextInt(3) == 0;
        closedNanos =
                nowNanos() + dice().nextLong(slow ? LONGEST_CLOSING_NANOS : USUAL_CLOSING_NANOS);
    }

    private void take(Piece task, Role role, Map<Piece, Role> told) {
        if (told.put(task, role) != null) {
            throw new BrokenPromise(
                    exclusive(), "%s is given to %s in two roles.".formatted(task, this));
        }
        if (role == Role.ACTIVE) {
            mustBeFree(task);
        }
        for (SharingMember<?, ?> one : company().members().values()) {
            if (one instanceof TaskMember other
                    && !other.equals(this)
                    && other.processId.equals(processId)
                    && other.isIn()
                    && other.has.containsKey(task)) {
                throw new BrokenPromise(
                        exclusive(),
                        "%s is given to %s, and %s has it in the same process."
                                .formatted(task, this, other));
            }
        }
    }

    @Override
    public String toString() {
        return super.toString() + " with " + has + " but to give up " + closing;
    }

    boolean isClosing() {
        return !closing.isEmpty();
    }

    /// If the answer is lost in which a task changes its role, what the member has is not what it
    /// was given.
    @Override
    boolean mayBeFenced() {
        return unanswered() > 0;
    }

    @Override
    Invariant exclusive() {
        return Invariant.TASKS_ARE_RUN_ONCE;
    }
}
