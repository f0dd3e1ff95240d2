package io.zurau.broker.data;

import io.zurau.broker.partition.Acks;
import io.zurau.broker.partition.Located;
import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.partition.PendingAck;
import io.zurau.broker.transaction.Enlisting;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Which of a request's partitions take records of its transaction (KIP-890). Those in which the
/// transaction is not open yet are asked about together, before anything is written.
final class TransactionAdmissions {
    static final TransactionAdmissions NONE = new TransactionAdmissions(Map.of(), _ -> null);

    private static final int FIRST_VERSION_WITH_ABORTABLE = 11;
    private static final int FIRST_VERSION_ADDING = 12;

    private final Map<TopicPartition, Object> permissions;
    private final Function<TopicPartition, @Nullable PendingAck> refusals;

    private TransactionAdmissions(
            Map<TopicPartition, Object> permissions,
            Function<TopicPartition, @Nullable PendingAck> refusals) {
        this.permissions = permissions;
        this.refusals = refusals;
    }

    static TransactionAdmissions ask(
            String transactionalId,
            List<ProduceTarget> targets,
            int version,
            Confirmation coordinator)
            throws InterruptedException {
        boolean adds = version >= FIRST_VERSION_ADDING;
        Map<TopicPartition, Object> permissions = new LinkedHashMap<>();
        @Nullable RecordBatch first = null;
        for (ProduceTarget target : targets) {
            if (target.isTransactional() && target.located() instanceof Located.Here here) {
                RecordBatch batch = target.batch().orElseThrow();
                if (first != null && first.producerId() != batch.producerId()) {
                    return new TransactionAdmissions(
                            Map.of(),
                            _ ->
                                    refused(
                                            ErrorCode.INVALID_PRODUCER_ID_MAPPING,
                                            "The request has batches of several producers."));
                }
                first = batch;
                PartitionLeader leader = here.leader();
                leader.transactions()
                        .request(batch.producerId(), batch.producerEpoch(), adds)
                        .ifPresent(
                                permission -> permissions.put(leader.topicPartition(), permission));
            }
        }
        if (permissions.isEmpty() || first == null) {
            return new TransactionAdmissions(permissions, _ -> null);
        }
        Function<TopicPartition, ErrorCode> codes =
                coordinator.confirm(
                        new Enlisting.Transaction(
                                transactionalId, first.producerId(), first.producerEpoch()),
                        permissions.keySet(),
                        adds);
        return new TransactionAdmissions(
                permissions,
                partition ->
                        permissions.containsKey(partition)
                                ? refusal(codes.apply(partition), version)
                                : null);
    }

    private static @Nullable PendingAck refusal(ErrorCode code, int version) {
        return switch (code) {
            case NONE -> null;
            case PRODUCER_FENCED -> refused(ErrorCode.INVALID_PRODUCER_EPOCH, code.message());
            case TRANSACTION_ABORTABLE ->
                    refused(
                            version >= FIRST_VERSION_WITH_ABORTABLE
                                    ? code
                                    : ErrorCode.INVALID_TXN_STATE,
                            "The partition is not part of the transaction.");
            // What a producer tries again without looking for another leader.
            case CONCURRENT_TRANSACTIONS,
                    NETWORK_EXCEPTION,
                    COORDINATOR_LOAD_IN_PROGRESS,
                    COORDINATOR_NOT_AVAILABLE,
                    NOT_COORDINATOR ->
                    refused(
                            ErrorCode.NOT_ENOUGH_REPLICAS,
                            "The coordinator of the transaction cannot be asked now: "
                                    + code
                                    + ".");
            default -> refused(code, code.message());
        };
    }

    private static PendingAck refused(ErrorCode code, String reason) {
        return PendingAck.refused(code, reason);
    }

    PendingAck append(PartitionLeader leader, ByteBuffer batch, Acks acks) {
        TopicPartition partition = leader.topicPartition();
        PendingAck refusal = refusals.apply(partition);
        return refusal != null
                ? refusal
                : leader.transactions().append(batch, acks, permissions.get(partition));
    }
}
