package io.zurau.bench;

import io.zurau.tests.servers.KafkaCluster;
import io.zurau.tests.servers.ServerUnderTest;
import io.zurau.tests.servers.ZurauCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Three nodes of one of the two, on this machine.
record Three(List<? extends ServerUnderTest> nodes, String bootstrap, AutoCloseable owner)
        implements AutoCloseable {
    private static final int NODES = 3;

    static Three of(Subject subject, Path directory) {
        return switch (subject) {
            case KAFKA -> {
                KafkaCluster cluster = new KafkaCluster(directory, NODES, Map.of());
                yield new Three(cluster.nodes(), cluster.bootstrap(), cluster);
            }
            case ZURAU -> {
                ZurauCluster cluster = new ZurauCluster(directory, NODES, Map.of());
                yield new Three(cluster.nodes(), cluster.bootstrap(), cluster);
            }
        };
    }

    void start() {
        nodes.forEach(ServerUnderTest::prepare);
        nodes.forEach(ServerUnderTest::spawn);
        nodes.forEach(ServerUnderTest::awaitReady);
    }

    /// @param id from 1
    ServerUnderTest node(int id) {
        return nodes.get(id - 1);
    }

    @Override
    public void close() throws Exception {
        owner.close();
    }
}
