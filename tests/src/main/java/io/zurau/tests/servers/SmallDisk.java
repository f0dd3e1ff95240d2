package io.zurau.tests.servers;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A small file system in memory, which fills up; part of it may be taken and given back. Only root
/// may mount it.
public final class SmallDisk implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Path mountPoint;
    private final Path output;
    private int commands;

    /// @param mountPoint an empty directory, or none yet
    /// @throws IllegalStateException if this user cannot have it
    public SmallDisk(Path mountPoint, int megabytes) {
        this.mountPoint = mountPoint;
        this.output = mountPoint.resolveSibling(mountPoint.getFileName() + "-mount");
        try {
            Files.createDirectories(mountPoint);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String size = "size=" + megabytes + "m";
        if (run("mount", "-t", "tmpfs", "-o", size, "zurau-small-disk", mountPoint.toString())
                != 0) {
            throw new IllegalStateException("Only root may mount a small file system.");
        }
    }

    public Path path() {
        return mountPoint;
    }

    /// Fills so much of it.
    public void takeAway(int megabytes) throws IOException {
        Files.write(ballast(), new byte[megabytes << 20]);
    }

    /// Fills all that is left of it.
    public void takeAwayAll() throws IOException {
        byte[] megabyte = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(ballast())) {
            while (true) {
                out.write(megabyte);
            }
        } catch (IOException full) {
            if (mountPoint.toFile().getUsableSpace() > 0) {
                throw full;
            }
        }
    }

    public void giveBack() throws IOException {
        Files.delete(ballast());
    }

    private Path ballast() {
        return mountPoint.resolve("ballast");
    }

    private int run(String... words) {
        Path printed = output.resolveSibling(output.getFileName() + "-" + ++commands);
        try (ChildProcess process =
                ChildProcess.start(words[0], List.of(words), Map.of(), printed)) {
            return process.awaitExit(LIMIT);
        }
    }

    @Override
    public void close() {
        run("umount", "-l", mountPoint.toString());
    }
}
