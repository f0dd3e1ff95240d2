package io.zurau.metadata.image;

import io.zurau.protocol.message.FeatureLevelRecord;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.ProducerIdsRecord;
import io.zurau.protocol.message.TopicRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The fewest records that make an image out of the empty one.
final class Snapshot {
    /// Nobody asked for the block that a snapshot mentions.
    private static final int NO_BROKER = -1;

    private final List<MetadataRecord> records = new ArrayList<>();

    private Snapshot() {}

    static List<MetadataRecord> of(ClusterImage image) {
        Snapshot snapshot = new Snapshot();
        // First, as in Kafka: the level says how to read the rest.
        image.features().forEach(snapshot::feature);
        image.brokers().values().forEach(snapshot::broker);
        image.topics().all().forEach(snapshot::topic);
        image.configs()
                .byResource()
                .forEach(
                        (resource, values) ->
                                values.forEach(
                                        (key, value) ->
                                                snapshot.records.add(resource.record(key, value))));
        if (image.nextProducerId() > 0) {
            snapshot.records.add(
                    ProducerIdsRecord.builder()
                            .brokerId(NO_BROKER)
                            .nextProducerId(image.nextProducerId())
                            .build());
        }
        return snapshot.records;
    }

    private void feature(String name, short level) {
        records.add(FeatureLevelRecord.builder().name(name).featureLevel(level).build());
    }

    private void broker(BrokerImage broker) {
        records.add(broker.record(broker.epoch()));
    }

    private void topic(TopicImage topic) {
        records.add(TopicRecord.builder().name(topic.name()).topicId(topic.id()).build());
        IntStream.range(0, topic.partitions().size())
                .mapToObj(index -> topic.partitions().get(index).record(topic.id(), index))
                .forEach(records::add);
    }
}
