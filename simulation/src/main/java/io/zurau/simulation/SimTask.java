package io.zurau.simulation;

import io.zurau.runtime.Tasks;
import java.lang.reflect.Constructor;
import java.util.concurrent.Executor;

/// A virtual thread that runs when the simulation's [Scheduler] says so.
///
/// The JDK has no public way to give a virtual thread a scheduler, so the constructor of its
/// builder is called by reflection. That needs `--add-opens java.base/java.lang=ALL-UNNAMED`.
final class SimTask implements Tasks.Task, Executor {
    private static final Constructor<?> BUILDER = builderConstructor();

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
        scheduler.submit(process, name, untilItBlocks);
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
