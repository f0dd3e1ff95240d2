package io.zurau.metadata.kafka;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.ProducerIdsRecord;
import io.zurau.protocol.message.TopicRecord;
import io.zurau.runtime.Disk;
import io.zurau.runtime.DiskFile;
import io.zurau.runtime.StorageFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds out which topics there are from the directories of their partitions, when nothing else
/// tells.
///
/// A number missing between two partitions gets an empty partition. What the topics were set to is
/// not known, so nothing in them is deleted by age until somebody says otherwise.
final class PartitionDirectories {
    private static final Pattern DIRECTORY =
            Pattern.compile("([a-zA-Z0-9._-]{1,249})-([0-9]{1,6})");
    private static final Pattern TOPIC_ID = Pattern.compile("topic_id: *([A-Za-z0-9_-]{22})");
    private static final Pattern EPOCH = Pattern.compile("^([0-9]+) [0-9]+$", Pattern.MULTILINE);
    private static final int LARGEST_TEXT_BYTES = 1 << 20;

    /// Nobody knows which ids were given away, and an id given twice could make a log take new
    /// records for repeated ones. No Kafka has come this far.
    private static final long SAFE_PRODUCER_ID = 1L << 40;

    private static final String FOR_EVER = "-1";

    private final Collection<Disk> disks;
    private final int nodeId;

    /// What one topic's directories say.
    private record Found(Uuid id, SortedMap<Integer, Integer> leaderEpochs) {}

    private PartitionDirectories(Collection<Disk> disks, int nodeId) {
        this.disks = disks;
        this.nodeId = nodeId;
    }

    static ClusterImage read(Collection<Disk> disks, int nodeId) {
        List<MetadataRecord> records = new PartitionDirectories(disks, nodeId).records();
        return ClusterImage.empty("").replay(records, records.size());
    }

    private List<MetadataRecord> records() {
        SortedMap<String, Found> topics = new TreeMap<>();
        disks.forEach(disk -> find(disk, topics));
        List<MetadataRecord> records = new ArrayList<>();
        topics.forEach((name, found) -> record(name, found, records));
        if (!records.isEmpty()) {
            records.add(
                    ProducerIdsRecord.builder()
                            .brokerId(nodeId)
                            .nextProducerId(SAFE_PRODUCER_ID)
                            .build());
        }
        return records;
    }

    private static void find(Disk disk, SortedMap<String, Found> topics) {
        for (String name : disk.list("")) {
            Matcher matcher = DIRECTORY.matcher(name);
            if (matcher.matches()) {
                topicId(disk, name)
                        .ifPresent(
                                id ->
                                        add(
                                                disk,
                                                topics,
                                                matcher.group(1),
                                                Integer.parseInt(matcher.group(2)),
                                                id));
            }
        }
    }

    private static void add(
            Disk disk, SortedMap<String, Found> topics, String topic, int partition, Uuid id) {
        Found found = topics.computeIfAbsent(topic, _ -> new Found(id, new TreeMap<>()));
        if (!found.id().equals(id)) {
            throw new StorageFailure(
                    disk.name(),
                    "%s/%s-%d has topic id %s, but another partition of the topic has %s."
                            .formatted(disk.name(), topic, partition, id, found.id()));
        }
        found.leaderEpochs().put(partition, leaderEpoch(disk, topic + "-" + partition));
    }

    private void record(String name, Found found, List<MetadataRecord> records) {
        records.add(TopicRecord.builder().name(name).topicId(found.id()).build());
        records.add(ConfigResource.topic(name).record("retention.ms", FOR_EVER));
        for (int index = 0; index <= found.leaderEpochs().lastKey(); index++) {
            records.add(
                    new PartitionImage(
                                    List.of(nodeId),
                                    List.of(Uuid.ZERO),
                                    List.of(nodeId),
                                    List.of(),
                                    List.of(),
                                    List.of(),
                                    List.of(),
                                    nodeId,
                                    false,
                                    found.leaderEpochs().getOrDefault(index, 0),
                                    0)
                            .record(found.id(), index));
        }
    }

    private static Optional<Uuid> topicId(Disk disk, String directory) {
        return text(disk, directory + "/partition.metadata")
                .map(TOPIC_ID::matcher)
                .filter(Matcher::find)
                .map(matcher -> Uuid.parse(matcher.group(1)));
    }

    private static int leaderEpoch(Disk disk, String directory) {
        return text(disk, directory + "/leader-epoch-checkpoint").stream()
                .flatMap(text -> EPOCH.matcher(text).results())
                .mapToInt(line -> Integer.parseInt(line.group(1)))
                .max()
                .orElse(0);
    }

    private static Optional<String> text(Disk disk, String path) {
        if (!disk.exists(path)) {
            return Optional.empty();
        }
        try (DiskFile file = disk.openReadOnly(path)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(file.size(), LARGEST_TEXT_BYTES));
            file.read(bytes, 0);
            return Optional.of(StandardCharsets.UTF_8.decode(bytes.flip()).toString());
        }
    }
}
