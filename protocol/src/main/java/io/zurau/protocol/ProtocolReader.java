package io.zurau.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the types of Kafka's protocol from a buffer, front to back.
///
/// Every length and count is checked against the bytes that remain before anything is allocated.
/// `flexible` chooses between the two encodings of lengths: a fixed-size integer, or a varint of
/// the length plus one.
///
/// **Owner:** one thread.
public final class ProtocolReader {
    private static final int LARGEST_PRESIZED_LIST = 8192;

    private final ByteBuffer in;

    /// Reads from the buffer's position to its limit; the buffer itself is not moved.
    public ProtocolReader(ByteBuffer in) {
        this.in = in.slice(); // Big-endian, whatever the order of the original.
    }

    public int remaining() {
        return in.remaining();
    }

    /// Refuses bytes after the end of the message.
    public void expectEnd() {
        if (in.hasRemaining()) {
            throw new MalformedMessage(in.remaining() + " bytes follow the end of the message.");
        }
    }

    public boolean readBoolean() {
        return readByte() != 0;
    }

    public byte readByte() {
        need(1);
        return in.get();
    }

    public short readShort() {
        need(2);
        return in.getShort();
    }

    public int readUnsignedShort() {
        return readShort() & 0xffff;
    }

    public int readInt() {
        need(4);
        return in.getInt();
    }

    public long readUnsignedInt() {
        return readInt() & 0xffff_ffffL;
    }

    public long readLong() {
        need(8);
        return in.getLong();
    }

    public double readDouble() {
        return Double.longBitsToDouble(readLong());
    }

    public Uuid readUuid() {
        need(16);
        long high = in.getLong();
        long low = in.getLong();
        return (high | low) == 0 ? Uuid.ZERO : new Uuid(high, low);
    }

    /// An unsigned number of up to 32 bits in LEB128: seven bits per byte, lowest first.
    public int readUnsignedVarint() {
        byte first = readByte();
        if (first >= 0) {
            return first;
        }
        int value = first & 0x7f;
        for (int shift = 7; shift < 35; shift += 7) {
            byte next = readByte();
            if (shift == 28 && (next & 0xf0) != 0) {
                break;
            }
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedMessage("A varint is longer than 32 bits.");
    }

    public String readString(boolean flexible) {
        String value = readNullableString(flexible);
        if (value == null) {
            throw nullRefused("string");
        }
        return value;
    }

    public @Nullable String readNullableString(boolean flexible) {
        int length = flexible ? readUnsignedVarint() - 1 : readShort();
        if (length == -1) {
            return null;
        }
        need(length);
        int start = in.position();
        in.position(start + length);
        if (in.hasArray()) {
            return new String(in.array(), in.arrayOffset() + start, length, StandardCharsets.UTF_8);
        }
        byte[] bytes = new byte[length];
        in.get(start, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// A slice, not a copy.
    public ByteBuffer readBytes(boolean flexible) {
        ByteBuffer value = readNullableBytes(flexible);
        if (value == null) {
            throw nullRefused("byte string");
        }
        return value;
    }

    /// A slice, not a copy; null where the bytes say so.
    public @Nullable ByteBuffer readNullableBytes(boolean flexible) {
        int length = flexible ? readUnsignedVarint() - 1 : readInt();
        return length == -1 ? null : readSlice(length);
    }

    public Payload readPayload(boolean flexible) {
        return Payload.of(readBytes(flexible));
    }

    public @Nullable Payload readNullablePayload(boolean flexible) {
        ByteBuffer bytes = readNullableBytes(flexible);
        return bytes == null ? null : Payload.of(bytes);
    }

    /// The marker before a struct that may be null: whether it is there.
    public boolean readPresence() {
        return readByte() >= 0;
    }

    /// The same before a struct that is a tagged field.
    public boolean readTaggedPresence() {
        return readUnsignedVarint() > 0;
    }

    /// How many elements an array has, -1 for null. Each takes a byte at least, so the count cannot
    /// exceed what remains.
    public int readNullableCount(boolean flexible) {
        int count = flexible ? readUnsignedVarint() - 1 : readInt();
        if (count != -1) {
            need(count);
        }
        return count;
    }

    public int readCount(boolean flexible) {
        int count = readNullableCount(flexible);
        if (count == -1) {
            throw nullRefused("array");
        }
        return count;
    }

    /// A list for that many elements; grows to it if the count is large, so that a lie costs
    /// little.
    public static <T> List<T> newList(int count) {
        return new ArrayList<>(Math.min(count, LARGEST_PRESIZED_LIST));
    }

    public List<Byte> readByteList(boolean flexible) {
        int count = readCount(flexible);
        List<Byte> list = newList(count);
        for (int i = 0; i < count; i++) {
            list.add(in.get());
        }
        return Collections.unmodifiableList(list);
    }

    public List<Short> readShortList(boolean flexible) {
        int count = readCount(flexible);
        need((long) count * 2);
        List<Short> list = newList(count);
        for (int i = 0; i < count; i++) {
            list.add(in.getShort());
        }
        return Collections.unmodifiableList(list);
    }

    public List<Integer> readIntList(boolean flexible) {
        List<Integer> list = readNullableIntList(flexible);
        if (list == null) {
            throw nullRefused("array");
        }
        return list;
    }

    public @Nullable List<Integer> readNullableIntList(boolean flexible) {
        int count = readNullableCount(flexible);
        if (count <= 0) {
            return count == 0 ? List.of() : null;
        }
        need((long) count * 4);
        List<Integer> list = newList(count);
        for (int i = 0; i < count; i++) {
            list.add(in.getInt());
        }
        return Collections.unmodifiableList(list);
    }

    public List<Long> readLongList(boolean flexible) {
        int count = readCount(flexible);
        need((long) count * 8);
        List<Long> list = newList(count);
        for (int i = 0; i < count; i++) {
            list.add(in.getLong());
        }
        return Collections.unmodifiableList(list);
    }

    public List<Uuid> readUuidList(boolean flexible) {
        List<Uuid> list = readNullableUuidList(flexible);
        if (list == null) {
            throw nullRefused("array");
        }
        return list;
    }

    public @Nullable List<Uuid> readNullableUuidList(boolean flexible) {
        int count = readNullableCount(flexible);
        if (count <= 0) {
            return count == 0 ? List.of() : null;
        }
        need((long) count * 16);
        List<Uuid> list = newList(count);
        for (int i = 0; i < count; i++) {
            list.add(readUuid());
        }
        return Collections.unmodifiableList(list);
    }

    public List<String> readStringList(boolean flexible) {
        List<String> list = readNullableStringList(flexible);
        if (list == null) {
            throw nullRefused("array");
        }
        return list;
    }

    public @Nullable List<String> readNullableStringList(boolean flexible) {
        int count = readNullableCount(flexible);
        if (count <= 0) {
            return count == 0 ? List.of() : null;
        }
        List<String> list = newList(count);
        for (int i = 0; i < count; i++) {
            list.add(readString(flexible));
        }
        return Collections.unmodifiableList(list);
    }

    /// How many tagged fields a section has; each takes two bytes at least.
    public int readTagCount() {
        int count = readUnsignedVarint();
        need((count & 0xffff_ffffL) * 2);
        return count;
    }

    /// The next tag of a section.
    ///
    /// @param previous the tag before it, -1 before the first
    public int readTag(int previous) {
        int tag = readUnsignedVarint();
        if (tag <= previous) {
            throw new MalformedMessage("Tag " + tag + " follows tag " + previous + ".");
        }
        return tag;
    }

    /// Reads the size of a tagged field and ends the input behind it. Returns what [#leaveTag]
    /// needs.
    public int enterTag() {
        int size = readUnsignedVarint();
        need(size);
        int outerLimit = in.limit();
        in.limit(in.position() + size);
        return outerLimit;
    }

    /// Leaves a tagged field, which must have been read to its end.
    public void leaveTag(int outerLimit) {
        if (in.hasRemaining()) {
            throw new MalformedMessage("A tagged field has " + in.remaining() + " bytes too many.");
        }
        in.limit(outerLimit);
    }

    /// All that remains, or that remains of the tagged field; a slice, not a copy.
    public ByteBuffer readRest() {
        return readSlice(in.remaining());
    }

    private ByteBuffer readSlice(int length) {
        need(length);
        int start = in.position();
        in.position(start + length);
        return in.slice(start, length);
    }

    /// A negative length, as a lie may have it, is refused too.
    private void need(long length) {
        if (length < 0 || length > in.remaining()) {
            throw new MalformedMessage(
                    "The message needs " + length + " bytes more and has " + in.remaining() + ".");
        }
    }

    private static MalformedMessage nullRefused(String what) {
        return new MalformedMessage("A null " + what + " stands where the protocol allows none.");
    }
}
