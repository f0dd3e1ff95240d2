package io.zurau.coordinator.group.kind;

import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.metadata.image.TopicsImage;
import io.zurau.protocol.Uuid;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/// The topics of the cluster as a shard knows them: those of the newest image that came with a
/// command. So decisions rest on nothing but commands and records.
///
/// **Guard:** the thread of the shard.
public final class Topics {
    private static final byte HASH_VERSION = 0; // Of Kafka's way to hash a topic (KIP-1101).
    private static final long NO_TOPIC = 0;

    private ClusterImage image;

    public Topics(ClusterImage image) {
        this.image = image;
    }

    /// Takes an image that came with a command, unless a newer one came before.
    public void see(ClusterImage seen) {
        if (seen.endOffset() > image.endOffset()) {
            image = seen;
        }
    }

    /// Grows with each change of the image.
    public long version() {
        return image.endOffset();
    }

    public Optional<TopicImage> named(String name) {
        return image.topics().named(name);
    }

    public Optional<TopicImage> withId(Uuid id) {
        return image.topics().withId(id);
    }

    /// Another one after each change of a topic.
    public TopicsImage all() {
        return image.topics();
    }

    /// All names, ascending.
    public NavigableSet<String> names() {
        return image.topics().byName().navigableKeySet();
    }

    /// Of the brokers that hold a partition, ascending: one for each that has one.
    public List<String> racks(PartitionImage partition) {
        return partition.replicas().stream()
                .map(image.brokers()::get)
                .map(broker -> broker == null ? null : broker.rack())
                .filter(Objects::nonNull)
                .sorted()
                .toList();
    }

    /// Changes when one of the topics comes, goes, or gets other partitions or racks. Kafka's value
    /// (KIP-1101), so that a group goes on undisturbed when Kafka's coordinator takes it over.
    public long hash(Collection<String> topicNames) {
        HashStream64 hash = Hashing.xxh3_64().hashStream();
        boolean some = false;
        for (String name : new TreeSet<>(topicNames)) {
            Optional<TopicImage> topic = named(name);
            if (topic.isPresent()) {
                hash.putLong(hash(topic.get()));
                some = true;
            }
        }
        return some ? hash.getAsLong() : NO_TOPIC;
    }

    private long hash(TopicImage topic) {
        HashStream64 hash =
                Hashing.xxh3_64()
                        .hashStream()
                        .putByte(HASH_VERSION)
                        .putLong(topic.id().mostSignificantBits())
                        .putLong(topic.id().leastSignificantBits())
                        .putString(topic.name())
                        .putInt(topic.partitions().size());
        for (int i = 0; i < topic.partitions().size(); i++) {
            hash.putInt(i);
            for (String rack : racks(topic.partitions().get(i))) {
                hash.putInt(rack.length()).putString(rack);
            }
        }
        return hash.getAsLong();
    }
}
