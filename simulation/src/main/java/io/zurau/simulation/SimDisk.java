package io.zurau.simulation;

import io.zurau.runtime.Disk;
import io.zurau.runtime.DiskFile;
import io.zurau.runtime.StorageFailure;
import io.zurau.simulation.DiskFaults.Operation;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A machine's disk in memory that forgets, when the power fails, all that a real one may forget:
/// any of the writes that were not synced, the last of them torn, and any names in directories that
/// were not synced.
///
/// **Guard:** the driver thread, see [Scheduler].
public final class SimDisk implements Disk {
    /// Writes of synced files must be aligned to this.
    static final int ALIGNMENT = 512;

    private static final long SLOWEST_SYNC_NANOS = 400_000;
    private static final long SLOWEST_ACCESS_NANOS = 20_000;

    private final SimMachine machine;
    private final String name;
    private final Random dice;
    private final SimDirectory root = new SimDirectory();
    private final DiskFaults faults = new DiskFaults();
    private final Set<String> locked = new TreeSet<>();
    private long changes;

    SimDisk(SimMachine machine, String name, Random dice) {
        this.machine = machine;
        this.name = name;
        this.dice = dice;
    }

    @Override
    public String name() {
        return machine.name() + ":" + name;
    }

    /// What is to go wrong.
    public DiskFaults faults() {
        return faults;
    }

    /// How many changes were made so far: writes, syncs and changes of names.
    public long changes() {
        return changes;
    }

    /// What processes see in a file, for whoever checks: it takes no time and never fails. Valid
    /// until the file changes.
    public ByteBuffer peek(String path) {
        return file(path).peek();
    }

    /// Flips one bit of a file, on the device and in memory, as rotten media do.
    public void flipBit(String path, long position, int bit) {
        file(path).flipBit(position, bit);
    }

    @Override
    public boolean exists(String path) {
        return find(path) != null;
    }

    @Override
    public boolean isDirectory(String path) {
        return find(path) instanceof SimDirectory;
    }

    @Override
    public List<String> list(String directory) {
        return find(directory) instanceof SimDirectory found ? found.names() : List.of();
    }

    @Override
    public void createDirectories(String directory) {
        SimDirectory at = root;
        for (String step : steps(directory)) {
            switch (at.find(step)) {
                case SimDirectory found -> at = found;
                case SimFile taken ->
                        throw failure("create directory", directory, "a file has that name");
                case null -> {
                    SimDirectory parent = at;
                    SimDirectory made = new SimDirectory();
                    change(
                            Operation.NAMES,
                            "create",
                            directory,
                            () -> parent.put(step, made),
                            () -> {});
                    at = made;
                }
            }
        }
    }

    @Override
    public DiskFile open(String path) {
        return new SimDiskFile(this, path, openOrCreate(path), false, true);
    }

    @Override
    public DiskFile openReadOnly(String path) {
        return new SimDiskFile(this, path, file(path), false, false);
    }

    @Override
    public DiskFile openForSyncedWrites(String path, long size) {
        SimFile file = openOrCreate(path);
        if (file.size() != size) {
            byte[] zeroes = new byte[Math.toIntExact(size)];
            change(Operation.WRITE, "truncate", path, () -> file.truncate(0), () -> {});
            change(Operation.WRITE, "write", path, () -> file.write(zeroes, 0), () -> {});
            sync(file, path);
        }
        return new SimDiskFile(this, path, file, true, true);
    }

    private SimFile openOrCreate(String path) {
        return switch (find(path)) {
            case SimFile found -> found;
            case SimDirectory taken -> throw failure("open", path, "it is a directory");
            case null -> create(path);
        };
    }

    private SimFile create(String path) {
        SimDirectory parent = parent(path);
        SimFile file = new SimFile();
        change(Operation.NAMES, "create", path, () -> parent.put(lastName(path), file), () -> {});
        return file;
    }

    @Override
    public void delete(String path) {
        SimNode node = find(path);
        if (node == null) {
            return;
        }
        if (node instanceof SimDirectory directory && !directory.names().isEmpty()) {
            throw failure("delete", path, "the directory is not empty");
        }
        SimDirectory parent = parent(path);
        change(Operation.NAMES, "delete", path, () -> parent.remove(lastName(path)), () -> {});
    }

    @Override
    public void move(String from, String to) {
        SimNode node = find(from);
        if (node == null) {
            throw failure("move to " + to, from, "no such file or directory");
        }
        if (find(to) instanceof SimDirectory taken && !taken.names().isEmpty()) {
            throw failure("move to " + to, from, "a directory of that name is not empty");
        }
        SimDirectory source = parent(from);
        SimDirectory target = parent(to);
        change(
                Operation.NAMES,
                "move",
                from,
                () -> source.move(lastName(from), target, lastName(to), node),
                () -> {});
    }

    @Override
    public void syncDirectory(String directory) {
        if (!(find(directory) instanceof SimDirectory found)) {
            throw failure("sync directory", directory, "no such file or directory");
        }
        machine.pause(dice, 1, SLOWEST_SYNC_NANOS);
        change(Operation.SYNC, "sync directory", directory, found::sync, () -> {});
    }

    void sync(SimFile file, String path) {
        machine.pause(dice, 1, SLOWEST_SYNC_NANOS);
        change(Operation.SYNC, "sync", path, file::sync, () -> {});
    }

    void write(SimFile file, String path, byte[] bytes, long position) {
        long growth = Math.max(0, position + bytes.length - file.size());
        if (faults.isSmall() && growth > usableBytes()) {
            throw failure("write", path, "no space left on device");
        }
        Runnable whole = () -> file.write(bytes, position);
        change(Operation.WRITE, "write", path, whole, whole);
    }

    void writeSynced(SimFile file, String path, byte[] bytes, long position) {
        machine.pause(dice, 1, SLOWEST_SYNC_NANOS);
        change(
                Operation.WRITE,
                "write",
                path,
                () -> {
                    if (faults.isLying()) {
                        file.writeLate(bytes, position);
                    } else {
                        file.writeSynced(bytes, position);
                    }
                },
                () -> file.writeTorn(bytes, position, dice));
    }

    void truncate(SimFile file, String path, long size) {
        change(Operation.WRITE, "truncate", path, () -> file.truncate(size), () -> {});
    }

    /// Every change of the disk passes here, and the power may fail at each.
    ///
    /// @param part what the change may still do when the power fails in it
    private void change(
            Operation operation, String action, String path, Runnable whole, Runnable part) {
        access(operation, action, path);
        changes++;
        if (faults.powerFailsNow()) {
            part.run();
            machine.failPower(); // Never returns to a task of this machine.
        } else {
            whole.run();
        }
    }

    /// Every access passes here.
    void access(Operation operation, String action, String path) {
        machine.pause(dice, 8, SLOWEST_ACCESS_NANOS);
        if (faults.fails(operation)) {
            throw failure(action, path, "input/output error");
        }
        if (faults.exhaustsMemoryNow(operation, path)) {
            throw new OutOfMemoryError("Simulated.");
        }
    }

    int anyBetweenOneAnd(int most) {
        return 1 + dice.nextInt(most);
    }

    void losePower() {
        releaseLocks();
        faults.heal();
        root.losePower(Survival.any(dice));
    }

    void releaseLocks() {
        locked.clear();
    }

    @Override
    public long usableBytes() {
        return Math.max(0, faults.capacity() - root.bytes());
    }

    @Override
    public long totalBytes() {
        return faults.capacity();
    }

    @Override
    public Optional<Lock> lock(String path) {
        openOrCreate(path);
        return locked.add(path) ? Optional.of(() -> locked.remove(path)) : Optional.empty();
    }

    private SimFile file(String path) {
        return switch (find(path)) {
            case SimFile found -> found;
            case SimDirectory taken -> throw failure("open", path, "it is a directory");
            case null -> throw failure("open", path, "no such file or directory");
        };
    }

    private @Nullable SimNode find(String path) {
        SimNode at = root;
        for (String step : steps(path)) {
            if (!(at instanceof SimDirectory directory)) {
                return null;
            }
            at = directory.find(step);
        }
        return at;
    }

    private SimDirectory parent(String path) {
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            return root;
        }
        if (find(path.substring(0, slash)) instanceof SimDirectory found) {
            return found;
        }
        throw failure("find", path, "no such file or directory");
    }

    private static String lastName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static List<String> steps(String path) {
        return path.isEmpty() ? List.of() : List.of(path.split("/"));
    }

    StorageFailure failure(String action, String path, String reason) {
        return new StorageFailure(
                name(), "Cannot %s %s/%s: %s.".formatted(action, name(), path, reason));
    }
}
