package io.zurau.metadata.kafka;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.ProducerIdsRecord;
import io.zurau.protocol.message.TopicRecord;
import io.zurau.runtime.Disk;
import io.zurau.runtime.StorageFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes over the topics of a single-node Apache Kafka from its data directories: their ids,
/// partitions and settings, and the producer ids that were given away.
///
/// They come from Kafka's own metadata log if it is there, and else from what the directories of
/// the partitions say. Users, quotas and access rules are not taken over.
public final class KafkaDirectory {
    private static final Logger log = LoggerFactory.getLogger(KafkaDirectory.class);

    private final SequencedMap<Uuid, Disk> directories; // The first has Kafka's metadata.
    private final int nodeId;

    private KafkaDirectory(SequencedMap<Uuid, Disk> directories, int nodeId) {
        this.directories = directories;
        this.nodeId = nodeId;
    }

    /// The records that make its topics; none if there are no topics.
    ///
    /// @param directories by id, that of the metadata first
    /// @param nodeId the only node that they may know
    /// @throws StorageFailure also if Kafka's metadata cannot be read, or knows of replicas
    ///   elsewhere
    public static List<MetadataRecord> topics(SequencedMap<Uuid, Disk> directories, int nodeId) {
        KafkaDirectory directory = new KafkaDirectory(directories, nodeId);
        Disk first = directories.firstEntry().getValue();
        ClusterImage image =
                KafkaMetadataLog.exists(first)
                        ? KafkaMetadataLog.read(first)
                        : PartitionDirectories.read(directories.values(), nodeId);
        List<MetadataRecord> records = directory.records(image);
        if (!records.isEmpty()) {
            log.atInfo()
                    .addKeyValue("topics", image.topics().byName().size())
                    .addKeyValue("partitions", image.topics().partitionCount())
                    .log("Took over the topics of an Apache Kafka");
        }
        return records;
    }

    private List<MetadataRecord> records(ClusterImage image) {
        List<MetadataRecord> records = new ArrayList<>();
        for (TopicImage topic : image.topics().all()) {
            records.add(TopicRecord.builder().name(topic.name()).topicId(topic.id()).build());
            for (int index = 0; index < topic.partitions().size(); index++) {
                PartitionImage partition = topic.partitions().get(index);
                requireOnlyHere(topic, index, partition);
                records.add(here(topic.name() + "-" + index, partition).record(topic.id(), index));
            }
        }
        for (ConfigResource resource : image.configs().resources()) {
            if (isTaken(resource, image)) {
                image.configs()
                        .of(resource)
                        .forEach((key, value) -> records.add(resource.record(key, value)));
            }
        }
        if (image.nextProducerId() > 0) {
            records.add(
                    ProducerIdsRecord.builder()
                            .brokerId(nodeId)
                            .nextProducerId(image.nextProducerId())
                            .build());
        }
        return records;
    }

    private void requireOnlyHere(TopicImage topic, int index, PartitionImage partition) {
        if (!partition.replicas().equals(List.of(nodeId))) {
            Disk disk = directories.firstEntry().getValue();
            throw new StorageFailure(
                    disk.name(),
                    ("%s belongs to a cluster of several nodes: partition %s-%d has replicas on nodes %s,"
                                    + " but only a node that has everything can be taken over.")
                            .formatted(disk.name(), topic.name(), index, partition.replicas()));
        }
    }

    /// The partition as a node that is alone has it; epochs go on from where they were.
    private PartitionImage here(String name, PartitionImage partition) {
        return new PartitionImage(
                List.of(nodeId),
                List.of(directoryOf(name)),
                List.of(nodeId),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                nodeId,
                false,
                partition.leaderEpoch(),
                partition.epoch());
    }

    private Uuid directoryOf(String partition) {
        return directories.entrySet().stream()
                .filter(entry -> entry.getValue().isDirectory(partition))
                .findFirst()
                .orElse(directories.firstEntry())
                .getKey();
    }

    private boolean isTaken(ConfigResource resource, ClusterImage image) {
        return switch (resource.type()) {
            case TOPIC -> image.topics().named(resource.name()).isPresent();
            case BROKER ->
                    resource.name().isEmpty() || resource.name().equals(Integer.toString(nodeId));
            case BROKER_LOGGER, CLIENT_METRICS, GROUP -> false;
        };
    }
}
