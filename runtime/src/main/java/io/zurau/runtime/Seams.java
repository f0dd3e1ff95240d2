package io.zurau.runtime;

/// The seams that belong to a node as a whole. Disks come separately, one per log directory.
public record Seams(Clock clock, Tasks tasks, Network network, Randomness randomness) {}
