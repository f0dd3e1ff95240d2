package io.zurau.coordinator.group;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.common.runtime.CoordinatorMetadataImage;
import org.apache.kafka.coordinator.common.runtime.CoordinatorMetadataImage.TopicMetadata;
import org.apache.kafka.coordinator.group.Utils;

/// A topic as Apache Kafka's coordinator sees it.
///
/// @param racks of the brokers of each partition
record KafkaTopics(String name, Uuid id, int partitionCount, List<String> racks)
        implements TopicMetadata {
    @Override
    public List<String> partitionRacks(int partition) {
        return new ArrayList<>(racks); // Kafka sorts it in place.
    }

    /// Kafka's hash of it.
    long hash() {
        CoordinatorMetadataImage image =
                (CoordinatorMetadataImage)
                        Proxy.newProxyInstance(
                                KafkaTopics.class.getClassLoader(),
                                new Class<?>[] {CoordinatorMetadataImage.class},
                                (_, _, _) -> Optional.of(this));
        return Utils.computeTopicHash(name, image);
    }
}
