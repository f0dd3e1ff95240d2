package io.zurau.coordinator.group;

import io.zurau.protocol.message.ApiMessage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A member of a group of the classic protocol.
///
/// @param instanceId of a static member (KIP-345)
/// @param protocols in falling preference; never empty
/// @param assignment what the leader gave it in this generation, empty until then
record Member(
        String id,
        @Nullable String instanceId,
        String clientId,
        String clientHost,
        int rebalanceTimeoutMs,
        int sessionTimeoutMs,
        List<Protocol> protocols,
        ByteBuffer assignment) {

    /// An assignment strategy that a member knows, with its subscription.
    record Protocol(String name, ByteBuffer metadata) {}

    boolean isStatic() {
        return instanceId != null;
    }

    boolean supports(String protocol) {
        return protocols.stream().anyMatch(one -> one.name().equals(protocol));
    }

    /// The one it likes best; the candidates are such that there is one.
    String vote(Set<String> candidates) {
        for (Protocol protocol : protocols) {
            if (candidates.contains(protocol.name())) {
                return protocol.name();
            }
        }
        throw new IllegalStateException("Member " + id + " supports none of " + candidates + ".");
    }

    /// What it said for that protocol; empty if it does not know it.
    ByteBuffer metadata(@Nullable String protocol) {
        for (Protocol one : protocols) {
            if (one.name().equals(protocol)) {
                return one.metadata();
            }
        }
        return ApiMessage.NO_BYTES;
    }

    /// The same member with what it says now; the client's name and address remain those of its
    /// first join.
    Member rejoining(Member now) {
        return new Member(
                id,
                instanceId,
                clientId,
                clientHost,
                now.rebalanceTimeoutMs,
                now.sessionTimeoutMs,
                now.protocols,
                assignment);
    }

    Member renamed(String newId) {
        return new Member(
                newId,
                instanceId,
                clientId,
                clientHost,
                rebalanceTimeoutMs,
                sessionTimeoutMs,
                protocols,
                assignment);
    }

    Member assigned(ByteBuffer newAssignment) {
        return new Member(
                id,
                instanceId,
                clientId,
                clientHost,
                rebalanceTimeoutMs,
                sessionTimeoutMs,
                protocols,
                newAssignment);
    }

    /// Bytes to keep: those of a request or a loaded record lie in a large buffer of others.
    static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining())
                .put(bytes.duplicate())
                .flip()
                .asReadOnlyBuffer();
    }
}
