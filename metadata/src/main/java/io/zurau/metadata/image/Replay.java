package io.zurau.metadata.image;

import io.zurau.protocol.message.AbortTransactionRecord;
import io.zurau.protocol.message.AccessControlEntryRecord;
import io.zurau.protocol.message.BeginTransactionRecord;
import io.zurau.protocol.message.BrokerRegistrationChangeRecord;
import io.zurau.protocol.message.ClearElrRecord;
import io.zurau.protocol.message.ClientQuotaRecord;
import io.zurau.protocol.message.ConfigRecord;
import io.zurau.protocol.message.DelegationTokenRecord;
import io.zurau.protocol.message.EndTransactionRecord;
import io.zurau.protocol.message.FeatureLevelRecord;
import io.zurau.protocol.message.FenceBrokerRecord;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.NoOpRecord;
import io.zurau.protocol.message.PartitionChangeRecord;
import io.zurau.protocol.message.PartitionRecord;
import io.zurau.protocol.message.ProducerIdsRecord;
import io.zurau.protocol.message.RegisterBrokerRecord;
import io.zurau.protocol.message.RegisterControllerRecord;
import io.zurau.protocol.message.RemoveAccessControlEntryRecord;
import io.zurau.protocol.message.RemoveDelegationTokenRecord;
import io.zurau.protocol.message.RemoveTopicRecord;
import io.zurau.protocol.message.RemoveUserScramCredentialRecord;
import io.zurau.protocol.message.TopicRecord;
import io.zurau.protocol.message.UnfenceBrokerRecord;
import io.zurau.protocol.message.UnregisterBrokerRecord;
import io.zurau.protocol.message.UnregisterControllerRecord;
import io.zurau.protocol.message.UserScramCredentialRecord;
import io.zurau.protocol.message.ZkMigrationStateRecord;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Applies one batch of records to an image. Each part copies its map when the first record changes
/// it.
///
/// **Owner:** the thread that made it.
final class Replay {
    private final ClusterImage before;
    private final TopicsReplay topics;
    private final ConfigsReplay configs;
    private final BrokersReplay brokers;
    private @Nullable SortedMap<String, Short> features;
    private long nextProducerId;

    Replay(ClusterImage before) {
        this.before = before;
        this.topics = new TopicsReplay(before.topics());
        this.configs = new ConfigsReplay(before.configs());
        this.brokers = new BrokersReplay(before.brokers());
        this.nextProducerId = before.nextProducerId();
    }

    ClusterImage image(long endOffset) {
        return new ClusterImage(
                before.clusterId(),
                endOffset,
                topics.image(),
                configs.image(),
                brokers.image(),
                features == null ? before.features() : features,
                nextProducerId);
    }

    void apply(MetadataRecord record) {
        switch (record) {
            case TopicRecord topic -> topics.create(topic);
            case PartitionRecord partition -> topics.put(partition);
            case PartitionChangeRecord change -> topics.change(change);
            case RemoveTopicRecord removal ->
                    configs.forget(ConfigResource.topic(topics.remove(removal.topicId())));
            case ConfigRecord config -> configs.set(config);
            case RegisterBrokerRecord broker -> brokers.register(broker);
            case BrokerRegistrationChangeRecord change -> brokers.change(change);
            case FenceBrokerRecord fencing -> brokers.fence(fencing.id(), true);
            case UnfenceBrokerRecord unfencing -> brokers.fence(unfencing.id(), false);
            case UnregisterBrokerRecord removal -> brokers.remove(removal.brokerId());
            case FeatureLevelRecord feature -> setFeature(feature);
            case ProducerIdsRecord block -> nextProducerId = block.nextProducerId();
            case ClearElrRecord clearing -> topics.clearEligibleLeaders(clearing.topicName());
            // One batch is all or nothing here, so there are no transactions over several.
            case BeginTransactionRecord _, EndTransactionRecord _, AbortTransactionRecord _ -> {}
            case NoOpRecord _ -> {}
            // Nothing in Zurau writes or reads these yet.
            case RegisterControllerRecord _,
                    UnregisterControllerRecord _,
                    ZkMigrationStateRecord _ -> {}
            case AccessControlEntryRecord _, RemoveAccessControlEntryRecord _ -> {}
            case UserScramCredentialRecord _, RemoveUserScramCredentialRecord _ -> {}
            case DelegationTokenRecord _, RemoveDelegationTokenRecord _ -> {}
            case ClientQuotaRecord _ -> {}
        }
    }

    private void setFeature(FeatureLevelRecord feature) {
        if (features == null) {
            features = new TreeMap<>(before.features());
        }
        if (feature.featureLevel() == 0) {
            features.remove(feature.name());
        } else {
            features.put(feature.name(), feature.featureLevel());
        }
    }
}
