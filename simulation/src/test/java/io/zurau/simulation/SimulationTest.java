package io.zurau.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import io.zurau.runtime.Tasks.Task;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

@SuppressWarnings("ThreadPriorityCheck") // The scheduler is ours.
final class SimulationTest {
    private static final long SEED = 42;

    @Test
    void theSameSeedGivesTheSameRun() {
        assertThat(runOfManyTasks(SEED)).isEqualTo(runOfManyTasks(SEED));
    }

    @Test
    void anotherSeedGivesAnotherRun() {
        assertThat(runOfManyTasks(SEED)).isNotEqualTo(runOfManyTasks(SEED + 1));
    }

    @Test
    void aTaskThatAThreadOfTheJdkHoldsUpIsWaitedFor() throws InterruptedException {
        // Given
        Object monitor = new Object();
        CountDownLatch held = new CountDownLatch(1);
        List<String> order = new ArrayList<>();
        Thread holder = Thread.ofPlatform().unstarted(() -> holdForAMoment(monitor, held));

        // When
        Simulation simulation = new Simulation(SEED);
        simulation.run(
                () -> {
                    Seams seams = simulation.machine("one").boot();
                    Task task =
                            seams.tasks()
                                    .start(
                                            "held up",
                                            () -> {
                                                holder.start();
                                                awaitReal(held);
                                                enter(monitor, order);
                                            });
                    Task next = seams.tasks().start("next", () -> order.add("next"));
                    task.join();
                    next.join();
                });
        holder.join();

        // Then
        assertThat(order).hasSize(2);
    }

    private static void holdForAMoment(Object monitor, CountDownLatch held) {
        synchronized (monitor) {
            held.countDown();
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }

    /// Without parking, which would be a wait for something simulated.
    private static void awaitReal(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            Thread.onSpinWait();
        }
    }

    private static void enter(Object monitor, List<String> order) {
        synchronized (monitor) {
            order.add("held up");
        }
    }

    @Test
    void theSameSeedGivesTheSameRunInAnotherJvm() throws IOException, InterruptedException {
        // When
        Process other =
                new ProcessBuilder(
                                System.getProperty("java.home") + "/bin/java",
                                "--add-opens",
                                "java.base/java.lang=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.zurau.simulation.SimulationTest",
                                "" + SEED)
                        .redirectErrorStream(true)
                        .start();
        String printed =
                new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();

        // Then
        assertThat(other.waitFor()).isZero();
        assertThat(printed).isEqualTo("" + runOfManyTasks(SEED));
    }

    public static void main(String[] arguments) {
        System.out.println(runOfManyTasks(Long.parseLong(arguments[0])));
    }

    /// Tasks that hand numbers on through queues, locks, sleeps, disks and sockets.
    private static long runOfManyTasks(long seed) {
        Simulation simulation = new Simulation(seed);
        List<String> order = new ArrayList<>();
        simulation.run(
                () -> {
                    Seams seams = simulation.machine("one").boot();
                    BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(2);
                    List<Task> tasks = new ArrayList<>();
                    for (int i = 0; i < 5; i++) {
                        int number = i;
                        tasks.add(seams.tasks().start("put", () -> putThree(seams, queue, number)));
                    }
                    for (int i = 0; i < 15; i++) {
                        order.add("" + queue.take());
                    }
                    for (Task task : tasks) {
                        task.join();
                    }
                });
        return simulation.traceHash() * 31 + order.hashCode();
    }

    private static void putThree(Seams seams, BlockingQueue<Integer> queue, int number) {
        try {
            for (int i = 0; i < 3; i++) {
                Clock clock = seams.clock();
                clock.sleepUntil(clock.nanos() + 1 + seams.randomness().below(5_000));
                queue.put(number);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void manyOrdersAreTried() {
        // Given
        Set<String> orders = new HashSet<>();

        // When
        for (int seed = 0; seed < 200; seed++) {
            Simulation simulation = new Simulation(seed);
            StringBuilder order = new StringBuilder();
            simulation.run(
                    () -> {
                        Seams seams = simulation.machine("one").boot();
                        List<Task> tasks = new ArrayList<>();
                        for (String name : List.of("a", "b", "c", "d")) {
                            tasks.add(seams.tasks().start(name, () -> order.append(name)));
                        }
                        for (Task task : tasks) {
                            task.join();
                        }
                    });
            orders.add(order.toString());
        }

        // Then
        assertThat(orders).hasSize(24);
    }

    @Test
    void waitingCostsNothing() {
        // Given
        Simulation simulation = new Simulation(SEED);

        // When
        simulation.run(
                () -> {
                    Clock clock = simulation.machine("one").boot().clock();
                    clock.sleepUntil(clock.deadline(Duration.ofDays(3)));
                });

        // Then
        assertThat(simulation.elapsed()).isBetween(Duration.ofDays(3), Duration.ofDays(4));
        assertThat(simulation.steps()).isLessThan(10);
    }

    @Test
    void aDeadlockIsReportedWithWhoWaitsWhere() {
        // Given
        Simulation simulation = new Simulation(SEED);
        ReentrantLock first = new ReentrantLock();
        ReentrantLock second = new ReentrantLock();

        // When
        assertThatExceptionOfType(SimulationFailure.class)
                .isThrownBy(
                        () ->
                                simulation.run(
                                        () -> {
                                            Seams seams = simulation.machine("one").boot();
                                            seams.tasks().start("ab", () -> both(first, second));
                                            seams.tasks()
                                                    .start("ba", () -> both(second, first))
                                                    .join();
                                        }))
                // Then
                .withMessageContaining("Seed 42: Nothing can run any more")
                .withMessageContaining("one.1/ab#0 is at")
                .withMessageContaining("SimulationTest.both");
    }

    private static void both(ReentrantLock first, ReentrantLock second) {
        first.lock();
        Thread.yield();
        Thread.yield();
        Thread.yield();
        second.lock();
    }

    @Test
    void aRunWithoutEndIsStopped() {
        // Given
        Simulation simulation = new Simulation(SEED).limitedTo(10_000);

        // When
        assertThatExceptionOfType(SimulationFailure.class)
                .isThrownBy(
                        () ->
                                simulation.run(
                                        () -> {
                                            while (simulation.seed() == SEED) {
                                                Thread.yield();
                                            }
                                        }))
                // Then
                .withMessageContaining("No end after 10,000 steps");
    }

    @Test
    void whatATaskThrowsFailsTheRun() {
        // Given
        Simulation simulation = new Simulation(SEED);

        // When
        assertThatExceptionOfType(SimulationFailure.class)
                .isThrownBy(
                        () ->
                                simulation.run(
                                        () -> {
                                            Seams seams = simulation.machine("one").boot();
                                            seams.tasks()
                                                    .start(
                                                            "bad",
                                                            () -> {
                                                                throw new IllegalStateException(
                                                                        "oh");
                                                            })
                                                    .join();
                                            seams.clock()
                                                    .sleepUntil(
                                                            seams.clock()
                                                                    .deadline(Duration.ofDays(1)));
                                        }))
                // Then
                .withMessageContaining("one.1/bad#0 threw java.lang.IllegalStateException: oh");
    }

    @Test
    void aTimedWaitOutsideTheClockIsNoticed() {
        // Given
        Simulation simulation = new Simulation(SEED);

        // When
        assertThatExceptionOfType(SimulationFailure.class)
                .isThrownBy(
                        () ->
                                simulation.run(
                                        () -> {
                                            Seams seams = simulation.machine("one").boot();
                                            seams.tasks()
                                                    .start("timed", SimulationTest::pollInRealTime);
                                            while (simulation.seed() == SEED) {
                                                Thread.yield();
                                            }
                                        }))
                // Then
                .withMessageContaining("timeout outside Clock");
    }

    private static void pollInRealTime() {
        try {
            var _ = new ArrayBlockingQueue<String>(1).poll(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aKilledMachineFreezesWithoutRunningFinallyBlocks() {
        // Given
        Simulation simulation = new Simulation(SEED);
        List<String> seen = new ArrayList<>();

        // When
        simulation.run(
                () -> {
                    SimMachine machine = simulation.machine("one");
                    Seams seams = machine.boot();
                    seams.tasks().start("victim", () -> sleepThenSay(seams.clock(), seen));
                    Clock clock = simulation.machine("scenario").seams().clock();
                    clock.sleepUntil(clock.deadline(Duration.ofMillis(1)));
                    machine.kill();
                    clock.sleepUntil(clock.deadline(Duration.ofDays(1)));
                });

        // Then
        assertThat(seen).containsExactly("begun");
    }

    private static void sleepThenSay(Clock clock, List<String> seen) {
        try {
            seen.add("begun");
            clock.sleepUntil(clock.deadline(Duration.ofMinutes(1)));
        } catch (InterruptedException e) {
            seen.add("interrupted");
        } finally {
            seen.add("ended");
        }
    }

    @Test
    void aTaskThatCrashesItsOwnMachineGoesNoFurther() {
        // Given
        Simulation simulation = new Simulation(SEED);
        List<String> seen = new ArrayList<>();

        // When
        simulation.run(
                () -> {
                    SimMachine machine = simulation.machine("one");
                    Seams seams = machine.boot();
                    seams.tasks()
                            .start(
                                    "suicide",
                                    () -> {
                                        seen.add("before");
                                        machine.failPower();
                                        seen.add("after");
                                    });
                    machine.awaitCrash();
                    seen.add("rebooted " + machine.boot().clock().wallMs());
                });

        // Then
        assertThat(seen).hasSize(2).startsWith("before");
    }

    @Test
    void theThreadsOfADeadMachineAreGarbage() {
        // Given
        Simulation simulation = new Simulation(SEED);
        int megabytesPerTask = 8;

        // When: 200 times 8 MiB would not fit into the tests' heap of 1 GiB
        simulation.run(
                () -> {
                    SimMachine machine = simulation.machine("one");
                    for (int i = 0; i < 200; i++) {
                        Seams seams = machine.boot();
                        seams.tasks().start("holder", () -> holdForEver(megabytesPerTask << 20));
                        Thread.yield();
                        Thread.yield();
                        Thread.yield();
                        machine.kill();
                    }
                });

        // Then
        assertThat(simulation.machine("one").isUp()).isFalse();
    }

    private static void holdForEver(int bytes) {
        byte[] held = new byte[bytes];
        ReentrantLock lock = new ReentrantLock();
        Condition never = lock.newCondition();
        lock.lock();
        try {
            while (held.length == bytes) {
                never.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }
}
