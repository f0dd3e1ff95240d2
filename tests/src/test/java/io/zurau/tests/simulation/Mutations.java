package io.zurau.tests.simulation;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.InitializeShareGroupStateRequest;
import io.zurau.protocol.message.InitializeShareGroupStateRequest.InitializeStateData;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.PartitionChangeRecord;
import io.zurau.protocol.message.WriteShareGroupStateRequest;
import io.zurau.protocol.message.WriteShareGroupStateRequest.WriteStateData;
import io.zurau.protocol.message.WriteTxnMarkersRequest;
import io.zurau.protocol.message.WriteTxnMarkersRequest.WritableTxnMarker;
import io.zurau.runtime.Seams;
import io.zurau.simulation.Simulation;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// The ways in which a cluster is broken to see whether the simulator notices.
final class Mutations {
    private static final int NOT_SAID = -1;
    private static final int LEADER_STAYS = -2;
    private static final int FIRST_RECORDS = 3;

    private Mutations() {}

    /// The ack rule: brokers call stored what the disk may still forget.
    static Mutation acknowledgesBeforeStored() {
        return new Mutation() {
            @Override
            public Optional<Actor> actor(Simulation simulation, SimCluster cluster) {
                cluster.machines()
                        .forEach(broker -> SimCluster.disk(broker).faults().lieAboutSyncedWrites());
                return Optional.empty();
            }
        };
    }

    /// The ack rule: the high watermark does not wait for the followers in sync.
    static Mutation ignoresFollowers() {
        return new Mutation() {
            @Override
            public Optional<Actor> actor(Simulation simulation, SimCluster cluster) {
                return Optional.of(
                        new FalseFollower(
                                simulation.machine(machine()).boot(),
                                cluster,
                                PowerFailureScenario.TOPIC,
                                simulation.random(machine())));
            }
        };
    }

    /// The fence of markers: whoever wants to ends transactions in a partition.
    static Mutation endsTransactionsUnasked() {
        return new Mutation() {
            @Override
            public Optional<Actor> actor(Simulation simulation, SimCluster cluster) {
                return Optional.of(
                        new FalseCoordinator(
                                simulation.machine(machine()).boot(),
                                cluster,
                                TransactionScenario.TOPIC,
                                simulation.random(machine())));
            }
        };
    }

    /// The fence of transactions: requests that come late have the epoch of the open transaction,
    /// or come by the connection that is in use.
    static Mutation renewsLateRequests() {
        return new Mutation() {
            @Override
            public boolean renewsLateRequests() {
                return true;
            }
        };
    }

    /// The marker: in the first partition it says the opposite of what was decided.
    static Mutation invertsMarkers() {
        return bendingRequests(
                request ->
                        request instanceof WriteTxnMarkersRequest markers
                                ? markers.toBuilder()
                                        .markers(
                                                markers.markers().stream()
                                                        .map(Mutations::inverted)
                                                        .toList())
                                        .build()
                                : request);
    }

    private static WritableTxnMarker inverted(WritableTxnMarker marker) {
        boolean isFirst =
                marker.topics().stream()
                        .anyMatch(
                                topic ->
                                        topic.name().equals(TransactionScenario.TOPIC)
                                                && topic.partitionIndexes().contains(0));
        return isFirst
                ? marker.toBuilder().transactionResult(!marker.transactionResult()).build()
                : marker;
    }

    /// Share groups: of what becomes of records nothing is stored if it must be sent there.
    static Mutation storesNoAcknowledgement() {
        return bendingRequests(
                request ->
                        request instanceof WriteShareGroupStateRequest write
                                ? write.toBuilder()
                                        .topics(
                                                write.topics().stream()
                                                        .map(Mutations::withoutNews)
                                                        .toList())
                                        .build()
                                : request);
    }

    private static WriteStateData withoutNews(WriteStateData topic) {
        return topic.toBuilder()
                .partitions(
                        topic.partitions().stream()
                                .map(
                                        one ->
                                                one.toBuilder()
                                                        .startOffset(NOT_SAID)
                                                        .stateBatches(List.of())
                                                        .build())
                                .toList())
                .build();
    }

    /// Share groups: they begin behind the first records of each partition.
    static Mutation beginsBehindTheFirst() {
        return bendingRequests(
                request ->
                        request instanceof InitializeShareGroupStateRequest begin
                                ? begin.toBuilder()
                                        .topics(
                                                begin.topics().stream()
                                                        .map(Mutations::behindTheFirst)
                                                        .toList())
                                        .build()
                                : request);
    }

    private static InitializeStateData behindTheFirst(InitializeStateData topic) {
        return topic.toBuilder()
                .partitions(
                        topic.partitions().stream()
                                .map(one -> one.toBuilder().startOffset(FIRST_RECORDS).build())
                                .toList())
                .build();
    }

    /// Replay: coordinators load a log that lacks what was decided last, since whoever is next is
    /// elected for their topics, in sync or not.
    static Mutation replaysOldDecisions() {
        return bending(
                new SimQuorum.Bend() {
                    @Override
                    public List<MetadataRecord> bent(
                            ClusterImage before, List<MetadataRecord> records) {
                        return records.stream()
                                .map(
                                        record ->
                                                isOfCoordinator(before, record)
                                                        ? electAnother(before, record)
                                                        : record)
                                .toList();
                    }
                });
    }

    private static boolean isOfCoordinator(ClusterImage before, MetadataRecord record) {
        return record instanceof PartitionChangeRecord change
                && before.topics()
                        .withId(change.topicId())
                        .filter(topic -> topic.name().startsWith("__"))
                        .isPresent();
    }

    /// The in-sync rule: whoever is next in the list of replicas is elected, in sync or not.
    static Mutation electsAnybody() {
        return bending(
                new SimQuorum.Bend() {
                    @Override
                    public List<MetadataRecord> bent(
                            ClusterImage before, List<MetadataRecord> records) {
                        return records.stream()
                                .map(record -> electAnother(before, record))
                                .toList();
                    }
                });
    }

    private static MetadataRecord electAnother(ClusterImage before, MetadataRecord record) {
        if (!(record instanceof PartitionChangeRecord change) || change.leader() < 0) {
            return record;
        }
        PartitionImage partition =
                before.topics()
                        .withId(change.topicId())
                        .flatMap(topic -> topic.partition(change.partitionId()))
                        .orElseThrow();
        return Objects.requireNonNullElse(change.replicas(), partition.replicas()).stream()
                .filter(node -> !mayLead(partition, node))
                .findFirst()
                .<MetadataRecord>map(
                        node -> change.toBuilder().leader(node).isr(List.of(node)).build())
                .orElse(record);
    }

    private static boolean mayLead(PartitionImage partition, int node) {
        return partition.inSync().contains(node) || partition.eligibleLeaders().contains(node);
    }

    /// Truncation: no follower says of which epoch its last record is, so no leader tells it what
    /// to cut off.
    static Mutation truncatesNothing() {
        return bendingRequests(
                request ->
                        BentRequests.each(
                                request,
                                asked -> asked.toBuilder().lastFetchedEpoch(NOT_SAID).build()));
    }

    /// Fencing: a decision is committed though others were committed since its maker looked, so the
    /// epochs that he compared may be stale.
    static Mutation fencesNoDecision() {
        return bending(
                new SimQuorum.Bend() {
                    @Override
                    public boolean compares(List<MetadataRecord> records) {
                        return false;
                    }
                });
    }

    /// Fencing: like [#fencesNoDecision()], but only of decisions about who is in sync: that of a
    /// leader that is deposed, or about a follower that was started anew, is committed.
    static Mutation fencesNoProposalOfWhoIsInSync() {
        return bending(
                new SimQuorum.Bend() {
                    @Override
                    public boolean compares(List<MetadataRecord> records) {
                        return !records.stream().allMatch(Mutations::changesOnlyWhoIsInSync);
                    }
                });
    }

    private static boolean changesOnlyWhoIsInSync(MetadataRecord record) {
        return record instanceof PartitionChangeRecord change
                && change.isr() != null
                && change.leader() == LEADER_STAYS
                && change.replicas() == null;
    }

    /// Requests that were made in an epoch that is over arrive, late and again.
    ///
    /// @param forged the epochs in place of which the present ones are put, so that to those who
    ///   get the requests it is as if they did not compare them; without any nothing is broken
    static Mutation echoing(Set<Echo.Epoch> forged) {
        Echo.Memory memory = new Echo.Memory();
        return new Mutation() {
            @Override
            public Seams seams(Seams machines) {
                return bent(machines, memory::remember);
            }

            @Override
            public Optional<Actor> actor(Simulation simulation, SimCluster cluster) {
                return Optional.of(
                        new Echo(
                                simulation.machine(machine()).boot(),
                                cluster.quorum(),
                                memory,
                                forged,
                                simulation.random(machine())));
            }
        };
    }

    private static Mutation bending(SimQuorum.Bend bend) {
        return new Mutation() {
            @Override
            public SimQuorum.Bend bend() {
                return bend;
            }
        };
    }

    private static Mutation bendingRequests(UnaryOperator<ApiRequest> bend) {
        return new Mutation() {
            @Override
            public Seams seams(Seams machines) {
                return bent(machines, bend);
            }
        };
    }

    private static Seams bent(Seams machines, UnaryOperator<ApiRequest> bend) {
        return new Seams(
                machines.clock(),
                machines.tasks(),
                new BentRequests(machines.network(), bend),
                machines.randomness());
    }
}
