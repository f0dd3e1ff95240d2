package io.zurau.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zurau.runtime.DiskFile;
import io.zurau.runtime.FileDisk;
import io.zurau.runtime.StorageFailure;
import io.zurau.runtime.Tasks.Task;
import io.zurau.runtime.ThreadTasks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class FileDiskTest extends DiskContract {
    private static final Path IN_MEMORY = Path.of("/dev/shm");

    @TempDir private Path directory;

    @Override
    World world() {
        return new RealWorld(directory);
    }

    @Test
    void aFileThatCannotBeLookedAtIsNotTakenForMissing() throws IOException {
        Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
        FileDisk disk = new FileDisk(directory);
        assertThatThrownBy(() -> disk.exists("loop")).isInstanceOf(StorageFailure.class);
        assertThatThrownBy(() -> disk.isDirectory("loop")).isInstanceOf(StorageFailure.class);
    }

    @Test
    void syncedWritesWorkWhereTheFileSystemIsInMemory() throws IOException {
        assumeTrue(Files.isWritable(IN_MEMORY));
        Path root = Files.createTempDirectory(IN_MEMORY, "zurau");
        try (DiskFile file = new FileDisk(root).openForSyncedWrites("file", 1 << 16)) {
            // When
            ByteBuffer block = file.alignedBuffer(1);
            file.write(block, file.alignment());

            // Then
            assertThat(file.size()).isEqualTo(1 << 16);
        } finally {
            Files.delete(root.resolve("file"));
            Files.delete(root);
        }
    }

    @Test
    void noInterruptInTheMidstOfWritingClosesAFile() throws InterruptedException {
        // Given
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        ThreadTasks tasks = new ThreadTasks((thread, e) -> thrown.set(e));
        CountDownLatch writing = new CountDownLatch(1);
        try (DiskFile file = new FileDisk(directory).open("file")) {
            Task writer = tasks.start("writer", () -> writeUntilInterruptedOften(file, writing));
            writing.await();

            // When
            while (writer.isRunning()) {
                writer.interrupt();
            }

            // Then
            assertThat(thrown).hasNullValue();
            assertThat(file.size()).isEqualTo(1 << 16);
        }
    }

    private static void writeUntilInterruptedOften(DiskFile file, CountDownLatch writing) {
        for (int interrupts = 0; interrupts < 1000; ) {
            file.write(ByteBuffer.allocate(1 << 16), 0);
            writing.countDown();
            if (Thread.interrupted()) {
                interrupts++;
            }
        }
    }

    @Test
    void whatTheSystemSaysIsInTheSentence() throws IOException {
        // Given
        Path locked = Files.createDirectory(directory.resolve("file"));
        FileDisk disk = new FileDisk(locked.resolve("below"));
        Files.createFile(locked.resolve("below"));

        // Then
        assertThat(catchThrowable(() -> disk.open("x")))
                .hasMessageMatching("Cannot open /.*/below/x: .+\\.");
    }
}
