package io.zurau.broker.admin;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.partition.DirectoryChanges;
import io.zurau.log.LogDirectories;
import io.zurau.log.LogDirectory;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.AlterReplicaLogDirsRequest;
import io.zurau.protocol.message.AlterReplicaLogDirsRequest.AlterReplicaLogDir;
import io.zurau.protocol.message.AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic;
import io.zurau.protocol.message.AlterReplicaLogDirsResponse;
import io.zurau.protocol.message.AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult;
import io.zurau.protocol.message.AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult;
import io.zurau.protocol.message.ApiKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Moves this broker's replicas into other log directories (KIP-113).
final class AlterReplicaLogDirsHandler implements RequestHandler<AlterReplicaLogDirsRequest> {
    /// What Kafka needs beside the topic in the name of the directory of a copy: `-<partition>`,
    /// and `.<32 digits>-future`.
    private static final int LONGEST_NAME = 255 - ".-future".length() - 32;

    private final LogDirectories directories;
    private final DirectoryChanges changes;

    AlterReplicaLogDirsHandler(LogDirectories directories, DirectoryChanges changes) {
        this.directories = directories;
        this.changes = changes;
    }

    @Override
    public ApiKey api() {
        return ApiKey.ALTER_REPLICA_LOG_DIRS;
    }

    @Override
    public Answer handle(AlterReplicaLogDirsRequest request, RequestContext context) {
        Map<String, List<AlterReplicaLogDirPartitionResult>> byTopic = new TreeMap<>();
        for (AlterReplicaLogDir directory : request.dirs()) {
            for (AlterReplicaLogDirTopic topic : directory.topics()) {
                for (int partition : topic.partitions()) {
                    byTopic.computeIfAbsent(topic.name(), _ -> new ArrayList<>())
                            .add(
                                    AlterReplicaLogDirPartitionResult.builder()
                                            .partitionIndex(partition)
                                            .errorCode(
                                                    move(
                                                            new TopicPartition(
                                                                    topic.name(), partition),
                                                            directory.path()))
                                            .build());
                }
            }
        }
        List<AlterReplicaLogDirTopicResult> results = new ArrayList<>();
        byTopic.forEach(
                (topic, partitions) ->
                        results.add(
                                AlterReplicaLogDirTopicResult.builder()
                                        .topicName(topic)
                                        .partitions(partitions)
                                        .build()));
        return Answer.of(AlterReplicaLogDirsResponse.builder().results(results).build());
    }

    private ErrorCode move(TopicPartition partition, String path) {
        if (partition.toString().length() > LONGEST_NAME) {
            return ErrorCode.INVALID_TOPIC_EXCEPTION;
        }
        if (directories.unusable().stream().anyMatch(dead -> dead.name().equals(path))) {
            return ErrorCode.KAFKA_STORAGE_ERROR;
        }
        Optional<LogDirectory> directory = directories.named(path);
        if (directory.isEmpty()) {
            return ErrorCode.LOG_DIR_NOT_FOUND;
        }
        return directory.get().failure().isPresent()
                ? ErrorCode.KAFKA_STORAGE_ERROR
                : changes.moveTo(partition, directory.get());
    }
}
