/// What a data directory that Apache Kafka wrote says about its topics.
///
/// **Enter at** [io.zurau.metadata.kafka.KafkaDirectory]. **Promises.** Nothing in the directory is
/// changed. What is not understood is left out with a line in the log, or refused where leaving it
/// out would lose records. **State.** None. **Knows** the form of Kafka's `__cluster_metadata-0`,
/// `partition.metadata` and `leader-epoch-checkpoint`. **Must not know** what becomes of the
/// records.
@NullMarked
package io.zurau.metadata.kafka;

import org.jspecify.annotations.NullMarked;
