package io.zurau.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.runtime.Clock;
import io.zurau.runtime.Network.Connection;
import io.zurau.runtime.Network.Listener;
import io.zurau.runtime.Seams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a machine that is suspended for a while, and the others, see of it.
final class SuspendedMachineTest {
    private static final int PORT = 9092;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static void sleep(SimMachine machine, Duration duration) throws InterruptedException {
        Clock clock = machine.seams().clock();
        clock.sleepUntil(clock.deadline(duration));
    }

    @Test
    void nothingRunsWhileItIsSuspendedAndItsClockGoesOn() {
        Simulation simulation = new Simulation(1);
        simulation.run(
                () -> {
                    // Given: a task that looks at the clock every second
                    SimMachine machine = simulation.machine("paused");
                    SimMachine scenario = simulation.machine("scenario");
                    Clock clock = machine.boot().clock();
                    long start = clock.nanos();
                    List<Long> seconds = new ArrayList<>();
                    machine.seams()
                            .tasks()
                            .start(
                                    "looks",
                                    () -> {
                                        while (true) {
                                            nap(machine);
                                            seconds.add((clock.nanos() - start) / 1_000_000_000);
                                        }
                                    });
                    sleep(scenario, Duration.ofMillis(2_500));

                    // When
                    machine.suspend();
                    sleep(scenario, MINUTE);
                    int seenWhileSuspended = seconds.size();
                    machine.resume();
                    sleep(scenario, Duration.ofMillis(700));

                    // Then: the third second came a minute late
                    assertThat(seenWhileSuspended).isEqualTo(2);
                    assertThat(seconds).containsExactly(1L, 2L, 62L);
                });
    }

    private static void nap(SimMachine machine) {
        try {
            sleep(machine, Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatIsSentToItIsReadWhenItIsResumed() {
        Simulation simulation = new Simulation(2);
        simulation.run(
                () -> {
                    // Given
                    SimMachine server = simulation.machine("server");
                    SimMachine scenario = simulation.machine("scenario");
                    Listener listener = server.boot().network().listen("server", PORT);
                    List<Byte> read = new ArrayList<>();
                    server.seams().tasks().start("reads", () -> read.add(readOne(listener)));
                    Seams client = simulation.machine("client").boot();

                    // When: a client connects and sends
                    server.suspend();
                    client.tasks().start("sends", () -> send(client)).join();
                    sleep(scenario, MINUTE);

                    // Then
                    assertThat(read).isEmpty();
                    server.resume();
                    sleep(scenario, Duration.ofSeconds(1));
                    assertThat(read).containsExactly((byte) 7);
                });
    }

    private static byte readOne(Listener listener) {
        try {
            ByteBuffer target = ByteBuffer.allocate(1);
            listener.accept().read(target);
            return target.get(0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void send(Seams client) {
        try {
            Connection connection = client.network().connect("server", PORT, MINUTE);
            connection.write(ByteBuffer.wrap(new byte[] {7}));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aCrashEndsIt() {
        Simulation simulation = new Simulation(3);
        simulation.run(
                () -> {
                    // Given
                    SimMachine machine = simulation.machine("paused");
                    List<String> ran = new ArrayList<>();
                    machine.boot().tasks().start("before", () -> ran.add("before"));
                    machine.suspend();

                    // When
                    machine.failPower();
                    machine.boot().tasks().start("after", () -> ran.add("after")).join();
                    machine.resume();

                    // Then: what was under way is gone
                    assertThat(machine.isSuspended()).isFalse();
                    assertThat(ran).containsExactly("after");
                });
    }
}
