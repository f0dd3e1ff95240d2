package io.zurau.metadata.control;

import io.zurau.metadata.image.ClusterImage;

/// Something that is asked of the cluster. Pure, because it may be decided more than once.
@FunctionalInterface
interface Command<A> {
    Decision<A> decide(ClusterImage image);
}
