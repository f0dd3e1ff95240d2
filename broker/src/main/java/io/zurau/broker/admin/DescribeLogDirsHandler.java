package io.zurau.broker.admin;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.partition.DirectoryChanges;
import io.zurau.log.LogDirectories;
import io.zurau.log.LogDirectory;
import io.zurau.log.PartitionLog;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.DescribeLogDirsRequest;
import io.zurau.protocol.message.DescribeLogDirsRequest.DescribableLogDirTopic;
import io.zurau.protocol.message.DescribeLogDirsResponse;
import io.zurau.protocol.message.DescribeLogDirsResponse.DescribeLogDirsPartition;
import io.zurau.protocol.message.DescribeLogDirsResponse.DescribeLogDirsResult;
import io.zurau.protocol.message.DescribeLogDirsResponse.DescribeLogDirsTopic;
import io.zurau.runtime.StorageFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Tells how large each partition is in each of this broker's log directories (KIP-113).
final class DescribeLogDirsHandler implements RequestHandler<DescribeLogDirsRequest> {
    private final LogDirectories directories;
    private final DirectoryChanges changes;

    DescribeLogDirsHandler(LogDirectories directories, DirectoryChanges changes) {
        this.directories = directories;
        this.changes = changes;
    }

    @Override
    public ApiKey api() {
        return ApiKey.DESCRIBE_LOG_DIRS;
    }

    @Override
    public Answer handle(DescribeLogDirsRequest request, RequestContext context) {
        List<DescribeLogDirsResult> results = new ArrayList<>();
        for (LogDirectory directory : directories.opened()) {
            results.add(describe(directory, request));
        }
        directories.unusable().forEach(unusable -> results.add(offline(unusable.name())));
        return Answer.of(DescribeLogDirsResponse.builder().results(results).build());
    }

    private DescribeLogDirsResult describe(LogDirectory directory, DescribeLogDirsRequest request) {
        if (directory.failure().isPresent()) {
            return offline(directory.name());
        }
        try {
            return online(directory, request);
        } catch (StorageFailure e) {
            return offline(directory.name()); // It has failed just now.
        }
    }

    private static DescribeLogDirsResult offline(String name) {
        return DescribeLogDirsResult.builder()
                .errorCode(ErrorCode.KAFKA_STORAGE_ERROR)
                .logDir(name)
                .build();
    }

    private DescribeLogDirsResult online(LogDirectory directory, DescribeLogDirsRequest request) {
        Map<String, List<DescribeLogDirsPartition>> byTopic = new TreeMap<>();
        for (PartitionLog log : wanted(directory, request)) {
            describe(log, directory)
                    .ifPresent(
                            described ->
                                    byTopic.computeIfAbsent(
                                                    log.partition().topic(), _ -> new ArrayList<>())
                                            .add(described));
        }
        List<DescribeLogDirsTopic> topics = new ArrayList<>();
        byTopic.forEach(
                (name, partitions) ->
                        topics.add(
                                DescribeLogDirsTopic.builder()
                                        .name(name)
                                        .partitions(partitions)
                                        .build()));
        return DescribeLogDirsResult.builder()
                .errorCode(ErrorCode.NONE)
                .logDir(directory.name())
                .topics(topics)
                .totalBytes(directory.totalBytes())
                .usableBytes(directory.usableBytes())
                .build();
    }

    /// Empty if the log is none of a partition any more, or is damaged.
    private Optional<DescribeLogDirsPartition> describe(PartitionLog log, LogDirectory directory) {
        try {
            return changes.standing(log)
                    .map(
                            standing ->
                                    DescribeLogDirsPartition.builder()
                                            .partitionIndex(log.partition().partition())
                                            .partitionSize(log.sizeInBytes())
                                            .offsetLag(standing.lag())
                                            .isFutureKey(standing.isFuture())
                                            .build());
        } catch (StorageFailure e) {
            if (directory.failure().isPresent()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /// The logs asked for; those that are not here are left out, as in Kafka.
    private static List<PartitionLog> wanted(
            LogDirectory directory, DescribeLogDirsRequest request) {
        List<DescribableLogDirTopic> topics = request.topics();
        if (topics == null) {
            return directory.logs();
        }
        Set<TopicPartition> asked = new HashSet<>();
        for (DescribableLogDirTopic topic : topics) {
            topic.partitions().forEach(p -> asked.add(new TopicPartition(topic.topic(), p)));
        }
        return directory.logs().stream().filter(log -> asked.contains(log.partition())).toList();
    }
}
