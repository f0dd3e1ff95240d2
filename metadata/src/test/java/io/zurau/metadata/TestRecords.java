package io.zurau.metadata;

import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.Endpoint;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.ProducerIdsRecord;
import io.zurau.protocol.message.TopicRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Records and images for tests.
public final class TestRecords {
    public static final String CLUSTER = "test-cluster";
    public static final Uuid DIRECTORY = new Uuid(7, 7);

    private TestRecords() {}

    public static Uuid id(int number) {
        return new Uuid(100, number);
    }

    public static MetadataRecord topic(String name, Uuid id) {
        return TopicRecord.builder().name(name).topicId(id).build();
    }

    public static MetadataRecord partition(Uuid topic, int index) {
        return PartitionImage.created(List.of(1), List.of(DIRECTORY)).record(topic, index);
    }

    /// A topic with its partitions.
    public static List<MetadataRecord> topic(String name, Uuid id, int partitions) {
        List<MetadataRecord> records = new ArrayList<>();
        records.add(topic(name, id));
        IntStream.range(0, partitions).mapToObj(i -> partition(id, i)).forEach(records::add);
        return records;
    }

    public static MetadataRecord producerIds(long next) {
        return ProducerIdsRecord.builder().brokerId(-1).nextProducerId(next).build();
    }

    public static BrokerImage broker(int nodeId) {
        return new BrokerImage(
                nodeId,
                id(nodeId),
                0,
                List.of(new Endpoint("PLAINTEXT", "localhost", 9092, (short) 0)),
                null,
                false,
                false,
                List.of(DIRECTORY),
                SupportedFeatures.byName());
    }

    /// One broker, number 1, and nothing else.
    public static ClusterImage oneBroker() {
        return with(ClusterImage.empty(CLUSTER), List.of(broker(1).record(0)));
    }

    public static ClusterImage with(ClusterImage image, List<MetadataRecord> records) {
        return image.replay(records, image.endOffset() + records.size());
    }
}
