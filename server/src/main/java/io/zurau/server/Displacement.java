package io.zurau.server;

import io.zurau.broker.partition.Partitions;
import io.zurau.metadata.MetadataListener;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.Incarnation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends this process's service when another one has registered with the node's id: two must not
/// lead the same partitions, and the younger one stays.
///
/// Hears of the metadata before the partitions, so that they never take a role that is meant for
/// the other.
///
/// **Owner:** the thread that tells about images.
final class Displacement implements MetadataListener {
    private static final Logger log = LoggerFactory.getLogger(Displacement.class);

    private final Incarnation self;
    private final Partitions partitions;
    private boolean noticed;

    Displacement(Incarnation self, Partitions partitions) {
        this.self = self;
        this.partitions = partitions;
    }

    @Override
    public void changed(ClusterImage before, ClusterImage after) {
        if (!noticed && self.isDisplaced(after)) {
            noticed = true;
            log.atError()
                    .addKeyValue("nodeId", self.nodeId())
                    .log(
                            "Another process has registered with this node's id; this one serves nothing any more");
            partitions.close();
        }
    }
}
