package io.zurau.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LineReaderTest {
    /// Gives out at most `most` bytes at once, as a pipe may.
    private static InputStream inPieces(String text, int most) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(most, length));
            }
        };
    }

    private static List<String> lines(LineReader reader) throws IOException {
        List<String> lines = new ArrayList<>();
        for (ByteBuffer line = reader.next(); line != null; line = reader.next()) {
            lines.add(StandardCharsets.ISO_8859_1.decode(line).toString());
        }
        return lines;
    }

    @Test
    void linesAreTheBytesBetweenLineFeedsWhereverTheChunksEnd() throws IOException {
        String text = "first\n\nwith \r\nÿ\u0000\u0080\nlonger than any chunk of this test\nlast";
        for (int chunk = 1; chunk <= 20; chunk++) {
            for (int piece = 1; piece <= 20; piece++) {
                // Given
                LineReader reader = new LineReader(inPieces(text, piece), 1_000, chunk);
                // When, Then
                assertThat(lines(reader))
                        .as("chunks of %d, pieces of %d", chunk, piece)
                        .containsExactly(text.split("\n", -1));
                assertThat(reader.count()).isEqualTo(6);
            }
        }
    }

    @Test
    void lineFeedAtTheEndBeginsNoLine() throws IOException {
        assertThat(lines(new LineReader(inPieces("a\nb\n", 9), 10))).containsExactly("a", "b");
        assertThat(lines(new LineReader(inPieces("", 9), 10))).isEmpty();
        assertThat(lines(new LineReader(inPieces("\n", 9), 10))).containsExactly("");
    }

    @Test
    void lineThatIsTooLongIsNamed() throws IOException {
        // Given
        LineReader reader = new LineReader(inPieces("a\n" + "x".repeat(100), 7), 20, 8);
        reader.next();
        // When, Then
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(reader::next)
                .withMessage("Line 2 is longer than 20 bytes, the most that one record may take.");
    }
}
