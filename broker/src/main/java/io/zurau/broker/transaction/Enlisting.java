package io.zurau.broker.transaction;

import io.zurau.broker.coordinator.CoordinatorTopic;
import io.zurau.broker.peer.Peers;
import io.zurau.coordinator.Reply;
import io.zurau.coordinator.transaction.TransactionConfig;
import io.zurau.coordinator.transaction.TransactionCoordinator;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.AddPartitionsToTxnRequest;
import io.zurau.protocol.message.AddPartitionsToTxnResponse;
import io.zurau.runtime.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Asks the coordinator of a transaction, on this broker or another, whether partitions are part of
/// it, or makes them part of it (KIP-890).
public final class Enlisting implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int VERSION = AddPartitionsToTxnRequest.HIGHEST_VERSION;

    private final TransactionConfig config;
    private final CoordinatorTopic topic;
    private final TransactionCoordinator here;
    private final Peers peers;
    private final Outboxes<Question> outboxes;

    /// Whose transaction it is.
    public record Transaction(String id, long producerId, short producerEpoch) {}

    /// @param adds whether partitions become part of the transaction, which perhaps begins with
    ///   them
    record Question(
            Transaction transaction,
            Set<TopicPartition> partitions,
            boolean adds,
            Reply<Function<TopicPartition, ErrorCode>> reply) {}

    Enlisting(
            TransactionConfig config,
            CoordinatorTopic topic,
            TransactionCoordinator here,
            Peers peers) {
        this.config = config;
        this.topic = topic;
        this.here = here;
        this.peers = peers;
        this.outboxes = new Outboxes<>("questions about transactions", peers, _ -> new Asking());
    }

    /// Whether each partition is part of the transaction now. A coordinator that is busy with the
    /// transaction before is asked again for a moment if partitions are to be added: the client has
    /// heard that that one has ended, so it does not expect to wait. Where verification is turned
    /// off, partitions are only added.
    ///
    /// @param adds whether they become part of it
    /// @return by partition `NONE`, or the coordinator's refusal; `NETWORK_EXCEPTION` if it is not
    ///   known what became of the question
    public Function<TopicPartition, ErrorCode> confirm(
            Transaction transaction, Set<TopicPartition> partitions, boolean adds)
            throws InterruptedException {
        if (!adds && !config.verifies()) {
            return _ -> ErrorCode.NONE;
        }
        Clock clock = peers.seams().clock();
        long deadline = clock.deadline(Duration.ofMillis(config.retryForMs()));
        while (true) {
            Function<TopicPartition, ErrorCode> answer = ask(transaction, partitions, adds);
            boolean busy =
                    adds
                            && partitions.stream()
                                    .anyMatch(
                                            one ->
                                                    answer.apply(one)
                                                            == ErrorCode.CONCURRENT_TRANSACTIONS);
            if (!busy || !clock.isAhead(deadline)) {
                return answer;
            }
            clock.sleepUntil(clock.deadline(Duration.ofMillis(config.retryBackoffMs())));
        }
    }

    private Function<TopicPartition, ErrorCode> ask(
            Transaction transaction, Set<TopicPartition> partitions, boolean adds)
            throws InterruptedException {
        int coordinator = topic.coordinatorOf(topic.partitionOf(transaction.id));
        if (coordinator == PartitionImage.NO_LEADER) {
            return _ -> ErrorCode.COORDINATOR_NOT_AVAILABLE;
        }
        if (coordinator == peers.nodeId()) {
            return askHere(transaction, partitions, adds);
        }
        Reply<Function<TopicPartition, ErrorCode>> reply = new Reply<>(code -> _ -> code);
        if (!outboxes.offer(coordinator, new Question(transaction, partitions, adds, reply))) {
            reply.refuse(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        }
        return reply.await();
    }

    private Function<TopicPartition, ErrorCode> askHere(
            Transaction asked, Set<TopicPartition> partitions, boolean adds)
            throws InterruptedException {
        if (!adds) {
            return here.verifyPartitions(
                            asked.id, asked.producerId, asked.producerEpoch, partitions)
                    .await();
        }
        ErrorCode code =
                here.addPartitions(
                                asked.id,
                                asked.producerId,
                                asked.producerEpoch,
                                partitions,
                                true,
                                0)
                        .await();
        return _ -> code;
    }

    /// A request has one question about each transactional id.
    private static final class Asking implements Outbox.Sender<Question> {
        @Override
        public void send(Outbox.Connecting peer, List<Question> batch)
                throws IOException, InterruptedException {
            List<Question> left = new ArrayList<>(batch);
            while (!left.isEmpty()) {
                Set<String> asked = new HashSet<>();
                List<Question> together = new ArrayList<>();
                List<Question> later = new ArrayList<>();
                for (Question question : left) {
                    (asked.add(question.transaction.id) ? together : later).add(question);
                }
                AddPartitionsToTxnResponse response =
                        peer.connection()
                                .call(
                                        EnlistingRequest.of(together),
                                        VERSION,
                                        AddPartitionsToTxnResponse.class,
                                        PATIENCE);
                answer(together, response);
                left = later;
            }
        }

        private static void answer(List<Question> questions, AddPartitionsToTxnResponse response) {
            Map<String, Map<TopicPartition, ErrorCode>> answers =
                    new HashMap<>(EnlistingRequest.answers(response));
            ErrorCode all = ErrorCode.forCode(response.errorCode());
            for (Question question : questions) {
                Map<TopicPartition, ErrorCode> known =
                        answers.getOrDefault(question.transaction.id, Map.of());
                question.reply.settle(
                        partition ->
                                all == ErrorCode.NONE
                                        ? known.getOrDefault(partition, ErrorCode.NETWORK_EXCEPTION)
                                        : all);
            }
        }

        @Override
        public void failed(List<Question> batch) {
            batch.forEach(question -> question.reply.refuse(ErrorCode.NETWORK_EXCEPTION));
        }
    }

    @Override
    public void close() {
        outboxes.close();
    }
}
