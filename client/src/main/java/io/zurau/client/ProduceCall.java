package io.zurau.client;

import io.zurau.protocol.Payload;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.message.ProduceRequest;
import io.zurau.protocol.message.ProduceResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Batches of different partitions as one produce request, and its answer taken apart again.
record ProduceCall(
        ProducerConfig config,
        List<ProduceBatch> batches,
        Compressors compressors,
        ClusterView view) {
    /// Whether the ids of all topics are known.
    boolean goesById() {
        return batches.stream()
                .noneMatch(b -> view.topicId(b.partition().topic()).equals(Uuid.ZERO));
    }

    ProduceRequest request() {
        Map<String, List<ProduceRequest.PartitionProduceData>> byTopic = new LinkedHashMap<>();
        for (ProduceBatch batch : batches) {
            byTopic.computeIfAbsent(batch.partition().topic(), topic -> new ArrayList<>())
                    .add(
                            ProduceRequest.PartitionProduceData.builder()
                                    .index(batch.partition().partition())
                                    .records(Payload.of(batch.bytes(compressors)))
                                    .build());
        }
        List<ProduceRequest.TopicProduceData> topics = new ArrayList<>();
        byTopic.forEach(
                (topic, partitions) ->
                        topics.add(
                                ProduceRequest.TopicProduceData.builder()
                                        .name(topic)
                                        .topicId(view.topicId(topic))
                                        .partitionData(partitions)
                                        .build()));
        return ProduceRequest.builder()
                .transactionalId(null)
                .acks(config.acks())
                .timeoutMs((int) config.client().requestTimeout().toMillis())
                .topicData(topics)
                .build();
    }

    Map<TopicPartition, ProduceResponse.PartitionProduceResponse> results(ProduceResponse answer) {
        Map<Uuid, String> names = new HashMap<>();
        batches.forEach(b -> names.put(view.topicId(b.partition().topic()), b.partition().topic()));
        Map<TopicPartition, ProduceResponse.PartitionProduceResponse> results = new HashMap<>();
        for (ProduceResponse.TopicProduceResponse topic : answer.responses()) {
            String name = topic.name().isEmpty() ? names.get(topic.topicId()) : topic.name();
            if (name == null) {
                continue; // Nobody asked for it.
            }
            for (ProduceResponse.PartitionProduceResponse result : topic.partitionResponses()) {
                results.put(new TopicPartition(name, result.index()), result);
            }
        }
        return results;
    }
}
