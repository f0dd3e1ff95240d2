package io.zurau.broker.telemetry;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Walks through the fields of one message of Protocol Buffers. Takes no memory of its own but for
/// texts.
///
/// ```java
/// while (in.next()) {
///     switch (in.field()) {
///         case 1 -> name = in.text();
///         default -> in.skip();
///     }
/// }
/// ```
final class ProtobufReader {
    private static final int MOST_VARINT_BYTES = 10;
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;

    private final ByteBuffer bytes;
    private int tag;

    /// @param bytes exactly the message; its position moves
    ProtobufReader(ByteBuffer bytes) {
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /// The same message from its beginning.
    ProtobufReader again() {
        return new ProtobufReader(bytes.duplicate().rewind());
    }

    /// The bytes are not a message.
    static final class Malformed extends RuntimeException {
        Malformed(String sentence) {
            super(sentence, null, false, false);
        }
    }

    /// Goes to the next field, whose value must then be taken or skipped; false at the end.
    boolean next() {
        if (!bytes.hasRemaining()) {
            return false;
        }
        tag = (int) varint();
        return true;
    }

    int field() {
        return tag >>> 3;
    }

    ProtobufReader message() {
        return new ProtobufReader(section());
    }

    String text() {
        return StandardCharsets.UTF_8.decode(section()).toString();
    }

    long number() {
        expect(VARINT);
        return varint();
    }

    long fixed64() {
        expect(FIXED_64);
        try {
            return bytes.getLong();
        } catch (BufferUnderflowException e) {
            throw cutOff();
        }
    }

    double fixedDouble() {
        return Double.longBitsToDouble(fixed64());
    }

    void skip() {
        switch (tag & 7) {
            case VARINT -> varint();
            case FIXED_64 -> advance(Long.BYTES);
            case BYTES -> section();
            case FIXED_32 -> advance(Integer.BYTES);
            default -> throw new Malformed("A field has the unknown type " + (tag & 7) + ".");
        }
    }

    private ByteBuffer section() {
        expect(BYTES);
        long length = varint();
        if (length < 0 || length > bytes.remaining()) {
            throw cutOff();
        }
        ByteBuffer section = bytes.slice(bytes.position(), (int) length);
        advance((int) length);
        return section;
    }

    private void advance(int count) {
        if (count > bytes.remaining()) {
            throw cutOff();
        }
        bytes.position(bytes.position() + count);
    }

    private long varint() {
        long value = 0;
        for (int i = 0; i < MOST_VARINT_BYTES; i++) {
            if (!bytes.hasRemaining()) {
                throw cutOff();
            }
            byte next = bytes.get();
            value |= (next & 0x7FL) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        throw new Malformed("A number has more than %d bytes.".formatted(MOST_VARINT_BYTES));
    }

    private void expect(int type) {
        if ((tag & 7) != type) {
            throw new Malformed(
                    "Field %d has the type %d instead of %d.".formatted(field(), tag & 7, type));
        }
    }

    private static Malformed cutOff() {
        return new Malformed("A field is longer than its message.");
    }
}
