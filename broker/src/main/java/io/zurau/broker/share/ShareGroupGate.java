package io.zurau.broker.share;

import io.zurau.broker.ConnectionEnd;
import io.zurau.broker.data.LeaderHints;
import io.zurau.coordinator.group.config.ShareGroupConfig;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.SupportedFeatures;
import io.zurau.protocol.ErrorCode;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What fetches and acknowledgements of share groups have in common: who may send them, and what
/// follows when a session ends.
final class ShareGroupGate {
    private static final int LONGEST_MEMBER_ID = 36;

    private final Metadata metadata;
    private final ShareSessions sessions;
    private final SharePartitions partitions;
    private final Acknowledging acknowledging;
    private final Function<String, ShareGroupConfig> limits;

    ShareGroupGate(
            Metadata metadata,
            ShareSessions sessions,
            SharePartitions partitions,
            Acknowledging acknowledging,
            Function<String, ShareGroupConfig> limits) {
        this.metadata = metadata;
        this.sessions = sessions;
        this.partitions = partitions;
        this.acknowledging = acknowledging;
        this.limits = limits;
    }

    /// Why a request cannot come from a member of a share group; empty if it can.
    Optional<Refusal> refusal(@Nullable String groupId, @Nullable String memberId) {
        if (metadata.image().features().getOrDefault(SupportedFeatures.SHARE_VERSION, (short) 0)
                < 1) {
            return Optional.of(Refusal.of(ErrorCode.UNSUPPORTED_VERSION));
        }
        if (groupId == null) {
            return Optional.of(
                    new Refusal(ErrorCode.INVALID_REQUEST, "A request must name its group."));
        }
        if (memberId == null || memberId.isEmpty() || memberId.length() > LONGEST_MEMBER_ID) {
            return Optional.of(
                    new Refusal(
                            ErrorCode.INVALID_REQUEST,
                            "A member id has 1 to %d characters.".formatted(LONGEST_MEMBER_ID)));
        }
        return Optional.empty();
    }

    /// Of a request that was not refused.
    static ShareSessions.Member member(@Nullable String groupId, @Nullable String memberId) {
        return new ShareSessions.Member(
                Objects.requireNonNull(groupId), Objects.requireNonNull(memberId));
    }

    /// Who leads what was looked for in the wrong place.
    LeaderHints hints(String listener) {
        return new LeaderHints(metadata.image(), listener);
    }

    static boolean hasMoved(ErrorCode code) {
        return code == ErrorCode.NOT_LEADER_OR_FOLLOWER || code == ErrorCode.FENCED_LEADER_EPOCH;
    }

    int lockDurationMs(String groupId) {
        return limits.apply(groupId).recordLockDurationMs();
    }

    /// A member says that it leaves.
    void sessionEnded(ShareSessions.Member member) {
        sessions.end(member).ifPresent(this::ended);
    }

    void connectionEnded(ConnectionEnd connection) {
        sessions.end(connection).forEach(this::ended);
    }

    private void ended(ShareSessions.Ended ended) {
        acknowledging.release(ended);
        if (ended.groupIsGone()) {
            partitions.groupGone(ended.member().groupId());
        }
    }
}
