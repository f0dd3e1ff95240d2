package io.zurau.coordinator.group.consumer;

import java.util.SortedSet;

/// The topics that a regular expression meant when it was last looked at.
///
/// @param version of the cluster's image that it was looked up in
/// @param timestampMs when, on the wall clock
public record ResolvedRegex(SortedSet<String> topics, long version, long timestampMs) {}
