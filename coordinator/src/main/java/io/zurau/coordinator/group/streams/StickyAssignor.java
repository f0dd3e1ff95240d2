package io.zurau.coordinator.group.streams;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Gives each task to one member, and to as many others as standby as are asked for, so that
/// members have about equally much to do, and as few tasks as possible move away from where their
/// state is.
///
/// As Apache Kafka's assignor of the name `sticky`: an active task goes to the member that ran it,
/// or else to one that has its state, unless that one has its fair share already; what is left goes
/// to the process with the least to do. Then standbys likewise, never two of a task in one process.
/// The same members and tasks give the same assignment always.
final class StickyAssignor {
    private final SortedMap<String, Instance> instances = new TreeMap<>();
    private final SortedMap<String, Share> shares = new TreeMap<>();
    private final Map<TaskId, Share> ranBefore = new TreeMap<>();
    private final Map<TaskId, List<Share>> hadState = new TreeMap<>();
    private final Quota activeQuota;
    private final Quota totalQuota;

    /// What a member brings along.
    ///
    /// @param held its tasks until now
    /// @param offsets how far the state on its disk has come, also of tasks that it does not hold
    record Candidate(String processId, Tasks held, NavigableMap<TaskId, Long> offsets) {}

    private StickyAssignor(SortedMap<String, Candidate> members, int activeTasks, int tasks) {
        this.activeQuota = new Quota(activeTasks, members.size());
        this.totalQuota = new Quota(tasks, members.size());
        members.forEach(this::add);
        rankStates(members);
    }

    /// @param members by id
    /// @param standbys how many of each task that has state
    /// @return the tasks of each member
    static SortedMap<String, Tasks> assign(
            SortedMap<String, Candidate> members,
            SortedMap<String, ResolvedSubtopology> subtopologies,
            int standbys) {
        List<TaskId> active = tasks(subtopologies, false);
        List<TaskId> stateful = tasks(subtopologies, true);
        SortedMap<String, Tasks> assigned = new TreeMap<>();
        if (!members.isEmpty()) {
            StickyAssignor assignor =
                    new StickyAssignor(
                            members, active.size(), active.size() + stateful.size() * standbys);
            assignor.assignActive(active);
            assignor.assignStandby(stateful, standbys);
            assignor.shares.forEach((id, share) -> assigned.put(id, share.tasks()));
        }
        return assigned;
    }

    private static List<TaskId> tasks(
            SortedMap<String, ResolvedSubtopology> subtopologies, boolean onlyStateful) {
        return subtopologies.entrySet().stream()
                .filter(subtopology -> !onlyStateful || subtopology.getValue().isStateful())
                .flatMap(
                        subtopology ->
                                IntStream.range(0, subtopology.getValue().tasks())
                                        .mapToObj(
                                                number -> new TaskId(subtopology.getKey(), number)))
                .toList();
    }

    private void add(String memberId, Candidate member) {
        Instance instance = instances.computeIfAbsent(member.processId(), Instance::new);
        Share share = new Share(instance);
        instance.add(share);
        shares.put(memberId, share);
        member.held().active().forEach(task -> ranBefore.put(task, share));
    }

    /// Who follows the task comes before who has something of it on disk; then, who is further.
    private void rankStates(SortedMap<String, Candidate> members) {
        record State(Share share, boolean follows, long offset) {}
        Map<TaskId, List<State>> states = new TreeMap<>();
        for (Map.Entry<String, Share> member : shares.entrySet()) {
            Candidate candidate = Objects.requireNonNull(members.get(member.getKey()));
            NavigableSet<TaskId> followed = new TreeSet<>(candidate.held().standby());
            followed.addAll(candidate.held().warmup());
            NavigableSet<TaskId> all = new TreeSet<>(candidate.offsets().navigableKeySet());
            all.addAll(followed);
            for (TaskId task : all) {
                long offset = candidate.offsets().getOrDefault(task, 0L);
                states.computeIfAbsent(task, t -> new ArrayList<>())
                        .add(new State(member.getValue(), followed.contains(task), offset));
            }
        }
        Comparator<State> order =
                Comparator.comparing(State::follows).thenComparingLong(State::offset).reversed();
        states.forEach(
                (task, all) ->
                        hadState.put(task, all.stream().sorted(order).map(State::share).toList()));
    }

    private void assignActive(List<TaskId> tasks) {
        List<TaskId> left = new ArrayList<>(tasks);
        left.sort(TaskId.BY_PARTITION);
        left.removeIf(task -> takesActive(ranBefore.get(task), task));
        left.removeIf(task -> takesActive(leastLoaded(hadState.get(task), null), task));
        left.sort(Comparator.naturalOrder());
        PriorityQueue<Instance> byLoad = byLoad();
        for (TaskId task : left) {
            Instance instance = byLoad.remove();
            giveActive(instance.leastLoaded(), task);
            byLoad.add(instance);
        }
    }

    private boolean takesActive(@Nullable Share share, TaskId task) {
        if (share == null || share.count() >= activeQuota.perMember()) {
            return false;
        }
        giveActive(share, task);
        return true;
    }

    private void giveActive(Share share, TaskId task) {
        share.giveActive(task);
        activeQuota.reached(share.count());
        totalQuota.reached(share.count());
    }

    private void assignStandby(List<TaskId> tasks, int standbys) {
        record Open(TaskId task, int standbys) {}
        List<Open> left = new ArrayList<>();
        for (TaskId task : tasks.stream().sorted(TaskId.BY_PARTITION.reversed()).toList()) {
            int open = standbys;
            while (open > 0 && takesStandby(task)) {
                open--;
            }
            if (open > 0) {
                left.add(new Open(task, open));
            }
        }
        left.sort(Comparator.comparing(Open::task).reversed());
        PriorityQueue<Instance> byLoad = byLoad();
        for (Open open : left) {
            for (int i = 0; i < open.standbys; i++) {
                giveStandbyToLeastLoaded(byLoad, open.task);
            }
        }
    }

    /// To who ran it, or else to who has its state.
    private boolean takesStandby(TaskId task) {
        Share ran = ranBefore.get(task);
        Share share =
                ran != null && !ran.instance().has(task) && hasRoom(ran)
                        ? ran
                        : leastLoaded(hadState.get(task), task);
        if (share == null || !hasRoom(share)) {
            return false;
        }
        giveStandby(share, task);
        return true;
    }

    private boolean hasRoom(Share share) {
        return share.count() < totalQuota.perMember();
    }

    private void giveStandby(Share share, TaskId task) {
        share.giveStandby(task);
        totalQuota.reached(share.count());
    }

    /// If every instance has the task already, there is one standby less than was asked for.
    private void giveStandbyToLeastLoaded(PriorityQueue<Instance> byLoad, TaskId task) {
        Deque<Instance> looked = new ArrayDeque<>();
        boolean given = false;
        while (!given && !byLoad.isEmpty()) {
            Instance instance = byLoad.remove();
            looked.add(instance);
            if (!instance.has(task)) {
                giveStandby(instance.leastLoaded(), task);
                given = true;
            }
        }
        byLoad.addAll(looked);
    }

    /// The first of those whose instance and who themselves have least to do.
    ///
    /// @param without a task that the instance must not have
    private static @Nullable Share leastLoaded(
            @Nullable List<Share> shares, @Nullable TaskId without) {
        Share least = null;
        if (shares != null) {
            for (Share share : shares) {
                boolean allowed = without == null || !share.instance().has(without);
                if (allowed && (least == null || share.hasLessThan(least))) {
                    least = share;
                }
            }
        }
        return least;
    }

    private PriorityQueue<Instance> byLoad() {
        PriorityQueue<Instance> queue =
                new PriorityQueue<>(
                        Comparator.comparingDouble(Instance::load).thenComparing(Instance::id));
        queue.addAll(instances.values());
        return queue;
    }
}
