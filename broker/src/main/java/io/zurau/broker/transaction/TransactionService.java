package io.zurau.broker.transaction;

import io.zurau.broker.ClosesConnection;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.coordinator.CoordinatorTopic;
import io.zurau.broker.coordinator.LedPartitions;
import io.zurau.broker.coordinator.PassingHandler;
import io.zurau.broker.coordinator.TopicLog;
import io.zurau.broker.group.GroupService;
import io.zurau.broker.partition.Partitions;
import io.zurau.broker.peer.Peers;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.transaction.Markers;
import io.zurau.coordinator.transaction.TransactionConfig;
import io.zurau.coordinator.transaction.TransactionCoordinator;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.SupportedFeatures;
import io.zurau.metadata.control.Controller;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.AddOffsetsToTxnRequest;
import io.zurau.protocol.message.AddOffsetsToTxnResponse;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.DescribeTransactionsRequest;
import io.zurau.protocol.message.DescribeTransactionsResponse;
import io.zurau.protocol.message.EndTxnRequest;
import io.zurau.protocol.message.EndTxnResponse;
import io.zurau.protocol.message.ListTransactionsRequest;
import java.util.List;
import java.util.Set;

/// The transaction coordinator as a part of the broker. Started after the groups, whose offsets
/// transactions commit, and closed before them.
public final class TransactionService implements AutoCloseable, LedPartitions.Hosting {
    private static final String TOPIC = "__transaction_state";

    private final TopicLog log;
    private final CoordinatorTopic topic;
    private final GroupService groups;
    private final Partitions partitions;
    private final Metadata metadata;
    private final ProducerIds producerIds;
    private final MarkerAppender appender;
    private final MarkerSender sender;
    private final TransactionCoordinator coordinator;
    private final Enlisting enlisting;

    /// @param controller makes the topic, and gives away producer ids
    public static TransactionService start(
            TransactionConfig config,
            Controller controller,
            Partitions partitions,
            GroupService groups,
            Peers peers) {
        TransactionService service =
                new TransactionService(config, controller, partitions, groups, peers);
        Metadata metadata = peers.metadata();
        metadata.listen(
                new LedPartitions(peers.nodeId(), TOPIC, service),
                ClusterImage.empty(metadata.image().clusterId()));
        return service;
    }

    private TransactionService(
            TransactionConfig config,
            Controller controller,
            Partitions partitions,
            GroupService groups,
            Peers peers) {
        this.metadata = peers.metadata();
        this.partitions = partitions;
        this.groups = groups;
        this.topic =
                new CoordinatorTopic(
                        new CoordinatorTopic.Shape(
                                TOPIC,
                                config.topicPartitions(),
                                config.topicReplicationFactor(),
                                config.topicMinInSync(),
                                config.topicSegmentBytes()),
                        metadata,
                        controller);
        int nodeId = peers.nodeId();
        this.producerIds =
                new ProducerIds(
                        () -> controller.nextProducerIdBlock(nodeId, epoch(metadata, nodeId)));
        this.appender =
                new MarkerAppender(
                        partitions, groups.topic(), groups.coordinator(), peers.seams().clock());
        this.sender = new MarkerSender(topic, partitions, peers, appender, this::marked);
        this.log = new TopicLog(TOPIC, partitions, peers);
        this.coordinator =
                new TransactionCoordinator(
                        config,
                        log,
                        topic::partitionCount,
                        producerIds::next,
                        sender,
                        () -> level(metadata.image()),
                        peers.seams());
        this.enlisting = new Enlisting(config, topic, coordinator, peers);
    }

    private static long epoch(Metadata metadata, int nodeId) {
        return metadata.image().broker(nodeId).map(BrokerImage::epoch).orElse(-1L);
    }

    private static int level(ClusterImage image) {
        return image.features().getOrDefault(SupportedFeatures.TRANSACTION_VERSION, (short) 0);
    }

    private void marked(Markers markers, Set<TopicPartition> marked) {
        coordinator.marked(markers, marked);
    }

    /// How the topic that transactions live in is made.
    public CoordinatorTopic topic() {
        return topic;
    }

    /// Asks coordinators about partitions of transactions.
    public Enlisting enlisting() {
        return enlisting;
    }

    public List<RequestHandler<?>> handlers() {
        return List.of(
                new InitProducerIdHandler(producerIds, coordinator::init),
                new AddPartitionsToTxnHandler(coordinator, metadata),
                new WriteTxnMarkersHandler(appender),
                new TxnOffsetCommitHandler(
                        groups.topic(), groups.coordinator(), partitions, enlisting),
                new PassingHandler<AddOffsetsToTxnRequest>(
                        ApiKey.ADD_OFFSETS_TO_TXN,
                        (request, context) -> addOffsets(request, context)),
                new PassingHandler<EndTxnRequest>(
                        ApiKey.END_TXN, (request, context) -> end(request, context)),
                new PassingHandler<DescribeTransactionsRequest>(
                        ApiKey.DESCRIBE_TRANSACTIONS, (request, context) -> describe(request)),
                new PassingHandler<ListTransactionsRequest>(
                        ApiKey.LIST_TRANSACTIONS, (request, context) -> coordinator.list(request)));
    }

    private Pending<EndTxnResponse> end(EndTxnRequest request, RequestContext context) {
        Pending<EndTxnResponse> pending =
                coordinator.end(request, context.version(), context.connectedNanos());
        return () -> {
            EndTxnResponse response = pending.await();
            var _ = forClient(ErrorCode.forCode(response.errorCode()), context.version());
            return response;
        };
    }

    /// What a client is told of a refusal.
    ///
    /// @throws ClosesConnection if it may have given the connection up
    static ErrorCode forClient(ErrorCode code, int version) {
        if (code == ErrorCode.NETWORK_EXCEPTION) {
            throw new ClosesConnection(
                    "Its client has connected again, or connected before the coordinator was here.");
        }
        return TransactionCoordinator.forClient(code, version);
    }

    /// The offsets of a group lie in one partition.
    private Pending<AddOffsetsToTxnResponse> addOffsets(
            AddOffsetsToTxnRequest request, RequestContext context) {
        int partition = groups.topic().partitionOf(request.groupId());
        var pending =
                coordinator.addPartitions(
                        request.transactionalId(),
                        request.producerId(),
                        request.producerEpoch(),
                        Set.of(new TopicPartition(groups.topic().name(), partition)),
                        false,
                        context.connectedNanos());
        return () ->
                AddOffsetsToTxnResponse.builder()
                        .errorCode(forClient(pending.await(), context.version()))
                        .build();
    }

    private Pending<DescribeTransactionsResponse> describe(DescribeTransactionsRequest request) {
        var pending = coordinator.describe(request.transactionalIds());
        return () ->
                DescribeTransactionsResponse.builder().transactionStates(pending.await()).build();
    }

    @Override
    public void load(int partition) {
        coordinator.load(partition);
    }

    @Override
    public void reload(int partition) {
        coordinator.reload(partition);
    }

    @Override
    public void unload(int partition) throws InterruptedException {
        coordinator.unload(partition);
    }

    /// Those that want to write a marker there notice.
    @Override
    public void topicsDeleted(Set<String> names) {}

    /// Answers everybody who waits, and takes no more.
    @Override
    public void close() {
        log.close();
        try {
            coordinator.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sender.close();
        enlisting.close();
    }
}
