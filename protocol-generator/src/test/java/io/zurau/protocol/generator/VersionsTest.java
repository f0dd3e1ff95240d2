package io.zurau.protocol.generator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionsTest {
    private static final Versions POSSIBLE = new Versions(2, 9);

    @Test
    void rangesAreWrittenInFourWays() {
        assertThat(Versions.parse("3", Versions.NONE)).isEqualTo(new Versions(3, 3));
        assertThat(Versions.parse("0-5", Versions.NONE)).isEqualTo(new Versions(0, 5));
        assertThat(Versions.parse("4+", Versions.NONE).and(POSSIBLE)).isEqualTo(new Versions(4, 9));
        assertThat(Versions.parse("none", POSSIBLE).isEmpty()).isTrue();
        assertThat(Versions.parse(null, POSSIBLE)).isEqualTo(POSSIBLE);
    }

    @Test
    void conditionsSayNoMoreThanNeeded() {
        assertThat(new Versions(0, 20).within(POSSIBLE).always()).isTrue();
        assertThat(new Versions(10, 20).within(POSSIBLE).never()).isTrue();
        assertThat(new Versions(4, 9).within(POSSIBLE).java()).isEqualTo("version >= 4");
        assertThat(new Versions(0, 6).within(POSSIBLE).java()).isEqualTo("version <= 6");
        assertThat(new Versions(5, 5).within(POSSIBLE).java()).isEqualTo("version == 5");
        assertThat(new Versions(4, 6).within(POSSIBLE).java())
                .isEqualTo("version >= 4 && version <= 6");
    }

    @Test
    void conditionsCanBeTurnedRound() {
        assertThat(Condition.ALWAYS.not()).isEqualTo(Condition.NEVER);
        assertThat(new Condition("version >= 4").not().java()).isEqualTo("version < 4");
        assertThat(new Condition("version <= 6").not().java()).isEqualTo("version > 6");
        assertThat(new Condition("flexible").not().java()).isEqualTo("!flexible");
        assertThat(new Condition("version == 5").not().java()).isEqualTo("!(version == 5)");
    }
}
