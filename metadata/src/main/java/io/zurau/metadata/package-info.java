/// What the cluster knows about itself: topics, partitions, settings, brokers, producer ids.
///
/// Everything here follows one path: a command is decided against the current
/// [io.zurau.metadata.image.ClusterImage], the decision is a list of records, the records go
/// through the [io.zurau.metadata.log.MetadataLog], and what is committed there makes the next
/// image.
///
/// **Enter at** [io.zurau.metadata.Metadata], which holds the current image and tells listeners
/// about each change; at [io.zurau.metadata.control.Controller] to change something; at
/// [io.zurau.metadata.MetaProperties] for the identity of a data directory. **Promises.** Images
/// are immutable and are seen in the order in which they were committed. **State.** The current
/// image, owned by [io.zurau.metadata.Metadata]. **Knows** the protocol and the seams. **Must not
/// know** partition logs, sockets, consensus.
@NullMarked
package io.zurau.metadata;

import org.jspecify.annotations.NullMarked;
