package io.zurau.protocol.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.NullableSchema;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;

/// Bytes of a random message, written from the description that Kafka's classes carry of one
/// version of it.
///
/// Nothing of Zurau takes part: neither its schemas nor its writer.
final class RandomMessage {
    private static final int LARGEST_TAG = 60;

    private final Random random;
    private final ByteBuffer out = ByteBuffer.allocate(1 << 16);

    private RandomMessage(Random random) {
        this.random = random;
    }

    static ByteBuffer bytes(Schema schema, Random random) {
        RandomMessage message = new RandomMessage(random);
        message.write(schema);
        return message.out.flip();
    }

    private void write(Type type) {
        if (type instanceof NullableSchema && random.nextInt(3) == 0) {
            out.put((byte) -1);
        } else if (type instanceof Schema schema) {
            if (type instanceof NullableSchema) {
                out.put((byte) 1);
            }
            fields(schema);
        } else if (type instanceof TaggedFields tagged) {
            tagSection(tagged);
        } else if (type.isArray()) {
            array(type);
        } else if (!fixedSize(type.toString())) {
            withLength(type);
        }
    }

    private void fields(Schema schema) {
        for (BoundField field : schema.fields()) {
            write(field.def.type);
        }
    }

    private boolean fixedSize(String type) {
        switch (type) {
            case "BOOLEAN" -> out.put((byte) random.nextInt(2));
            case "INT8" -> out.put((byte) number());
            case "INT16", "UINT16" -> out.putShort((short) number());
            case "INT32", "UINT32" -> out.putInt((int) number());
            case "INT64" -> out.putLong(number());
            case "FLOAT64" -> out.putDouble(random.nextGaussian());
            case "UUID" -> out.putLong(number()).putLong(number());
            default -> {
                return false;
            }
        }
        return true;
    }

    /// Often a likely default.
    private long number() {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> -1;
            default -> random.nextLong();
        };
    }

    private void withLength(Type type) {
        String name = type.toString();
        boolean text = name.endsWith("STRING");
        byte[] value = text ? text() : bytes();
        boolean isNull = type.isNullable() && random.nextInt(4) == 0;
        int length = isNull ? -1 : value.length;
        if (name.startsWith("COMPACT")) {
            varint(length + 1);
        } else if (text) {
            out.putShort((short) length);
        } else {
            out.putInt(length);
        }
        if (!isNull) {
            out.put(value);
        }
    }

    private byte[] text() {
        String[] alphabet = {"a", "Z", "7", "-", "é", "漢", "😀"};
        StringBuilder text = new StringBuilder();
        // Now and then so long that a compact length and a tag's size take two bytes.
        int length = random.nextInt(30) == 0 ? 50 + random.nextInt(200) : random.nextInt(12);
        for (int i = 0; i < length; i++) {
            text.append(alphabet[random.nextInt(alphabet.length)]);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }

    private void array(Type type) {
        Type element = type.arrayElementType().orElseThrow();
        int count =
                type.isNullable() && random.nextInt(4) == 0 ? -1 : Math.min(3, random.nextInt(5));
        if (type.getClass().getSimpleName().startsWith("Compact")) {
            varint(count + 1);
        } else {
            out.putInt(count);
        }
        for (int i = 0; i < count; i++) {
            write(element);
        }
    }

    /// A random choice of the known tags, and sometimes one that nobody knows.
    private void tagSection(TaggedFields tagged) {
        Map<Integer, Consumer<RandomMessage>> tags = new TreeMap<>();
        for (Map.Entry<Integer, Field> field : tagged.fields().entrySet()) {
            if (random.nextBoolean()) {
                tags.put(field.getKey(), message -> message.tagged(field.getValue().type));
            }
        }
        if (random.nextInt(4) == 0) {
            int unknown = 20 + random.nextInt(LARGEST_TAG);
            byte[] raw = bytes();
            tags.put(unknown, message -> message.out.put(raw));
            tags.put(unknown + 200, message -> message.out.put(raw));
        }
        varint(tags.size());
        tags.forEach(this::tag);
    }

    /// Inside a tag the marker of a struct that may be null is a varint: what Kafka's classes
    /// write, though not what their description says.
    private void tagged(Type type) {
        if (!(type instanceof NullableSchema nullable)) {
            write(type);
        } else if (random.nextBoolean()) {
            varint(0);
        } else {
            varint(1);
            fields(nullable);
        }
    }

    private void tag(int tag, Consumer<RandomMessage> content) {
        varint(tag);
        RandomMessage inner = new RandomMessage(random);
        content.accept(inner);
        inner.out.flip();
        varint(inner.out.remaining());
        out.put(inner.out);
    }

    private void varint(int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }
}
