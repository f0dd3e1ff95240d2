package io.zurau.client;

import io.zurau.client.TransactionDescription.Listed;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.DescribeTransactionsRequest;
import io.zurau.protocol.message.DescribeTransactionsResponse;
import io.zurau.protocol.message.FindCoordinatorRequest;
import io.zurau.protocol.message.FindCoordinatorResponse;
import io.zurau.protocol.message.InitProducerIdRequest;
import io.zurau.protocol.message.InitProducerIdResponse;
import io.zurau.protocol.message.ListTransactionsRequest;
import io.zurau.protocol.message.ListTransactionsResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What an [Admin] asks about transactions, and how it ends one.
///
/// Has no state of its own.
final class TransactionQuestions {
    private static final byte TRANSACTION = 1;
    private static final long NOBODY = -1;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Cluster cluster;

    TransactionQuestions(Cluster cluster) {
        this.cluster = cluster;
    }

    /// All transactional ids that the coordinators know, sorted.
    List<Listed> list() {
        List<Listed> all = new ArrayList<>();
        for (ClusterDescription.Node node : new ClusterQuestions(cluster).description().nodes()) {
            if (node.fenced()) {
                continue;
            }
            ListTransactionsResponse answer =
                    cluster.connectionTo(node.address())
                            .call(
                                    ListTransactionsRequest.builder()
                                            .transactionalIdPattern(null)
                                            .build(),
                                    ListTransactionsResponse.class);
            Admin.check("Listing the transactions of node " + node.id(), answer.errorCode(), null);
            answer.transactionStates()
                    .forEach(
                            one ->
                                    all.add(
                                            new Listed(
                                                    one.transactionalId(),
                                                    node.id(),
                                                    one.producerId(),
                                                    one.transactionState())));
        }
        all.sort(Comparator.comparing(Listed::transactionalId));
        return all;
    }

    TransactionDescription describe(String transactionalId) {
        FindCoordinatorResponse.Coordinator coordinator = coordinator(transactionalId);
        DescribeTransactionsResponse.TransactionState state =
                connection(coordinator)
                        .call(
                                DescribeTransactionsRequest.builder()
                                        .transactionalIds(List.of(transactionalId))
                                        .build(),
                                DescribeTransactionsResponse.class)
                        .transactionStates()
                        .getFirst();
        Admin.check(what("Asking for", transactionalId), state.errorCode(), null);
        List<TopicPartition> partitions = new ArrayList<>();
        state.topics()
                .forEach(
                        topic ->
                                topic.partitions()
                                        .forEach(
                                                number ->
                                                        partitions.add(
                                                                new TopicPartition(
                                                                        topic.topic(), number))));
        partitions.sort(Comparator.naturalOrder());
        return new TransactionDescription(
                state.transactionalId(),
                coordinator.nodeId(),
                state.producerId(),
                state.producerEpoch(),
                state.transactionState(),
                state.transactionTimeoutMs(),
                state.transactionStartTimeMs(),
                partitions);
    }

    /// Aborts the open transaction, if there is one, and fences its producer: a new producer is
    /// begun in its place, as Kafka's `fenceProducers` does it (KIP-588).
    void abort(String transactionalId) {
        int timeoutMs = describe(transactionalId).timeoutMs();
        InitProducerIdRequest request =
                InitProducerIdRequest.builder()
                        .transactionalId(transactionalId)
                        .transactionTimeoutMs(timeoutMs)
                        .producerId(NOBODY)
                        .producerEpoch((short) NOBODY)
                        .build();
        long deadline = cluster.seams().clock().deadline(cluster.config().requestTimeout());
        while (true) {
            InitProducerIdResponse answer =
                    connection(coordinator(transactionalId))
                            .call(request, InitProducerIdResponse.class);
            // The end of the transaction is being written: it is done when this is answered.
            if (answer.errorCode() != ErrorCode.CONCURRENT_TRANSACTIONS.code()
                    || !cluster.seams().clock().isAhead(deadline)) {
                Admin.check(what("Aborting", transactionalId), answer.errorCode(), null);
                return;
            }
            cluster.pause(PAUSE);
        }
    }

    private BrokerConnection connection(FindCoordinatorResponse.Coordinator coordinator) {
        return cluster.connectionTo(new BrokerAddress(coordinator.host(), coordinator.port()));
    }

    private FindCoordinatorResponse.Coordinator coordinator(String transactionalId) {
        FindCoordinatorResponse.Coordinator coordinator =
                cluster.askAny(
                                FindCoordinatorRequest.builder()
                                        .keyType(TRANSACTION)
                                        .coordinatorKeys(List.of(transactionalId))
                                        .build(),
                                FindCoordinatorResponse.class)
                        .coordinators()
                        .getFirst();
        Admin.check(
                what("Looking for the coordinator of", transactionalId),
                coordinator.errorCode(),
                coordinator.errorMessage());
        return coordinator;
    }

    private static String what(String doing, String transactionalId) {
        return doing + " transaction \"" + transactionalId + "\"";
    }
}
