package io.zurau.broker.data;

import io.zurau.broker.Answer;
import io.zurau.broker.RefusedBatches;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.partition.Acks;
import io.zurau.broker.partition.Located;
import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.partition.Partitions;
import io.zurau.broker.partition.PendingAck;
import io.zurau.log.AppendOrigin;
import io.zurau.log.AppendOutcome;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ProduceRequest;
import io.zurau.protocol.message.ProduceRequest.PartitionProduceData;
import io.zurau.protocol.message.ProduceRequest.TopicProduceData;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.runtime.Clock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Appends what producers send, each partition for itself: one that is refused does not hinder the
/// others of the same request.
final class ProduceHandler implements RequestHandler<ProduceRequest> {
    private static final int TOPIC_IDS_SINCE_VERSION = 13;

    /// A client's time-out is meant for replicas, and Kafka's leader needs no time of its own. Ours
    /// waits for its disk, so very short time-outs, as 0, are lengthened.
    private static final int LEAST_TIMEOUT_MS = 5_000;

    /// How long a request waits for news that its sender may have had before this broker. Clients
    /// that are refused wait as long before they try again.
    private static final Duration PATIENCE = Duration.ofMillis(100);

    // What Kafka's admin client calls itself; nobody else may write to internal topics.
    private static final String INTERNAL_WRITER = "__admin_client";

    private final Partitions partitions;
    private final Clock clock;

    ProduceHandler(Partitions partitions, Clock clock) {
        this.partitions = partitions;
        this.clock = clock;
    }

    @Override
    public ApiKey api() {
        return ApiKey.PRODUCE;
    }

    @Override
    public Answer handle(ProduceRequest request, RequestContext context)
            throws InterruptedException {
        Optional<Acks> acks = Acks.ofWire(request.acks());
        if (acks.isEmpty()) {
            return Answer.of(
                    request.errorResponse(
                            ErrorCode.INVALID_REQUIRED_ACKS, null, context.version()));
        }
        long deadline =
                clock.deadline(Duration.ofMillis(Math.max(LEAST_TIMEOUT_MS, request.timeoutMs())));
        Call call = new Call(acks.get(), context, clock.deadline(PATIENCE));
        List<ProduceAnswer.Topic> topics = new ArrayList<>(request.topicData().size());
        for (TopicProduceData topic : request.topicData()) {
            if (!topic.partitionData().isEmpty()) { // Else it is not answered, as in Kafka.
                topics.add(append(topic, call));
            }
        }
        ProduceAnswer answer = new ProduceAnswer(topics, deadline, partitions, context);
        if (acks.get() == Acks.NONE) {
            // Without an answer, a closed connection is the only way to tell of trouble.
            return answer.refusal().<Answer>map(Answer.Closing::new).orElse(new Answer.None());
        }
        return answer.isSettled() ? Answer.of(answer.await()) : answer;
    }

    /// What all partitions of a request have in common.
    ///
    /// @param patienceEndsNanos until when it waits for news
    private record Call(Acks acks, RequestContext context, long patienceEndsNanos) {}

    private ProduceAnswer.Topic append(TopicProduceData topic, Call call)
            throws InterruptedException {
        List<ProduceAnswer.Partition> answers = new ArrayList<>(topic.partitionData().size());
        for (PartitionProduceData partition : topic.partitionData()) {
            answers.add(
                    new ProduceAnswer.Partition(partition.index(), append(topic, partition, call)));
        }
        return new ProduceAnswer.Topic(topic.name(), topic.topicId(), answers);
    }

    private PendingAck append(TopicProduceData topic, PartitionProduceData partition, Call call)
            throws InterruptedException {
        PendingAck ack =
                switch (locate(topic, partition, call)) {
                    case Located.NotHere notHere ->
                            PendingAck.refused(notHere.code(), notHere.code().message());
                    case Located.Here here -> append(here.leader(), topic, partition, call);
                };
        ProducedBatch.header(partition.records())
                .ifPresent(batch -> note(ack.outcome(), batch, topic, partition.index(), call));
        return ack;
    }

    private static void note(
            AppendOutcome outcome,
            RecordBatch batch,
            TopicProduceData topic,
            int index,
            Call call) {
        RefusedBatches memory = call.context.refusedBatches();
        switch (outcome) {
            case AppendOutcome.Appended _ ->
                    memory.taken(batch, topic.name(), topic.topicId(), index);
            case AppendOutcome.Refused refused when refused.code().retriable() ->
                    memory.refused(batch, topic.name(), topic.topicId(), index);
            case AppendOutcome.Refused _ -> {}
        }
    }

    private PendingAck append(
            PartitionLeader leader,
            TopicProduceData topic,
            PartitionProduceData partition,
            Call call) {
        RequestContext context = call.context;
        String name = leader.topicPartition().topic();
        if (InternalTopics.contains(name) && !INTERNAL_WRITER.equals(context.clientId())) {
            return PendingAck.refused(
                    ErrorCode.INVALID_TOPIC_EXCEPTION,
                    "Clients must not write to the internal topic " + name + ".");
        }
        Optional<PendingAck> unsound = ProducedBatch.check(partition.records(), context.version());
        if (unsound.isPresent()) {
            return unsound.get();
        }
        ByteBuffer bytes = ProducedBatch.bytes(partition.records());
        RecordBatch batch = RecordBatch.headerAt(bytes, 0);
        if (context.refusedBatches()
                        .precede(batch, topic.name(), topic.topicId(), partition.index())
                && isUnknown(batch.producerId(), leader)) {
            return PendingAck.refused(
                    ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
                    "An earlier batch of the producer was refused and must come again first.");
        }
        return leader.append(bytes, call.acks, AppendOrigin.CLIENT);
    }

    /// Whether the log would take any sequence number of a producer.
    private static boolean isUnknown(long producerId, PartitionLeader leader) {
        return leader.log().activeProducers().stream()
                .noneMatch(producer -> producer.producerId() == producerId);
    }

    private Located locate(TopicProduceData topic, PartitionProduceData partition, Call call)
            throws InterruptedException {
        while (true) {
            long known = partitions.changes();
            Located located =
                    call.context.version() >= TOPIC_IDS_SINCE_VERSION
                            ? partitions.find(topic.topicId(), partition.index())
                            : partitions.find(topic.name(), partition.index());
            if (!(located instanceof Located.NotHere notHere && notHere.mayCome())
                    || !partitions.awaitChange(known, call.patienceEndsNanos)) {
                return located;
            }
        }
    }
}
