package io.zurau.cli.rebalance;

import io.zurau.protocol.TopicPartition;
import java.util.List;

/// A partition as it lies now.
///
/// @param replicas node ids, the preferred leader first
/// @param leader node id, or -1 if it has none
/// @param bytes of one replica
public record Partition(TopicPartition name, List<Integer> replicas, int leader, long bytes) {}
