package io.zurau.protocol.message;

import io.zurau.protocol.Payload;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.UnknownTags;
import io.zurau.protocol.Uuid;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.jspecify.annotations.Nullable;

/// One message as Zurau has it and as Kafka has it.
///
/// @param schemas Kafka's description of each version
record Pair(Class<?> ours, Class<? extends Message> kafkas, SortedMap<Integer, Schema> schemas) {

    static Pair of(String ourName, String kafkaName) {
        try {
            Class<? extends Message> kafkas = Class.forName(kafkaName).asSubclass(Message.class);
            Schema[] byVersion = (Schema[]) kafkas.getField("SCHEMAS").get(null);
            SortedMap<Integer, Schema> schemas = new TreeMap<>();
            for (int version = 0; version < byVersion.length; version++) {
                if (byVersion[version] != null) {
                    schemas.put(version, byVersion[version]);
                }
            }
            return new Pair(Class.forName("io.zurau.protocol.message." + ourName), kafkas, schemas);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("Not as expected", e);
        }
    }

    /// The bytes of a random message, the same for the same seed.
    ByteBuffer random(int version, long seed) {
        Schema schema = Objects.requireNonNull(schemas.get(version), name() + " " + version);
        return RandomMessage.bytes(schema, new Random(seed));
    }

    Set<Integer> versions() {
        return schemas.keySet();
    }

    String name() {
        return ours.getSimpleName();
    }

    Message kafkaReads(ByteBuffer bytes, int version) {
        Message message = kafkasDefault();
        message.read(new ByteBufferAccessor(bytes.duplicate()), (short) version);
        return message;
    }

    static ByteBuffer kafkaWrites(Message message, int version) {
        ObjectSerializationCache cache = new ObjectSerializationCache();
        int size = message.size(cache, (short) version);
        ByteBufferAccessor out = new ByteBufferAccessor(ByteBuffer.allocate(size));
        message.write(out, cache, (short) version);
        out.flip();
        return out.buffer();
    }

    Message kafkasDefault() {
        try {
            return kafkas.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("Not as expected", e);
        }
    }

    Object ourDefault() {
        try {
            Object builder = ours.getMethod("builder").invoke(null);
            return builder.getClass().getMethod("build").invoke(builder);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("Not as expected", e);
        }
    }

    ApiMessage weRead(ByteBuffer bytes, int version) {
        ProtocolReader in = new ProtocolReader(bytes);
        ApiMessage message = weRead(in, version);
        in.expectEnd();
        return message;
    }

    ApiMessage weRead(ProtocolReader in, int version) {
        try {
            Method read = ours.getMethod("read", ProtocolReader.class, int.class);
            return (ApiMessage) read.invoke(null, in, version);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("Not as expected", e);
        }
    }

    static ByteBuffer weWrite(ApiMessage message, int version) {
        ProtocolWriter out = new ProtocolWriter(16);
        message.write(out, version);
        return out.toBuffer();
    }

    /// Where the two differ: a path and both values. Null if they say the same.
    static @Nullable String difference(
            String path, @Nullable Object ours, @Nullable Object kafkas) {
        Object ourValue = comparable(ours);
        Object kafkaValue = comparable(kafkas);
        if (ourValue instanceof List<?> list && kafkaValue instanceof List<?> other) {
            return listDifference(path, list, other);
        }
        if (ourValue instanceof Record record && kafkaValue instanceof Message message) {
            return recordDifference(path, record, message);
        }
        boolean same = ourValue == null ? kafkaValue == null : ourValue.equals(kafkaValue);
        return same ? null : path + ": ours " + ourValue + ", Kafka's " + kafkaValue;
    }

    private static @Nullable String listDifference(String path, List<?> ours, List<?> kafkas) {
        if (ours.size() != kafkas.size()) {
            return path + ": ours " + ours.size() + " elements, Kafka's " + kafkas.size();
        }
        for (int i = 0; i < ours.size(); i++) {
            String difference = difference(path + "[" + i + "]", ours.get(i), kafkas.get(i));
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    private static @Nullable String recordDifference(String path, Record ours, Message kafkas) {
        try {
            for (RecordComponent component : ours.getClass().getRecordComponents()) {
                String name = component.getName();
                boolean tags = name.equals("unknownTags");
                Object ourValue = component.getAccessor().invoke(ours);
                Object kafkaValue =
                        tags
                                ? kafkas.unknownTaggedFields().size()
                                : kafkas.getClass().getMethod(name).invoke(kafkas);
                String difference = difference(path + "." + name, ourValue, kafkaValue);
                if (difference != null) {
                    return difference;
                }
            }
            return null;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(path, e);
        }
    }

    /// Brings what the two sides type differently to one type.
    private static @Nullable Object comparable(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case UnknownTags tags -> tags.count();
            case byte[] bytes -> ByteBuffer.wrap(bytes);
            case Payload payload -> payload.toBuffer();
            case BaseRecords records ->
                    ((org.apache.kafka.common.record.internal.MemoryRecords) records).buffer();
            case Collection<?> collection -> new ArrayList<>(collection);
            case org.apache.kafka.common.Uuid uuid ->
                    new Uuid(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
            default -> value;
        };
    }
}
