package io.zurau.tests.simulation;

import io.zurau.broker.peer.PeerConnection;
import io.zurau.broker.peer.Peers;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Payload;
import io.zurau.protocol.compression.Compressors;
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
import io.zurau.protocol.message.ProduceRequest;
import io.zurau.protocol.message.ProduceRequest.PartitionProduceData;
import io.zurau.protocol.message.ProduceRequest.TopicProduceData;
import io.zurau.protocol.message.ProduceResponse;
import io.zurau.protocol.record.RecordBatchBuilder;
import io.zurau.runtime.Seams;
import io.zurau.tests.simulation.TransactionLedger.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes one transaction after the other, each a record to some partitions, and speaks for itself:
/// what a client would take care of, it does badly on purpose. Requests of earlier transactions
/// come again in the middle of later ones, by connections that were given up.
///
/// It does as clients must: it ends a transaction only once all of its records are acknowledged,
/// and begins anew after anything else.
final class TransactionalWriter implements Actor {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long RETRY_NANOS = 50_000_000;
    private static final int MOST_TRIES = 60;
    private static final int INIT = 5;
    private static final int ADD = 3;

    private final String name;
    private final Seams seams;
    private final Peers peers;
    private final Metadata metadata;
    private final int brokers;
    private final String topic;
    private final int partitions;
    private final boolean modern;
    private final Random dice;
    private final TransactionLedger ledger;
    private final Map<Integer, PeerConnection> connections = new TreeMap<>();
    private final Map<Integer, PeerConnection> givenUp = new TreeMap<>();
    private final List<Sent> earlier = new ArrayList<>();
    private final Map<Integer, Integer> sequences = new TreeMap<>();
    private @Nullable Producer producer;
    private int number;
    private boolean stopped;

    private record Producer(long id, short epoch) {}

    /// What was sent in the transaction before, and where.
    private record Sent(int node, ApiRequest request, int version) {}

    /// This producer cannot go on.
    private static final class Anew extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /// @param nodeId to follow the metadata with; no voter's and no broker's
    /// @param modern whether each transaction has an epoch of its own (KIP-890)
    TransactionalWriter(
            String name,
            int nodeId,
            Seams seams,
            SimQuorum quorum,
            int brokers,
            String topic,
            int partitions,
            boolean modern,
            Random dice,
            TransactionLedger ledger) {
        this.name = name;
        this.seams = seams;
        this.brokers = brokers;
        this.topic = topic;
        this.partitions = partitions;
        this.modern = modern;
        this.dice = dice;
        this.ledger = ledger;
        this.metadata = Metadata.of(new SimMetadataLog(quorum, nodeId, seams));
        this.peers = new Peers(nodeId, metadata, "PLAINTEXT", seams);
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!stopped) {
            try {
                transaction();
            } catch (IOException | Anew e) {
                producer = null;
                Actor.pause(seams.clock(), RETRY_NANOS);
            } catch (InterruptedException e) {
                throw new IllegalStateException("Nobody interrupts an actor.", e);
            }
        }
        endWhatIsOpen();
    }

    /// Whoever takes the id over aborts what is open.
    private void endWhatIsOpen() {
        producer = null;
        for (int i = 0; i < MOST_TRIES && producer == null; i++) {
            try {
                producer = init();
            } catch (IOException | Anew e) {
                Actor.pause(seams.clock(), 10 * RETRY_NANOS);
            } catch (InterruptedException e) {
                throw new IllegalStateException("Nobody interrupts an actor.", e);
            }
        }
        if (producer == null) {
            throw new BrokenPromise(
                    Invariant.RECOVERS, "Nobody can take over the transactional id " + name + ".");
        }
    }

    private void transaction() throws IOException, InterruptedException, Anew {
        if (producer == null) {
            producer = init();
            sequences.clear();
        }
        Producer now = producer;
        String transaction = name + "-" + number++;
        List<Integer> chosen = chosen();
        ledger.begins(transaction, chosen.size());
        List<Sent> sent = new ArrayList<>();
        if (!modern) {
            add(now, chosen, sent);
        }
        for (int partition : chosen) {
            produce(now, partition, transaction + "/" + partition, sent);
            if (dice.nextInt(3) == 0) {
                repeatSomethingEarlier();
            }
        }
        boolean commits = dice.nextInt(3) > 0;
        if (commits) {
            ledger.becomes(transaction, Outcome.UNKNOWN);
        }
        producer = end(now, commits, sent);
        if (commits) {
            ledger.becomes(transaction, Outcome.COMMITTED);
        }
        if (modern) {
            sequences.clear();
        }
        earlier.clear();
        earlier.addAll(sent);
        Actor.pause(seams.clock(), dice.nextLong(2 * RETRY_NANOS));
    }

    private List<Integer> chosen() {
        List<Integer> chosen = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            if (dice.nextBoolean()) {
                chosen.add(partition);
            }
        }
        return chosen.isEmpty() ? List.of(dice.nextInt(partitions)) : chosen;
    }

    private Producer init() throws IOException, InterruptedException, Anew {
        for (int i = 0; i < MOST_TRIES; i++) {
            InitProducerIdResponse answer =
                    call(
                            coordinator(),
                            InitProducerIdRequest.builder()
                                    .transactionalId(name)
                                    .transactionTimeoutMs(2_000 + dice.nextInt(8_000))
                                    .build(),
                            INIT,
                            InitProducerIdResponse.class);
            if (answer.errorCode() == ErrorCode.NONE.code()) {
                return new Producer(answer.producerId(), answer.producerEpoch());
            }
            Actor.pause(seams.clock(), RETRY_NANOS);
        }
        throw new Anew();
    }

    private int coordinator() throws IOException, InterruptedException, Anew {
        for (int i = 0; i < MOST_TRIES; i++) {
            FindCoordinatorResponse answer =
                    call(
                            1 + dice.nextInt(brokers),
                            FindCoordinatorRequest.builder()
                                    .keyType((byte) 1)
                                    .coordinatorKeys(List.of(name))
                                    .build(),
                            4,
                            FindCoordinatorResponse.class);
            if (answer.coordinators().getFirst().errorCode() == ErrorCode.NONE.code()) {
                return answer.coordinators().getFirst().nodeId();
            }
            Actor.pause(seams.clock(), RETRY_NANOS);
        }
        throw new Anew();
    }

    private void add(Producer now, List<Integer> chosen, List<Sent> sent)
            throws IOException, InterruptedException, Anew {
        AddPartitionsToTxnRequest request =
                AddPartitionsToTxnRequest.builder()
                        .v3AndBelowTransactionalId(name)
                        .v3AndBelowProducerId(now.id)
                        .v3AndBelowProducerEpoch(now.epoch)
                        .v3AndBelowTopics(
                                List.of(
                                        AddPartitionsToTxnTopic.builder()
                                                .name(topic)
                                                .partitions(chosen)
                                                .build()))
                        .build();
        for (int i = 0; i < MOST_TRIES; i++) {
            int node = coordinator();
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
        throw new Anew();
    }

    private void produce(Producer now, int partition, String value, List<Sent> sent)
            throws IOException, InterruptedException, Anew {
        int sequence = sequences.getOrDefault(partition, 0);
        int version = modern ? 12 : 11;
        for (int i = 0; i < MOST_TRIES; i++) {
            int leader = leader(partition);
            ProduceRequest request = request(now, partition, sequence, value);
            sent.add(new Sent(leader, request(now, partition, sequence, value), version));
            ErrorCode code =
                    ErrorCode.forCode(
                            call(leader, request, version, ProduceResponse.class)
                                    .responses()
                                    .getFirst()
                                    .partitionResponses()
                                    .getFirst()
                                    .errorCode());
            if (code == ErrorCode.NONE) {
                sequences.put(partition, sequence + 1);
                return;
            }
            againOrAnew(code);
        }
        throw new Anew();
    }

    private ProduceRequest request(Producer now, int partition, int sequence, String value) {
        RecordBatchBuilder builder =
                new RecordBatchBuilder(200)
                        .producer(now.id, now.epoch, sequence)
                        .transactional(true);
        builder.append(
                seams.clock().wallMs(),
                null,
                ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)),
                List.of());
        try (Compressors compressors = new Compressors()) {
            ByteBuffer built = builder.build(compressors);
            ByteBuffer own = ByteBuffer.allocate(built.remaining()).put(built).flip();
            return ProduceRequest.builder()
                    .transactionalId(name)
                    .acks((short) -1)
                    .timeoutMs((int) PATIENCE.toMillis())
                    .topicData(
                            List.of(
                                    TopicProduceData.builder()
                                            .name(topic)
                                            .partitionData(
                                                    List.of(
                                                            PartitionProduceData.builder()
                                                                    .index(partition)
                                                                    .records(Payload.of(own))
                                                                    .build()))
                                            .build()))
                    .build();
        }
    }

    private int leader(int partition) throws Anew {
        for (int i = 0; i < MOST_TRIES; i++) {
            int leader =
                    metadata.image()
                            .topics()
                            .named(topic)
                            .flatMap(found -> found.partition(partition))
                            .map(PartitionImage::leader)
                            .orElse(PartitionImage.NO_LEADER);
            if (leader != PartitionImage.NO_LEADER) {
                return leader;
            }
            Actor.pause(seams.clock(), RETRY_NANOS);
        }
        throw new Anew();
    }

    /// @return the producer of the next transaction
    private Producer end(Producer now, boolean commits, List<Sent> sent)
            throws InterruptedException, Anew {
        EndTxnRequest request =
                EndTxnRequest.builder()
                        .transactionalId(name)
                        .producerId(now.id)
                        .producerEpoch(now.epoch)
                        .committed(commits)
                        .build();
        int version = modern ? 5 : 4;
        for (int i = 0; i < MOST_TRIES; i++) {
            try {
                int node = coordinator();
                sent.add(new Sent(node, request, version));
                EndTxnResponse answer = call(node, request, version, EndTxnResponse.class);
                ErrorCode code = ErrorCode.forCode(answer.errorCode());
                if (code == ErrorCode.NONE) {
                    return modern ? new Producer(answer.producerId(), answer.producerEpoch()) : now;
                }
                againOrAnew(code);
            } catch (IOException e) {
                Actor.pause(seams.clock(), RETRY_NANOS); // The same once more, as clients do.
            }
        }
        throw new Anew();
    }

    private void againOrAnew(ErrorCode code) throws Anew {
        boolean again =
                code.retriable()
                        || code == ErrorCode.CONCURRENT_TRANSACTIONS
                        || code == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
        if (!again) {
            throw new Anew();
        }
        Actor.pause(seams.clock(), RETRY_NANOS);
    }

    /// Something of the transaction before comes now, by a connection that is older than the one in
    /// use.
    private void repeatSomethingEarlier() throws InterruptedException {
        if (earlier.isEmpty()) {
            return;
        }
        Sent late = earlier.get(dice.nextInt(earlier.size()));
        PeerConnection old = givenUp.get(late.node);
        if (old == null) {
            return;
        }
        try {
            var _ = old.call(late.request, late.version, ApiResponse.class, PATIENCE);
        } catch (IOException e) {
            old.close();
            givenUp.remove(late.node);
        }
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
