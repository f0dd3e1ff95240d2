package io.zurau.server;

import io.zurau.log.LogConfig;
import io.zurau.log.LogDirectories;
import io.zurau.log.LogDirectories.Unusable;
import io.zurau.log.LogDirectory;
import io.zurau.log.LogDirectoryConfig;
import io.zurau.log.LogProbe;
import io.zurau.runtime.Disk;
import io.zurau.runtime.Seams;
import io.zurau.runtime.StorageFailure;
import io.zurau.runtime.Tasks;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens all log directories of a node, at the same time: each reads its own journal.
///
/// **Owner:** the thread that starts the node.
final class LogOpening {
    private static final Logger log = LoggerFactory.getLogger(LogOpening.class);

    private final Seams seams;
    private final LogDirectoryConfig config;
    private final LogConfig initial;

    LogOpening(Seams seams, LogDirectoryConfig config, LogConfig initial) {
        this.seams = seams;
        this.config = config;
        this.initial = initial;
    }

    /// One directory while it is opened. Its fields belong to the task until that has ended.
    private final class Opening {
        final DataDirectory directory;
        final Disk journalDisk;
        final Tasks.Task task;
        @Nullable LogDirectory opened;
        @Nullable RuntimeException trouble;

        Opening(DataDirectory directory, Disk journalDisk) {
            this.directory = directory;
            this.journalDisk = journalDisk;
            this.task = seams.tasks().start("opening " + directory.disk().name(), this::open);
        }

        private void open() {
            try {
                opened =
                        LogDirectory.open(
                                directory.directoryId(),
                                directory.disk(),
                                journalDisk,
                                seams,
                                config,
                                initial,
                                LogProbe.NONE);
            } catch (RuntimeException e) {
                trouble = e;
            }
        }
    }

    /// @param journalDisk where the journal of the only directory lies; null if it lies in it
    /// @throws StorageFailure if the first directory cannot be opened
    LogDirectories open(DataDirectories directories, @Nullable Disk journalDisk) {
        List<Opening> openings = new ArrayList<>();
        for (DataDirectory directory : directories.taken()) {
            openings.add(
                    new Opening(directory, journalDisk != null ? journalDisk : directory.disk()));
        }
        List<LogDirectory> opened = new ArrayList<>();
        List<Unusable> unusable = new ArrayList<>(directories.unusable());
        RuntimeException refused = null;
        for (Opening opening : openings) {
            await(opening.task);
            if (opening.opened != null) {
                opened.add(opening.opened);
            } else if (opened.isEmpty() || !(opening.trouble instanceof StorageFailure)) {
                refused = refused == null ? opening.trouble : refused;
            } else {
                unusable.add(
                        new Unusable(
                                opening.directory.disk().name(), (StorageFailure) opening.trouble));
            }
        }
        if (refused != null) {
            opened.forEach(LogDirectory::close);
            throw refused;
        }
        unusable.forEach(LogOpening::report);
        return new LogDirectories(opened, unusable);
    }

    private static void await(Tasks.Task task) {
        boolean interrupted = false;
        while (true) {
            try {
                task.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void report(Unusable directory) {
        log.atError()
                .addKeyValue("directory", directory.name())
                .addKeyValue("reason", directory.why().getMessage())
                .log("A log directory cannot be used; its partitions are offline");
    }
}
