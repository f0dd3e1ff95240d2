package io.zurau.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes the types of Kafka's protocol in one pass, into a buffer that grows.
///
/// A payload is not copied but noted: [#parts] gives the bytes before it, the payload itself, the
/// bytes after it, and so on, ready to be sent one after the other. `flexible` chooses between the
/// two encodings of lengths, as in [ProtocolReader].
///
/// **Owner:** one thread.
public final class ProtocolWriter {
    private static final int MAX_STRING_BYTES = Short.MAX_VALUE;
    private static final int NOTHING_OPEN = -1;

    private ByteBuffer out; // Everything written so far but the payloads; heap, big-endian.
    private final List<Reference> references = new ArrayList<>(0);
    private int payloadBytes; // Sum over the references.
    private int openTag = NOTHING_OPEN; // Where the outermost open tagged field began.

    /// A payload, and the position in `out` at which it stands.
    private record Reference(int position, Payload payload) {}

    public ProtocolWriter() {
        this(512);
    }

    public ProtocolWriter(int initialCapacity) {
        out = ByteBuffer.allocate(initialCapacity);
    }

    /// Of all that was written, payloads included.
    public int sizeInBytes() {
        return Math.addExact(out.position(), payloadBytes);
    }

    /// What was written, in order: bytes in memory and the payloads as they were given. The bytes
    /// are this writer's; do not write on while they are used.
    public List<Payload> parts() {
        if (references.isEmpty()) {
            return List.of(Payload.of(out.slice(0, out.position())));
        }
        List<Payload> parts = new ArrayList<>(2 * references.size() + 1);
        int from = 0;
        for (Reference reference : references) {
            addBytes(parts, from, reference.position);
            parts.add(reference.payload);
            from = reference.position;
        }
        addBytes(parts, from, out.position());
        return parts;
    }

    private void addBytes(List<Payload> parts, int from, int to) {
        if (to > from) {
            parts.add(Payload.of(out.slice(from, to - from)));
        }
    }

    /// All that was written in one buffer; shares the writer's bytes if there is no payload, else
    /// copies everything.
    public ByteBuffer toBuffer() {
        if (references.isEmpty()) {
            return out.slice(0, out.position());
        }
        ByteBuffer whole = ByteBuffer.allocate(sizeInBytes());
        for (Payload part : parts()) {
            whole.put(part.toBuffer());
        }
        return whole.flip();
    }

    /// Overwrites four bytes, as for a length that is known at the end. The position counts no
    /// payloads.
    public void patchInt(int position, int value) {
        out.putInt(position, value);
    }

    public void writeBoolean(boolean value) {
        writeByte((byte) (value ? 1 : 0));
    }

    public void writeByte(byte value) {
        room(1).put(value);
    }

    public void writeShort(short value) {
        room(2).putShort(value);
    }

    public void writeUnsignedShort(int value) {
        if (value < 0 || value > 0xffff) {
            throw new IllegalArgumentException(value + " is not an unsigned 16-bit number.");
        }
        room(2).putShort((short) value);
    }

    public void writeInt(int value) {
        room(4).putInt(value);
    }

    public void writeUnsignedInt(long value) {
        if (value < 0 || value > 0xffff_ffffL) {
            throw new IllegalArgumentException(value + " is not an unsigned 32-bit number.");
        }
        room(4).putInt((int) value);
    }

    public void writeLong(long value) {
        room(8).putLong(value);
    }

    public void writeDouble(double value) {
        writeLong(Double.doubleToRawLongBits(value));
    }

    public void writeUuid(Uuid value) {
        room(16).putLong(value.mostSignificantBits()).putLong(value.leastSignificantBits());
    }

    /// LEB128: seven bits per byte, lowest first.
    public void writeUnsignedVarint(int value) {
        ByteBuffer target = room(5);
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            target.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        target.put((byte) rest);
    }

    public void writeString(String value, boolean flexible) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_STRING_BYTES) {
            throw new IllegalArgumentException(
                    "A string of " + bytes.length + " bytes exceeds " + MAX_STRING_BYTES + ".");
        }
        if (flexible) {
            writeUnsignedVarint(bytes.length + 1);
        } else {
            writeShort((short) bytes.length);
        }
        room(bytes.length).put(bytes);
    }

    public void writeNullableString(@Nullable String value, boolean flexible) {
        if (value != null) {
            writeString(value, flexible);
        } else if (flexible) {
            writeUnsignedVarint(0);
        } else {
            writeShort((short) -1);
        }
    }

    /// From the buffer's position to its limit; the buffer is not moved.
    public void writeBytes(ByteBuffer value, boolean flexible) {
        writeCount(value.remaining(), flexible);
        writeRaw(value);
    }

    public void writeNullableBytes(@Nullable ByteBuffer value, boolean flexible) {
        if (value == null) {
            writeNullCount(flexible);
        } else {
            writeBytes(value, flexible);
        }
    }

    public void writePayload(Payload value, boolean flexible) {
        if (openTag != NOTHING_OPEN) {
            throw new IllegalStateException("A tagged field cannot hold a payload.");
        }
        int size = value.sizeInBytes();
        writeCount(size, flexible);
        if (size > 0) {
            references.add(new Reference(out.position(), value));
            payloadBytes = Math.addExact(payloadBytes, size);
        }
    }

    public void writeNullablePayload(@Nullable Payload value, boolean flexible) {
        if (value == null) {
            writeNullCount(flexible);
        } else {
            writePayload(value, flexible);
        }
    }

    /// The bytes alone, without a length. The buffer is not moved.
    public void writeRaw(ByteBuffer value) {
        room(value.remaining()).put(value.duplicate());
    }

    /// The marker before a struct that may be null.
    public void writePresence(boolean present) {
        writeByte((byte) (present ? 1 : -1));
    }

    /// The same before a struct that is a tagged field.
    public void writeTaggedPresence(boolean present) {
        writeUnsignedVarint(present ? 1 : 0);
    }

    /// The length of an array or of bytes.
    public void writeCount(int count, boolean flexible) {
        if (flexible) {
            writeUnsignedVarint(count + 1);
        } else {
            writeInt(count);
        }
    }

    public void writeNullCount(boolean flexible) {
        writeCount(-1, flexible);
    }

    public void writeByteList(List<Byte> list, boolean flexible) {
        writeCount(list.size(), flexible);
        for (byte value : list) {
            writeByte(value);
        }
    }

    public void writeShortList(List<Short> list, boolean flexible) {
        writeCount(list.size(), flexible);
        for (short value : list) {
            writeShort(value);
        }
    }

    public void writeIntList(List<Integer> list, boolean flexible) {
        writeCount(list.size(), flexible);
        for (int value : list) {
            writeInt(value);
        }
    }

    public void writeNullableIntList(@Nullable List<Integer> list, boolean flexible) {
        if (list == null) {
            writeNullCount(flexible);
        } else {
            writeIntList(list, flexible);
        }
    }

    public void writeLongList(List<Long> list, boolean flexible) {
        writeCount(list.size(), flexible);
        for (long value : list) {
            writeLong(value);
        }
    }

    public void writeUuidList(List<Uuid> list, boolean flexible) {
        writeCount(list.size(), flexible);
        for (Uuid value : list) {
            writeUuid(value);
        }
    }

    public void writeNullableUuidList(@Nullable List<Uuid> list, boolean flexible) {
        if (list == null) {
            writeNullCount(flexible);
        } else {
            writeUuidList(list, flexible);
        }
    }

    public void writeStringList(List<String> list, boolean flexible) {
        writeCount(list.size(), flexible);
        for (String value : list) {
            writeString(value, flexible);
        }
    }

    public void writeNullableStringList(@Nullable List<String> list, boolean flexible) {
        if (list == null) {
            writeNullCount(flexible);
        } else {
            writeStringList(list, flexible);
        }
    }

    /// Begins a tagged field; its fields follow, then [#leaveTag] with what this returned.
    public int enterTag(int tag) {
        writeUnsignedVarint(tag);
        int start = out.position();
        if (openTag == NOTHING_OPEN) {
            openTag = start;
        }
        room(1).put((byte) 0); // Sizes below 128 fit here; for others the field is moved.
        return start;
    }

    /// Ends a tagged field: puts its size before it.
    public void leaveTag(int start) {
        if (openTag == start) {
            openTag = NOTHING_OPEN;
        }
        int size = out.position() - start - 1;
        int sizeLength = 1 + (31 - Integer.numberOfLeadingZeros(size | 1)) / 7;
        if (sizeLength > 1) {
            int end = room(sizeLength - 1).position() + sizeLength - 1;
            out.put(start + sizeLength, out, start + 1, size);
            out.position(end);
        }
        int rest = size;
        for (int i = 0; i < sizeLength - 1; i++) {
            out.put(start + i, (byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put(start + sizeLength - 1, (byte) rest);
    }

    /// A whole tag section of a struct without tagged fields that we know.
    public void writeTags(UnknownTags unknown) {
        writeUnsignedVarint(unknown.count());
        writeTags(unknown, 0, Integer.MAX_VALUE);
    }

    /// Those unknown tags that stand between two tags that we know.
    ///
    /// @param from inclusive
    /// @param to exclusive
    public void writeTags(UnknownTags unknown, int from, int to) {
        for (UnknownTags.Tag tag : unknown.tags()) {
            if (tag.tag() >= from && tag.tag() < to) {
                writeUnsignedVarint(tag.tag());
                writeUnsignedVarint(tag.bytes().remaining());
                writeRaw(tag.bytes());
            }
        }
    }

    /// The buffer, with room for that many bytes more.
    private ByteBuffer room(int length) {
        if (out.remaining() < length) {
            long doubled = Math.max(2L * out.capacity(), (long) out.position() + length);
            out =
                    ByteBuffer.allocate((int) Math.min(doubled, Integer.MAX_VALUE - 8))
                            .put(out.flip());
        }
        return out;
    }
}
