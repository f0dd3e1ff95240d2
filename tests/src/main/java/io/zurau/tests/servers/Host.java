package io.zurau.tests.servers;

import java.util.List;

/// Where a node runs.
///
/// @param address that it listens on and others find it at
/// @param enter what a command begins with to be run there
record Host(String address, List<String> enter) {
    static final Host LOCAL = new Host("127.0.0.1", List.of());
}
