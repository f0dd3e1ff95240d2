package io.zurau.tests.cluster;

import io.zurau.tests.servers.SmallDisk;
import io.zurau.tests.servers.Workspace;
import io.zurau.tests.servers.ZurauCluster;
import io.zurau.tests.servers.ZurauProcess;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The disk of one node of three is full: a file system in memory, which only root may mount;
/// skipped otherwise.
class OneDiskFullTest {
    private static final int DISK_MEGABYTES = 200;

    private final Path directory = Workspace.newDirectory("one-disk-full");
    private SmallDisk disk;

    @BeforeEach
    void mount() {
        try {
            disk = new SmallDisk(directory.resolve("node1/data"), DISK_MEGABYTES);
        } catch (IllegalStateException e) {
            Assumptions.abort("Not possible here: " + e.getMessage());
        }
    }

    @AfterEach
    void unmount() {
        disk.close();
    }

    @Test
    void othersLeadUntilThereIsRoomAgain() throws Exception {
        try (ZurauCluster cluster =
                new ZurauCluster(directory, 3, Map.of("journal.size", "33554432")).start()) {
            ClusterUnderLoad load = new ClusterUnderLoad(cluster);
            load.check(
                    "filled",
                    records -> {
                        disk.takeAwayAll();
                        records.awaitAcknowledged(ClusterUnderLoad.SOME_RECORDS);
                        awaitNotLeading(load);
                        records.awaitAcknowledged(ClusterUnderLoad.SOME_RECORDS);
                        disk.giveBack();
                        ZurauProcess node = cluster.node(1);
                        node.kill();
                        node.start();
                    });
        }
    }

    private static void awaitNotLeading(ClusterUnderLoad load) {
        Awaitility.await().atMost(ClusterUnderLoad.LIMIT).until(() -> load.leader("filled") != 1);
    }
}
