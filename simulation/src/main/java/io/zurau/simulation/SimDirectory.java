package io.zurau.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Names of files and directories: those that processes see, those that are surely on the device,
/// and the changes between.
///
/// **Guard:** the driver thread, see [Scheduler].
final class SimDirectory implements SimNode {
    private final TreeMap<String, SimNode> seen = new TreeMap<>();
    private final TreeMap<String, SimNode> stored = new TreeMap<>();
    private final List<NameChange> unsynced = new ArrayList<>();

    /// A move is one change of two directories: it is stored as a whole, with whichever of them is
    /// synced first.
    private static final class NameChange {
        private final Runnable store;
        private boolean isSettled;

        NameChange(Runnable store) {
            this.store = store;
        }

        void store() {
            settle(true);
        }

        /// Stored or lost, once and for all.
        void settle(boolean survives) {
            if (!isSettled && survives) {
                store.run();
            }
            isSettled = true;
        }
    }

    @Nullable SimNode find(String name) {
        return seen.get(name);
    }

    List<String> names() {
        return List.copyOf(seen.keySet());
    }

    void put(String name, SimNode node) {
        seen.put(name, node);
        unsynced.add(new NameChange(() -> stored.put(name, node)));
    }

    void remove(String name) {
        seen.remove(name);
        unsynced.add(new NameChange(() -> stored.remove(name)));
    }

    void move(String from, SimDirectory target, String to, SimNode node) {
        seen.remove(from);
        target.seen.put(to, node);
        NameChange change =
                new NameChange(
                        () -> {
                            stored.remove(from);
                            target.stored.put(to, node);
                        });
        unsynced.add(change);
        if (target != this) {
            target.unsynced.add(change);
        }
    }

    void sync() {
        unsynced.forEach(NameChange::store);
        unsynced.clear();
    }

    @Override
    public void losePower(Survival survival) {
        settleNames(survival);
        forgetUnsynced(survival);
    }

    /// First all names, in the whole tree: a move concerns two directories.
    private void settleNames(Survival survival) {
        unsynced.forEach(change -> change.settle(survival.keeps()));
        unsynced.clear();
        for (SimNode node : seen.values()) {
            if (node instanceof SimDirectory directory) {
                directory.settleNames(survival);
            }
        }
    }

    private void forgetUnsynced(Survival survival) {
        seen.clear();
        seen.putAll(stored);
        for (SimNode node : seen.values()) {
            switch (node) {
                case SimDirectory directory -> directory.losePower(survival);
                case SimFile file -> file.losePower(survival);
            }
        }
    }

    long bytes() {
        long sum = 0;
        for (SimNode node : seen.values()) {
            sum +=
                    switch (node) {
                        case SimFile file -> file.size();
                        case SimDirectory directory -> directory.bytes();
                    };
        }
        return sum;
    }
}
