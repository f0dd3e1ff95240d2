package io.zurau.client;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Payload;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.ApiVersionsRequest;
import io.zurau.protocol.message.ApiVersionsResponse;
import io.zurau.protocol.message.FetchRequest;
import io.zurau.protocol.message.FetchResponse;
import io.zurau.protocol.message.FindCoordinatorRequest;
import io.zurau.protocol.message.HeartbeatRequest;
import io.zurau.protocol.message.InitProducerIdRequest;
import io.zurau.protocol.message.InitProducerIdResponse;
import io.zurau.protocol.message.JoinGroupRequest;
import io.zurau.protocol.message.LeaveGroupRequest;
import io.zurau.protocol.message.ListOffsetsRequest;
import io.zurau.protocol.message.ListOffsetsResponse;
import io.zurau.protocol.message.MetadataRequest;
import io.zurau.protocol.message.MetadataResponse;
import io.zurau.protocol.message.OffsetCommitRequest;
import io.zurau.protocol.message.OffsetFetchRequest;
import io.zurau.protocol.message.ProduceRequest;
import io.zurau.protocol.message.ProduceResponse;
import io.zurau.protocol.message.RequestHeader;
import io.zurau.protocol.message.ResponseHeader;
import io.zurau.protocol.message.SyncGroupRequest;
import io.zurau.protocol.record.RecordBatches;
import io.zurau.runtime.Network;
import io.zurau.runtime.Seams;
import io.zurau.simulation.SimMachine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// One broker, no disk: topic `t`, one group, and accidents as the test wants them.
///
/// Owned by the simulation's one thread.
final class FakeBroker {
    static final String TOPIC = "t";
    static final int PORT = 9092;
    private static final Uuid FIRST_ID = new Uuid(7, 7);

    /// What happens to a request.
    sealed interface Fate {
        Fate ANSWERED = new Answered();
        Fate REQUEST_LOST = new RequestLost();
        Fate ANSWER_LOST = new AnswerLost();
        Fate NO_ANSWER = new NoAnswer();

        record Answered() implements Fate {}

        /// The connection breaks before it is carried out.
        record RequestLost() implements Fate {}

        /// The connection breaks after it was carried out.
        record AnswerLost() implements Fate {}

        /// It is carried out, and then there is silence.
        record NoAnswer() implements Fate {}

        /// Each partition of a produce request is refused.
        record Refused(ErrorCode code) implements Fate {}
    }

    final List<FakePartition> partitions = new ArrayList<>();
    final FakeGroup group = new FakeGroup();
    Function<ApiRequest, Fate> fates = request -> Fate.ANSWERED;
    boolean knowsTopic = true;
    Uuid topicId = FIRST_ID; // ZERO as of a broker that has none.
    final Set<Integer> dataVersions = new TreeSet<>(); // Of Produce and Fetch, as asked.
    long producerIds;

    private final SimMachine machine;

    FakeBroker(SimMachine machine, int partitionCount) {
        this.machine = machine;
        for (int i = 0; i < partitionCount; i++) {
            partitions.add(new FakePartition());
        }
    }

    void boot() {
        Seams seams = machine.boot();
        seams.tasks().start("accept", () -> accept(seams));
    }

    private void accept(Seams seams) {
        try (Network.Listener listener = seams.network().listen("localhost", PORT)) {
            while (true) {
                Network.Connection wire = listener.accept();
                seams.tasks().start("serve", () -> serve(seams, wire));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void serve(Seams seams, Network.Connection wire) {
        FrameReader frames = new FrameReader(wire, 10_000_000);
        try (wire) {
            while (true) {
                ByteBuffer frame = frames.next();
                ApiKey api = ApiKey.forId(frame.getShort(0)).orElseThrow();
                int version = frame.getShort(2);
                ProtocolReader in = new ProtocolReader(frame);
                RequestHeader header = RequestHeader.read(in, api.requestHeaderVersion(version));
                ApiRequest request = api.readRequest(in, version);
                if (api == ApiKey.PRODUCE || api == ApiKey.FETCH) {
                    dataVersions.add(version);
                }
                Fate fate = fates.apply(request);
                if (fate instanceof Fate.RequestLost) {
                    return;
                }
                ApiResponse answer = answer(seams, request, fate);
                if (fate instanceof Fate.AnswerLost) {
                    return;
                }
                if (!(fate instanceof Fate.NoAnswer)) {
                    wire.write(framed(answer, version, header.correlationId()));
                }
            }
        } catch (IOException e) {
            // The client has gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ApiResponse answer(Seams seams, ApiRequest request, Fate fate)
            throws InterruptedException {
        return switch (request) {
            case ApiVersionsRequest r -> versions();
            case MetadataRequest r -> metadata();
            case InitProducerIdRequest r ->
                    InitProducerIdResponse.builder()
                            .producerId(++producerIds)
                            .producerEpoch((short) 0)
                            .build();
            case ProduceRequest produce -> produce(produce, fate);
            case ListOffsetsRequest list -> listOffsets(list);
            case FetchRequest fetch -> fetch(seams, fetch);
            case FindCoordinatorRequest r -> group.found(machine.name(), PORT);
            case JoinGroupRequest join -> group.join(join, seams.clock());
            case SyncGroupRequest sync -> group.sync(sync, seams.clock());
            case HeartbeatRequest beat -> group.heartbeat(beat);
            case LeaveGroupRequest leave -> group.leave(leave);
            case OffsetCommitRequest commit -> group.commit(commit);
            case OffsetFetchRequest offsets -> group.fetch(offsets);
            default -> throw new IllegalStateException("Not scripted: " + request);
        };
    }

    private static ApiVersionsResponse versions() {
        List<ApiVersionsResponse.ApiVersion> ranges = new ArrayList<>();
        for (ApiKey api : ApiKey.values()) {
            ranges.add(
                    ApiVersionsResponse.ApiVersion.builder()
                            .apiKey(api.id())
                            .minVersion(api.lowestVersion())
                            .maxVersion(api.highestStableVersion())
                            .build());
        }
        return ApiVersionsResponse.builder().apiKeys(ranges).build();
    }

    private MetadataResponse metadata() {
        List<MetadataResponse.MetadataResponsePartition> described = new ArrayList<>();
        for (int i = 0; i < partitions.size(); i++) {
            described.add(
                    MetadataResponse.MetadataResponsePartition.builder()
                            .partitionIndex(i)
                            .leaderId(1)
                            .build());
        }
        MetadataResponse.MetadataResponseTopic.Builder topic =
                MetadataResponse.MetadataResponseTopic.builder().name(TOPIC).topicId(topicId);
        return MetadataResponse.builder()
                .brokers(
                        List.of(
                                MetadataResponse.MetadataResponseBroker.builder()
                                        .nodeId(1)
                                        .host(machine.name())
                                        .port(PORT)
                                        .build()))
                .topics(
                        List.of(
                                knowsTopic
                                        ? topic.partitions(described).build()
                                        : topic.errorCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
                                                .build()))
                .build();
    }

    private ProduceResponse produce(ProduceRequest request, Fate fate) {
        List<ProduceResponse.PartitionProduceResponse> results = new ArrayList<>();
        for (ProduceRequest.PartitionProduceData data :
                request.topicData().getFirst().partitionData()) {
            Payload records = data.records();
            ProduceResponse.PartitionProduceResponse.Builder result =
                    ProduceResponse.PartitionProduceResponse.builder().index(data.index());
            boolean isOther = !request.topicData().getFirst().topicId().equals(topicId);
            if (isOther && !topicId.equals(Uuid.ZERO)) {
                results.add(result.errorCode(ErrorCode.UNKNOWN_TOPIC_ID).build());
            } else if (fate instanceof Fate.Refused refused) {
                results.add(result.errorCode(refused.code()).build());
            } else if (records != null) {
                long offset =
                        partitions
                                .get(data.index())
                                .append(RecordBatches.whole(records.toBuffer()).iterator().next());
                results.add(
                        offset < 0
                                ? result.errorCode(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER).build()
                                : result.baseOffset(offset).build());
            }
        }
        return ProduceResponse.builder()
                .responses(
                        List.of(
                                ProduceResponse.TopicProduceResponse.builder()
                                        .name(TOPIC)
                                        .topicId(request.topicData().getFirst().topicId())
                                        .partitionResponses(results)
                                        .build()))
                .build();
    }

    private ListOffsetsResponse listOffsets(ListOffsetsRequest request) {
        List<ListOffsetsResponse.ListOffsetsPartitionResponse> results = new ArrayList<>();
        request.topics()
                .getFirst()
                .partitions()
                .forEach(
                        asked ->
                                results.add(
                                        ListOffsetsResponse.ListOffsetsPartitionResponse.builder()
                                                .partitionIndex(asked.partitionIndex())
                                                .offset(
                                                        asked.timestamp() == -2
                                                                ? 0
                                                                : partitions
                                                                        .get(asked.partitionIndex())
                                                                        .values
                                                                        .size())
                                                .build()));
        return ListOffsetsResponse.builder()
                .topics(
                        List.of(
                                ListOffsetsResponse.ListOffsetsTopicResponse.builder()
                                        .name(TOPIC)
                                        .partitions(results)
                                        .build()))
                .build();
    }

    private FetchResponse fetch(Seams seams, FetchRequest request) throws InterruptedException {
        List<FetchResponse.PartitionData> results = new ArrayList<>();
        boolean empty = true;
        for (FetchRequest.FetchPartition asked : request.topics().getFirst().partitions()) {
            FakePartition partition = partitions.get(asked.partition());
            FetchResponse.PartitionData.Builder data =
                    FetchResponse.PartitionData.builder().partitionIndex(asked.partition());
            if (asked.fetchOffset() > partition.values.size()) {
                results.add(data.errorCode(ErrorCode.OFFSET_OUT_OF_RANGE).build());
                empty = false;
            } else {
                Payload records = partition.read((int) asked.fetchOffset());
                empty &= records.sizeInBytes() == 0;
                results.add(data.records(records).build());
            }
        }
        if (empty) {
            seams.clock().sleepUntil(seams.clock().nanos() + request.maxWaitMs() * 1_000_000L);
        }
        return FetchResponse.builder()
                .responses(
                        List.of(
                                FetchResponse.FetchableTopicResponse.builder()
                                        .topic(TOPIC)
                                        .topicId(request.topics().getFirst().topicId())
                                        .partitions(results)
                                        .build()))
                .build();
    }

    static ByteBuffer framed(ApiResponse response, int version, int correlationId) {
        ProtocolWriter out = new ProtocolWriter();
        out.writeInt(0);
        ResponseHeader.builder()
                .correlationId(correlationId)
                .build()
                .write(out, response.apiKey().responseHeaderVersion(version));
        response.write(out, version);
        out.patchInt(0, out.sizeInBytes() - Integer.BYTES);
        return out.toBuffer();
    }
}
