package io.zurau.simulation;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// A small world that follows from a seed: machines with disks, a network between them, and virtual
/// time.
///
/// ```java
/// Simulation simulation = new Simulation(seed);
/// simulation.run(() -> {
///     SimMachine broker = simulation.machine("broker");
///     Seams seams = broker.boot();
///     …
///     broker.failPower();
/// });
/// ```
///
/// The body of [#run] is a task itself, on a machine of its own that never fails: there a scenario
/// starts machines, breaks them and checks. What a task throws makes the run fail. How it works is
/// told at [Scheduler].
///
/// **Guard:** the thread that made it is the only one that may use it; see [Scheduler].
public final class Simulation {
    /// Bounds of a run, far beyond what a scenario needs: a run that gets there goes in circles.
    private static final long MAX_STEPS = 20_000_000;

    private static final Duration MAX_TIME = Duration.ofDays(30);

    private static final int LONGEST_STORY = 1000;
    private static final int STACK_FRAMES_SHOWN = 12;

    private final long seed;
    private final Scheduler scheduler;
    private final Wires wires;
    private final Map<String, SimMachine> machines = new LinkedHashMap<>();
    private final List<String> story = new ArrayList<>();
    private long maxSteps = MAX_STEPS;

    public Simulation(long seed) {
        this.seed = seed;
        this.scheduler = new Scheduler(random("scheduler"));
        this.wires = new Wires(this, random("network"));
    }

    public long seed() {
        return seed;
    }

    /// A stream of random numbers of its own, so that drawing more in one place leaves the others
    /// as they were.
    public Random random(String purpose) {
        long mixed = seed * 0x9E3779B97F4A7C15L + purpose.hashCode() * 0xBF58476D1CE4E5B9L;
        return new Random(mixed ^ (mixed >>> 31));
    }

    /// A machine of that name, made on first use, down at first.
    public SimMachine machine(String name) {
        return machines.computeIfAbsent(name, n -> new SimMachine(this, n));
    }

    Optional<SimMachine> existing(String name) {
        return Optional.ofNullable(machines.get(name));
    }

    /// The network's own controls: partitions and cut connections.
    public Wires wires() {
        return wires;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /// Lets the run fail after this many steps.
    public Simulation limitedTo(long steps) {
        maxSteps = steps;
        return this;
    }

    /// Runs the body, and whatever it starts, until the body ends.
    ///
    /// @throws SimulationFailure if a task threw, the body among them, or the body does not end;
    ///   the message tells where every task was
    public void run(ScenarioBody body) {
        freeBuffers();
        SimMachine scenario = machine("scenario");
        scenario.boot();
        SimTask task = scenario.process().start("body", () -> runChecked(body));
        try {
            scheduler.runUntil(() -> !task.isRunning(), maxSteps, MAX_TIME.toNanos());
        } catch (SimulationFailure e) {
            throw new SimulationFailure(
                    "Seed %d: %s\n%s".formatted(seed, e.getMessage(), dump()), e);
        }
    }

    /// A simulation that has ended keeps its direct buffers until all garbage is collected. If the
    /// JVM runs out of them, it lets whoever wants one sleep in real time, and a task that sleeps
    /// without [Clock] is lost.
    private static void freeBuffers() {
        long most = Runtime.getRuntime().maxMemory() / 4; // So much heap, so much for buffers.
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            if (pool.getName().equals("direct") && pool.getMemoryUsed() > most) {
                System.gc();
            }
        }
    }

    private static void runChecked(ScenarioBody body) {
        try {
            body.run();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Exception e) {
            throw new SimulationFailure("The scenario threw " + e, e);
        }
    }

    /// What a scenario does.
    @FunctionalInterface
    public interface ScenarioBody {
        void run() throws Exception;
    }

    /// A number that is equal for equal runs.
    public long traceHash() {
        return scheduler.traceHash();
    }

    /// Lets the run fail, from wherever something is found to be wrong: also where what is thrown
    /// would be caught by the tested code.
    public void fail(RuntimeException cause) {
        scheduler.fail(new SimulationFailure(String.valueOf(cause.getMessage()), cause));
    }

    /// Notes what happened, for whoever reads the message of a run that failed.
    public void tell(String event) {
        if (story.size() < LONGEST_STORY) {
            story.add("%,15d µs  %s".formatted(scheduler.nowNanos() / 1_000, event));
        }
    }

    /// How many steps were run.
    public long steps() {
        return scheduler.steps();
    }

    /// Virtual time since the start.
    public Duration elapsed() {
        return Duration.ofNanos(scheduler.nowNanos());
    }

    /// The last steps, and where every task is blocked.
    private String dump() {
        StringBuilder text = new StringBuilder("What happened:\n");
        story.forEach(line -> text.append("  ").append(line).append('\n'));
        text.append("Last steps:\n");
        scheduler.recentSteps().forEach(line -> text.append("  ").append(line).append('\n'));
        for (SimMachine machine : machines.values()) {
            if (machine.isUp()) {
                machine.process().running().forEach(task -> dump(task, text));
            }
        }
        return text.toString();
    }

    private static void dump(SimTask task, StringBuilder text) {
        text.append(task.name()).append(" is at\n");
        StackTraceElement[] stack = task.stackTrace();
        int shown = 0;
        for (StackTraceElement frame : stack) {
            boolean ofTheJdk =
                    frame.getClassName().startsWith("java.")
                            || frame.getClassName().startsWith("jdk.");
            if (!ofTheJdk && shown++ < STACK_FRAMES_SHOWN) {
                text.append("    ").append(frame).append('\n');
            }
        }
    }
}
