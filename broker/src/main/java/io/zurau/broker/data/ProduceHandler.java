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
    private final Confirmation coordinators;
    private final Clock clock;

    ProduceHandler(Partitions partitions, Confirmation coordinators, Clock clock) {
        this.partitions = partitions;
        this.coordinators = coordinators;
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
        List<ProduceTarget> targets = locate(request, context);
        boolean transactional = targets.stream().anyMatch(ProduceTarget::isTransactional);
        String transactionalId = request.transactionalId();
        if (transactional && transactionalId == null) {
            return Answer
                    .of( // As Kafka: nobody may write for a transactional id without saying so.
                            request.errorResponse(
                                    ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
                                    null,
                                    context.version()));
        }
        TransactionAdmissions admissions =
                transactional && transactionalId != null
                        ? TransactionAdmissions.ask(
                                transactionalId, targets, context.version(), coordinators)
                        : TransactionAdmissions.NONE;
        Call call = new Call(acks.get(), context, admissions);
        List<ProduceAnswer.Topic> topics = new ArrayList<>(request.topicData().size());
        int next = 0;
        for (TopicProduceData topic : request.topicData()) {
            if (!topic.partitionData().isEmpty()) { // Else it is not answered, as in Kafka.
                int end = next + topic.partitionData().size();
                topics.add(append(topic, targets.subList(next, end), call));
                next = end;
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
    private record Call(Acks acks, RequestContext context, TransactionAdmissions admissions) {}

    private List<ProduceTarget> locate(ProduceRequest request, RequestContext context)
            throws InterruptedException {
        long patienceEnds = clock.deadline(PATIENCE);
        List<ProduceTarget> targets = new ArrayList<>();
        for (TopicProduceData topic : request.topicData()) {
            for (PartitionProduceData partition : topic.partitionData()) {
                targets.add(
                        new ProduceTarget(
                                topic,
                                partition,
                                locate(topic, partition, context, patienceEnds),
                                ProducedBatch.header(partition.records())));
            }
        }
        return targets;
    }

    private static ProduceAnswer.Topic append(
            TopicProduceData topic, List<ProduceTarget> targets, Call call) {
        List<ProduceAnswer.Partition> answers = new ArrayList<>(targets.size());
        for (ProduceTarget target : targets) {
            answers.add(new ProduceAnswer.Partition(target.index(), append(target, call)));
        }
        return new ProduceAnswer.Topic(topic.name(), topic.topicId(), answers);
    }

    private static PendingAck append(ProduceTarget target, Call call) {
        PendingAck ack =
                switch (target.located()) {
                    case Located.NotHere notHere ->
                            PendingAck.refused(notHere.code(), notHere.code().message());
                    case Located.Here here -> append(here.leader(), target, call);
                };
        target.batch()
                .ifPresent(
                        batch -> note(ack.outcome(), batch, target.topic(), target.index(), call));
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

    private static PendingAck append(PartitionLeader leader, ProduceTarget target, Call call) {
        RequestContext context = call.context;
        String name = leader.topicPartition().topic();
        if (InternalTopics.contains(name) && !INTERNAL_WRITER.equals(context.clientId())) {
            return PendingAck.refused(
                    ErrorCode.INVALID_TOPIC_EXCEPTION,
                    "Clients must not write to the internal topic " + name + ".");
        }
        Optional<PendingAck> unsound =
                ProducedBatch.check(target.partition().records(), context.version());
        if (unsound.isPresent()) {
            return unsound.get();
        }
        ByteBuffer bytes = ProducedBatch.bytes(target.partition().records());
        RecordBatch batch = RecordBatch.headerAt(bytes, 0);
        TopicProduceData topic = target.topic();
        if (context.refusedBatches().precede(batch, topic.name(), topic.topicId(), target.index())
                && isUnknown(batch.producerId(), leader)) {
            return PendingAck.refused(
                    ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
                    "An earlier batch of the producer was refused and must come again first.");
        }
        return batch.isTransactional()
                ? call.admissions.append(leader, bytes, call.acks)
                : leader.append(bytes, call.acks, AppendOrigin.CLIENT);
    }

    /// Whether the log would take any sequence number of a producer.
    private static boolean isUnknown(long producerId, PartitionLeader leader) {
        return leader.log().activeProducer(producerId).isEmpty();
    }

    private Located locate(
            TopicProduceData topic,
            PartitionProduceData partition,
            RequestContext context,
            long patienceEnds)
            throws InterruptedException {
        while (true) {
            long known = partitions.changes();
            Located located =
                    context.version() >= TOPIC_IDS_SINCE_VERSION
                            ? partitions.find(topic.topicId(), partition.index())
                            : partitions.find(topic.name(), partition.index());
            if (!(located instanceof Located.NotHere notHere && notHere.mayCome())
                    || !partitions.awaitChange(known, patienceEnds)) {
                return located;
            }
        }
    }
}
