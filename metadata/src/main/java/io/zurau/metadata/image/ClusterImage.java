package io.zurau.metadata.image;

import io.zurau.protocol.message.MetadataRecord;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The whole cluster as it stands after the metadata log's records below `endOffset`.
///
/// @param endOffset exclusive: the offset of the first record that is not in here
/// @param brokers by node id
/// @param features the finalized level of each feature, by name; level 0 is not listed
/// @param nextProducerId the first producer id that has been given to no broker
public record ClusterImage(
        String clusterId,
        long endOffset,
        TopicsImage topics,
        ConfigsImage configs,
        NavigableMap<Integer, BrokerImage> brokers,
        SortedMap<String, Short> features,
        long nextProducerId) {

    public ClusterImage {
        brokers = Collections.unmodifiableNavigableMap(brokers);
        features = Collections.unmodifiableSortedMap(features);
    }

    /// The image before the first record.
    public static ClusterImage empty(String clusterId) {
        return new ClusterImage(
                clusterId,
                0,
                TopicsImage.EMPTY,
                ConfigsImage.EMPTY,
                new TreeMap<>(),
                new TreeMap<>(),
                0);
    }

    public Optional<BrokerImage> broker(int nodeId) {
        return Optional.ofNullable(brokers.get(nodeId));
    }

    /// The image after `records`, which end before `endOffset`.
    ///
    /// What the records do not touch is shared with this image. A whole batch at once costs one
    /// copy of each map that it changes, so ten thousand partitions should come as one batch.
    ///
    /// @throws IllegalStateException if a record cannot apply here, for example a partition of an
    ///   unknown topic; such a record should never have been committed
    public ClusterImage replay(List<MetadataRecord> records, long endOffset) {
        Replay replay = new Replay(this);
        records.forEach(replay::apply);
        return replay.image(endOffset);
    }

    /// The fewest records that make this image out of [#empty].
    public List<MetadataRecord> records() {
        return Snapshot.of(this);
    }
}
