package io.zurau.broker.data;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.partition.Partitions;
import io.zurau.broker.partition.PendingAck;
import io.zurau.log.AppendOutcome;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.ProduceResponse;
import io.zurau.protocol.message.ProduceResponse.BatchIndexAndErrorMessage;
import io.zurau.protocol.message.ProduceResponse.LeaderIdAndEpoch;
import io.zurau.protocol.message.ProduceResponse.NodeEndpoint;
import io.zurau.protocol.message.ProduceResponse.PartitionProduceResponse;
import io.zurau.protocol.message.ProduceResponse.TopicProduceResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The answer to one produce request, as soon as all of its appends are settled or its time is up.
final class ProduceAnswer implements Answer.Pending {
    private static final long UNKNOWN_OFFSET = -1;

    private static final int LEADER_SINCE_VERSION = 10;

    private final List<Topic> topics;
    private final long deadlineNanos;
    private final Partitions partitions;
    private final RequestContext context;

    record Topic(String name, Uuid id, List<Partition> partitions) {}

    record Partition(int index, PendingAck ack) {}

    ProduceAnswer(
            List<Topic> topics, long deadlineNanos, Partitions partitions, RequestContext context) {
        this.topics = topics;
        this.deadlineNanos = deadlineNanos;
        this.partitions = partitions;
        this.context = context;
    }

    /// The sentence of the first refused append, if there is one.
    Optional<String> refusal() {
        for (Topic topic : topics) {
            for (Partition partition : topic.partitions) {
                if (partition.ack.outcome() instanceof AppendOutcome.Refused refused) {
                    return Optional.of(
                            "acks=0, but %s-%d refused the records: %s"
                                    .formatted(topic.name, partition.index, refused.reason()));
                }
            }
        }
        return Optional.empty();
    }

    /// Whether [#await] would return at once.
    boolean isSettled() {
        for (Topic topic : topics) {
            for (Partition partition : topic.partitions) {
                if (!partition.ack.isSettled()) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public ApiResponse await() throws InterruptedException {
        List<TopicProduceResponse> responses = new ArrayList<>(topics.size());
        for (Topic topic : topics) {
            List<PartitionProduceResponse> answers = new ArrayList<>(topic.partitions.size());
            for (Partition partition : topic.partitions) {
                answers.add(await(partition));
            }
            responses.add(
                    TopicProduceResponse.builder()
                            .name(topic.name)
                            .topicId(topic.id)
                            .partitionResponses(answers)
                            .build());
        }
        ProduceResponse answer = ProduceResponse.builder().responses(responses).build();
        return context.version() < LEADER_SINCE_VERSION ? answer : withLeaders(answer);
    }

    /// Tells a client that has the wrong leader the right one (KIP-951).
    private ProduceResponse withLeaders(ProduceResponse answer) {
        if (answer.responses().stream()
                .flatMap(topic -> topic.partitionResponses().stream())
                .noneMatch(ProduceAnswer::isWrongLeader)) {
            return answer;
        }
        LeaderHints hints = new LeaderHints(partitions.image(), context.listener());
        List<TopicProduceResponse> topics = new ArrayList<>(answer.responses().size());
        for (TopicProduceResponse topic : answer.responses()) {
            topics.add(
                    topic.toBuilder()
                            .partitionResponses(
                                    topic.partitionResponses().stream()
                                            .map(partition -> withLeader(topic, partition, hints))
                                            .toList())
                            .build());
        }
        return ProduceResponse.builder()
                .responses(topics)
                .nodeEndpoints(
                        hints.nodes().stream()
                                .map(
                                        node ->
                                                NodeEndpoint.builder()
                                                        .nodeId(node.id())
                                                        .host(node.host())
                                                        .port(node.port())
                                                        .rack(node.rack())
                                                        .build())
                                .toList())
                .build();
    }

    private static PartitionProduceResponse withLeader(
            TopicProduceResponse topic, PartitionProduceResponse partition, LeaderHints hints) {
        if (!isWrongLeader(partition)) {
            return partition;
        }
        LeaderHints.Leader leader = hints.leader(topic.name(), topic.topicId(), partition.index());
        return partition.toBuilder()
                .currentLeader(
                        LeaderIdAndEpoch.builder()
                                .leaderId(leader.nodeId())
                                .leaderEpoch(leader.epoch())
                                .build())
                .build();
    }

    private static boolean isWrongLeader(PartitionProduceResponse partition) {
        return partition.errorCode() == ErrorCode.NOT_LEADER_OR_FOLLOWER.code();
    }

    private PartitionProduceResponse await(Partition partition) throws InterruptedException {
        return switch (partition.ack.outcome()) {
            case AppendOutcome.Refused refused -> refusal(partition, refused);
            case AppendOutcome.Appended appended -> {
                ErrorCode code = partition.ack.await(deadlineNanos);
                yield code == ErrorCode.NONE
                        ? appended(partition.index, appended)
                        : failed(partition.index, code);
            }
        };
    }

    private static PartitionProduceResponse appended(int index, AppendOutcome.Appended appended) {
        return PartitionProduceResponse.builder()
                .index(index)
                .baseOffset(appended.baseOffset())
                .logAppendTimeMs(appended.logAppendTimeMs())
                .logStartOffset(appended.logStartOffset())
                .build();
    }

    private static PartitionProduceResponse failed(int index, ErrorCode code) {
        return PartitionProduceResponse.builder()
                .index(index)
                .errorCode(code.code())
                .baseOffset(UNKNOWN_OFFSET)
                .build();
    }

    /// As Kafka's, it has a sentence of its own only where single records are at fault, and the
    /// log's start only where the log looked at them.
    private static PartitionProduceResponse refusal(
            Partition partition, AppendOutcome.Refused refused) {
        return PartitionProduceResponse.builder()
                .index(partition.index)
                .errorCode(refused.code().code())
                .baseOffset(UNKNOWN_OFFSET)
                .logStartOffset(partition.ack.logStartOffset())
                .errorMessage(refused.recordErrors().isEmpty() ? null : refused.reason())
                .recordErrors(
                        refused.recordErrors().stream()
                                .map(
                                        error ->
                                                BatchIndexAndErrorMessage.builder()
                                                        .batchIndex(error.index())
                                                        .batchIndexErrorMessage(error.reason())
                                                        .build())
                                .toList())
                .build();
    }
}
