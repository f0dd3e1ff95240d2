package io.zurau.simulation;

import io.zurau.runtime.Seams;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A named machine: disks that stay, and the process that runs on it between [#boot] and a crash.
///
/// **Guard:** the driver thread, see [Scheduler].
public final class SimMachine {
    private final Simulation simulation;
    private final String name;
    private final Random random;
    private final Map<String, SimDisk> disks = new LinkedHashMap<>();
    private final Waiters waitingForCrash = new Waiters();
    private @Nullable Boot boot; // Null while the machine is down.
    private int boots;
    private int disksReplaced;
    private long wallShiftMs;

    /// What exists from one start of the machine to its crash.
    private record Boot(SimProcess process, SimClock clock, Seams seams) {}

    SimMachine(Simulation simulation, String name) {
        this.simulation = simulation;
        this.name = name;
        this.random = simulation.random("machine " + name);
    }

    public String name() {
        return name;
    }

    /// Starts the machine, with nothing running on it yet.
    ///
    /// @return its seams until the next crash; its host name is its name
    public Seams boot() {
        if (boot != null) {
            throw new IllegalStateException("Machine " + name + " is up already.");
        }
        SimProcess process = new SimProcess(simulation.scheduler(), name + "." + ++boots);
        SimClock clock =
                new SimClock(simulation.scheduler(), process, random.nextLong(), () -> wallShiftMs);
        Seams seams =
                new Seams(
                        clock,
                        process,
                        new SimNetwork(simulation, this),
                        new SimRandomness(random));
        boot = new Boot(process, clock, seams);
        simulation.tell(name + " boots");
        return seams;
    }

    public boolean isUp() {
        return boot != null;
    }

    /// The seams of the present boot.
    public Seams seams() {
        return running().seams();
    }

    SimProcess process() {
        return running().process();
    }

    SimClock clock() {
        return running().clock();
    }

    private Boot running() {
        if (boot == null) {
            throw new IllegalStateException("Machine " + name + " is down.");
        }
        return boot;
    }

    /// A disk of this machine, made on first use.
    public SimDisk disk(String diskName) {
        return disks.computeIfAbsent(
                diskName,
                n ->
                        new SimDisk(
                                this,
                                n,
                                simulation.random("disk " + name + " " + n + replacement())));
    }

    private String replacement() {
        return disksReplaced == 0 ? "" : " " + disksReplaced;
    }

    /// Puts the wall clock forward, or back.
    public void shiftWallClock(Duration shift) {
        wallShiftMs += shift.toMillis();
    }

    /// Puts the wall clock right again.
    public void rightWallClock() {
        wallShiftMs = 0;
    }

    /// `kill -9`: everything stops where it is; what was written stays written.
    public void kill() {
        simulation.tell(name + " is killed");
        crash();
        disks.values().forEach(SimDisk::releaseLocks);
        stopCallerIfDead();
    }

    /// Everything stops where it is, and each disk loses what it need not have kept.
    public void failPower() {
        simulation.tell("the power of " + name + " fails");
        crash();
        disks.values().forEach(SimDisk::losePower);
        stopCallerIfDead();
    }

    private void crash() {
        SimProcess process = process();
        boot = null;
        process.kill();
        simulation.wires().crashed(this);
        waitingForCrash.wakeAll();
    }

    /// A task that crashes its own machine goes no further either.
    @SuppressWarnings("ThreadPriorityCheck") // The scheduler is ours, and drops the yielding task.
    private void stopCallerIfDead() {
        while (simulation.scheduler().isCurrentStepDead()) {
            Thread.yield();
        }
    }

    /// `kill -STOP`, or a virtual machine that is moved: nothing runs here until [#resume()], while
    /// time goes on. Connections stay open and take what is sent, as far as their buffers reach. To
    /// be called by a task of another machine; a crash ends it too.
    public void suspend() {
        if (simulation.scheduler().isRunning(process())) {
            throw new IllegalStateException("A task of " + name + " cannot suspend it.");
        }
        simulation.tell(name + " is suspended");
        process().suspend();
    }

    public boolean isSuspended() {
        return boot != null && process().isSuspended();
    }

    /// Everything goes on where it was.
    public void resume() {
        if (isSuspended()) {
            simulation.tell(name + " is resumed");
            process().resume();
        }
    }

    /// Puts a new, empty disk in the place of one, while the machine is down.
    public void replaceDisk(String diskName) {
        if (boot != null) {
            throw new IllegalStateException(
                    "The disks of " + name + " cannot be replaced while it is up.");
        }
        simulation.tell(name + " gets a new disk " + diskName);
        disksReplaced++;
        disks.remove(diskName);
    }

    /// Blocks the calling task, of another machine, until this one is down.
    public void awaitCrash() throws InterruptedException {
        while (isUp()) {
            waitingForCrash.await();
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /// Gives other tasks a chance to run, and sometimes time to pass, as a device does.
    void pause(Random dice, int oneIn, long maxNanos) {
        if (boot == null || !simulation.scheduler().isRunning(boot.process())) {
            return; // A scenario looks at a disk, or crashes the machine.
        }
        if (dice.nextInt(oneIn) == 0) {
            clock().pass(1 + dice.nextLong(maxNanos));
        }
    }
}
