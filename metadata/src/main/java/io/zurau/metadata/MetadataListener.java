package io.zurau.metadata;

import io.zurau.metadata.image.ClusterImage;

/// Is told about each change of the image, in order, by one thread at a time, with no lock held.
/// Whatever it throws is a bug.
@FunctionalInterface
public interface MetadataListener {
    void changed(ClusterImage before, ClusterImage after);
}
