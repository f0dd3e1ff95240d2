package io.zurau.simulation;

import io.zurau.runtime.DiskFile;
import io.zurau.runtime.Network;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/// One side of a connection.
///
/// **Guard:** the driver thread, see [Scheduler].
final class SimConnection implements Network.Connection {
    private final Wires wires;
    private final SimMachine machine;
    private final SimClock clock;
    private final String remoteHost;
    private final int remotePort;
    private final SimPipe in;
    private final SimPipe out;
    private final Waiters waiters = new Waiters();
    private @Nullable SimConnection otherSide; // Set by [#connect], then never null.
    private boolean closed;
    private long brokenAt = SimPipe.NEVER; // From then on nothing works.
    private long unheardAt = SimPipe.NEVER; // From then on writing fails: nobody reads.

    private SimConnection(
            Wires wires,
            SimMachine machine,
            String remoteHost,
            int remotePort,
            SimPipe in,
            SimPipe out) {
        this.wires = wires;
        this.machine = machine;
        this.clock = machine.clock();
        this.remoteHost = remoteHost;
        this.remotePort = remotePort;
        this.in = in;
        this.out = out;
    }

    /// Both sides of a new connection.
    ///
    /// @return the caller's side; the other one waits at the listener
    static SimConnection connect(
            Wires wires, SimMachine caller, SimMachine called, SimListener listener) {
        SimPipe there = new SimPipe();
        SimPipe back = new SimPipe();
        SimConnection near =
                new SimConnection(wires, caller, called.name(), listener.port(), back, there);
        SimConnection far =
                new SimConnection(wires, called, caller.name(), wires.freePort(), there, back);
        near.otherSide = far;
        far.otherSide = near;
        wires.add(near);
        wires.add(far);
        listener.arrive(far);
        return near;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (!target.hasRemaining()) {
            return 0;
        }
        while (true) {
            refuseIfBroken();
            if (isReachable()) {
                int arrived = Math.min(in.arrived(wires.now()), target.remaining());
                if (arrived > 0) {
                    int count = wires.anyPart(arrived);
                    in.take(target, count);
                    otherSide().wake();
                    return count;
                }
                if (in.hasEnded(wires.now())) {
                    return -1;
                }
            }
            awaitNews(in.nextArrival());
        }
    }

    @Override
    public void write(ByteBuffer... sources) throws IOException {
        for (ByteBuffer source : sources) {
            while (source.hasRemaining()) {
                writeSome(source);
            }
        }
    }

    private int writeSome(ByteBuffer source) throws IOException {
        while (true) {
            refuseIfBroken();
            if (unheardAt <= wires.now()) {
                throw new IOException("Broken pipe: " + remoteHost + " has closed the connection");
            }
            int count = Math.min(source.remaining(), out.room());
            if (count > 0) {
                byte[] bytes = new byte[wires.anyPart(count)];
                source.get(bytes);
                out.send(ByteBuffer.wrap(bytes), wires.arrival());
                otherSide().wake();
                return bytes.length;
            }
            awaitNews(unheardAt);
        }
    }

    @Override
    public void write(DiskFile file, long position, long count) throws IOException {
        Target target = new Target();
        long sent = 0;
        while (sent < count) {
            long now = file.transferTo(position + sent, count - sent, target);
            if (now <= 0) {
                throw new EOFException("The file ends at " + (position + sent) + ".");
            }
            sent += now;
        }
    }

    /// This connection as files know it.
    private final class Target implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) throws IOException {
            return writeSome(source);
        }

        @Override
        public boolean isOpen() {
            return !closed;
        }

        @Override
        public void close() {
            SimConnection.this.close();
        }
    }

    private void refuseIfBroken() throws IOException {
        if (closed) {
            throw new AsynchronousCloseException();
        }
        if (Thread.currentThread().isInterrupted()) {
            close();
            throw new ClosedByInterruptException();
        }
        if (brokenAt <= wires.now() && isReachable()) {
            throw new IOException("Connection reset by " + remoteHost);
        }
    }

    /// Whether what the other side sends arrives here.
    private boolean isReachable() {
        return wires.canReach(remoteHost, machine.name());
    }

    /// Blocks until something may have changed: the time given, a break, or a wake-up.
    private void awaitNews(long newsAt) {
        long next = Math.min(newsAt, brokenAt);
        if (next == SimPipe.NEVER || !isReachable()) {
            waiters.await();
        } else {
            waiters.await(clock, clock.nanos() + Math.max(0, next - wires.now()));
        }
    }

    void wake() {
        waiters.wakeAll();
    }

    /// Both sides see the connection reset from `time` on.
    void breakAt(long time) {
        brokenAt = Math.min(brokenAt, time);
        wake();
    }

    void breakOtherSideAt(long time) {
        otherSide().breakAt(time);
    }

    private SimConnection otherSide() {
        if (otherSide == null) {
            throw new IllegalStateException("The connection has one side only.");
        }
        return otherSide;
    }

    String localHost() {
        return machine.name();
    }

    @Override
    public String remoteHost() {
        return remoteHost;
    }

    @Override
    public int remotePort() {
        return remotePort;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        wires.remove(this);
        long arrival = wires.arrival();
        out.end(arrival);
        otherSide().unheardAt = arrival;
        otherSide().wake();
        wake();
    }
}
