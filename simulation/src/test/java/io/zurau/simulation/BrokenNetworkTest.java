package io.zurau.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zurau.runtime.Clock;
import io.zurau.runtime.Network.Connection;
import io.zurau.runtime.Network.Listener;
import io.zurau.runtime.Seams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What simulated wires do when they, or the machines at their ends, break.
final class BrokenNetworkTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int PORT = 9092;

    /// Two machines with one connection between them.
    private record Two(
            Simulation simulation,
            SimMachine server,
            Seams client,
            Connection near,
            Connection far) {}

    @FunctionalInterface
    private interface Story {
        void tell(Two two) throws Exception;
    }

    /// On the client's machine, with many seeds.
    private static void between(Story story) {
        for (long seed = 0; seed < 50; seed++) {
            Simulation simulation = new Simulation(seed);
            simulation.run(
                    () -> {
                        SimMachine server = simulation.machine("server");
                        Listener listener = server.boot().network().listen("server", PORT);
                        Seams client = simulation.machine("client").boot();
                        client.tasks()
                                .start(
                                        "client",
                                        () -> tell(story, simulation, server, client, listener))
                                .join();
                    });
        }
    }

    private static void tell(
            Story story,
            Simulation simulation,
            SimMachine server,
            Seams client,
            Listener listener) {
        try {
            Connection near = client.network().connect("server", PORT, TIMEOUT);
            story.tell(new Two(simulation, server, client, near, listener.accept()));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aPartitionCanBeOneWay() {
        between(
                two -> {
                    // When: what the client sends is lost on its way
                    two.simulation().wires().partitionOneWay("client", "server");
                    two.near().write(ByteBuffer.wrap(new byte[] {1}));
                    two.far().write(ByteBuffer.wrap(new byte[] {7}));

                    // Then: the other direction works, and nobody can connect anew
                    ByteBuffer read = ByteBuffer.allocate(1);
                    assertThat(two.near().read(read)).isEqualTo(1);
                    assertThat(read.get(0)).isEqualTo((byte) 7);
                    assertThatExceptionOfType(IOException.class)
                            .isThrownBy(
                                    () -> two.client().network().connect("server", PORT, TIMEOUT))
                            .withMessageContaining("no answer");

                    // When
                    two.simulation().wires().heal();

                    // Then
                    read.clear();
                    assertThat(two.far().read(read)).isEqualTo(1);
                    assertThat(read.get(0)).isEqualTo((byte) 1);
                });
    }

    @Test
    void whatIsSentAcrossAPartitionArrivesAfterIt() {
        between(
                two -> {
                    // Given
                    two.simulation().wires().partition("client", "server");
                    two.far().write(ByteBuffer.wrap(new byte[] {7}));
                    Clock clock = two.client().clock();
                    long healed = clock.deadline(Duration.ofMinutes(1));
                    two.client().tasks().start("healer", () -> healAt(two, healed));

                    // When
                    ByteBuffer received = ByteBuffer.allocate(1);
                    int count = two.near().read(received);

                    // Then
                    assertThat(count).isEqualTo(1);
                    assertThat(received.get(0)).isEqualTo((byte) 7);
                    assertThat(clock.isAhead(healed)).isFalse();
                });
    }

    private static void healAt(Two two, long time) {
        try {
            two.client().clock().sleepUntil(time);
            two.simulation().wires().heal();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nobodyAnswersAcrossAPartition() {
        between(
                two -> {
                    two.simulation().wires().partition("server", "client");
                    assertThatExceptionOfType(IOException.class)
                            .isThrownBy(
                                    () -> two.client().network().connect("server", PORT, TIMEOUT))
                            .withMessage(
                                    "Cannot connect to server:9092: no answer within 1000 ms.");
                });
    }

    @Test
    void aCutConnectionIsResetOnBothSides() {
        between(
                two -> {
                    two.simulation().wires().cut("client", "server");
                    assertReset(two.near());
                    assertReset(two.far());
                });
    }

    @Test
    void theConnectionsOfACrashedMachineAreReset() {
        between(
                two -> {
                    two.server().failPower();
                    assertReset(two.near());
                });
    }

    @Test
    void aCrashedMachineRefusesOrIsSilent() {
        // Given
        Set<String> answers = new TreeSet<>();

        // When
        between(
                two -> {
                    two.server().kill();
                    assertThatExceptionOfType(IOException.class)
                            .isThrownBy(
                                    () -> two.client().network().connect("server", PORT, TIMEOUT))
                            .satisfies(e -> answers.add("" + e.getMessage()));
                });

        // Then
        assertThat(answers)
                .containsExactly(
                        "Cannot connect to server:9092: Connection refused.",
                        "Cannot connect to server:9092: no answer within 1000 ms.");
    }

    @Test
    void aRebootedMachineIsReachedAgain() {
        between(
                two -> {
                    // Given
                    two.server().kill();

                    // When
                    Listener listener = two.server().boot().network().listen("server", PORT);
                    Connection again = two.client().network().connect("server", PORT, TIMEOUT);
                    again.write(ByteBuffer.wrap(new byte[] {1}));

                    // Then
                    assertThat(listener.accept().read(ByteBuffer.allocate(1))).isEqualTo(1);
                });
    }

    @Test
    void unknownHostsAndForeignAddressesAreRefused() {
        between(
                two -> {
                    assertThatExceptionOfType(IOException.class)
                            .isThrownBy(() -> two.client().network().connect("moon", 1, TIMEOUT))
                            .withMessage("Cannot connect to moon:1: unknown host.");
                    assertThatExceptionOfType(IOException.class)
                            .isThrownBy(() -> two.client().network().listen("server", 1))
                            .withMessageContaining("Cannot listen on server:1");
                });
    }

    @Test
    void readsComeInAnyPieces() {
        // Given
        List<Integer> sizes = new ArrayList<>();

        // When
        between(
                two -> {
                    two.far().write(ByteBuffer.allocate(100));
                    for (int left = 100; left > 0; ) {
                        int count = two.near().read(ByteBuffer.allocate(left));
                        sizes.add(count);
                        left -= count;
                    }
                });

        // Then
        assertThat(sizes).contains(100, 1).hasSizeGreaterThan(100);
    }

    private static void assertReset(Connection connection) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> connection.read(ByteBuffer.allocate(1)))
                .withMessageContaining("Connection reset");
    }
}
