package io.zurau.broker.partition;

import io.zurau.log.LogDirectories;
import io.zurau.log.LogDirectory;
import io.zurau.log.PartitionLog;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.StorageFailure;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the logs of this broker's replicas are, or are to be: in the directory that the metadata
/// says (KIP-858); if it says none, where the log is, or else where there are the fewest logs.
final class LogPlaces {
    private static final Logger log = LoggerFactory.getLogger(LogPlaces.class);

    private final LogDirectories logs;
    private final int nodeId;

    LogPlaces(LogDirectories logs, int nodeId) {
        this.logs = logs;
        this.nodeId = nodeId;
    }

    /// Logs whose topics the metadata does not know are left alone: they may be somebody's data.
    void reportStrays(ClusterImage first) {
        for (LogDirectory directory : logs.working()) {
            directory.logs().forEach(found -> reportStray(found, first));
        }
    }

    private static void reportStray(PartitionLog found, ClusterImage first) {
        boolean known =
                first.topics()
                        .named(found.partition().topic())
                        .filter(topic -> belongs(found, topic))
                        .isPresent();
        if (!known) {
            log.atWarn()
                    .addKeyValue("partition", found.partition())
                    .addKeyValue("topicId", found.topicId())
                    .log("Found the log of an unknown topic, which is not served");
        }
    }

    /// Whether it is not the log of an earlier topic of the same name.
    static boolean belongs(PartitionLog found, TopicImage topic) {
        return found.topicId().equals(topic.id()) || found.topicId().equals(Uuid.ZERO);
    }

    /// Whether the directory that the replica is to be in has no log of it.
    boolean isNew(TopicPartition name, TopicImage topic) {
        return of(name, topic).find(name).filter(found -> belongs(found, topic)).isEmpty();
    }

    /// The log, which is made if it is not there.
    ///
    /// @throws StorageFailure if its directory does not work
    PartitionLog log(TopicPartition name, TopicImage topic, TopicConfig config) {
        LogDirectory directory = of(name, topic);
        return directory
                .find(name)
                .filter(existing -> belongs(existing, topic))
                .orElseGet(() -> newLog(directory, name, topic.id(), config));
    }

    /// @throws StorageFailure if it does not work
    LogDirectory of(TopicPartition name, TopicImage topic) {
        Uuid id = topic.partitions().get(name.partition()).directoryOf(nodeId);
        if (BrokerImage.isKnown(id)) {
            return logs.working(id)
                    .orElseThrow(
                            () -> new StorageFailure(id.toString(), "The directory is offline."));
        }
        Optional<LogDirectory> found = logs.having(name);
        if (found.isEmpty() && !logs.areComplete()) {
            throw new StorageFailure(
                    id.toString(), "The log may be in a directory that is offline.");
        }
        return found.orElseGet(logs::emptiest);
    }

    private static PartitionLog newLog(
            LogDirectory directory, TopicPartition name, Uuid topicId, TopicConfig config) {
        directory
                .find(name)
                .ifPresent(
                        ofAnotherTopic -> {
                            log.atWarn()
                                    .addKeyValue("partition", name)
                                    .addKeyValue("topicId", ofAnotherTopic.topicId())
                                    .log("Deletes the log of an earlier topic of the same name");
                            directory.delete(name);
                        });
        return directory.create(name, topicId, config.log());
    }
}
