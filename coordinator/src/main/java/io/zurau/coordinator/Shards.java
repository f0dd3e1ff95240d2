package io.zurau.coordinator;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.protocol.ErrorCode;
import io.zurau.runtime.Seams;
import io.zurau.runtime.Tasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The shards of one kind of coordinator that this broker hosts, one per partition of its topic
/// that this broker leads.
///
/// **Guard:** `shardsLock`, a leaf: shards are called after it is released.
public final class Shards<C, T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Shards.class);
    private static final Duration FULL_TOLD = Duration.ofMinutes(1);

    /// What a group, a member, a transactional id takes of the heap; half of which is for others.
    private static final long BYTES_PER_THING = 2_048;

    private final String name;
    private final Supplier<? extends StateMachine<C, T>> machines;
    private final CoordinatorLog log;
    private final Seams seams;
    private final long most;
    private final ReentrantLock shardsLock = new ReentrantLock();

    @GuardedBy("shardsLock")
    private boolean fullTold;

    @GuardedBy("shardsLock")
    private long fullToldNanos;

    private record Running<C, T>(Shard<C, T> shard, Tasks.Task task) {}

    @GuardedBy("shardsLock")
    private final TreeMap<Integer, Running<C, T>> byPartition = new TreeMap<>();

    /// @param name of the kind of coordinator; the threads are named after it
    /// @param machines makes the empty machine of a shard
    public Shards(
            String name,
            Supplier<? extends StateMachine<C, T>> machines,
            CoordinatorLog log,
            Seams seams) {
        this(name, machines, log, seams, Runtime.getRuntime().maxMemory() / BYTES_PER_THING);
    }

    /// @param most things that the machines remember together, timers among them, before commands
    ///   that add more are refused with `COORDINATOR_NOT_AVAILABLE`
    Shards(
            String name,
            Supplier<? extends StateMachine<C, T>> machines,
            CoordinatorLog log,
            Seams seams,
            long most) {
        this.name = name;
        this.machines = machines;
        this.log = log;
        this.seams = seams;
        this.most = most;
    }

    private Shard<C, T> shard(int partition) {
        return new Shard<>(partition, machines, log, seams.clock(), this::isFull, this::crowd);
    }

    private int crowd() {
        shardsLock.lock();
        try {
            return byPartition.values().stream().mapToInt(one -> one.shard.size()).sum();
        } finally {
            shardsLock.unlock();
        }
    }

    private boolean isFull() {
        shardsLock.lock();
        try {
            if (crowd() < most) {
                return false;
            }
            long now = seams.clock().nanos();
            if (!fullTold || now - fullToldNanos >= FULL_TOLD.toNanos()) {
                fullTold = true;
                fullToldNanos = now;
                LOG.atWarn()
                        .addKeyValue("coordinator", name)
                        .addKeyValue("most", most)
                        .log("As much is remembered as the heap has room for; new is refused");
            }
            return true;
        } finally {
            shardsLock.unlock();
        }
    }

    /// The partition that a key lives in, as in Kafka.
    public static int partitionOf(String key, int partitions) {
        int hash = key.hashCode();
        int positive = hash == Integer.MIN_VALUE ? 0 : Math.abs(hash);
        return positive % partitions;
    }

    /// Hosts the partition from now on, if it is not hosted yet. Until it is loaded, commands are
    /// refused with `COORDINATOR_LOAD_IN_PROGRESS`.
    public void load(int partition) {
        shardsLock.lock();
        try {
            if (!byPartition.containsKey(partition)) {
                Shard<C, T> shard = shard(partition);
                Tasks.Task task = seams.tasks().start(name + "-" + partition, shard::run);
                byPartition.put(partition, new Running<>(shard, task));
            }
        } finally {
            shardsLock.unlock();
        }
    }

    /// Loads the partition anew, although it was hosted all the time as far as is known here:
    /// another broker may have led it in between. The thread of before ends first; nobody waits for
    /// that.
    public void reload(int partition) {
        Running<C, T> before;
        shardsLock.lock();
        try {
            before = byPartition.remove(partition);
            Shard<C, T> shard = shard(partition);
            Tasks.Task task =
                    seams.tasks().start(name + "-" + partition, () -> runAfter(before, shard));
            byPartition.put(partition, new Running<>(shard, task));
        } finally {
            shardsLock.unlock();
        }
        if (before != null) {
            before.shard().close();
        }
    }

    private void runAfter(@Nullable Running<C, T> before, Shard<C, T> shard) {
        try {
            if (before != null) {
                before.task().join();
            }
            shard.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            shard.close();
        }
    }

    /// Hosts the partition no longer; whoever waits there is refused with `NOT_COORDINATOR`.
    /// Returns when its thread has ended.
    public void unload(int partition) throws InterruptedException {
        Running<C, T> running;
        shardsLock.lock();
        try {
            running = byPartition.remove(partition);
        } finally {
            shardsLock.unlock();
        }
        if (running != null) {
            running.shard().close();
            running.task().join();
        }
    }

    /// The partitions hosted, ascending.
    public List<Integer> hosted() {
        shardsLock.lock();
        try {
            return List.copyOf(byPartition.keySet());
        } finally {
            shardsLock.unlock();
        }
    }

    /// Hands the command to the partition's shard.
    ///
    /// @param reply settled by the machine, or refused
    public <A> Pending<A> submit(int partition, C command, Reply<A> reply) {
        Shard<C, T> shard = find(partition);
        if (shard == null) {
            reply.refuse(ErrorCode.NOT_COORDINATOR);
        } else {
            shard.submit(command, reply);
        }
        return reply;
    }

    private @Nullable Shard<C, T> find(int partition) {
        shardsLock.lock();
        try {
            Running<C, T> running = byPartition.get(partition);
            return running == null ? null : running.shard();
        } finally {
            shardsLock.unlock();
        }
    }

    /// Unloads every partition.
    @Override
    public void close() throws InterruptedException {
        List<Running<C, T>> all;
        shardsLock.lock();
        try {
            all = new ArrayList<>(byPartition.values());
            byPartition.clear();
        } finally {
            shardsLock.unlock();
        }
        all.forEach(running -> running.shard().close());
        for (Running<C, T> running : all) {
            running.task().join();
        }
    }
}
