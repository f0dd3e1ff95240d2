package io.zurau.broker.partition;

import io.zurau.log.PartitionLog;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;

/// This broker's copy of a partition, whatever its role.
public record LocalReplica(TopicPartition partition, Uuid topicId, PartitionLog log) {}
