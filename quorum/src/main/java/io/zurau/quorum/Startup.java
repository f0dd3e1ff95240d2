package io.zurau.quorum;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.log.Leadership;
import io.zurau.runtime.Clock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.ratis.protocol.RaftGroup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides what part a node takes in the quorum. The picture is on the package's door sign.
///
/// The rule behind it: a node without a copy of the log may have lost one, and with it votes and
/// entries that others count on. So it votes on its own only if it is certain that there is nothing
/// to lose, which takes an answer from every other voter.
///
/// **Owner:** the thread that opens the log.
final class Startup {
    private static final Logger log = LoggerFactory.getLogger(Startup.class);

    private final QuorumConfig config;
    private final Founding founding;
    private final QuorumDirectory directory;
    private final Newest<ClusterImage> images;
    private final Newest<Leadership> leaderships;
    private final VoterCalls calls;
    private final Membership membership;
    private final Clock clock;
    private final WaitingNotice notice;

    Startup(
            QuorumConfig config,
            Founding founding,
            QuorumDirectory directory,
            Newest<ClusterImage> images,
            Newest<Leadership> leaderships,
            VoterCalls calls,
            Clock clock,
            WaitingNotice notice) {
        this.config = config;
        this.founding = founding;
        this.directory = directory;
        this.images = images;
        this.leaderships = leaderships;
        this.calls = calls;
        this.membership = new Membership(calls, clock);
        this.clock = clock;
        this.notice = notice;
    }

    /// The server of this node, listening; empty if the node can never vote.
    Optional<RaftNode> node() throws InterruptedException {
        Voter self = config.listenerIfAny().orElse(null);
        return self == null ? Optional.empty() : Optional.of(node(self, aloneIfContinuing()));
    }

    private RaftNode node(Voter self, @Nullable RaftGroup first) {
        RaftNode node =
                new RaftNode(config, self, directory, images, leaderships, calls, clock, first);
        try {
            node.start();
        } catch (RuntimeException e) {
            node.close();
            throw e;
        }
        return node;
    }

    /// A node that was a cluster of its own begins the quorum with what it has, before it answers
    /// anybody: nobody may take it for an empty voter. Unless the quorum exists already, and the
    /// local log is only a remnant, or a backup that was brought back. A voter that is silent may
    /// know that it is so.
    private @Nullable RaftGroup aloneIfContinuing() throws InterruptedException {
        if (directory.holdsLog()
                || directory.isRemoved()
                || !config.isVoter()
                || !(founding instanceof Founding.Continuing)) {
            return null;
        }
        while (true) {
            Map<Integer, VoterStatus> others = statusOfOthers();
            if (others.values().stream().anyMatch(Startup::hasEntries)) {
                return null;
            }
            if (others.values().stream().allMatch(Startup::waitsForAQuorum)) {
                log.info("Becoming the first voter of a quorum, with the metadata of this node");
                return Membership.of(
                        config.voters().stream()
                                .filter(voter -> voter.nodeId() == config.nodeId())
                                .toList());
            }
            notice.stillWaiting(() -> "To become the first of the quorum, " + silent(others));
            membership.pause();
        }
    }

    /// A voter that knows others, and has nothing yet, is about to found a quorum with them.
    private static boolean waitsForAQuorum(VoterStatus status) {
        return switch (status) {
            case VoterStatus.Silent _ -> false;
            case VoterStatus.Empty _ -> true;
            case VoterStatus.Member member -> !member.hasEntries() && member.voters().isEmpty();
        };
    }

    /// Returns when the node takes the part that it should: it votes, or is sure that it follows.
    void takePart(RaftNode node) throws InterruptedException {
        if (directory.holdsLog()) {
            if (directory.isJoining()) {
                join(node);
            }
            return;
        }
        if (!config.isVoter() || directory.isRemoved()) {
            return;
        }
        foundOrJoin(node);
    }

    private void foundOrJoin(RaftNode node) throws InterruptedException {
        while (true) {
            Map<Integer, VoterStatus> others = statusOfOthers();
            if (others.values().stream().anyMatch(Startup::hasEntries)) {
                log.info("Joining a quorum that exists, with an empty log");
                join(node);
                return;
            }
            if (others.values().stream().allMatch(this::isFoundingWithUs)
                    && founding instanceof Founding.Fresh) {
                log.info("Founding a quorum, as every voter answers and none has a log");
                if (begin(node, Membership.of(config.voters()))) {
                    return;
                }
            }
            notice.stillWaiting(() -> "To found or to find the quorum, " + silent(others));
            membership.pause();
        }
    }

    private static boolean hasEntries(VoterStatus status) {
        return status instanceof VoterStatus.Member member && member.hasEntries();
    }

    private boolean isFoundingWithUs(VoterStatus status) {
        return switch (status) {
            case VoterStatus.Silent _ -> false;
            case VoterStatus.Empty _ -> true;
            case VoterStatus.Member member ->
                    !member.hasEntries() && member.voterIds().equals(configuredIds());
        };
    }

    private Set<Integer> configuredIds() {
        return config.voters().stream().map(Voter::nodeId).collect(Collectors.toSet());
    }

    private Map<Integer, VoterStatus> statusOfOthers() {
        Map<Integer, VoterStatus> statuses = new TreeMap<>();
        for (Voter voter : config.others()) {
            statuses.put(voter.nodeId(), membership.ask(voter.nodeId()));
        }
        return statuses;
    }

    /// Which voters do not answer, as the rest of a sentence.
    String silent() {
        return silent(statusOfOthers());
    }

    private String silent(Map<Integer, VoterStatus> statuses) {
        List<String> silent = new ArrayList<>();
        for (Voter voter : config.others()) {
            if (statuses.get(voter.nodeId()) instanceof VoterStatus.Silent(String reason)) {
                silent.add("%s (%s)".formatted(voter, reason));
            }
        }
        return silent.isEmpty()
                ? "although every configured voter answers: "
                        + "no majority of them has agreed on a leader yet."
                : "no answer from " + String.join(", ", silent) + ".";
    }

    /// Becomes a voter of the quorum that exists: what it counts as this node's vote is taken out,
    /// and an empty server is put in.
    private void join(RaftNode node) throws InterruptedException {
        Voter self = config.listenerIfAny().orElseThrow();
        while (!isJoined(node, self)) {
            node.throwIfBroken();
            notice.stillWaiting(() -> "To join it as a voter, " + silent());
            membership.pause();
        }
        directory.markJoining(false);
        log.info("Joined the quorum as a voter");
    }

    /// Takes the next step.
    private boolean isJoined(RaftNode node, Voter self) {
        Optional<Membership.Leader> found = membership.leader();
        if (found.isEmpty()) {
            return false;
        }
        Membership.Leader leader = found.get();
        boolean counted = leader.counts(self.nodeId());
        if (!directory.holdsLog()) {
            if (counted) {
                membership.change(leader, leader.without(self.nodeId()));
            } else {
                directory.markJoining(true);
                begin(node, Membership.unknownVoters());
            }
            return false;
        }
        if (counted) {
            return true;
        }
        membership.change(leader, leader.with(self));
        return false;
    }

    private static boolean begin(RaftNode node, RaftGroup group) {
        try {
            node.beginLog(group);
            return true;
        } catch (IOException e) {
            log.atWarn().addKeyValue("reason", e.getMessage()).log("Cannot begin the log yet");
            return false;
        }
    }
}
