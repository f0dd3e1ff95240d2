package io.zurau.broker.transaction;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.coordinator.PassingHandler;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.transaction.TransactionCoordinator;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.TopicsImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.AddPartitionsToTxnRequest;
import io.zurau.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import io.zurau.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction;
import io.zurau.protocol.message.AddPartitionsToTxnResponse;
import io.zurau.protocol.message.AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult;
import io.zurau.protocol.message.AddPartitionsToTxnResponse.AddPartitionsToTxnResult;
import io.zurau.protocol.message.AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult;
import io.zurau.protocol.message.ApiKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// Makes partitions part of transactions. Up to version 3 clients ask, for one transaction; from
/// version 4 on brokers, for several, and they may only want to know (KIP-890).
///
/// If one partition does not exist, none is added.
final class AddPartitionsToTxnHandler implements RequestHandler<AddPartitionsToTxnRequest> {
    private static final int LAST_VERSION_OF_CLIENTS = 3;

    private final TransactionCoordinator transactions;
    private final Metadata metadata;

    AddPartitionsToTxnHandler(TransactionCoordinator transactions, Metadata metadata) {
        this.transactions = transactions;
        this.metadata = metadata;
    }

    @Override
    public ApiKey api() {
        return ApiKey.ADD_PARTITIONS_TO_TXN;
    }

    @Override
    public Answer handle(AddPartitionsToTxnRequest request, RequestContext context) {
        int version = context.version();
        if (version <= LAST_VERSION_OF_CLIENTS) {
            AddPartitionsToTxnTransaction alone =
                    AddPartitionsToTxnTransaction.builder()
                            .transactionalId(request.v3AndBelowTransactionalId())
                            .producerId(request.v3AndBelowProducerId())
                            .producerEpoch(request.v3AndBelowProducerEpoch())
                            .topics(request.v3AndBelowTopics())
                            .build();
            Pending<Function<TopicPartition, ErrorCode>> pending = ask(alone, context);
            return PassingHandler.later(
                    () ->
                            AddPartitionsToTxnResponse.builder()
                                    .resultsByTopicV3AndBelow(results(alone, pending.await()))
                                    .build());
        }
        List<Pending<Function<TopicPartition, ErrorCode>>> pending = new ArrayList<>();
        request.transactions().forEach(one -> pending.add(ask(one, context)));
        return PassingHandler.later(
                () -> {
                    List<AddPartitionsToTxnResult> results = new ArrayList<>();
                    for (int i = 0; i < pending.size(); i++) {
                        AddPartitionsToTxnTransaction one = request.transactions().get(i);
                        results.add(
                                AddPartitionsToTxnResult.builder()
                                        .transactionalId(one.transactionalId())
                                        .topicResults(results(one, pending.get(i).await()))
                                        .build());
                    }
                    return AddPartitionsToTxnResponse.builder()
                            .resultsByTransaction(results)
                            .build();
                });
    }

    private Pending<Function<TopicPartition, ErrorCode>> ask(
            AddPartitionsToTxnTransaction one, RequestContext context) {
        int version = context.version();
        TopicsImage topics = metadata.image().topics();
        Set<TopicPartition> partitions = new TreeSet<>();
        Set<TopicPartition> missing = new TreeSet<>();
        for (AddPartitionsToTxnTopic topic : one.topics()) {
            for (int index : topic.partitions()) {
                boolean exists =
                        topics.named(topic.name())
                                .flatMap(found -> found.partition(index))
                                .isPresent();
                (exists ? partitions : missing).add(new TopicPartition(topic.name(), index));
            }
        }
        if (!missing.isEmpty()) {
            return Pending.done(
                    partition ->
                            missing.contains(partition)
                                    ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                                    : ErrorCode.OPERATION_NOT_ATTEMPTED);
        }
        if (one.verifyOnly()) {
            return transactions.verifyPartitions(
                    one.transactionalId(), one.producerId(), one.producerEpoch(), partitions);
        }
        Pending<ErrorCode> pending =
                transactions.addPartitions(
                        one.transactionalId(),
                        one.producerId(),
                        one.producerEpoch(),
                        partitions,
                        version > LAST_VERSION_OF_CLIENTS,
                        context.connectedNanos());
        return () -> {
            ErrorCode code = TransactionService.forClient(pending.await(), version);
            return _ -> code;
        };
    }

    private static List<AddPartitionsToTxnTopicResult> results(
            AddPartitionsToTxnTransaction one, Function<TopicPartition, ErrorCode> codes) {
        return one.topics().stream()
                .map(
                        topic ->
                                AddPartitionsToTxnTopicResult.builder()
                                        .name(topic.name())
                                        .resultsByPartition(results(topic, codes))
                                        .build())
                .toList();
    }

    private static List<AddPartitionsToTxnPartitionResult> results(
            AddPartitionsToTxnTopic topic, Function<TopicPartition, ErrorCode> codes) {
        return topic.partitions().stream()
                .map(
                        index ->
                                AddPartitionsToTxnPartitionResult.builder()
                                        .partitionIndex(index)
                                        .partitionErrorCode(
                                                codes.apply(new TopicPartition(topic.name(), index))
                                                        .code())
                                        .build())
                .toList();
    }
}
