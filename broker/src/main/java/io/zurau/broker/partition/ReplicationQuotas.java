package io.zurau.broker.partition;

import io.zurau.metadata.MetadataListener;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.runtime.Clock;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.util.List;

/// What throttled replicas may cost this node, as leader and as follower. Follows the settings.
public final class ReplicationQuotas implements MetadataListener {
    private static final Setting<Long> LEADER_RATE =
            Setting.number(
                            "leader.replication.throttled.rate",
                            ReplicationQuota.UNLIMITED,
                            "How many bytes per second this node sends to out-of-sync followers of"
                                    + " the replicas that leader.replication.throttled.replicas"
                                    + " names. Set while the node runs.")
                    .atLeast(0L)
                    .dynamic();
    private static final Setting<Long> FOLLOWER_RATE =
            Setting.number(
                            "follower.replication.throttled.rate",
                            ReplicationQuota.UNLIMITED,
                            "How many bytes per second this node fetches for its out-of-sync"
                                    + " replicas that follower.replication.throttled.replicas"
                                    + " names. Set while the node runs.")
                    .atLeast(0L)
                    .dynamic();

    public static final List<Setting<?>> SETTINGS = List.of(LEADER_RATE, FOLLOWER_RATE);

    private final ClusterConfigs configs;
    private final ReplicationQuota leader;
    private final ReplicationQuota follower;

    /// @param image the first
    public ReplicationQuotas(ClusterConfigs configs, ClusterImage image, Clock clock) {
        this.configs = configs;
        this.leader = new ReplicationQuota(clock);
        this.follower = new ReplicationQuota(clock);
        follow(image);
    }

    /// Of what is sent to followers.
    public ReplicationQuota leader() {
        return leader;
    }

    /// Of what is fetched from leaders.
    public ReplicationQuota follower() {
        return follower;
    }

    @Override
    public void changed(ClusterImage before, ClusterImage after) {
        if (before.configs() != after.configs()) {
            follow(after);
        }
    }

    private void follow(ClusterImage image) {
        Settings broker = configs.broker(image);
        leader.limit(broker.value(LEADER_RATE));
        follower.limit(broker.value(FOLLOWER_RATE));
    }
}
