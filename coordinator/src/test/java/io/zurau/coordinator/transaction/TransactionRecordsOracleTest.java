package io.zurau.coordinator.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.protocol.TopicPartition;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.coordinator.transaction.TransactionLog;
import org.apache.kafka.coordinator.transaction.TransactionMetadata;
import org.apache.kafka.coordinator.transaction.TxnTransitMetadata;
import org.apache.kafka.server.common.TransactionVersion;
import org.junit.jupiter.api.Test;

/// Apache Kafka's coordinator reads our records, and writes the same bytes.
final class TransactionRecordsOracleTest {
    private static final List<TransactionState> STATES = List.of(TransactionState.values());

    private static Transaction transaction(TransactionState state, short clientVersion) {
        SortedSet<TopicPartition> partitions =
                state == TransactionState.EMPTY
                        ? Collections.emptySortedSet()
                        : new TreeSet<>(List.of(new TopicPartition("orders", 3)));
        return new Transaction(
                "t",
                new Producer(7, (short) 4, (short) -1, 6, 9),
                state,
                60_000,
                partitions,
                1_000,
                2_000,
                clientVersion);
    }

    private static TxnTransitMetadata kafkas(Transaction transaction) {
        HashSet<org.apache.kafka.common.TopicPartition> partitions = new HashSet<>();
        transaction
                .partitions()
                .forEach(
                        one ->
                                partitions.add(
                                        new org.apache.kafka.common.TopicPartition(
                                                one.topic(), one.partition())));
        Producer producer = transaction.producer();
        return new TxnTransitMetadata(
                producer.id(),
                producer.previousId(),
                producer.nextId(),
                producer.epoch(),
                producer.lastEpoch(),
                transaction.timeoutMs(),
                org.apache.kafka.coordinator.transaction.TransactionState.fromId(
                        transaction.state().id()),
                partitions,
                transaction.startMs(),
                transaction.updateMs(),
                TransactionVersion.fromFeatureLevel(transaction.clientVersion()));
    }

    @Test
    void transactionsAreWrittenAsKafkaWritesThem() {
        for (TransactionState state : STATES) {
            for (short clientVersion : new short[] {0, 2}) {
                Transaction transaction = transaction(state, clientVersion);
                CoordinatorRecord ours = TransactionRecords.stored(transaction, 2);

                assertThat(ours.key()).isEqualTo(ByteBuffer.wrap(TransactionLog.keyToBytes("t")));
                assertThat(ours.value())
                        .isEqualTo(
                                ByteBuffer.wrap(
                                        TransactionLog.valueToBytes(
                                                kafkas(transaction), TransactionVersion.TV_2)));
            }
            Transaction old = transaction(state, (short) 0);
            assertThat(TransactionRecords.stored(old, 0).value())
                    .isEqualTo(
                            ByteBuffer.wrap(
                                    TransactionLog.valueToBytes(
                                            kafkas(old), TransactionVersion.TV_0)));
        }
    }

    @Test
    void kafkaReadsWhatWeWrite() {
        // Given
        Transaction transaction = transaction(TransactionState.PREPARE_COMMIT, (short) 2);
        CoordinatorRecord record = TransactionRecords.stored(transaction, 2);

        // When
        TransactionLog.ReadResult read = TransactionLog.read(record.key(), record.value());

        // Then
        assertThat(read).isInstanceOf(TransactionLog.TxnRecord.class);
        TransactionMetadata metadata = ((TransactionLog.TxnRecord) read).metadata();
        assertThat(metadata.producerId()).isEqualTo(7);
        assertThat(metadata.topicPartitions())
                .containsExactly(new org.apache.kafka.common.TopicPartition("orders", 3));
    }

    @Test
    void whatWasWrittenIsReadAgain() {
        for (TransactionState state : STATES) {
            Transaction transaction = transaction(state, (short) 2);
            assertThat(TransactionRecords.read(TransactionRecords.stored(transaction, 2)))
                    .isEqualTo(new TransactionRecords.Change.Stored(transaction));
        }
        assertThat(TransactionRecords.read(TransactionRecords.removed("t")))
                .isEqualTo(new TransactionRecords.Change.Removed("t"));
    }
}
