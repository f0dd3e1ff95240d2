package io.zurau.client;

import org.jspecify.annotations.Nullable;

/// One setting of a resource as it holds.
///
/// @param value null if there is none, or if it is secret
/// @param source where the value comes from
public record SettingEntry(
        String name,
        @Nullable String value,
        Source source,
        boolean readOnly,
        @Nullable String documentation) {

    /// What can have settings, by Kafka's numbers.
    public enum Resource {
        TOPIC(2),
        BROKER(4),
        CLIENT_METRICS(16),
        GROUP(32);

        private final byte code;

        Resource(int code) {
            this.code = (byte) code;
        }

        byte code() {
            return code;
        }
    }

    /// Where a value comes from, by Kafka's numbers.
    public enum Source {
        UNKNOWN(0),
        TOPIC(1),
        BROKER(2),
        ALL_BROKERS(3),
        FILE(4),
        DEFAULT(5),
        LOGGER(6),
        CLIENT_METRICS(7),
        GROUP(8);

        private final int code;

        Source(int code) {
            this.code = code;
        }

        static Source of(int code) {
            for (Source source : values()) {
                if (source.code == code) {
                    return source;
                }
            }
            return UNKNOWN;
        }
    }

    /// Whether it was set, on whatever, and is neither a default nor from a node's file.
    public boolean isSet() {
        return source != Source.DEFAULT && source != Source.FILE && source != Source.UNKNOWN;
    }
}
