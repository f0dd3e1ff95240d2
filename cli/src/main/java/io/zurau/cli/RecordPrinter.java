package io.zurau.cli;

import io.zurau.client.ConsumedRecord;
import io.zurau.protocol.record.Header;
import io.zurau.protocol.record.TimestampType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Prints records, a line each.
final class RecordPrinter {
    private static final byte[] NULL = "null".getBytes(StandardCharsets.UTF_8);

    private final OutputStream out;
    private final OutputFormat format;
    private final boolean printKey;
    private final byte[] keySeparator;

    RecordPrinter(OutputStream out, OutputFormat format, boolean printKey, String keySeparator) {
        this.out = out;
        this.format = format;
        this.printKey = printKey;
        this.keySeparator = keySeparator.getBytes(StandardCharsets.UTF_8);
    }

    /// @return false if whoever read the output has gone
    boolean print(ConsumedRecord consumed) throws IOException {
        try {
            switch (format) {
                case TEXT -> printText(consumed);
                case JSON ->
                        out.write(
                                Json.text(json -> write(json, consumed))
                                        .getBytes(StandardCharsets.UTF_8));
            }
            out.write('\n');
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    void flush() throws IOException {
        out.flush();
    }

    private void printText(ConsumedRecord consumed) throws IOException {
        if (printKey) {
            write(consumed.key());
            out.write(keySeparator);
        }
        write(consumed.value());
    }

    private void write(@Nullable ByteBuffer bytes) throws IOException {
        if (bytes == null) {
            out.write(NULL);
        } else if (bytes.hasArray()) {
            out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        } else {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            out.write(copy);
        }
    }

    private static void write(JsonGenerator json, ConsumedRecord consumed) {
        json.writeStartObject();
        json.writeStringProperty("topic", consumed.topic());
        json.writeNumberProperty("partition", consumed.partition());
        json.writeNumberProperty("offset", consumed.offset());
        json.writeNumberProperty("timestamp", consumed.timestampMs());
        json.writeStringProperty(
                "timestampType",
                consumed.timestampType() == TimestampType.CREATE_TIME
                        ? "CreateTime"
                        : "LogAppendTime");
        Json.writeBytes(json, "key", consumed.key());
        Json.writeBytes(json, "value", consumed.value());
        json.writeArrayPropertyStart("headers");
        for (Header header : consumed.headers()) {
            json.writeStartObject();
            json.writeStringProperty("key", header.key());
            Json.writeBytes(json, "value", header.value());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
