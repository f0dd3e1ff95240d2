package io.zurau.tests.simulation;

import io.zurau.broker.peer.PeerConnection;
import io.zurau.broker.peer.Peers;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Payload;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.message.AddOffsetsToTxnRequest;
import io.zurau.protocol.message.AddOffsetsToTxnResponse;
import io.zurau.protocol.message.AddPartitionsToTxnRequest;
import io.zurau.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import io.zurau.protocol.message.AddPartitionsToTxnResponse;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.EndTxnRequest;
import io.zurau.protocol.message.EndTxnResponse;
import io.zurau.protocol.message.FindCoordinatorRequest;
import io.zurau.protocol.message.FindCoordinatorResponse;
import io.zurau.protocol.message.InitProducerIdRequest;
import io.zurau.protocol.message.InitProducerIdResponse;
import io.zurau.protocol.message.OffsetFetchRequest;
import io.zurau.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import io.zurau.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import io.zurau.protocol.message.OffsetFetchResponse;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import io.zurau.protocol.message.ProduceRequest;
import io.zurau.protocol.message.ProduceRequest.PartitionProduceData;
import io.zurau.protocol.message.ProduceRequest.TopicProduceData;
import io.zurau.protocol.message.ProduceResponse;
import io.zurau.protocol.message.ProduceResponse.PartitionProduceResponse;
import io.zurau.protocol.message.TxnOffsetCommitRequest;
import io.zurau.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition;
import io.zurau.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import io.zurau.protocol.message.TxnOffsetCommitResponse;
import io.zurau.protocol.record.RecordBatchBuilder;
import io.zurau.runtime.Seams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The sending half of a transactional producer that speaks for itself: what a client would take
/// care of, it does badly on purpose. Requests of earlier transactions come again in the middle of
/// later ones, by connections that were given up.
///
/// It does as clients must: it ends a transaction only once all of its records are acknowledged,
/// and begins anew after anything else.
final class TransactionalProducer {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    static final long RETRY_NANOS = 50_000_000;
    private static final int MOST_TRIES = 60;
    private static final int INIT = 5;
    private static final int ADD = 3;
    private static final byte GROUP = 0;
    private static final byte TRANSACTION = 1;

    private final String transactionalId;
    private final Seams seams;
    private final Peers peers;
    private final Metadata metadata;
    private final int brokers;
    private final boolean modern;
    private final boolean renewing;
    private final Random dice;
    private final Map<Integer, PeerConnection> connections = new TreeMap<>();
    private final Map<Integer, PeerConnection> givenUp = new TreeMap<>();
    private final List<Sent> earlier = new ArrayList<>();
    private final List<Sent> sent = new ArrayList<>(); // In this transaction.
    private final Map<TopicPartition, Integer> sequences = new TreeMap<>();
    private @Nullable Identity identity;

    private record Identity(long id, short epoch) {}

    /// What was sent, and where.
    private record Sent(int node, ApiRequest request, int version) {}

    /// This producer cannot go on.
    static final class Anew extends Exception {
        private static final long serialVersionUID = 1L;

        Anew(String reason) {
            super(reason);
        }
    }

    /// @param nodeId to follow the metadata with; no voter's and no broker's
    /// @param modern whether each transaction has an epoch of its own (KIP-890)
    TransactionalProducer(
            String transactionalId,
            int nodeId,
            Seams seams,
            SimCluster cluster,
            boolean modern,
            Mutation mutation,
            Random dice) {
        this.transactionalId = transactionalId;
        this.seams = seams;
        this.brokers = cluster.machines().size();
        this.modern = modern;
        this.renewing = mutation.renewsLateRequests();
        this.dice = dice;
        this.metadata = Metadata.of(new SimMetadataLog(cluster.quorum(), nodeId, seams));
        this.peers = new Peers(nodeId, metadata, "PLAINTEXT", seams);
    }

    /// Whether it has a producer id and an epoch that nobody has said no to.
    boolean isInitialized() {
        return identity != null;
    }

    /// After this the next transaction begins with a new epoch.
    void forget() {
        identity = null;
    }

    /// Takes the transactional id over: whatever is open is aborted.
    void initialize() throws IOException, InterruptedException, Anew {
        remember();
        for (int i = 0; i < MOST_TRIES; i++) {
            InitProducerIdResponse answer =
                    call(
                            coordinator(TRANSACTION, transactionalId),
                            InitProducerIdRequest.builder()
                                    .transactionalId(transactionalId)
                                    .transactionTimeoutMs(2_000 + dice.nextInt(8_000))
                                    .build(),
                            INIT,
                            InitProducerIdResponse.class);
            if (answer.errorCode() == ErrorCode.NONE.code()) {
                identity = new Identity(answer.producerId(), answer.producerEpoch());
                sequences.clear();
                return;
            }
            Actor.pause(seams.clock(), RETRY_NANOS);
        }
        throw new Anew("Too many tries.");
    }

    /// What was sent in the transaction that is over may come again from now on.
    private void remember() {
        if (!sent.isEmpty()) {
            earlier.clear();
            earlier.addAll(sent);
            sent.clear();
        }
    }

    private Identity identity() {
        return Objects.requireNonNull(identity, "Not initialized.");
    }

    private int coordinator(byte type, String key) throws IOException, InterruptedException, Anew {
        for (int i = 0; i < MOST_TRIES; i++) {
            FindCoordinatorResponse answer =
                    call(
                            1 + dice.nextInt(brokers),
                            FindCoordinatorRequest.builder()
                                    .keyType(type)
                                    .coordinatorKeys(List.of(key))
                                    .build(),
                            4,
                            FindCoordinatorResponse.class);
            if (answer.coordinators().getFirst().errorCode() == ErrorCode.NONE.code()) {
                return answer.coordinators().getFirst().nodeId();
            }
            Actor.pause(seams.clock(), RETRY_NANOS);
        }
        throw new Anew("Too many tries.");
    }

    /// Says which partitions the transaction has, before anything is written there; modern ones
    /// need not.
    void add(String topic, List<Integer> partitions)
            throws IOException, InterruptedException, Anew {
        if (modern) {
            return;
        }
        Identity now = identity();
        AddPartitionsToTxnRequest request =
                AddPartitionsToTxnRequest.builder()
                        .v3AndBelowTransactionalId(transactionalId)
                        .v3AndBelowProducerId(now.id)
                        .v3AndBelowProducerEpoch(now.epoch)
                        .v3AndBelowTopics(
                                List.of(
                                        AddPartitionsToTxnTopic.builder()
                                                .name(topic)
                                                .partitions(partitions)
                                                .build()))
                        .build();
        for (int i = 0; i < MOST_TRIES; i++) {
            int node = coordinator(TRANSACTION, transactionalId);
            sent.add(new Sent(node, request, ADD));
            ErrorCode code =
                    ErrorCode.forCode(
                            call(node, request, ADD, AddPartitionsToTxnResponse.class)
                                    .resultsByTopicV3AndBelow()
                                    .getFirst()
                                    .resultsByPartition()
                                    .getFirst()
                                    .partitionErrorCode());
            if (code == ErrorCode.NONE) {
                return;
            }
            againOrAnew(code);
        }
        throw new Anew("Too many tries.");
    }

    /// @return the offset that the record has; -1 if the broker knows only that it is stored
    long produce(TopicPartition partition, String value)
            throws IOException, InterruptedException, Anew {
        Identity now = identity();
        int sequence = sequences.getOrDefault(partition, 0);
        int version = modern ? 12 : 11;
        for (int i = 0; i < MOST_TRIES; i++) {
            int leader = leader(partition);
            ProduceRequest request = request(now, partition, sequence, value);
            sent.add(new Sent(leader, request(now, partition, sequence, value), version));
            PartitionProduceResponse answer =
                    call(leader, request, version, ProduceResponse.class)
                            .responses()
                            .getFirst()
                            .partitionResponses()
                            .getFirst();
            ErrorCode code = ErrorCode.forCode(answer.errorCode());
            if (code == ErrorCode.NONE) {
                sequences.put(partition, sequence + 1);
                return answer.baseOffset();
            }
            againOrAnew(code);
        }
        throw new Anew("Too many tries.");
    }

    private ProduceRequest request(
            Identity now, TopicPartition partition, int sequence, String value) {
        RecordBatchBuilder builder =
                new RecordBatchBuilder(200)
                        .producer(now.id, now.epoch, sequence)
                        .transactional(true);
        builder.append(seams.clock().wallMs(), bytes(Copies.keyOf(value)), bytes(value), List.of());
        try (Compressors compressors = new Compressors()) {
            ByteBuffer built = builder.build(compressors);
            ByteBuffer own = ByteBuffer.allocate(built.remaining()).put(built).flip();
            return ProduceRequest.builder()
                    .transactionalId(transactionalId)
                    .acks((short) -1)
                    .timeoutMs((int) PATIENCE.toMillis())
                    .topicData(
                            List.of(
                                    TopicProduceData.builder()
                                            .name(partition.topic())
                                            .partitionData(
                                                    List.of(
                                                            PartitionProduceData.builder()
                                                                    .index(partition.partition())
                                                                    .records(Payload.of(own))
                                                                    .build()))
                                            .build()))
                    .build();
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private int leader(TopicPartition partition) throws Anew {
        for (int i = 0; i < MOST_TRIES; i++) {
            int leader =
                    metadata.image()
                            .topics()
                            .named(partition.topic())
                            .flatMap(found -> found.partition(partition.partition()))
                            .map(PartitionImage::leader)
                            .orElse(PartitionImage.NO_LEADER);
            if (leader != PartitionImage.NO_LEADER) {
                return leader;
            }
            Actor.pause(seams.clock(), RETRY_NANOS);
        }
        throw new Anew("Too many tries.");
    }

    /// Commits offsets with the transaction.
    ///
    /// @param offsets by partition of the topic
    void commitOffsets(String group, String topic, Map<Integer, Long> offsets)
            throws IOException, InterruptedException, Anew {
        Identity now = identity();
        if (!modern) {
            addOffsets(now, group);
        }
        TxnOffsetCommitRequest request =
                TxnOffsetCommitRequest.builder()
                        .transactionalId(transactionalId)
                        .groupId(group)
                        .producerId(now.id)
                        .producerEpoch(now.epoch)
                        .topics(
                                List.of(
                                        TxnOffsetCommitRequestTopic.builder()
                                                .name(topic)
                                                .partitions(
                                                        offsets.entrySet().stream()
                                                                .map(TransactionalProducer::offset)
                                                                .toList())
                                                .build()))
                        .build();
        int version = modern ? 5 : 4;
        for (int i = 0; i < MOST_TRIES; i++) {
            int node = coordinator(GROUP, group);
            sent.add(new Sent(node, request, version));
            ErrorCode code =
                    call(node, request, version, TxnOffsetCommitResponse.class).topics().stream()
                            .flatMap(answer -> answer.partitions().stream())
                            .map(answer -> ErrorCode.forCode(answer.errorCode()))
                            .filter(each -> each != ErrorCode.NONE)
                            .findFirst()
                            .orElse(ErrorCode.NONE);
            if (code == ErrorCode.NONE) {
                return;
            }
            againOrAnew(code);
        }
        throw new Anew("Too many tries.");
    }

    private static TxnOffsetCommitRequestPartition offset(Map.Entry<Integer, Long> offset) {
        return TxnOffsetCommitRequestPartition.builder()
                .partitionIndex(offset.getKey())
                .committedOffset(offset.getValue())
                .build();
    }

    private void addOffsets(Identity now, String group)
            throws IOException, InterruptedException, Anew {
        AddOffsetsToTxnRequest request =
                AddOffsetsToTxnRequest.builder()
                        .transactionalId(transactionalId)
                        .producerId(now.id)
                        .producerEpoch(now.epoch)
                        .groupId(group)
                        .build();
        for (int i = 0; i < MOST_TRIES; i++) {
            int node = coordinator(TRANSACTION, transactionalId);
            sent.add(new Sent(node, request, ADD));
            ErrorCode code =
                    ErrorCode.forCode(
                            call(node, request, ADD, AddOffsetsToTxnResponse.class).errorCode());
            if (code == ErrorCode.NONE) {
                return;
            }
            againOrAnew(code);
        }
        throw new Anew("Too many tries.");
    }

    /// What a group has committed, once no open transaction may change it (KIP-447).
    ///
    /// @return by partition; -1 where nothing is committed
    Map<Integer, Long> committed(String group, String topic, List<Integer> partitions)
            throws IOException, InterruptedException, Anew {
        OffsetFetchRequest request =
                OffsetFetchRequest.builder()
                        .requireStable(true)
                        .groups(
                                List.of(
                                        OffsetFetchRequestGroup.builder()
                                                .groupId(group)
                                                .topics(
                                                        List.of(
                                                                OffsetFetchRequestTopics.builder()
                                                                        .name(topic)
                                                                        .partitionIndexes(
                                                                                partitions)
                                                                        .build()))
                                                .build()))
                        .build();
        for (int i = 0; i < MOST_TRIES; i++) {
            OffsetFetchResponseGroup answer =
                    call(coordinator(GROUP, group), request, 8, OffsetFetchResponse.class)
                            .groups()
                            .getFirst();
            List<OffsetFetchResponsePartitions> all =
                    answer.topics().stream().flatMap(one -> one.partitions().stream()).toList();
            if (answer.errorCode() == ErrorCode.NONE.code()
                    && all.stream().allMatch(one -> one.errorCode() == ErrorCode.NONE.code())) {
                Map<Integer, Long> offsets = new TreeMap<>();
                all.forEach(one -> offsets.put(one.partitionIndex(), one.committedOffset()));
                return offsets;
            }
            Actor.pause(seams.clock(), RETRY_NANOS);
        }
        throw new Anew("Too many tries.");
    }

    /// Ends the transaction; the next one may begin.
    void end(boolean commits) throws InterruptedException, Anew {
        Identity now = identity();
        EndTxnRequest request =
                EndTxnRequest.builder()
                        .transactionalId(transactionalId)
                        .producerId(now.id)
                        .producerEpoch(now.epoch)
                        .committed(commits)
                        .build();
        int version = modern ? 5 : 4;
        for (int i = 0; i < MOST_TRIES; i++) {
            try {
                int node = coordinator(TRANSACTION, transactionalId);
                sent.add(new Sent(node, request, version));
                EndTxnResponse answer = call(node, request, version, EndTxnResponse.class);
                ErrorCode code = ErrorCode.forCode(answer.errorCode());
                if (code == ErrorCode.NONE) {
                    if (modern) {
                        identity = new Identity(answer.producerId(), answer.producerEpoch());
                        sequences.clear();
                    }
                    remember();
                    return;
                }
                againOrAnew(code);
            } catch (IOException e) {
                Actor.pause(seams.clock(), RETRY_NANOS); // The same once more, as clients do.
            }
        }
        throw new Anew("Too many tries.");
    }

    private void againOrAnew(ErrorCode code) throws Anew {
        boolean again =
                code.retriable()
                        || code == ErrorCode.CONCURRENT_TRANSACTIONS
                        || code == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
        if (!again) {
            throw new Anew(code.toString());
        }
        Actor.pause(seams.clock(), RETRY_NANOS);
    }

    /// Something of the transaction before comes now, by a connection that is older than the one in
    /// use.
    void repeatSomethingEarlier() throws InterruptedException {
        if (earlier.isEmpty()) {
            return;
        }
        Sent late = earlier.get(dice.nextInt(earlier.size()));
        PeerConnection old = (renewing ? connections : givenUp).get(late.node);
        if (old == null) {
            return;
        }
        try {
            var _ =
                    old.call(
                            renewing ? renewed(late.request) : late.request,
                            late.version,
                            ApiResponse.class,
                            PATIENCE);
        } catch (IOException e) {
            old.close();
            (renewing ? connections : givenUp).remove(late.node);
        }
    }

    private ApiRequest renewed(ApiRequest late) {
        return late instanceof EndTxnRequest end
                ? end.toBuilder().producerId(identity().id).producerEpoch(identity().epoch).build()
                : late;
    }

    private <R extends ApiResponse> R call(int node, ApiRequest request, int version, Class<R> type)
            throws IOException, InterruptedException {
        PeerConnection connection = connections.get(node);
        if (connection == null) {
            if (!givenUp.containsKey(node)) {
                givenUp.put(node, peers.connect(node)); // Older than the one in use.
                Actor.pause(seams.clock(), 1_000_000);
            }
            connection = peers.connect(node);
            connections.put(node, connection);
        }
        try {
            return connection.call(request, version, type, PATIENCE);
        } catch (IOException e) {
            connection.close();
            connections.remove(node);
            throw e;
        }
    }
}
