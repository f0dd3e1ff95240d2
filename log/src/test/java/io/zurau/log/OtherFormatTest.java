package io.zurau.log;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zurau.runtime.StorageFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A directory that a newer version wrote is refused with a sentence, and left as it is.
final class OtherFormatTest {
    private static final int MAGIC = 0x5A55524A;
    private static final int VERSION_AT = 4;

    @TempDir Path directory;

    @Test
    void aCheckpointOfAnotherFormatIsRefused() throws Exception {
        // Given
        Fixture.open(directory).close();
        Path checkpoint = directory.resolve("zurau-checkpoint");
        Files.writeString(
                checkpoint,
                Files.readString(checkpoint).replace("zurau-checkpoint 1", "zurau-checkpoint 2"));

        // When, then
        assertThatThrownBy(() -> Fixture.open(directory))
                .isInstanceOf(StorageFailure.class)
                .hasMessageContaining("zurau-checkpoint has format 2, this version reads format 1")
                .hasMessageContaining("newer");
    }

    @Test
    void aJournalOfAnotherFormatIsRefusedAndNotTakenForAnEmptyOne() throws Exception {
        // Given
        try (LogDirectory logs = Fixture.open(directory)) {
            PartitionLog orders = Fixture.orders(logs);
            Fixture.append(orders, "a");
            Fixture.awaitStored(orders);
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(OtherFormatTest::isJournal).toList()) {
                ofNextVersion(file);
            }
        }

        // When, then
        assertThatThrownBy(() -> Fixture.open(directory))
                .isInstanceOf(StorageFailure.class)
                .hasMessageContaining("has format 2, this version reads format 1");
    }

    private static boolean isJournal(Path file) {
        return file.getFileName().toString().startsWith("zurau-journal");
    }

    private static void ofNextVersion(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer head = ByteBuffer.allocate(VERSION_AT);
            channel.read(head, 0);
            if (head.flip().remaining() == VERSION_AT && head.getInt(0) == MAGIC) {
                channel.write(ByteBuffer.allocate(4).putInt(0, 2), VERSION_AT);
            }
        }
    }
}
