package io.zurau.broker.data;

import io.zurau.broker.Answer;
import io.zurau.broker.ClientSoftware;
import io.zurau.broker.ConnectionEnd;
import io.zurau.broker.RefusedBatches;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestRouter;
import io.zurau.broker.partition.PartitionFollower;
import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.partition.Partitions;
import io.zurau.broker.partition.Replication;
import io.zurau.broker.partition.ReplicationQuotas;
import io.zurau.broker.partition.TopicConfig;
import io.zurau.log.LogConfig;
import io.zurau.log.LogDirectories;
import io.zurau.log.LogDirectory;
import io.zurau.log.LogDirectoryConfig;
import io.zurau.log.LogProbe;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Payload;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.ConfigRecord;
import io.zurau.protocol.message.DeleteRecordsRequest;
import io.zurau.protocol.message.DeleteRecordsResponse;
import io.zurau.protocol.message.FetchRequest;
import io.zurau.protocol.message.FetchResponse;
import io.zurau.protocol.message.ListOffsetsRequest;
import io.zurau.protocol.message.ListOffsetsResponse;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.OffsetForLeaderEpochRequest;
import io.zurau.protocol.message.OffsetForLeaderEpochResponse;
import io.zurau.protocol.message.PartitionChangeRecord;
import io.zurau.protocol.message.PartitionRecord;
import io.zurau.protocol.message.ProduceRequest;
import io.zurau.protocol.message.ProduceRequest.PartitionProduceData;
import io.zurau.protocol.message.ProduceRequest.TopicProduceData;
import io.zurau.protocol.message.ProduceResponse;
import io.zurau.protocol.message.RegisterBrokerRecord;
import io.zurau.protocol.message.TopicRecord;
import io.zurau.protocol.record.RecordBatchBuilder;
import io.zurau.runtime.FileDisk;
import io.zurau.runtime.Seams;
import io.zurau.runtime.SecureRandomness;
import io.zurau.runtime.SocketNetwork;
import io.zurau.runtime.SystemClock;
import io.zurau.runtime.ThreadTasks;
import io.zurau.runtime.settings.ByteSize;
import io.zurau.runtime.settings.SettingCatalog;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The handlers of this package over partitions on a real disk, without connections.
public final class DataFixture implements AutoCloseable {
    static final int NODE = 1;
    public static final int EPOCH = 5;

    public final Seams seams =
            new Seams(
                    new SystemClock(),
                    new ThreadTasks((thread, bug) -> bug.printStackTrace()),
                    new SocketNetwork(),
                    new SecureRandomness());
    private final LogDirectories logs;
    private final RequestRouter router;
    final Partitions partitions;
    private final ReplicationQuotas quotas;
    private ClusterImage image;

    /// What the coordinator of every transaction says about its partitions.
    Function<TopicPartition, ErrorCode> answers = _ -> ErrorCode.NONE;

    private final RefusedBatches refusedBatches = new RefusedBatches();

    public DataFixture(Path directory) {
        SettingCatalog brokers =
                SettingCatalog.of(TopicConfig.brokerSettings())
                        .plus(SettingCatalog.of(ReplicationQuotas.SETTINGS));
        ClusterConfigs configs = new ClusterConfigs(NODE, TopicConfig.catalog(), brokers, Map.of());
        image = ClusterImage.empty("cluster");
        logs =
                new LogDirectories(
                        List.of(
                                LogDirectory.open(
                                        new Uuid(1, 1),
                                        new FileDisk(directory),
                                        new FileDisk(directory),
                                        seams,
                                        new LogDirectoryConfig(
                                                ByteSize.ofMiB(8),
                                                Duration.ofMinutes(5),
                                                Duration.ofDays(1),
                                                100),
                                        LogConfig.from(configs.topic(image, "")),
                                        LogProbe.NONE)),
                        List.of());
        quotas = new ReplicationQuotas(configs, image, seams.clock());
        Replication replication =
                new Replication(NODE, Duration.ofSeconds(10), true, quotas, _ -> {});
        partitions = new Partitions(replication, logs, configs, image, seams.clock());
        router =
                new RequestRouter(
                        DataHandlers.handlers(
                                partitions,
                                new FetchLimits(1 << 20, 10, Duration.ofMinutes(2)),
                                replication,
                                (transaction, asked, adds) -> answers,
                                seams));
    }

    /// A topic led by this node.
    public Uuid topic(String name, int partitionCount, Map<String, String> config) {
        Uuid id = new Uuid(seams.randomness().nextLong(), seams.randomness().nextLong());
        List<MetadataRecord> records = new ArrayList<>();
        records.add(TopicRecord.builder().name(name).topicId(id).build());
        for (int i = 0; i < partitionCount; i++) {
            records.add(
                    PartitionRecord.builder()
                            .topicId(id)
                            .partitionId(i)
                            .replicas(List.of(NODE))
                            .isr(List.of(NODE))
                            .leader(NODE)
                            .leaderEpoch(EPOCH)
                            .build());
        }
        config.forEach(
                (key, value) ->
                        records.add(
                                ConfigRecord.builder()
                                        .resourceType((byte) 2)
                                        .resourceName(name)
                                        .name(key)
                                        .value(value)
                                        .build()));
        apply(records);
        return id;
    }

    /// A topic of one partition that several nodes hold; all of them are in sync.
    Uuid replicated(String name, int leader, List<Integer> replicas) {
        Uuid id = new Uuid(seams.randomness().nextLong(), seams.randomness().nextLong());
        apply(
                List.of(
                        TopicRecord.builder().name(name).topicId(id).build(),
                        PartitionRecord.builder()
                                .topicId(id)
                                .partitionId(0)
                                .replicas(replicas)
                                .isr(replicas)
                                .leader(leader)
                                .leaderEpoch(EPOCH)
                                .build()));
        return id;
    }

    /// Lets this node lead the only partition of a topic.
    void lead(Uuid topicId) {
        lead(topicId, NODE);
    }

    void lead(Uuid topicId, int nodeId) {
        apply(
                List.of(
                        PartitionChangeRecord.builder()
                                .topicId(topicId)
                                .partitionId(0)
                                .leader(nodeId)
                                .build()));
    }

    /// Registers a node; it listens at its id as port.
    void broker(int nodeId, String rack) {
        apply(
                List.of(
                        RegisterBrokerRecord.builder()
                                .brokerId(nodeId)
                                .brokerEpoch(nodeId)
                                .rack(rack)
                                .fenced(false)
                                .endPoints(
                                        List.of(
                                                RegisterBrokerRecord.BrokerEndpoint.builder()
                                                        .name("PLAINTEXT")
                                                        .host("host")
                                                        .port(nodeId)
                                                        .build()))
                                .build()));
    }

    void set(ConfigResource resource, String key, String value) {
        apply(List.of(resource.record(key, value)));
    }

    PartitionFollower follower(String topic) {
        return partitions.findFollower(topic, 0).orElseThrow();
    }

    void apply(List<MetadataRecord> records) {
        ClusterImage after = image.replay(records, image.endOffset() + records.size());
        ClusterImage before = image;
        image = after;
        quotas.changed(before, after);
        partitions.changed(before, after);
    }

    /// From now on nothing can be done with the log, as if it were damaged.
    void breakLog(String topic, int partition) {
        logs.opened().getFirst().delete(new TopicPartition(topic, partition));
    }

    public PartitionLeader leader(String topic, int partition) {
        return partitions.leader(new TopicPartition(topic, partition)).orElseThrow();
    }

    ProduceResponse ask(ProduceRequest request, int version) throws InterruptedException {
        return (ProduceResponse) answer(request, version);
    }

    FetchResponse ask(FetchRequest request, int version) throws InterruptedException {
        return (FetchResponse) answer(request, version);
    }

    ListOffsetsResponse ask(ListOffsetsRequest request, int version) throws InterruptedException {
        return (ListOffsetsResponse) answer(request, version);
    }

    DeleteRecordsResponse ask(DeleteRecordsRequest request, int version)
            throws InterruptedException {
        return (DeleteRecordsResponse) answer(request, version);
    }

    OffsetForLeaderEpochResponse ask(OffsetForLeaderEpochRequest request, int version)
            throws InterruptedException {
        return (OffsetForLeaderEpochResponse) answer(request, version);
    }

    /// The answer, waited for.
    private ApiResponse answer(ApiRequest request, int version) throws InterruptedException {
        return switch (route(request, version)) {
            case Answer.Ready ready -> ready.response();
            case Answer.Pending pending -> pending.await();
            case Answer.None none -> throw new AssertionError("No answer.");
            case Answer.Closing closing -> throw new AssertionError(closing.reason());
        };
    }

    Answer route(ApiRequest request, int version) throws InterruptedException {
        return router.route(
                request,
                new RequestContext(
                        request.apiKey(),
                        version,
                        1,
                        "test",
                        "host",
                        4711,
                        ClientSoftware.UNKNOWN,
                        "PLAINTEXT",
                        0,
                        refusedBatches,
                        new ConnectionEnd()));
    }

    static Payload batch(int records) {
        return batch(records, 1000);
    }

    /// Records with the timestamps `firstTimestamp`, `firstTimestamp + 1` …
    static Payload batch(int records, long firstTimestamp) {
        RecordBatchBuilder builder = new RecordBatchBuilder(1024);
        for (int i = 0; i < records; i++) {
            builder.append(firstTimestamp + i, null, bytes("value " + i), List.of());
        }
        try (Compressors compressors = new Compressors()) {
            return Payload.of(copy(builder.build(compressors)));
        }
    }

    private static ByteBuffer copy(ByteBuffer batch) {
        return ByteBuffer.allocate(batch.remaining()).put(batch.duplicate()).flip();
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static ProduceRequest produce(int acks, String topic, int partition, Payload records) {
        return ProduceRequest.builder()
                .acks((short) acks)
                .timeoutMs(10_000)
                .topicData(
                        List.of(
                                TopicProduceData.builder()
                                        .name(topic)
                                        .partitionData(
                                                List.of(
                                                        PartitionProduceData.builder()
                                                                .index(partition)
                                                                .records(records)
                                                                .build()))
                                        .build()))
                .build();
    }

    @Override
    public void close() {
        partitions.close();
        logs.close();
    }
}
