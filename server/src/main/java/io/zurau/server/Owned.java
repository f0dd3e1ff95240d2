package io.zurau.server;

import java.util.ArrayDeque;
import java.util.Deque;

/// What a node has opened, to be closed in the opposite order.
///
/// **Owner:** the thread that starts the node, then the one that stops it.
final class Owned {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T resource) {
        opened.push(resource);
        return resource;
    }

    /// Closes all, whatever one of them throws; the first trouble is thrown at the end.
    void close() {
        RuntimeException trouble = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (RuntimeException e) {
                trouble = trouble == null ? e : trouble;
            } catch (Exception e) {
                trouble = trouble == null ? new IllegalStateException(e) : trouble;
            }
        }
        if (trouble != null) {
            throw trouble;
        }
    }
}
