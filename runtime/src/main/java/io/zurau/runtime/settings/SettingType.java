package io.zurau.runtime.settings;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// How the text of a setting becomes a value, and back.
///
/// @param form what the text must be, to complete "must be …"
/// @param parse throws [IllegalArgumentException] if the text is not of the form; is given the key
///   too, whose last word may be a unit
/// @param render the text that parses to the value
/// @param order for limits
public record SettingType<T>(
        Kind kind, String form, Parse<T> parse, Render<T> render, Comparator<? super T> order) {

    /// The types that Kafka's clients know a setting to have.
    public enum Kind {
        BOOLEAN,
        STRING,
        INT,
        LONG,
        DOUBLE,
        LIST,
        PASSWORD
    }

    @FunctionalInterface
    public interface Parse<T> {
        T value(String key, String text);
    }

    @FunctionalInterface
    public interface Render<T> {
        String text(String key, T value);
    }

    /// The last words of keys that hold a duration. `-1` means "none" in any of them.
    private static final Map<String, ChronoUnit> UNITS =
            new TreeMap<>(
                    Map.of(
                            "ms", ChronoUnit.MILLIS,
                            "seconds", ChronoUnit.SECONDS,
                            "minutes", ChronoUnit.MINUTES,
                            "hours", ChronoUnit.HOURS));

    private static final Duration NONE = Duration.ofMillis(-1);

    static final SettingType<Boolean> BOOLEAN =
            simple(Kind.BOOLEAN, "true or false", SettingType::truth, Comparator.naturalOrder());

    static final SettingType<Integer> INT =
            simple(Kind.INT, "a whole number", Integer::valueOf, Comparator.naturalOrder());

    static final SettingType<Long> LONG =
            simple(Kind.LONG, "a whole number", Long::valueOf, Comparator.naturalOrder());

    static final SettingType<Double> DOUBLE =
            simple(Kind.DOUBLE, "a number", Double::valueOf, Comparator.naturalOrder());

    static final SettingType<String> STRING =
            simple(Kind.STRING, "text", Function.identity(), Comparator.naturalOrder());

    static final SettingType<String> PASSWORD =
            simple(Kind.PASSWORD, "text", Function.identity(), Comparator.naturalOrder());

    static final SettingType<List<String>> LIST =
            new SettingType<>(
                    Kind.LIST,
                    "names separated by commas",
                    (key, text) -> items(text),
                    (key, items) -> String.join(",", items),
                    Comparator.comparingInt(List::size));

    static final SettingType<ByteSize> BYTES =
            new SettingType<>(
                    Kind.LONG,
                    "a number of bytes",
                    (key, text) -> new ByteSize(Long.parseLong(text)),
                    (key, size) -> Long.toString(size.bytes()),
                    Comparator.naturalOrder());

    static final SettingType<Duration> DURATION =
            new SettingType<>(
                    Kind.LONG,
                    "a whole number",
                    SettingType::duration,
                    SettingType::durationText,
                    Comparator.naturalOrder());

    /// The constants of an enum by their names in lower case.
    static <E extends Enum<E>> SettingType<E> choice(Class<E> type) {
        Map<String, E> byName = new TreeMap<>();
        for (E constant : type.getEnumConstants()) {
            byName.put(constant.name().toLowerCase(Locale.ROOT), constant);
        }
        return new SettingType<>(
                Kind.STRING,
                "one of " + String.join(", ", byName.keySet()),
                (key, text) -> {
                    E constant = byName.get(text);
                    if (constant == null) {
                        throw new IllegalArgumentException(text);
                    }
                    return constant;
                },
                (key, constant) -> constant.name().toLowerCase(Locale.ROOT),
                Comparator.naturalOrder());
    }

    SettingType<T> ofKind(Kind other) {
        return new SettingType<>(other, form, parse, render, order);
    }

    /// The unit in the last word of a key that holds a duration.
    static ChronoUnit unit(String key) {
        ChronoUnit unit = UNITS.get(key.substring(key.lastIndexOf('.') + 1));
        if (unit == null) {
            throw new IllegalArgumentException(
                    "Key %s does not end with a unit of time (%s)."
                            .formatted(key, String.join(", ", UNITS.keySet())));
        }
        return unit;
    }

    private static <T> SettingType<T> simple(
            Kind kind, String form, Function<String, T> parse, Comparator<? super T> order) {
        return new SettingType<>(
                kind, form, (key, text) -> parse.apply(text), (key, value) -> "" + value, order);
    }

    private static boolean truth(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static List<String> items(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    /// What overflows in nanoseconds would overflow in deadlines; it is cut to the longest duration
    /// that does not, as good as for ever.
    private static Duration duration(String key, String text) {
        long count = Long.parseLong(text);
        if (count == -1) {
            return NONE;
        }
        ChronoUnit unit = unit(key);
        long most = Long.MAX_VALUE / unit.getDuration().toMillis();
        return Duration.of(Math.clamp(count, -most, most), unit);
    }

    private static String durationText(String key, Duration value) {
        return value.equals(NONE)
                ? "-1"
                : Long.toString(value.toMillis() / unit(key).getDuration().toMillis());
    }
}
