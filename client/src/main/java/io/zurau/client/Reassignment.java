package io.zurau.client;

import io.zurau.protocol.TopicPartition;
import java.util.List;

/// A partition whose replicas are being moved.
///
/// @param replicas all that it has now, with those that come and those that go
public record Reassignment(
        TopicPartition partition,
        List<Integer> replicas,
        List<Integer> adding,
        List<Integer> removing) {}
