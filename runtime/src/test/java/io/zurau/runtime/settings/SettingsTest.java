package io.zurau.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SettingsTest {
    enum Durability {
        DISK,
        MEMORY
    }

    private static final Setting<Duration> RETENTION =
            Setting.duration("log.retention.ms", Duration.ofDays(7), "How long records are kept.")
                    .orElse("log.retention.minutes", "log.retention.hours")
                    .atLeast(Duration.ofMillis(-1));
    private static final Setting<Duration> TOPIC_RETENTION =
            Setting.onTopic("retention.ms", RETENTION);
    private static final Setting<Integer> PARTITIONS =
            Setting.integer("num.partitions", 1, "Partitions of a new topic.").between(1, 10_000);
    private static final Setting<ByteSize> SEGMENT =
            Setting.bytes("log.segment.bytes", ByteSize.ofGiB(1), "Where a segment is cut.")
                    .asInt();
    private static final Setting<List<String>> CLEANUP =
            Setting.list("log.cleanup.policy", List.of("delete"), "What happens to old records.")
                    .oneOf("delete", "compact");
    private static final Setting<Durability> DURABILITY =
            Setting.choice("log.durability", Durability.DISK, "When a record counts as stored.");
    private static final Setting<String> ADVERTISED =
            Setting.text("advertised.listeners", "What clients connect to.");
    private static final Setting<String> PASSWORD =
            Setting.password("ssl.key.password", "Opens the key.").limited("long", s -> false);

    private static final SettingCatalog CATALOG =
            SettingCatalog.of(
                            List.of(
                                    RETENTION,
                                    PARTITIONS,
                                    SEGMENT,
                                    CLEANUP,
                                    DURABILITY,
                                    ADVERTISED,
                                    PASSWORD))
                    .withoutEffect(
                            Map.of(
                                    "num.io.threads", "each connection has a thread of its own.",
                                    "log.cleaner.*", "the cleaner sizes itself."))
                    .retired(Map.of("zookeeper.connect", "metadata is kept by the brokers."));

    private static Settings parse(String... pairs) {
        return Settings.parse(given(pairs), CATALOG);
    }

    private static Map<String, String> given(String... pairs) {
        return switch (pairs.length) {
            case 0 -> Map.of();
            case 2 -> Map.of(pairs[0], pairs[1]);
            case 4 -> Map.of(pairs[0], pairs[1], pairs[2], pairs[3]);
            default -> throw new IllegalArgumentException();
        };
    }

    @Test
    void whatIsNotGivenHasItsDefault() {
        // When
        Settings settings = parse();

        // Then
        assertThat(settings.value(RETENTION)).isEqualTo(Duration.ofDays(7));
        assertThat(settings.value(CLEANUP)).containsExactly("delete");
        assertThat(settings.value(DURABILITY)).isEqualTo(Durability.DISK);
        assertThat(settings.find(ADVERTISED)).isEmpty();
        assertThat(settings.isGiven(RETENTION)).isFalse();
    }

    @Test
    void valuesAreReadByTheirTypes() {
        assertThat(parse("num.partitions", " 12 ").value(PARTITIONS)).isEqualTo(12);
        assertThat(parse("log.segment.bytes", "1048576").value(SEGMENT))
                .isEqualTo(ByteSize.ofMiB(1));
        assertThat(parse("log.cleanup.policy", "compact, delete").value(CLEANUP))
                .containsExactly("compact", "delete");
        assertThat(parse("log.durability", "memory").value(DURABILITY))
                .isEqualTo(Durability.MEMORY);
    }

    @Test
    void theUnitOfADurationIsTheLastWordOfTheKeyThatGivesIt() {
        assertThat(parse("log.retention.hours", "2").value(RETENTION))
                .isEqualTo(Duration.ofHours(2));
        assertThat(parse("log.retention.minutes", "3").value(RETENTION))
                .isEqualTo(Duration.ofMinutes(3));
        assertThat(parse("log.retention.ms", "4").value(RETENTION)).isEqualTo(Duration.ofMillis(4));
        assertThat(parse("log.retention.hours", "-1").value(RETENTION))
                .isEqualTo(Duration.ofMillis(-1));
    }

    @Test
    void aDurationTooLongToCountIsCut() {
        assertThat(parse("log.retention.hours", "" + Long.MAX_VALUE).value(RETENTION))
                .isGreaterThan(Duration.ofDays(1_000_000));
    }

    @Test
    void theFinerUnitHasPrecedence() {
        assertThat(parse("log.retention.hours", "2", "log.retention.ms", "5").value(RETENTION))
                .isEqualTo(Duration.ofMillis(5));
        assertThat(parse("log.retention.hours", "2", "log.retention.minutes", "5").value(RETENTION))
                .isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void aTopicsDefaultIsTheBrokersValue() {
        // Given
        Settings broker = parse("log.retention.hours", "2");
        SettingCatalog topicCatalog = SettingCatalog.of(List.of(TOPIC_RETENTION));

        // When
        Settings plain = Settings.parse(Map.of(), topicCatalog, broker);
        Settings own = Settings.parse(Map.of("retention.ms", "9"), topicCatalog, broker);

        // Then
        assertThat(plain.value(TOPIC_RETENTION)).isEqualTo(Duration.ofHours(2));
        assertThat(plain.text(TOPIC_RETENTION)).contains("7200000");
        assertThat(plain.isGiven(TOPIC_RETENTION)).isFalse();
        assertThat(own.value(TOPIC_RETENTION)).isEqualTo(Duration.ofMillis(9));
        assertThat(own.isGiven(TOPIC_RETENTION)).isTrue();
    }

    @Test
    void errorsAreSentencesWithTheSubjectTheValueAndTheLimit() {
        refuses("num.partitions is \"0\", but must be at least 1.", "num.partitions", "0");
        refuses("num.partitions is \"x\", but must be a whole number.", "num.partitions", "x");
        refuses(
                "log.segment.bytes is \"2147483648\", but must be at most 2147483647.",
                "log.segment.bytes",
                "2147483648");
        refuses(
                "log.segment.bytes is \"-1\", but must be a number of bytes.",
                "log.segment.bytes",
                "-1");
        refuses(
                "log.cleanup.policy is \"drop\", but must be made of delete, compact.",
                "log.cleanup.policy",
                "drop");
        refuses(
                "log.durability is \"DISK\", but must be one of disk, memory.",
                "log.durability",
                "DISK");
        refuses("ssl.key.password is not acceptable, but must be long.", "ssl.key.password", "s3");
    }

    @Test
    void aWrongValueIsRefusedEvenWhereAnotherKeyHidesIt() {
        refuses(
                "log.retention.hours is \"soon\", but must be a whole number.",
                "log.retention.hours",
                "soon",
                "log.retention.ms",
                "5");
    }

    @Test
    void anUnknownKeyIsRefusedWithTheNearestKnownNames() {
        refuses(
                "Unknown setting \"log.retension.ms\"; did you mean log.retention.ms or"
                        + " log.retention.hours or log.retention.minutes?",
                "log.retension.ms",
                "5");
        refuses("Unknown setting \"colour\".", "colour", "red");
    }

    @Test
    void keysWithoutEffectAreAcceptedWithANotice() {
        // When
        Settings settings = parse("num.io.threads", "8", "log.cleaner.threads", "2");

        // Then
        assertThat(settings.notices())
                .containsExactly(
                        "log.cleaner.threads has no effect: the cleaner sizes itself.",
                        "num.io.threads has no effect: each connection has a thread of its own.");
    }

    @Test
    void retiredKeysAreRefusedWithAHint() {
        refuses(
                "zookeeper.connect is not supported any more: metadata is kept by the brokers.",
                "zookeeper.connect",
                "localhost");
    }

    @Test
    void aPropertiesFileIsReadAsJavaWritesIt() {
        assertThat(Settings.read("# comment\nnum.partitions = 3\nlist=a,\\\n  b\n"))
                .isEqualTo(Map.of("num.partitions", "3", "list", "a,b"));
        assertThatExceptionOfType(InvalidSetting.class)
                .isThrownBy(() -> Settings.read("key=\\u00zz"));
    }

    @Test
    void theReferencePageNamesEverything() {
        assertThat(CATALOG.markdown())
                .contains(
                        "| `log.retention.ms`, else `log.retention.minutes`, else"
                                + " `log.retention.hours` | `604800000` | ms | a whole number, at"
                                + " least -1 | How long records are kept. |")
                .contains("| `log.segment.bytes` | `1073741824` | bytes |")
                .contains("- `num.io.threads`: each connection has a thread of its own.")
                .contains("- `zookeeper.connect`: metadata is kept by the brokers.");
        assertThat(SettingCatalog.of(List.of(TOPIC_RETENTION)).markdown())
                .contains("| `retention.ms` | the broker's `log.retention.ms` | ms |");
    }

    @Test
    void aKeyIsListedOnlyOnce() {
        SettingCatalog same = SettingCatalog.of(List.of(PARTITIONS));
        assertThatThrownBy(() -> CATALOG.plus(same)).hasMessageContaining("listed twice");
    }

    @Test
    void sizesAreShownInTheLargestWholeUnit() {
        assertThat(ByteSize.ofMiB(1)).hasToString("1 MiB");
        assertThat(new ByteSize(1000)).hasToString("1000 bytes");
        assertThat(new ByteSize(0)).hasToString("0 bytes");
    }

    private static void refuses(String sentence, String... pairs) {
        assertThatExceptionOfType(InvalidSetting.class)
                .isThrownBy(() -> parse(pairs))
                .withMessage(sentence);
    }
}
