package io.zurau.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zurau.runtime.Disk;
import io.zurau.runtime.DiskFile;
import io.zurau.runtime.StorageFailure;
import io.zurau.runtime.Tasks.Task;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// What every disk promises, as far as it shows without pulling the plug.
abstract class DiskContract {
    abstract World world();

    private void onDisk(Consumer<Disk> check) {
        world().run(
                        place -> {
                            place.disk().createDirectories("");
                            check.accept(place.disk());
                        });
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        onDisk(
                disk -> {
                    try (DiskFile file = disk.open("file")) {
                        // When
                        file.write(text("hello world"), 0);
                        file.write(text("W"), 6);
                        file.sync();

                        // Then
                        assertThat(read(file, 0, 11)).isEqualTo("hello World");
                        assertThat(file.size()).isEqualTo(11);
                    }
                    try (DiskFile again = disk.openReadOnly("file")) {
                        assertThat(read(again, 6, 100)).isEqualTo("World");
                    }
                });
    }

    @Test
    void readingAtOrBehindTheEndReadsNothing() {
        onDisk(
                disk -> {
                    try (DiskFile file = disk.open("end")) {
                        file.write(text("abc"), 0);
                        assertThat(read(file, 3, 10)).isEmpty();
                        assertThat(read(file, 30, 10)).isEmpty();
                    }
                });
    }

    @Test
    void aGapReadsAsZeroes() {
        onDisk(
                disk -> {
                    try (DiskFile file = disk.open("gap")) {
                        file.write(text("x"), 3);
                        assertThat(read(file, 0, 10)).isEqualTo("\0\0\0x");
                    }
                });
    }

    @Test
    void whatWasCutOffIsGone() {
        onDisk(
                disk -> {
                    try (DiskFile file = disk.open("cut")) {
                        // Given
                        file.write(text("abcdef"), 0);

                        // When
                        file.truncate(2);
                        file.truncate(5); // Longer than it is: no effect.
                        file.write(text("z"), 3);

                        // Then
                        assertThat(read(file, 0, 10)).isEqualTo("ab\0z");
                    }
                });
    }

    @Test
    void namesAreListedInOrder() {
        onDisk(
                disk -> {
                    // When
                    disk.createDirectories("names/b/c");
                    disk.open("names/z").close();
                    disk.open("names/a").close();

                    // Then
                    assertThat(disk.list("names")).containsExactly("a", "b", "z");
                    assertThat(disk.list("names/b")).containsExactly("c");
                    assertThat(disk.list("nothing")).isEmpty();
                    assertThat(disk.list("names/a")).isEmpty();
                    assertThat(disk.exists("names/b/c")).isTrue();
                    assertThat(disk.exists("names/b/d")).isFalse();
                    assertThat(disk.isDirectory("names/b")).isTrue();
                    assertThat(disk.isDirectory("names/a")).isFalse();
                    assertThat(disk.isDirectory("nothing")).isFalse();
                    disk.syncDirectory("names");
                    disk.createDirectories("names/b/c"); // Again: no effect.
                });
    }

    @Test
    void whatIsMissingIsRefusedByName() {
        onDisk(
                disk -> {
                    refuses("nothing/file", () -> disk.open("nothing/file"));
                    refuses("nothing", () -> disk.openReadOnly("nothing"));
                    refuses("nothing", () -> disk.move("nothing", "something"));
                    refuses("nothing", () -> disk.syncDirectory("nothing"));
                });
    }

    @Test
    void aDirectoryIsNoFile() {
        onDisk(
                disk -> {
                    disk.createDirectories("directory");
                    refuses("directory", () -> disk.open("directory"));
                });
    }

    @Test
    void onlyEmptyDirectoriesAreDeleted() {
        onDisk(
                disk -> {
                    // Given
                    disk.createDirectories("full");
                    disk.open("full/file").close();
                    refuses("full", () -> disk.delete("full"));

                    // When
                    disk.delete("full/file");
                    disk.delete("full");
                    disk.delete("full"); // Again: no effect.

                    // Then
                    assertThat(disk.exists("full")).isFalse();
                });
    }

    @Test
    void aMoveReplacesTheFileOfThatName() {
        onDisk(
                disk -> {
                    // Given
                    write(disk, "old", "old");
                    write(disk, "new", "new");

                    // When
                    disk.move("new", "old");

                    // Then
                    assertThat(content(disk, "old")).isEqualTo("new");
                    assertThat(disk.exists("new")).isFalse();
                });
    }

    @Test
    void aDirectoryMovesWithAllItHolds() {
        onDisk(
                disk -> {
                    // Given
                    disk.createDirectories("here/deep");
                    write(disk, "here/deep/file", "content");

                    // When
                    disk.move("here", "there");

                    // Then
                    assertThat(content(disk, "there/deep/file")).isEqualTo("content");
                    assertThat(disk.exists("here")).isFalse();
                    disk.delete("there/deep/file");
                    disk.delete("there/deep");
                    disk.delete("there");
                });
    }

    @Test
    void anOpenFileStaysReadableWhenItsNameIsMovedOrDeleted() {
        onDisk(
                disk -> {
                    // Given
                    write(disk, "first", "content");
                    try (DiskFile file = disk.openReadOnly("first")) {
                        // When
                        disk.move("first", "second");
                        disk.delete("second");

                        // Then
                        assertThat(read(file, 0, 10)).isEqualTo("content");
                    }
                });
    }

    @Test
    void aSyncedFileHasItsSizeAndKeepsItsContent() {
        onDisk(
                disk -> {
                    String name = "synced";
                    int size = 1 << 16;
                    String block;
                    try (DiskFile file = disk.openForSyncedWrites(name, size)) {
                        // Given
                        assertThat(file.size()).isEqualTo(size);
                        assertThat(read(file, 0, 10)).isEqualTo("\0".repeat(10));
                        ByteBuffer buffer = file.alignedBuffer(100);
                        assertThat(buffer.capacity() % file.alignment()).isZero();
                        assertThat(buffer.capacity()).isGreaterThanOrEqualTo(100);
                        while (buffer.hasRemaining()) {
                            buffer.put((byte) 'x');
                        }
                        block = "x".repeat(buffer.capacity());

                        // When
                        file.write(buffer.flip(), (long) file.alignment() * 2);

                        // Then: reads need no alignment
                        assertThat(read(file, file.alignment() * 2L - 1, block.length() + 2))
                                .isEqualTo("\0" + block + "\0");
                    }
                    try (DiskFile again = disk.openForSyncedWrites(name, size)) {
                        assertThat(read(again, again.alignment() * 2L, block.length()))
                                .isEqualTo(block);
                    }
                    try (DiskFile other = disk.openForSyncedWrites(name, size * 2L)) {
                        assertThat(other.size()).isEqualTo(size * 2L);
                        assertThat(read(other, other.alignment() * 2L, 1)).isEqualTo("\0");
                    }
                    disk.delete(name);
                });
    }

    @Test
    void transfersEndWithTheFile() {
        onDisk(
                disk -> {
                    try (DiskFile file = disk.open("transferred")) {
                        // Given
                        file.write(text("0123456789"), 0);
                        ByteArrayOutputStream sent = new ByteArrayOutputStream();

                        // When
                        long position = 2;
                        long count = 1;
                        while (count > 0) {
                            count = transfer(file, position, sent);
                            position += count;
                        }

                        // Then
                        assertThat(sent.toString(StandardCharsets.UTF_8)).isEqualTo("23456789");
                    }
                });
    }

    private static long transfer(DiskFile file, long position, ByteArrayOutputStream target) {
        try {
            return file.transferTo(position, 100, Channels.newChannel(target));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aLockIsHeldByOneUntilItIsClosed() {
        onDisk(
                disk -> {
                    // Given
                    Disk.Lock lock = disk.lock("lock").orElseThrow();
                    assertThat(disk.lock("lock")).isEmpty();
                    assertThat(disk.lock("lock")).isEmpty();

                    // When
                    lock.close();

                    // Then
                    disk.lock("lock").orElseThrow().close();
                });
    }

    @Test
    void aClosedFileIsRefused() {
        onDisk(
                disk -> {
                    DiskFile file = disk.open("closed");
                    file.close();
                    file.close(); // Again: no effect.
                    refuses("closed", () -> read(file, 0, 1));
                    refuses("closed", () -> file.write(text("x"), 0));
                    refuses("closed", file::sync);
                });
    }

    @Test
    void anInterruptedTaskHarmsNoFile() {
        world().run(
                        place -> {
                            // Given
                            place.disk().createDirectories("");
                            try (DiskFile file = place.disk().open("shared")) {
                                LinkedBlockingQueue<String> begun = new LinkedBlockingQueue<>();
                                Task writer =
                                        place.seams()
                                                .tasks()
                                                .start(
                                                        "writer",
                                                        () -> {
                                                            begun.add("writing");
                                                            while (!Thread.interrupted()) {
                                                                file.write(text("abc"), 0);
                                                                file.sync();
                                                            }
                                                        });
                                begun.take();

                                // When
                                writer.interrupt();
                                writer.join();

                                // Then
                                file.write(text("d"), 3);
                                assertThat(read(file, 0, 4)).isEqualTo("abcd");
                            }
                        });
    }

    @Test
    void anInterruptFromBeforeHarmsNoFileAndIsKept() {
        onDisk(
                disk -> {
                    try (DiskFile file = disk.open("kept")) {
                        // When
                        Thread.currentThread().interrupt();
                        file.write(text("abc"), 0);
                        file.sync();
                        assertThat(read(file, 0, 3)).isEqualTo("abc");

                        // Then
                        assertThat(Thread.interrupted()).isTrue();
                    }
                });
    }

    @Test
    void aDiskHasSpace() {
        onDisk(
                disk -> {
                    assertThat(disk.usableBytes()).isPositive();
                    assertThat(disk.totalBytes()).isGreaterThanOrEqualTo(disk.usableBytes());
                    assertThat(disk.name()).isNotEmpty();
                });
    }

    private static void refuses(String name, ThrowingCallable action) {
        assertThatExceptionOfType(StorageFailure.class)
                .isThrownBy(action)
                .withMessageContaining("Cannot ")
                .withMessageContaining(name);
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String read(DiskFile file, long position, int most) {
        ByteBuffer buffer = ByteBuffer.allocate(most);
        int count = file.read(buffer, position);
        assertThat(count).isEqualTo(buffer.position());
        return new String(buffer.array(), 0, count, StandardCharsets.UTF_8);
    }

    private static void write(Disk disk, String path, String content) {
        try (DiskFile file = disk.open(path)) {
            file.write(text(content), 0);
        }
    }

    private static String content(Disk disk, String path) {
        try (DiskFile file = disk.openReadOnly(path)) {
            return read(file, 0, 1000);
        }
    }
}
