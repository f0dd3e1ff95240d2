package io.zurau.simulation;

import io.zurau.runtime.Tasks;
import java.lang.reflect.Constructor;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A virtual thread that runs when the simulation's [Scheduler] says so.
///
/// The JDK has no public way to give a virtual thread a scheduler, so the constructor of its
/// builder is called by reflection. That needs `--add-opens java.base/java.lang=ALL-UNNAMED`.
final class SimTask implements Tasks.Task, Executor {
    private static final Constructor<?> BUILDER = builderConstructor();

    /// The JDK's thread that wakes virtual threads whose monitor has become free.
    private static final String UNBLOCKER = "VirtualThread-unblocker";

    private static final Duration LONGEST_HOLD_UP = Duration.ofSeconds(10);

    private final BlockingQueue<Runnable> handedBack =
            new LinkedBlockingQueue<>(); // By the unblocker.
    private boolean queued; // Since its step began. Touched by the simulation's one thread only.
    private final Scheduler scheduler;
    private final SimProcess process;
    private final String name;
    private final Thread thread;

    /// @param name unique in the simulation
    SimTask(Scheduler scheduler, SimProcess process, String name, Runnable body) {
        this.scheduler = scheduler;
        this.process = process;
        this.name = name;
        this.thread =
                builder(this)
                        .name(name)
                        .inheritInheritableThreadLocals(false)
                        .unstarted(() -> run(body));
    }

    private static Constructor<?> builderConstructor() {
        try {
            Constructor<?> constructor =
                    Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                            .getDeclaredConstructor(Executor.class);
            constructor.setAccessible(true);
            return constructor;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("This JDK has no virtual threads with a scheduler of ours.", e);
        }
    }

    private static Thread.Builder.OfVirtual builder(Executor scheduler) {
        try {
            return (Thread.Builder.OfVirtual) BUILDER.newInstance(scheduler);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("This JDK has no virtual threads with a scheduler of ours.", e);
        }
    }

    void start() {
        thread.start();
    }

    private void run(Runnable body) {
        try {
            body.run();
        } catch (Throwable e) {
            scheduler.fail(new SimulationFailure("Task " + name + " threw " + e, e));
        } finally {
            process.ended(this);
        }
    }

    /// Called by the JDK when the thread starts or is woken.
    @Override
    public void execute(Runnable untilItBlocks) {
        if (Thread.currentThread().getName().equals(UNBLOCKER)) {
            handedBack.add(untilItBlocks);
        } else {
            queued = true;
            scheduler.submit(process, name, () -> runStep(untilItBlocks));
        }
    }

    /// Runs until it waits for something simulated. A monitor that a thread of the JDK's own holds
    /// for a moment (the cleaner of direct buffers, say) is nothing simulated: the step goes on
    /// when it is free.
    private void runStep(Runnable untilItBlocks) {
        queued = false;
        untilItBlocks.run();
        while (isHeldUp()) {
            queued = false;
            handBack().run();
        }
    }

    /// Blocked on a monitor, or free of it and on its way to the queue.
    private boolean isHeldUp() {
        Thread.State state = thread.getState();
        return state == Thread.State.BLOCKED || (state == Thread.State.RUNNABLE && !queued);
    }

    private Runnable handBack() {
        try {
            Runnable rest = handedBack.poll(LONGEST_HOLD_UP.toMillis(), TimeUnit.MILLISECONDS);
            if (rest == null) {
                throw new SimulationFailure("Task " + name + " waits for a monitor for ever.");
            }
            return rest;
        } catch (InterruptedException e) {
            throw new SimulationFailure("Interrupted while task " + name + " was held up.", e);
        }
    }

    @Override
    public void interrupt() {
        thread.interrupt();
    }

    @Override
    public void join() throws InterruptedException {
        thread.join();
    }

    @Override
    public boolean isRunning() {
        return thread.isAlive();
    }

    String name() {
        return name;
    }

    StackTraceElement[] stackTrace() {
        return thread.getStackTrace();
    }
}
