package io.zurau.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// JSON for programs: one value on one line.
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    static String text(Consumer<JsonGenerator> content) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            content.accept(json);
        }
        return text.toString();
    }

    static void print(PrintWriter out, Consumer<JsonGenerator> content) {
        out.println(text(content));
        out.flush();
    }

    static void writeNumbers(JsonGenerator json, String name, List<Integer> numbers) {
        json.writeArrayPropertyStart(name);
        numbers.forEach(number -> json.writeNumber(number.intValue()));
        json.writeEndArray();
    }

    /// Bytes as text where they are UTF-8, else as an object with their base64 form.
    static void writeBytes(JsonGenerator json, String name, @Nullable ByteBuffer bytes) {
        if (bytes == null) {
            json.writeNullProperty(name);
            return;
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
            json.writeStringProperty(name, text);
        } catch (CharacterCodingException e) {
            byte[] raw = new byte[bytes.remaining()];
            bytes.duplicate().get(raw);
            json.writeObjectPropertyStart(name);
            json.writeStringProperty("base64", Base64.getEncoder().encodeToString(raw));
            json.writeEndObject();
        }
    }
}
