package io.zurau.metadata.control;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What shall become of one setting of a resource.
sealed interface ConfigChange {
    String key();

    /// Whether the request should have had a value and has none.
    boolean lacksValue();

    /// @param value null only if the request was wrong
    record Put(String key, @Nullable String value) implements ConfigChange {
        @Override
        public boolean lacksValue() {
            return value == null;
        }
    }

    record Remove(String key) implements ConfigChange {
        @Override
        public boolean lacksValue() {
            return false;
        }
    }

    /// Changes the items of a list.
    ///
    /// @param items separated by commas; null only if the request was wrong
    record OfList(String key, @Nullable String items, boolean appends) implements ConfigChange {
        @Override
        public boolean lacksValue() {
            return items == null;
        }

        String operation() {
            return appends ? "APPEND" : "SUBTRACT";
        }

        /// The list after the change.
        String applied(String before) {
            List<String> list = split(before);
            for (String item : split(items == null ? "" : items)) {
                if (!appends) {
                    list.remove(item);
                } else if (!list.contains(item)) {
                    list.add(item);
                }
            }
            return String.join(",", list);
        }

        private static List<String> split(String list) {
            return new ArrayList<>(
                    Arrays.stream(list.split(",", -1))
                            .map(String::strip)
                            .filter(item -> !item.isEmpty())
                            .toList());
        }
    }

    /// An operation that Kafka does not have.
    record Unknown(String key, byte operation) implements ConfigChange {
        @Override
        public boolean lacksValue() {
            return false;
        }
    }

    /// The change with Kafka's number of it.
    static ConfigChange of(byte operation, String key, @Nullable String value) {
        return switch (operation) {
            case 0 -> new Put(key, value);
            case 1 -> new Remove(key);
            case 2 -> new OfList(key, value, true);
            case 3 -> new OfList(key, value, false);
            default -> new Unknown(key, operation);
        };
    }
}
