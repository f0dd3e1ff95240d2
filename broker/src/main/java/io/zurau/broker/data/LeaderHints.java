package io.zurau.broker.data;

import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.Uuid;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Who leads partitions that a client looked for in the wrong place, so that it need not ask for
/// metadata (KIP-951).
///
/// **Owner:** the thread that makes one answer.
public final class LeaderHints {
    private static final Leader UNKNOWN = new Leader(-1, -1);

    private final ClusterImage image;
    private final String listener;
    private final Map<Integer, Node> nodes = new TreeMap<>();

    /// @param nodeId -1 if there is no leader
    public record Leader(int nodeId, int epoch) {}

    /// Where a leader is reached.
    public record Node(int id, String host, int port, @Nullable String rack) {}

    /// @param listener the one that the client came by
    public LeaderHints(ClusterImage image, String listener) {
        this.image = image;
        this.listener = listener;
    }

    Leader leader(FetchedPartition partition) {
        return leader(partition.topic(), partition.topicId(), partition.index());
    }

    /// @param topic empty where the topic is named by its id
    public Leader leader(String topic, Uuid topicId, int index) {
        Optional<TopicImage> known =
                topic.isEmpty() ? image.topics().withId(topicId) : image.topics().named(topic);
        return known.flatMap(found -> found.partition(index)).map(this::leader).orElse(UNKNOWN);
    }

    private Leader leader(PartitionImage partition) {
        image.broker(partition.leader())
                .filter(broker -> !broker.fenced())
                .ifPresent(this::remember);
        return new Leader(partition.leader(), partition.leaderEpoch());
    }

    private void remember(BrokerImage broker) {
        broker.endpoint(listener)
                .ifPresent(
                        at ->
                                nodes.put(
                                        broker.nodeId(),
                                        new Node(
                                                broker.nodeId(),
                                                at.host(),
                                                at.port(),
                                                broker.rack())));
    }

    /// The leaders that were named and can be reached, by id.
    public List<Node> nodes() {
        return List.copyOf(nodes.values());
    }
}
