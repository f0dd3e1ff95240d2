package io.zurau.tests.cluster;

import static io.zurau.tests.cluster.ClusterUnderLoad.LIMIT;
import static io.zurau.tests.cluster.ClusterUnderLoad.PARTITIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.servers.Workspace;
import io.zurau.tests.servers.ZurauCluster;
import io.zurau.tests.servers.ZurauProcess;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.QuorumInfo.ReplicaState;
import org.apache.kafka.clients.admin.RaftVoterEndpoint;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// Three nodes become five and then another three, under load.
class NodesChangeTest {
    private final ZurauCluster cluster =
            new ZurauCluster(Workspace.newDirectory("nodes-change"), 3, Map.of());

    @Test
    void threeNodesBecomeFiveAndThenAnotherThree() throws Exception {
        try (cluster) {
            cluster.start();
            ClusterUnderLoad load = new ClusterUnderLoad(cluster);
            load.check(
                    "moved",
                    records -> {
                        try (Admin admin = load.admin()) {
                            // Three become five
                            join(admin, cluster.addObserver());
                            join(admin, cluster.addObserver());
                            assertThat(voters(admin)).containsExactlyInAnyOrder(1, 2, 3, 4, 5);

                            // All copies go to the last three
                            reassign(admin, List.of(3, 4, 5));
                            records.awaitAcknowledged(ClusterUnderLoad.SOME_RECORDS);

                            // Five become three
                            leave(admin, 1);
                            leave(admin, 2);
                            records.awaitAcknowledged(ClusterUnderLoad.SOME_RECORDS);
                        }
                    });
            try (Admin admin = load.admin()) {
                assertThat(voters(admin)).containsExactlyInAnyOrder(3, 4, 5);
                assertThat(admin.describeCluster().nodes().get())
                        .extracting(Node::id)
                        .containsExactlyInAnyOrder(3, 4, 5);
            }
        }
    }

    private static Set<Integer> voters(Admin admin) throws Exception {
        return quorum(admin).voters().stream()
                .map(ReplicaState::replicaId)
                .collect(Collectors.toSet());
    }

    private static QuorumInfo quorum(Admin admin) throws Exception {
        return admin.describeMetadataQuorum().quorumInfo().get();
    }

    private static Uuid directoryOf(int node, List<ReplicaState> states) {
        return states.stream()
                .filter(state -> state.replicaId() == node)
                .map(ReplicaState::replicaDirectoryId)
                .findFirst()
                .orElseThrow();
    }

    private void join(Admin admin, ZurauProcess node) throws Exception {
        node.start();
        int id = Integer.parseInt(node.setting("node.id"));
        String listener = node.setting("listeners").split(",")[1];
        int port = Integer.parseInt(listener.substring(listener.lastIndexOf(':') + 1));
        Awaitility.await()
                .atMost(LIMIT)
                .until(
                        () ->
                                quorum(admin).observers().stream()
                                        .anyMatch(observer -> observer.replicaId() == id));
        admin.addRaftVoter(
                        id,
                        directoryOf(id, quorum(admin).observers()),
                        Set.of(new RaftVoterEndpoint("CONTROLLER", "127.0.0.1", port)))
                .all()
                .get();
    }

    private void leave(Admin admin, int id) throws Exception {
        admin.removeRaftVoter(id, directoryOf(id, quorum(admin).voters())).all().get();
        assertThat(cluster.node(id).stop()).isZero();
        admin.unregisterBroker(id).all().get();
    }

    private static void reassign(Admin admin, List<Integer> replicas) throws Exception {
        Map<TopicPartition, Optional<NewPartitionReassignment>> moves = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            moves.put(
                    new TopicPartition("moved", partition),
                    Optional.of(new NewPartitionReassignment(replicas)));
        }
        admin.alterPartitionReassignments(moves).all().get();
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> admin.listPartitionReassignments().reassignments().get().isEmpty());
    }
}
