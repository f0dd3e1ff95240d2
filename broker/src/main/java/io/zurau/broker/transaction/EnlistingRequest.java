package io.zurau.broker.transaction;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.AddPartitionsToTxnRequest;
import io.zurau.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import io.zurau.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction;
import io.zurau.protocol.message.AddPartitionsToTxnResponse;
import io.zurau.protocol.message.AddPartitionsToTxnResponse.AddPartitionsToTxnResult;
import io.zurau.protocol.message.AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How brokers ask each other about partitions of transactions.
final class EnlistingRequest {
    private EnlistingRequest() {}

    /// @param questions about different transactional ids
    static AddPartitionsToTxnRequest of(List<Enlisting.Question> questions) {
        return AddPartitionsToTxnRequest.builder()
                .transactions(questions.stream().map(EnlistingRequest::transaction).toList())
                .build();
    }

    private static AddPartitionsToTxnTransaction transaction(Enlisting.Question question) {
        Map<String, List<Integer>> byTopic = new LinkedHashMap<>();
        for (TopicPartition partition : question.partitions()) {
            byTopic.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                    .add(partition.partition());
        }
        return AddPartitionsToTxnTransaction.builder()
                .transactionalId(question.transaction().id())
                .producerId(question.transaction().producerId())
                .producerEpoch(question.transaction().producerEpoch())
                .verifyOnly(!question.adds())
                .topics(
                        byTopic.entrySet().stream()
                                .map(
                                        topic ->
                                                AddPartitionsToTxnTopic.builder()
                                                        .name(topic.getKey())
                                                        .partitions(topic.getValue())
                                                        .build())
                                .toList())
                .build();
    }

    /// By transactional id and partition.
    static Map<String, Map<TopicPartition, ErrorCode>> answers(
            AddPartitionsToTxnResponse response) {
        Map<String, Map<TopicPartition, ErrorCode>> answers = new LinkedHashMap<>();
        for (AddPartitionsToTxnResult result : response.resultsByTransaction()) {
            answers.put(result.transactionalId(), byPartition(result.topicResults()));
        }
        return answers;
    }

    private static Map<TopicPartition, ErrorCode> byPartition(
            List<AddPartitionsToTxnTopicResult> topics) {
        Map<TopicPartition, ErrorCode> codes = new LinkedHashMap<>();
        for (AddPartitionsToTxnTopicResult topic : topics) {
            topic.resultsByPartition()
                    .forEach(
                            partition ->
                                    codes.put(
                                            new TopicPartition(
                                                    topic.name(), partition.partitionIndex()),
                                            ErrorCode.forCode(partition.partitionErrorCode())));
        }
        return codes;
    }
}
