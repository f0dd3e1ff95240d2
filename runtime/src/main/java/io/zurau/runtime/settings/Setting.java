package io.zurau.runtime.settings;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One thing that can be set: its key, type, default, limits and what it is for.
///
/// Settings are constants, written like a sentence:
///
/// ```java
/// static final Setting<Duration> RETENTION =
///         Setting.duration("log.retention.ms", Duration.ofDays(7), "How long records are kept.")
///                 .orElse("log.retention.minutes", "log.retention.hours")
///                 .atLeast(Duration.ofMillis(-1));
/// static final Setting<Duration> TOPIC_RETENTION = Setting.onTopic("retention.ms", RETENTION);
/// ```
///
/// The last word of a duration's key is its unit (`ms`, `seconds`, `minutes`, `hours`); `-1` is
/// `Duration.ofMillis(-1)` in each of them.
///
/// @param byDefault null if there is no value unless one is given
/// @param documentation one sentence for the reference page
/// @param synonyms keys that mean the same, in falling precedence, all behind `key`
/// @param onBroker the broker's setting that gives the default, for settings of topics and groups
/// @param isDynamic whether a broker follows a change of it while it runs, although no topic has
///   its default from there
public record Setting<T>(
        String key,
        SettingType<T> type,
        @Nullable T byDefault,
        String documentation,
        List<Limit<T>> limits,
        List<String> synonyms,
        @Nullable Setting<T> onBroker,
        boolean isDynamic) {

    /// A condition on values.
    ///
    /// @param words completes "must be …"
    public record Limit<T>(String words, Predicate<T> holds) {}

    public static Setting<Boolean> bool(String key, boolean byDefault, String documentation) {
        return of(key, SettingType.BOOLEAN, byDefault, documentation);
    }

    public static Setting<Integer> integer(String key, int byDefault, String documentation) {
        return of(key, SettingType.INT, byDefault, documentation);
    }

    public static Setting<Long> number(String key, long byDefault, String documentation) {
        return of(key, SettingType.LONG, byDefault, documentation);
    }

    public static Setting<Double> decimal(String key, double byDefault, String documentation) {
        return of(key, SettingType.DOUBLE, byDefault, documentation);
    }

    public static Setting<String> text(String key, String byDefault, String documentation) {
        return of(key, SettingType.STRING, byDefault, documentation);
    }

    /// Text that may be missing.
    public static Setting<String> text(String key, String documentation) {
        return of(key, SettingType.STRING, null, documentation);
    }

    /// Text that is never shown, and may be missing.
    public static Setting<String> password(String key, String documentation) {
        return of(key, SettingType.PASSWORD, null, documentation);
    }

    public static Setting<List<String>> list(
            String key, List<String> byDefault, String documentation) {
        return of(key, SettingType.LIST, List.copyOf(byDefault), documentation);
    }

    /// One constant of an enum, by its name in lower case.
    public static <E extends Enum<E>> Setting<E> choice(
            String key, E byDefault, String documentation) {
        return of(key, SettingType.choice(byDefault.getDeclaringClass()), byDefault, documentation);
    }

    public static Setting<ByteSize> bytes(String key, ByteSize byDefault, String documentation) {
        return of(key, SettingType.BYTES, byDefault, documentation);
    }

    public static Setting<Duration> duration(String key, Duration byDefault, String documentation) {
        SettingType.unit(key);
        return of(key, SettingType.DURATION, byDefault, documentation);
    }

    /// A topic's setting of the same meaning and limits as the broker's, which is its default.
    public static <T> Setting<T> onTopic(String key, Setting<T> onBroker) {
        return new Setting<>(
                key,
                onBroker.type,
                onBroker.byDefault,
                onBroker.documentation,
                onBroker.limits,
                List.of(),
                onBroker,
                false);
    }

    /// A group's setting of the same meaning as the broker's, which is its default. It has no
    /// limits but those that are added here.
    public static <T> Setting<T> onGroup(String key, Setting<T> onBroker) {
        return new Setting<>(
                key,
                onBroker.type,
                onBroker.byDefault,
                onBroker.documentation,
                List.of(),
                List.of(),
                onBroker,
                false);
    }

    private static <T> Setting<T> of(
            String key, SettingType<T> type, @Nullable T byDefault, String documentation) {
        return new Setting<>(
                key, type, byDefault, documentation, List.of(), List.of(), null, false);
    }

    public Setting<T> atLeast(T least) {
        return limited(
                "at least " + type.render().text(key, least),
                value -> type.order().compare(value, least) >= 0);
    }

    public Setting<T> atMost(T most) {
        return limited(
                "at most " + type.render().text(key, most),
                value -> type.order().compare(value, most) <= 0);
    }

    public Setting<T> between(T least, T most) {
        return atLeast(least).atMost(most);
    }

    /// Only these values; of a list, only these items.
    public Setting<T> oneOf(String... allowed) {
        List<String> values = List.of(allowed);
        String words = (type.kind() == SettingType.Kind.LIST ? "made of " : "one of ");
        return limited(
                words + String.join(", ", values),
                value ->
                        value instanceof List<?> items
                                ? values.containsAll(items)
                                : values.contains(type.render().text(key, value)));
    }

    /// @param words completes "must be …"
    public Setting<T> limited(String words, Predicate<T> holds) {
        List<Limit<T>> more = new ArrayList<>(limits);
        more.add(new Limit<>(words, holds));
        return new Setting<>(
                key,
                type,
                byDefault,
                documentation,
                List.copyOf(more),
                synonyms,
                onBroker,
                isDynamic);
    }

    /// Other keys that give the value where this one is not given, in falling precedence. The
    /// value's unit is that of the key which gives it.
    public Setting<T> orElse(String... keys) {
        return new Setting<>(
                key,
                type,
                byDefault,
                documentation,
                limits,
                List.copyOf(Arrays.asList(keys)),
                onBroker,
                isDynamic);
    }

    /// Can be changed while the broker runs.
    public Setting<T> dynamic() {
        return new Setting<>(key, type, byDefault, documentation, limits, synonyms, onBroker, true);
    }

    /// Shown to clients as of another type: Kafka's `int` durations and sizes. Numbers are then
    /// bounded by that type.
    public Setting<T> asInt() {
        return new Setting<>(
                        key,
                        type.ofKind(SettingType.Kind.INT),
                        byDefault,
                        documentation,
                        limits,
                        synonyms,
                        onBroker,
                        isDynamic)
                .limited("at most " + Integer.MAX_VALUE, this::fitsInt);
    }

    private boolean fitsInt(T value) {
        return Long.parseLong(type.render().text(key, value)) <= Integer.MAX_VALUE;
    }

    /// The key and its synonyms, highest precedence first.
    public List<String> keys() {
        List<String> keys = new ArrayList<>();
        keys.add(key);
        keys.addAll(synonyms);
        return keys;
    }

    public Optional<T> defaultValue() {
        return Optional.ofNullable(byDefault);
    }

    /// Whether the value must not be shown.
    public boolean isSecret() {
        return type.kind() == SettingType.Kind.PASSWORD;
    }

    /// The unit of the number in the text; empty if it has none.
    public String unit() {
        if (byDefault instanceof ByteSize) {
            return "bytes";
        }
        if (byDefault instanceof Duration) {
            ChronoUnit unit = SettingType.unit(key);
            return unit == ChronoUnit.MILLIS ? "ms" : unit.toString().toLowerCase(Locale.ROOT);
        }
        return "";
    }

    /// The value as one writes it under this key.
    public String render(T value) {
        return type.render().text(key, value);
    }

    /// The value of a text given under `givenKey`, this setting's key or one of its synonyms.
    ///
    /// @throws InvalidSetting if it is not of this type or beyond a limit
    public T parse(String givenKey, String text) {
        T value;
        try {
            value = type.parse().value(givenKey, text.strip());
        } catch (IllegalArgumentException e) {
            throw refusal(givenKey, text, type.form());
        }
        for (Limit<T> limit : limits) {
            if (!limit.holds().test(value)) {
                throw refusal(givenKey, text, limit.words());
            }
        }
        return value;
    }

    private InvalidSetting refusal(String givenKey, String text, String must) {
        String shown = isSecret() ? "not acceptable" : "\"" + text + "\"";
        return new InvalidSetting(
                givenKey, "%s is %s, but must be %s.".formatted(givenKey, shown, must));
    }
}
