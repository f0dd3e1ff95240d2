package io.zurau.simulation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What lies between the machines: who listens where, which connections are open, and which
/// machines can reach each other.
///
/// **Guard:** the driver thread, see [Scheduler].
public final class Wires {
    private static final int FIRST_FREE_PORT = 40_000;
    private static final long USUAL_NANOS = 500_000;
    private static final long SLOW_NANOS = 20_000_000;

    private final Simulation simulation;
    private final Random dice;
    private final Map<String, SimListener> listeners = new TreeMap<>(); // By host:port.
    private final Set<SimConnection> open = new LinkedHashSet<>();
    private final Set<String> partitions = new TreeSet<>(); // One entry for each direction.
    private int nextFreePort = FIRST_FREE_PORT;

    Wires(Simulation simulation, Random dice) {
        this.simulation = simulation;
        this.dice = dice;
    }

    /// Nothing passes between two machines any more, in either direction, and nobody is told. What
    /// was sent arrives after [#heal()].
    public void partition(String one, String other) {
        partitionOneWay(one, other);
        partitionOneWay(other, one);
    }

    /// Nothing that `from` sends arrives at `to` any more, while the other direction works.
    public void partitionOneWay(String from, String to) {
        partitions.add(way(from, to));
    }

    /// Ends all partitions.
    public void heal() {
        partitions.clear();
        open.forEach(SimConnection::wake);
    }

    /// Breaks all connections between two machines: both sides see them reset.
    public void cut(String one, String other) {
        for (SimConnection connection : List.copyOf(open)) {
            if (pair(connection.localHost(), connection.remoteHost()).equals(pair(one, other))) {
                connection.breakAt(arrival());
            }
        }
    }

    /// Whether what `from` sends arrives at `to`.
    boolean canReach(String from, String to) {
        return partitions.isEmpty() || !partitions.contains(way(from, to));
    }

    private static String way(String from, String to) {
        return from + " → " + to;
    }

    private static String pair(String one, String other) {
        return one.compareTo(other) < 0 ? one + " – " + other : other + " – " + one;
    }

    /// When something sent now arrives.
    long arrival() {
        boolean slow = dice.nextInt(64) == 0;
        return now() + 1 + dice.nextLong(slow ? SLOW_NANOS : USUAL_NANOS);
    }

    long now() {
        return simulation.scheduler().nowNanos();
    }

    /// How much of what is there is read at once: often all, else any part.
    int anyPart(int available) {
        return dice.nextInt(2) == 0 ? available : 1 + dice.nextInt(available);
    }

    boolean anyChance() {
        return dice.nextBoolean();
    }

    int freePort() {
        return nextFreePort++;
    }

    void add(SimListener listener) throws IOException {
        if (listeners.putIfAbsent(listener.address(), listener) != null) {
            throw new IOException(
                    "Cannot listen on " + listener.address() + ": Address already in use.");
        }
    }

    void remove(SimListener listener) {
        listeners.remove(listener.address(), listener);
    }

    @Nullable SimListener listener(String host, int port) {
        return listeners.get(host + ":" + port);
    }

    void add(SimConnection connection) {
        open.add(connection);
    }

    void remove(SimConnection connection) {
        open.remove(connection);
    }

    /// The system of a crashed machine forgets its sockets; the others learn of it later.
    void crashed(SimMachine machine) {
        for (SimListener listener : new ArrayList<>(listeners.values())) {
            if (listener.host().equals(machine.name())) {
                remove(listener);
            }
        }
        for (SimConnection connection : List.copyOf(open)) {
            if (connection.localHost().equals(machine.name())) {
                remove(connection);
                connection.breakOtherSideAt(arrival());
            }
        }
    }
}
