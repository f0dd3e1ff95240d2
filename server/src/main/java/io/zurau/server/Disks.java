package io.zurau.server;

import io.zurau.runtime.Disk;

/// Gives the disk under a directory. Asking touches nothing.
@FunctionalInterface
public interface Disks {
    Disk at(String directory);
}
