package io.zurau.quorum;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.message.MetadataRecord;
import java.util.List;
import java.util.function.Supplier;

/// What a cluster begins with, should this node be the one that founds it.
public sealed interface Founding {
    /// @param clusterId asked for at most once
    /// @param origin the first records, likewise
    record Fresh(Supplier<String> clusterId, Supplier<List<MetadataRecord>> origin)
            implements Founding {}

    /// This node was a cluster of its own until now, and becomes the first of several.
    ///
    /// @param image the last of its local metadata log
    record Continuing(ClusterImage image) implements Founding {}
}
