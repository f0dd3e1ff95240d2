package io.zurau.quorum;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/// What we tell Ratis, and why.
final class RatisSettings {
    /// The one group there is. Clusters are told apart by their cluster id.
    static final RaftGroupId GROUP =
            RaftGroupId.valueOf(UUID.fromString("7a757261-7500-4000-8000-6d6574616461"));

    /// The largest proposal: a hundred thousand partitions. Ratis keeps a direct buffer of this
    /// size per log.
    static final int LARGEST_ENTRY_BYTES = 16 << 20;

    /// The largest answer to a fetch, a snapshot of half a million partitions.
    private static final SizeInBytes LARGEST_MESSAGE = SizeInBytes.valueOf("64MB");

    private static final int ENTRY_OVERHEAD_BYTES = 1 << 10;

    /// How long one call may take before another voter is asked.
    static final Duration CALL_PATIENCE = Duration.ofSeconds(2);

    /// Three at once, then ten a second. By default Ratis tries a follower that was away only every
    /// five seconds, and one that comes back waits as long.
    private static final String RETRIES = "1ms,3, 100ms,1000000000";

    private static final Duration ALONE = Duration.ofMillis(20);

    private RatisSettings() {}

    /// @param alone whether the node is the only voter at first, so that nobody else can lead
    static RaftProperties server(QuorumConfig config, Voter self, Path storage, boolean alone) {
        RaftProperties properties = client();
        QuorumTuning tuning = config.tuning();
        GrpcConfigKeys.Server.setHost(properties, self.host());
        GrpcConfigKeys.Server.setPort(properties, self.port());
        RaftServerConfigKeys.setStorageDir(properties, List.of(storage.toFile()));

        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, time(tuning.electionTimeoutMin()));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, time(tuning.electionTimeoutMax()));
        if (alone) {
            RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, time(ALONE));
            RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, time(ALONE));
        }
        RaftServerConfigKeys.Rpc.setRequestTimeout(properties, time(CALL_PATIENCE));
        // A process that stood still so long has been replaced as leader long ago.
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
                properties, TimeDuration.valueOf(2, TimeUnit.SECONDS));
        // Never shut down for a pause: a stopped process may go on at any time.
        RaftServerConfigKeys.setCloseThreshold(
                properties, TimeDuration.valueOf(3650, TimeUnit.DAYS));

        SizeInBytes entry = SizeInBytes.valueOf(LARGEST_ENTRY_BYTES + ENTRY_OVERHEAD_BYTES);
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, entry);
        RaftServerConfigKeys.Log.Appender.setRetryPolicy(properties, RETRIES);
        RaftServerConfigKeys.Log.setWriteBufferSize(
                properties, SizeInBytes.valueOf(entry.getSize() + 2 * Long.BYTES));
        RaftServerConfigKeys.Log.setSegmentSizeMax(
                properties, SizeInBytes.valueOf(tuning.segmentBytes()));
        RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf("64KB"));
        // Our entries live in the image; Ratis need not keep them in memory too.
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, LARGEST_MESSAGE);

        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, tuning.snapshotEntries());
        RaftServerConfigKeys.Snapshot.setRetentionFileNum(properties, 2);
        // A clean stop should be quick; the log since the last snapshot is short.
        RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
        return properties;
    }

    static RaftProperties client() {
        RaftProperties properties = new RaftProperties();
        RaftConfigKeys.Rpc.setType(properties, SupportedRpcType.GRPC);
        GrpcConfigKeys.setMessageSizeMax(properties, LARGEST_MESSAGE);
        RaftClientConfigKeys.Rpc.setRequestTimeout(properties, time(CALL_PATIENCE));
        return properties;
    }

    private static TimeDuration time(Duration duration) {
        return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
    }
}
