package io.zurau.metadata.image;

import io.zurau.protocol.message.ConfigRecord;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Something that has settings of its own. The name is empty for the default of all brokers.
public record ConfigResource(Type type, String name) implements Comparable<ConfigResource> {
    private static final Comparator<ConfigResource> ORDER =
            Comparator.comparing(ConfigResource::type).thenComparing(ConfigResource::name);

    /// Kafka's resource types, with their numbers on the wire and in records.
    public enum Type {
        TOPIC(2),
        BROKER(4),
        BROKER_LOGGER(8),
        CLIENT_METRICS(16),
        GROUP(32);

        private final byte code;

        Type(int code) {
            this.code = (byte) code;
        }

        public byte code() {
            return code;
        }

        /// The type of that number; empty if Kafka has none.
        public static Optional<Type> of(byte code) {
            for (Type type : values()) {
                if (type.code == code) {
                    return Optional.of(type);
                }
            }
            return Optional.empty();
        }
    }

    public static ConfigResource topic(String name) {
        return new ConfigResource(Type.TOPIC, name);
    }

    public static ConfigResource broker(int nodeId) {
        return new ConfigResource(Type.BROKER, Integer.toString(nodeId));
    }

    /// What holds for every broker that says nothing else.
    public static ConfigResource everyBroker() {
        return new ConfigResource(Type.BROKER, "");
    }

    public static ConfigResource group(String groupId) {
        return new ConfigResource(Type.GROUP, groupId);
    }

    /// The record that sets a value here, or takes it away.
    ///
    /// @param value null takes it away
    public ConfigRecord record(String key, @Nullable String value) {
        return ConfigRecord.builder()
                .resourceType(type.code())
                .resourceName(name)
                .name(key)
                .value(value)
                .build();
    }

    @Override
    public int compareTo(ConfigResource other) {
        return ORDER.compare(this, other);
    }
}
