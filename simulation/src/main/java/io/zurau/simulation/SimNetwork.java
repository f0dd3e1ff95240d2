package io.zurau.simulation;

import io.zurau.runtime.Network;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The network as one machine sees it. Hosts are called as their machines; `localhost` is the own.
///
/// **Guard:** the driver thread, see [Scheduler].
final class SimNetwork implements Network {
    private final Simulation simulation;
    private final SimMachine machine;

    SimNetwork(Simulation simulation, SimMachine machine) {
        this.simulation = simulation;
        this.machine = machine;
    }

    @Override
    public Listener listen(String host, int port) throws IOException {
        if (!hostName(host).equals(machine.name())) {
            throw new IOException(
                    "Cannot listen on %s:%d: it is not an address of %s."
                            .formatted(host, port, machine.name()));
        }
        SimListener listener =
                new SimListener(wires(), machine.name(), port == 0 ? wires().freePort() : port);
        wires().add(listener);
        return listener;
    }

    @Override
    public Connection connect(String host, int port, Duration timeout) throws IOException {
        SimClock clock = machine.clock();
        long deadline = clock.deadline(timeout);
        clock.pass(wires().arrival() - wires().now());
        SimMachine called =
                simulation
                        .existing(hostName(host))
                        .orElseThrow(() -> refusal(host, port, "unknown host"));
        boolean silent = !called.isUp() && wires().anyChance();
        if (silent || !isConnected(called)) {
            sleepUntil(clock, deadline);
            throw refusal(host, port, "no answer within " + timeout.toMillis() + " ms");
        }
        @Nullable SimListener listener = wires().listener(called.name(), port);
        if (listener == null) {
            throw new ConnectException(
                    "Cannot connect to %s:%d: Connection refused.".formatted(host, port));
        }
        return SimConnection.connect(wires(), machine, called, listener);
    }

    /// Whether a call and its answer arrive.
    private boolean isConnected(SimMachine called) {
        return wires().canReach(machine.name(), called.name())
                && wires().canReach(called.name(), machine.name());
    }

    private static void sleepUntil(SimClock clock, long deadline) throws IOException {
        try {
            clock.sleepUntil(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        }
    }

    private static IOException refusal(String host, int port, String reason) {
        return new IOException("Cannot connect to %s:%d: %s.".formatted(host, port, reason));
    }

    private Wires wires() {
        return simulation.wires();
    }

    private String hostName(String host) {
        return switch (host) {
            case "localhost", "127.0.0.1", "0.0.0.0", "" -> machine.name();
            default -> host;
        };
    }
}
