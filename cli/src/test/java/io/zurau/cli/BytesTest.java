package io.zurau.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BytesTest {
    @ParameterizedTest
    @CsvSource({
        "0,0 B",
        "999,999 B",
        "1000,1.0 KB",
        "999949,999.9 KB",
        "999950,1.0 MB",
        "5400000000,5.4 GB",
        "9223372036854775807,9223.4 PB",
    })
    void bytesAreShort(long bytes, String text) {
        assertThat(Bytes.text(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "50MB,50000000",
        "1.5 gb,1500000000",
        "0.8KB,800",
        "7B,7",
        "7,7",
        "9223.4 PB,9223372036854775807",
    })
    void sizesAreRead(String text, long bytes) {
        assertThat(Bytes.parse(text)).hasValue(bytes);
    }

    @ParameterizedTest
    @CsvSource({"''", "MB", "-1", "1 KiB", "1e6", "1_000"})
    void otherThingsAreNoSizes(String text) {
        assertThat(Bytes.parse(text)).isEmpty();
    }
}
