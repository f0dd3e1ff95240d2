/// The cluster as it stands after some record of the metadata log: plain immutable data.
///
/// **Enter at** [io.zurau.metadata.image.ClusterImage]: ask it, or `replay` committed records into
/// the next one. **Promises.** An image never changes. What a batch of records leaves alone is the
/// same object in the image before and after, so that differences are found by identity. **State.**
/// None. **Knows** the metadata records' schemas, which are Kafka's. **Must not know** where
/// records come from.
@NullMarked
package io.zurau.metadata.image;

import org.jspecify.annotations.NullMarked;
