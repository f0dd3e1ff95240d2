package io.zurau.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Decides who runs next and what time it is: a whole cluster on one platform thread.
///
/// **How tasks run.** A task is a virtual thread, but its JDK scheduler is ours. Whenever the
/// virtual thread is started or woken, the JDK hands the piece of work "go on until you block" to
/// an `Executor`; ours ([SimTask]) puts it into the list of runnable steps instead of a thread
/// pool. The loop in [#runUntil] takes one step out of that list **at random** and runs it on the
/// calling thread. It returns when the virtual thread blocks in a lock, a condition, a queue, a
/// simulated disk, socket or clock. So straight-line blocking code runs unchanged, only one task at
/// a time ever runs, and the order is the seed's alone.
///
/// **Where tasks change.** Only where they block. The simulated disk and network also block or
/// yield at random where the real ones could, which is where interleavings matter; code between two
/// such points is atomic here.
///
/// **What time it is.** Every step takes a microsecond. When nothing is runnable, time jumps to the
/// next timer. A day of waiting costs nothing, and a busy task cannot stop the clock.
///
/// **What makes a run repeatable.** The list of steps, the timers and the random numbers are all
/// there is. Wake-ups from other threads would not be: a wait with a timeout of
/// `java.util.concurrent` is ended by a thread of the JDK, in real time. [#submit] notices that and
/// the run fails with a hint to use `Clock`. Iteration over hash tables in the tested code is the
/// other leak; nothing can notice it but comparing [#traceHash] of two JVMs.
///
/// **How a machine dies.** Each step belongs to a [SimProcess]. The steps of a dead process are
/// dropped, now and whenever its threads are woken later. So its threads stay for ever where they
/// were, no `finally` block runs, and they are garbage as soon as nobody refers to them.
///
/// **How a machine is suspended.** The steps of a suspended process are laid aside until it is
/// resumed; its timers fire meanwhile, so that what they wake is late, as after `kill -STOP`.
///
/// **Guard.** The thread in [#runUntil], the *driver*: the simulation's own state is only touched
/// there, by tasks (which are mounted on it) or between steps. So the simulated devices need no
/// locks, and must have none: a frozen thread would hold them for ever.
final class Scheduler {
    private static final long NANOS_PER_STEP = 1_000;
    private static final int TRACE_LINES = 30;

    /// A piece of work until its task blocks next.
    private record Step(SimProcess process, String name, Runnable work) {}

    /// That a step ran; made into text only when somebody asks.
    private record StepNote(long atNanos, String name) {
        @Override
        public String toString() {
            return "%,15d µs  %s".formatted(atNanos / 1_000, name);
        }
    }

    /// Something to be done at a point in virtual time.
    ///
    /// @param order makes timers of the same time run in the order they were set
    record Timer(long atNanos, long order, SimProcess process, String name, Runnable work) {}

    private final Random choices;
    private final Thread driver = Thread.currentThread();
    private final List<Step> runnable = new ArrayList<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(
                    Comparator.comparingLong(Timer::atNanos).thenComparingLong(Timer::order));
    private final Deque<StepNote> recentSteps = new ArrayDeque<>();
    private long nowNanos;
    private long steps;
    private long timersSet;
    private long traceHash;
    private volatile @Nullable String foreignWakeUp;
    private @Nullable RuntimeException failure;
    private @Nullable SimProcess current; // Null between steps.

    Scheduler(Random choices) {
        this.choices = choices;
    }

    /// Virtual time since the start.
    long nowNanos() {
        return nowNanos;
    }

    /// Equal for equal runs: which step ran when.
    long traceHash() {
        return traceHash;
    }

    long steps() {
        return steps;
    }

    /// Makes a step runnable. Called by the JDK whenever a virtual thread starts or is woken.
    void submit(SimProcess process, String name, Runnable work) {
        Thread caller = Thread.currentThread();
        if (!caller.equals(driver) && !caller.isVirtual()) {
            foreignWakeUp =
                    "Task %s was woken by thread %s: it waited with a timeout outside Clock."
                            .formatted(name, caller.getName());
            return;
        }
        if (process.isAlive()) {
            runnable.add(new Step(process, name, work));
        }
    }

    /// Has something done when virtual time reaches `atNanos`, unless the process dies before.
    Timer at(long atNanos, SimProcess process, String name, Runnable work) {
        Timer timer = new Timer(atNanos, timersSet++, process, name, work);
        timers.add(timer);
        return timer;
    }

    void cancel(Timer timer) {
        timers.remove(timer);
    }

    /// Makes the run fail; the first failure counts.
    void fail(RuntimeException cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    /// Runs steps until `done`, a failure, or a limit is reached.
    ///
    /// @throws SimulationFailure if nothing can run any more, or a limit is reached
    void runUntil(BooleanSupplier done, long maxSteps, long maxNanos) {
        while (!done.getAsBoolean()) {
            throwIfFailed();
            if (steps >= maxSteps || nowNanos >= maxNanos) {
                throw new SimulationFailure(
                        "No end after %,d steps and %,d ms of virtual time."
                                .formatted(steps, nowNanos / 1_000_000));
            }
            if (!runOne()) {
                throw new SimulationFailure("Nothing can run any more, and no timer is set.");
            }
        }
        throwIfFailed();
    }

    private void throwIfFailed() {
        if (failure != null) {
            throw failure;
        }
        if (foreignWakeUp != null) {
            throw new SimulationFailure(foreignWakeUp);
        }
    }

    private boolean runOne() {
        fireTimers();
        if (runnable.isEmpty()) {
            return false;
        }
        Step step = takeAny();
        if (step.process().isSuspended()) {
            step.process().hold(() -> runnable.add(step));
        } else if (step.process().isAlive()) {
            steps++;
            nowNanos += NANOS_PER_STEP;
            note(step.name());
            current = step.process();
            step.work().run();
            current = null;
        }
        return true;
    }

    /// Whether the present step belongs to a task of that process.
    boolean isRunning(SimProcess process) {
        return current == process;
    }

    /// Whether the process of the present step has died during it.
    boolean isCurrentStepDead() {
        return current != null && !current.isAlive();
    }

    private void fireTimers() {
        Timer next = timers.peek();
        while (next != null && !next.process().isAlive()) {
            timers.remove();
            next = timers.peek();
        }
        if (next != null && runnable.isEmpty()) {
            nowNanos = Math.max(nowNanos, next.atNanos());
        }
        while (next != null && next.atNanos() <= nowNanos) {
            timers.remove();
            runnable.add(new Step(next.process(), next.name(), next.work()));
            next = timers.peek();
        }
    }

    private Step takeAny() {
        int index = choices.nextInt(runnable.size());
        Step last = runnable.removeLast();
        return index == runnable.size() ? last : runnable.set(index, last);
    }

    private void note(String name) {
        traceHash = (traceHash * 31 + name.hashCode()) * 31 + Long.hashCode(nowNanos);
        if (recentSteps.size() == TRACE_LINES) {
            recentSteps.removeFirst();
        }
        recentSteps.addLast(new StepNote(nowNanos, name));
    }

    /// The last steps, oldest first.
    List<String> recentSteps() {
        return recentSteps.stream().map(StepNote::toString).toList();
    }
}
