package io.zurau.broker.admin;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.metadata.log.VoterRefusal;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.AddRaftVoterRequest;
import io.zurau.protocol.message.AddRaftVoterRequest.Listener;
import io.zurau.protocol.message.AddRaftVoterResponse;
import io.zurau.protocol.message.RemoveRaftVoterRequest;
import io.zurau.protocol.message.RemoveRaftVoterResponse;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who votes about the metadata log is changed while it runs (KIP-853).
final class VoterRequests {
    private VoterRequests() {}

    static AddRaftVoterResponse add(
            AddRaftVoterRequest request, ClusterImage image, MetadataLog log) {
        VoterRefusal refusal =
                otherCluster(request.clusterId(), image).or(() -> add(request, log)).orElse(null);
        return AddRaftVoterResponse.builder()
                .errorCode(refusal == null ? ErrorCode.NONE : refusal.error())
                .errorMessage(refusal == null ? null : refusal.reason())
                .build();
    }

    private static Optional<VoterRefusal> add(AddRaftVoterRequest request, MetadataLog log) {
        if (request.listeners().isEmpty()) {
            return Optional.of(
                    new VoterRefusal(
                            ErrorCode.INVALID_REQUEST, "A voter needs a listener for the quorum."));
        }
        Listener listener = request.listeners().getFirst();
        return log.addVoter(
                request.voterId(), request.voterDirectoryId(), listener.host(), listener.port());
    }

    static RemoveRaftVoterResponse remove(
            RemoveRaftVoterRequest request, ClusterImage image, MetadataLog log) {
        VoterRefusal refusal =
                otherCluster(request.clusterId(), image)
                        .or(() -> log.removeVoter(request.voterId(), request.voterDirectoryId()))
                        .orElse(null);
        return RemoveRaftVoterResponse.builder()
                .errorCode(refusal == null ? ErrorCode.NONE : refusal.error())
                .errorMessage(refusal == null ? null : refusal.reason())
                .build();
    }

    private static Optional<VoterRefusal> otherCluster(@Nullable String asked, ClusterImage image) {
        return asked == null || asked.equals(image.clusterId())
                ? Optional.empty()
                : Optional.of(
                        new VoterRefusal(
                                ErrorCode.INCONSISTENT_CLUSTER_ID,
                                "This is cluster %s, not %s.".formatted(image.clusterId(), asked)));
    }
}
