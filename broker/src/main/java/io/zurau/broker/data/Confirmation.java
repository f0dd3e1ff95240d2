package io.zurau.broker.data;

import io.zurau.broker.transaction.Enlisting;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import java.util.Set;
import java.util.function.Function;

/// How the coordinator of a transaction is asked about partitions: see [Enlisting#confirm].
@FunctionalInterface
public interface Confirmation {
    Function<TopicPartition, ErrorCode> confirm(
            Enlisting.Transaction transaction, Set<TopicPartition> partitions, boolean adds)
            throws InterruptedException;
}
