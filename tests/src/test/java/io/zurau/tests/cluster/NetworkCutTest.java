package io.zurau.tests.cluster;

import io.zurau.tests.servers.CuttableNetwork;
import io.zurau.tests.servers.Workspace;
import io.zurau.tests.servers.ZurauCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Packets to and from a node are dropped, while its connections stay open on both sides: in
/// network namespaces, which only root may make; skipped otherwise.
class NetworkCutTest {
    private static final int ROUNDS = Integer.getInteger("zurau.cut.rounds", 1);

    private final Path directory = Workspace.newDirectory("network-cut");
    private CuttableNetwork network;

    @BeforeEach
    void build() throws Exception {
        Files.createDirectories(directory);
        try {
            network = new CuttableNetwork(directory, 3);
        } catch (IllegalStateException e) {
            Assumptions.abort("Only root may make network namespaces. " + e.getMessage());
        }
    }

    @AfterEach
    void remove() {
        network.close();
    }

    @Test
    void othersLeadWhatACutOffNodeLedAndItComesBack() throws Exception {
        try (ZurauCluster cluster = new ZurauCluster(directory, 3, Map.of(), network).start()) {
            ClusterUnderLoad load = new ClusterUnderLoad(cluster);
            load.check(
                    "cut",
                    records -> {
                        for (int round = 0; round < ROUNDS; round++) {
                            int leader = load.leader("cut");
                            network.cut(leader);
                            records.awaitAcknowledged(ClusterUnderLoad.SOME_RECORDS);
                            network.heal(leader);
                            load.awaitAllInSync("cut");
                        }
                    });
        }
    }
}
