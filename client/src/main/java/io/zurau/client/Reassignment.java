package io.zurau.client;

import java.util.List;

/// A partition whose replicas are being moved.
///
/// @param replicas all that it has now, with those that come and those that go
public record Reassignment(
        String topic,
        int partition,
        List<Integer> replicas,
        List<Integer> adding,
        List<Integer> removing) {}
