package io.zurau.coordinator.transaction;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.transaction.TransactionCommand.Describe;
import io.zurau.coordinator.transaction.TransactionCommand.ListTransactions;
import io.zurau.coordinator.transaction.TransactionCommand.Listing;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.DescribeTransactionsResponse;
import io.zurau.protocol.message.DescribeTransactionsResponse.TopicData;
import io.zurau.protocol.message.ListTransactionsResponse;
import java.util.List;

/// Looking at transactions, and forgetting transactional ids that nobody uses any more.
final class TransactionAdministration {
    /// Beyond it the rest is left for another round, right after.
    private static final long ROUND_BYTES = 512 * 1024;

    private final Transactions transactions;
    private final TransactionConfig config;

    TransactionAdministration(Transactions transactions, TransactionConfig config) {
        this.transactions = transactions;
        this.config = config;
    }

    void describe(Describe describe, Turn<TransactionTimer> turn) {
        Transaction known = transactions.find(describe.id());
        turn.answer(
                describe.reply(),
                known == null
                        ? DescribeTransactionsResponse.TransactionState.builder()
                                .transactionalId(describe.id())
                                .errorCode(ErrorCode.TRANSACTIONAL_ID_NOT_FOUND)
                                .build()
                        : described(known));
    }

    private static DescribeTransactionsResponse.TransactionState described(Transaction known) {
        return DescribeTransactionsResponse.TransactionState.builder()
                .transactionalId(known.id())
                .transactionState(known.state().kafkaName())
                .transactionTimeoutMs(known.timeoutMs())
                .transactionStartTimeMs(known.startMs())
                .producerId(known.producer().id())
                .producerEpoch(known.producer().epoch())
                .topics(topics(known))
                .build();
    }

    private static List<TopicData> topics(Transaction known) {
        return known.partitionsByTopic().entrySet().stream()
                .map(
                        topic ->
                                TopicData.builder()
                                        .topic(topic.getKey())
                                        .partitions(topic.getValue())
                                        .build())
                .toList();
    }

    void list(ListTransactions list, Turn<TransactionTimer> turn) {
        List<ListTransactionsResponse.TransactionState> found =
                transactions.all().stream()
                        .filter(one -> list.filter().passes(one, turn.nowMs()))
                        .map(
                                one ->
                                        ListTransactionsResponse.TransactionState.builder()
                                                .transactionalId(one.id())
                                                .producerId(one.producer().id())
                                                .transactionState(one.state().kafkaName())
                                                .build())
                        .toList();
        turn.answer(list.reply(), new Listing(ErrorCode.NONE, found));
    }

    void loaded(Turn<TransactionTimer> turn) {
        turn.schedule(new TransactionTimer.Expiry(), config.expiryCheckMs());
    }

    void expire(Turn<TransactionTimer> turn) {
        for (Transaction one : List.copyOf(transactions.all())) {
            if (turn.recordBytes() >= ROUND_BYTES) {
                turn.schedule(new TransactionTimer.Expiry(), 0);
                return;
            }
            if (mayExpire(one) && turn.nowMs() - one.updateMs() >= config.expiryMs()) {
                transactions.remove(one.id(), turn);
            }
        }
        turn.schedule(new TransactionTimer.Expiry(), config.expiryCheckMs());
    }

    private static boolean mayExpire(Transaction transaction) {
        return switch (transaction.state()) {
            case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT -> true;
            case ONGOING, PREPARE_COMMIT, PREPARE_ABORT -> false;
        };
    }
}
