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
}
