package io.zurau.coordinator.transaction;

import com.google.re2j.Pattern;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which transactional ids are to be listed.
///
/// @param states as Kafka names them; empty for all
/// @param producerIds empty for all
/// @param minDurationMs of transactions that have lasted longer; negative for all
/// @param pattern that the whole transactional id matches; null for all
record TransactionFilter(
        Set<String> states, Set<Long> producerIds, long minDurationMs, @Nullable Pattern pattern) {

    boolean passes(Transaction transaction, long nowMs) {
        return (states.isEmpty() || states.contains(transaction.state().kafkaName()))
                && (producerIds.isEmpty() || producerIds.contains(transaction.producer().id()))
                && (minDurationMs < 0 || nowMs - transaction.startMs() > minDurationMs)
                && (pattern == null || pattern.matches(transaction.id()));
    }
}
