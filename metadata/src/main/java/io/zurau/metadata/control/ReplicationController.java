package io.zurau.metadata.control;

import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.control.BrokerRegistration.Registered;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest;
import io.zurau.protocol.message.AlterPartitionReassignmentsResponse;
import io.zurau.protocol.message.ElectLeadersRequest;
import io.zurau.protocol.message.ElectLeadersResponse;
import io.zurau.protocol.message.UnregisterBrokerRequest;
import io.zurau.protocol.message.UnregisterBrokerResponse;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The part of the [Controller] that says which brokers there are, and who holds and leads the
/// partitions. What holds for the controller's methods holds for these.
///
/// Any node may call any of them: what a decision rests on is compared when it is committed.
public final class ReplicationController {
    private static final Logger log = LoggerFactory.getLogger(ReplicationController.class);
    private static final int MOST_NAMED = 20; // In one line of the log.

    private final Deciding deciding;
    private final ClusterConfigs configs;

    ReplicationController(Deciding deciding, ClusterConfigs configs) {
        this.deciding = deciding;
        this.configs = configs;
    }

    /// Makes a broker known, in place of its earlier incarnation; the last one to register wins,
    /// and its epoch fences the others. A broker that registers fenced loses whatever its earlier
    /// incarnation led and was in sync with. Whatever it no longer has, it is not believed to have.
    ///
    /// @return empty if it could not be committed
    public Optional<Registration> registerBroker(BrokerImage broker, BrokerStorage storage) {
        Optional<Registered> registered =
                deciding.decide(BrokerRegistration.command(broker, storage, configs));
        registered.ifPresent(done -> explain(broker, done));
        return registered.map(
                done -> {
                    String refusal = done.refusal();
                    return refusal == null
                            ? new Registration.Accepted(done.epoch())
                            : new Registration.Refused(refusal);
                });
    }

    private static void explain(BrokerImage broker, Registered registered) {
        if (registered.madeAnew() > 0) {
            log.atWarn()
                    .addKeyValue("broker", broker.nodeId())
                    .addKeyValue("replicas", registered.madeAnew())
                    .log(
                            "A broker came back without a directory that held replicas: they are"
                                    + " copied anew from other brokers");
        }
        if (registered.offline() > 0) {
            log.atError()
                    .addKeyValue("broker", broker.nodeId())
                    .addKeyValue("replicas", registered.offline())
                    .log(
                            "A broker came back without a directory that held replicas: they are"
                                    + " offline until the directory is there again");
        }
        if (!registered.withoutCopy().isEmpty()) {
            List<String> partitions = registered.withoutCopy();
            log.atError()
                    .addKeyValue("broker", broker.nodeId())
                    .addKeyValue("count", partitions.size())
                    .addKeyValue(
                            "partitions",
                            partitions.subList(0, Math.min(MOST_NAMED, partitions.size())))
                    .log(
                            "Acknowledged records are lost: the broker was the last with everything"
                                    + " and came back without. Such a partition has no leader until"
                                    + " an unclean election gives it one");
        }
    }

    /// Lets the broker lead and be in sync, and elects it where nobody else could lead.
    ///
    /// @return whether that incarnation is the present one, and is let in now
    public boolean unfence(int nodeId, long brokerEpoch) {
        return isDone(BrokerCommands.unfence(nodeId, brokerEpoch, configs));
    }

    /// Takes the broker out of everything that it leads or is in sync with.
    ///
    /// @return whether that incarnation is the present one, and is fenced now
    public boolean fence(int nodeId, long brokerEpoch) {
        return isDone(BrokerCommands.fence(nodeId, brokerEpoch, configs));
    }

    /// Lets others lead in place of a broker that is about to stop; where there is nobody, it goes
    /// on leading until it is fenced.
    ///
    /// @return whether that incarnation is the present one, and is shutting down now
    public boolean beginControlledShutdown(int nodeId, long brokerEpoch) {
        return isDone(BrokerCommands.beginShutdown(nodeId, brokerEpoch, configs));
    }

    /// Takes log directories that have failed from a broker, and the broker out of what it led and
    /// was in sync with there.
    ///
    /// @return whether that incarnation is the present one, and has them no more
    public boolean loseDirectories(int nodeId, long brokerEpoch, List<Uuid> failed) {
        return isDone(BrokerCommands.loseDirectories(nodeId, brokerEpoch, failed, configs));
    }

    /// Takes a broker out of what it leads and is in sync with where its log is damaged and others
    /// have everything.
    ///
    /// @return whether that incarnation is the present one, and it is so
    public boolean loseReplicas(int nodeId, long brokerEpoch, List<ReplicaLoss> losses) {
        return isDone(ReplicaLoss.command(nodeId, brokerEpoch, losses, configs));
    }

    /// Notes that a broker's replica is in another of its log directories from now on.
    ///
    /// @return false if that was refused; empty if it could not be committed
    public Optional<Boolean> assignDirectory(
            int nodeId, long brokerEpoch, DirectoryAssignment assignment) {
        return deciding.decide(
                DirectoryAssignment.command(nodeId, brokerEpoch, assignment, configs));
    }

    private boolean isDone(Command<Boolean> command) {
        return deciding.decide(command).orElse(false);
    }

    /// Changes who is in sync with partitions that this broker leads.
    ///
    /// @return for each change [ErrorCode#NONE] or why it was refused;
    ///   [ErrorCode#NEW_LEADER_ELECTED] if it was made and cost the broker the leadership
    public List<ErrorCode> alterInSync(int nodeId, long brokerEpoch, List<InSyncChange> changes) {
        return deciding.decide(InSyncAlteration.command(nodeId, brokerEpoch, changes, configs))
                .orElseGet(() -> changes.stream().map(_ -> ErrorCode.NOT_CONTROLLER).toList());
    }

    public ElectLeadersResponse electLeaders(ElectLeadersRequest request, int version) {
        if (!LeaderElection.isKnown(request.electionType())) {
            return (ElectLeadersResponse)
                    request.errorResponse(
                            ErrorCode.INVALID_REQUEST,
                            "Unknown election type " + request.electionType(),
                            version);
        }
        return deciding.decide(LeaderElection.command(request, configs))
                .orElseGet(
                        () ->
                                (ElectLeadersResponse)
                                        request.errorResponse(
                                                ErrorCode.NOT_CONTROLLER,
                                                Controller.NOT_COMMITTED,
                                                version));
    }

    /// Moves leadership back to preferred leaders, as many partitions as fit one proposal.
    ///
    /// @return whether that changed anything, so that it is worth calling again at once
    public boolean electPreferred() {
        return deciding.decide(LeaderElection.preferred(configs)).orElse(false);
    }

    public AlterPartitionReassignmentsResponse alterReassignments(
            AlterPartitionReassignmentsRequest request) {
        return deciding.decide(ReassignmentAlteration.command(request, configs))
                .orElseGet(
                        () ->
                                AlterPartitionReassignmentsResponse.builder()
                                        .errorCode(ErrorCode.NOT_CONTROLLER)
                                        .errorMessage(Controller.NOT_COMMITTED)
                                        .build());
    }

    public UnregisterBrokerResponse unregisterBroker(UnregisterBrokerRequest request) {
        Optional<Boolean> known =
                deciding.decide(BrokerCommands.unregister(request.brokerId(), configs));
        if (known.isEmpty()) {
            return unregistered(ErrorCode.NOT_CONTROLLER, Controller.NOT_COMMITTED);
        }
        return known.get()
                ? unregistered(ErrorCode.NONE, null)
                : unregistered(
                        ErrorCode.BROKER_ID_NOT_REGISTERED,
                        "Broker ID " + request.brokerId() + " is not currently registered");
    }

    private static UnregisterBrokerResponse unregistered(ErrorCode error, @Nullable String reason) {
        return UnregisterBrokerResponse.builder().errorCode(error).errorMessage(reason).build();
    }
}
