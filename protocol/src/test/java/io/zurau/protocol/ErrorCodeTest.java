package io.zurau.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class ErrorCodeTest {
    @Test
    void codesNamesAndRetriesAreKafkas() {
        assertThat(ErrorCode.values()).hasSize(Errors.values().length).hasSize(138);
        for (Errors kafkas : Errors.values()) {
            ErrorCode ours = ErrorCode.forCode(kafkas.code());
            assertThat(ours.code()).isEqualTo(kafkas.code());
            assertThat(ours.name()).isEqualTo(kafkas.name());
            assertThat(ours.retriable())
                    .as(ours.name())
                    .isEqualTo(kafkas.exception() instanceof RetriableException);
            assertThat(ours.message()).endsWith(".");
        }
    }

    @Test
    void codesOfTheFutureAreUnknownErrors() {
        assertThat(ErrorCode.forCode(137)).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
        assertThat(ErrorCode.forCode(-2)).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
    }
}
