package io.zurau.coordinator.transaction;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.TransactionLogKey;
import io.zurau.protocol.message.TransactionLogValue;
import io.zurau.protocol.message.TransactionLogValue.PartitionsSchema;
import io.zurau.protocol.message.TransactionRecordKey;
import io.zurau.protocol.message.TransactionRecordValue;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The records of `__transaction_state`, as Apache Kafka 4.4 writes them.
final class TransactionRecords {
    /// Of values, while the cluster is at `transaction.version` 0. They say nothing of producer ids
    /// before and after.
    private static final int OLDEST_VERSION = 0;

    private static final int VERSION = 1;

    private TransactionRecords() {}

    /// What a record says.
    sealed interface Change {
        record Stored(Transaction transaction) implements Change {}

        record Removed(String id) implements Change {}

        /// A kind of record that is not known.
        record Foreign(String reason) implements Change {}
    }

    /// @param level of the feature `transaction.version`
    static CoordinatorRecord stored(Transaction transaction, int level) {
        boolean old = level == 0 && !transaction.hasEpochPerTransaction();
        Producer producer = transaction.producer();
        TransactionLogValue.Builder value =
                TransactionLogValue.builder()
                        .producerId(producer.id())
                        .producerEpoch(producer.epoch())
                        .transactionTimeoutMs(transaction.timeoutMs())
                        .transactionStatus(transaction.state().id())
                        .transactionPartitions(
                                transaction.state() == TransactionState.EMPTY
                                        ? null
                                        : byTopic(transaction))
                        .transactionLastUpdateTimestampMs(transaction.updateMs())
                        .transactionStartTimestampMs(transaction.startMs());
        if (!old) {
            value.previousProducerId(producer.previousId())
                    .nextProducerId(producer.nextId())
                    .clientTransactionVersion(transaction.clientVersion());
        }
        ProtocolWriter out = new ProtocolWriter();
        value.build().writeFramed(out, old ? OLDEST_VERSION : VERSION);
        return new CoordinatorRecord(key(transaction.id()), out.toBuffer());
    }

    static CoordinatorRecord removed(String id) {
        return new CoordinatorRecord(key(id), null);
    }

    private static ByteBuffer key(String id) {
        ProtocolWriter out = new ProtocolWriter();
        new TransactionLogKey(id).writeFramed(out);
        return out.toBuffer();
    }

    private static List<PartitionsSchema> byTopic(Transaction transaction) {
        return transaction.partitionsByTopic().entrySet().stream()
                .map(
                        topic ->
                                PartitionsSchema.builder()
                                        .topic(topic.getKey())
                                        .partitionIds(topic.getValue())
                                        .build())
                .toList();
    }

    static Change read(CoordinatorRecord record) {
        try {
            Optional<TransactionRecordKey> key =
                    TransactionRecordKey.readFramed(new ProtocolReader(record.key().duplicate()));
            if (key.isEmpty()) {
                return new Change.Foreign("unknown type");
            }
            TransactionLogKey known = (TransactionLogKey) key.get();
            ByteBuffer bytes = record.value();
            if (bytes == null) {
                return new Change.Removed(known.transactionalId());
            }
            Optional<TransactionRecordValue> value =
                    TransactionRecordValue.readFramed(
                            known.recordType(), new ProtocolReader(bytes.duplicate()));
            return value.isPresent()
                    ? change(known.transactionalId(), (TransactionLogValue) value.get())
                    : new Change.Foreign("unknown value");
        } catch (MalformedMessage e) {
            return new Change.Foreign(String.valueOf(e.getMessage()));
        }
    }

    private static Change change(String id, TransactionLogValue value) {
        Optional<TransactionState> state = TransactionState.ofId(value.transactionStatus());
        if (state.isEmpty()) {
            return new Change.Foreign("state " + value.transactionStatus());
        }
        return new Change.Stored(
                new Transaction(
                        id,
                        new Producer(
                                value.producerId(),
                                value.producerEpoch(),
                                Producer.NO_EPOCH,
                                value.previousProducerId(),
                                value.nextProducerId()),
                        state.get(),
                        value.transactionTimeoutMs(),
                        partitions(value.transactionPartitions()),
                        value.transactionStartTimestampMs(),
                        value.transactionLastUpdateTimestampMs(),
                        value.clientTransactionVersion()));
    }

    private static SortedSet<TopicPartition> partitions(@Nullable List<PartitionsSchema> topics) {
        TreeSet<TopicPartition> partitions = new TreeSet<>();
        if (topics != null) {
            for (PartitionsSchema topic : topics) {
                topic.partitionIds()
                        .forEach(index -> partitions.add(new TopicPartition(topic.topic(), index)));
            }
        }
        return partitions;
    }
}
