package io.zurau.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.client.ConsumedRecord;
import io.zurau.protocol.record.Header;
import io.zurau.protocol.record.TimestampType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RecordPrinterTest {
    private static final byte[] BINARY = {(byte) 0xff, 0, '\r', (byte) 0x80};

    private static String printed(
            OutputFormat format,
            boolean withKey,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            Header... headers)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new RecordPrinter(out, format, withKey, "=")
                .print(
                        new ConsumedRecord(
                                "t",
                                3,
                                42,
                                1_700_000_000_000L,
                                TimestampType.CREATE_TIME,
                                key,
                                value,
                                List.of(headers)));
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void textIsTheValueByteForByte() throws IOException {
        String raw = new String(BINARY, StandardCharsets.ISO_8859_1);
        assertThat(printed(OutputFormat.TEXT, false, null, ByteBuffer.wrap(BINARY)))
                .isEqualTo(raw + "\n");
        ByteBuffer direct = ByteBuffer.allocateDirect(4).put(BINARY).flip();
        assertThat(printed(OutputFormat.TEXT, false, bytes("k"), direct)).isEqualTo(raw + "\n");
    }

    @Test
    void keyStandsBeforeTheValueIfWanted() throws IOException {
        assertThat(printed(OutputFormat.TEXT, true, bytes("k"), bytes("v"))).isEqualTo("k=v\n");
        assertThat(printed(OutputFormat.TEXT, true, null, null)).isEqualTo("null=null\n");
    }

    @Test
    void jsonIsOneObjectOnOneLine() throws IOException {
        assertThat(
                        printed(
                                OutputFormat.JSON,
                                false,
                                null,
                                bytes("say \"hi\"\n"),
                                new Header("trace", bytes("x"))))
                .isEqualTo(
                        "{\"topic\":\"t\",\"partition\":3,\"offset\":42,\"timestamp\":1700000000000,"
                                + "\"timestampType\":\"CreateTime\",\"key\":null,"
                                + "\"value\":\"say \\\"hi\\\"\\n\","
                                + "\"headers\":[{\"key\":\"trace\",\"value\":\"x\"}]}\n");
    }

    @Test
    void bytesThatAreNoUtf8AreMarkedBase64InJson() throws IOException {
        assertThat(printed(OutputFormat.JSON, false, null, ByteBuffer.wrap(BINARY)))
                .contains("\"value\":{\"base64\":\"/wANgA==\"}");
    }
}
