package io.zurau.log;

import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.StorageFailure;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The log directories of one node, each with a journal of its own (KIP-112): one that fails takes
/// no other with it.
///
/// **Guard:** none; which there are is known at the start.
public final class LogDirectories implements AutoCloseable {
    private final List<LogDirectory> opened;
    private final List<Unusable> unusable;

    /// A directory that could not be opened.
    public record Unusable(String name, StorageFailure why) {}

    /// @param opened at least one; the first is the one that the node cannot do without
    public LogDirectories(List<LogDirectory> opened, List<Unusable> unusable) {
        this.opened = List.copyOf(opened);
        this.unusable = List.copyOf(unusable);
    }

    /// Those that could be opened, whatever has become of them since.
    public List<LogDirectory> opened() {
        return opened;
    }

    public List<Unusable> unusable() {
        return unusable;
    }

    /// Whether every directory that the node should have could be opened. If not, nobody knows
    /// whether a log that is found nowhere is new.
    public boolean areComplete() {
        return unusable.isEmpty();
    }

    /// Whether all work, and did from the start.
    public boolean allWork() {
        return areComplete() && working().size() == opened.size();
    }

    /// Those that work.
    public List<LogDirectory> working() {
        return opened.stream().filter(directory -> directory.failure().isEmpty()).toList();
    }

    /// Whether the node can go on: the first directory works, which has more than logs in it.
    public boolean areUsable() {
        return opened.getFirst().failure().isEmpty();
    }

    /// Whether the last user of each closed it, see [LogDirectory#wasStoppedCleanly()].
    public boolean wereStoppedCleanly() {
        return opened.stream().allMatch(LogDirectory::wasStoppedCleanly);
    }

    /// See [LogDirectory#lossIsKnown()].
    public void lossIsKnown() {
        opened.forEach(LogDirectory::lossIsKnown);
    }

    /// Empty if there is none of that id here that works.
    public Optional<LogDirectory> working(Uuid id) {
        return opened.stream()
                .filter(directory -> directory.id().equals(id))
                .filter(directory -> directory.failure().isEmpty())
                .findFirst();
    }

    /// The first directory that works and has the log of a partition.
    public Optional<LogDirectory> having(TopicPartition partition) {
        return opened.stream()
                .filter(directory -> directory.failure().isEmpty())
                .filter(directory -> directory.find(partition).isPresent())
                .findFirst();
    }

    /// The logs of a partition in directories that work; more than one if it was being moved.
    public Stream<PartitionLog> of(TopicPartition partition) {
        return working().stream().flatMap(directory -> directory.find(partition).stream());
    }

    /// Empty if none of that name could be opened.
    public Optional<LogDirectory> named(String name) {
        return opened.stream().filter(directory -> directory.name().equals(name)).findFirst();
    }

    /// The one that works and has the fewest logs; the first of them.
    ///
    /// @throws StorageFailure if none works
    public LogDirectory emptiest() {
        return working().stream()
                .min(Comparator.comparingInt(directory -> directory.logs().size()))
                .orElseThrow(
                        () ->
                                new StorageFailure(
                                        opened.getFirst().name(), "No log directory works."));
    }

    /// Will be told of each directory that goes offline, with no lock held, see
    /// [LogDirectory#onFailure].
    public void onFailure(Consumer<LogDirectory> listener) {
        opened.forEach(directory -> directory.onFailure(_ -> listener.accept(directory)));
    }

    /// The logs that are damaged in directories that work.
    public List<PartitionLog> damaged() {
        return working().stream().flatMap(directory -> directory.damaged().stream()).toList();
    }

    /// Will be told when there is one more, with no lock held.
    public void onDamage(Runnable listener) {
        opened.forEach(directory -> directory.onDamage(listener));
    }

    /// Stops cleanly, see [LogDirectory#close()].
    @Override
    public void close() {
        opened.forEach(LogDirectory::close);
    }
}
