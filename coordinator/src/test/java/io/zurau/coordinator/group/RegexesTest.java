package io.zurau.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Regular expressions that members may subscribe to.
final class RegexesTest {
    private static String joining(String regex) {
        ConsumerScript script = new ConsumerScript();
        script.join("A", request -> request.subscribedTopicRegex(regex));
        return script.text();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders-.*",
                "[a-z]{1,50}\\.[a-z]{1,50}\\.[a-z]{1,50}",
                "(eu|us)-[0-9]{4}",
                "(a{30}){30}"
            })
    void arePatternsOfRe2(String regex) {
        assertThat(joining(regex)).contains("epoch 1, has []");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                "a**",
                "(?=ahead)",
                "(a)\\1",
                "a{1001}",
                "((((a{100}){100}){100}){100})",
                "((((((a{2,}){1000}){1000,}){1000}){1,1000}){1000})"
            })
    void areRefusedWithoutTrace(String regex) {
        assertThat(joining(regex)).isEqualTo("> A joins\n  A: INVALID_REGULAR_EXPRESSION\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {2_049, 32_767})
    void areNotTooLong(int length) {
        assertThat(joining("a".repeat(length)))
                .isEqualTo("> A joins\n  A: INVALID_REGULAR_EXPRESSION\n");
    }
}
