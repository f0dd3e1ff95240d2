package io.zurau.broker.group;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.coordinator.PassingHandler;
import io.zurau.broker.partition.Located;
import io.zurau.broker.partition.Partitions;
import io.zurau.broker.partition.RecordTimes;
import io.zurau.broker.peer.PeerConnection;
import io.zurau.broker.peer.Peers;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.LagTags;
import io.zurau.protocol.LagTags.Lag;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.ListOffsetsRequest;
import io.zurau.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import io.zurau.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import io.zurau.protocol.message.ListOffsetsResponse;
import io.zurau.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import io.zurau.protocol.message.ListOffsetsResponse.ListOffsetsTopicResponse;
import io.zurau.protocol.message.OffsetFetchRequest;
import io.zurau.protocol.message.OffsetFetchResponse;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopics;
import io.zurau.runtime.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/// How far groups are behind, in records and in time, told beside their committed offsets to
/// whoever asks for it ([LagTags]).
///
/// The coordinator of a group knows what is committed; where a partition ends, and when the oldest
/// record was made that is not consumed, its leader knows. The leaders are asked one after the
/// other, with a bounded time for all of them; of a leader that does not answer in its share of
/// that time, the lags are missing. Nothing is kept, and nothing is done while nobody asks.
public final class GroupLags {
    private static final int FIRST_VERSION_OF_GROUPS = 8;
    private static final int LIST_OFFSETS_VERSION = 9;
    private static final int CONSUMER = -1;
    private static final long LATEST = -1;
    private static final long UNKNOWN = -1;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final int nodeId;
    private final Partitions partitions;
    private final Metadata metadata;
    private final Peers peers;
    private final Clock clock;

    public GroupLags(
            int nodeId, Partitions partitions, Metadata metadata, Peers peers, Clock clock) {
        this.nodeId = nodeId;
        this.partitions = partitions;
        this.metadata = metadata;
        this.peers = peers;
        this.clock = clock;
    }

    /// Where a partition stands.
    ///
    /// @param end what consumers may read; exclusive
    private record Position(long end, OptionalLong time) {}

    /// A committed offset of a group.
    private record Committed(TopicPartition partition, long offset) {}

    /// The same handlers, of which that of OffsetFetch tells lags, too.
    public List<RequestHandler<?>> toldBy(List<RequestHandler<?>> handlers) {
        List<RequestHandler<?>> telling = new ArrayList<>();
        for (RequestHandler<?> handler : handlers) {
            telling.add(
                    handler instanceof OffsetFetchHandler offsets
                            ? new Telling(offsets, this)
                            : handler);
        }
        return telling;
    }

    private record Telling(OffsetFetchHandler offsets, GroupLags lags)
            implements RequestHandler<OffsetFetchRequest> {
        @Override
        public ApiKey api() {
            return ApiKey.OFFSET_FETCH;
        }

        @Override
        public Answer handle(OffsetFetchRequest request, RequestContext context) {
            Answer answer = offsets.handle(request, context);
            return context.version() >= FIRST_VERSION_OF_GROUPS
                            && LagTags.isWanted(request.unknownTags())
                            && answer instanceof Answer.Pending pending
                    ? PassingHandler.later(() -> told(pending.await()))
                    : answer;
        }

        private ApiResponse told(ApiResponse response) throws InterruptedException {
            return response instanceof OffsetFetchResponse fetched
                    ? fetched.toBuilder().groups(lags.of(fetched.groups())).build()
                    : response;
        }
    }

    /// The same groups, with their lags.
    ///
    /// @param groups with the names of their topics
    List<OffsetFetchResponseGroup> of(List<OffsetFetchResponseGroup> groups)
            throws InterruptedException {
        Map<Committed, Position> positions = positions(committed(groups));
        long now = clock.wallMs();
        return groups.stream()
                .map(
                        group ->
                                group.toBuilder()
                                        .topics(
                                                group.topics().stream()
                                                        .map(t -> with(t, positions, now))
                                                        .toList())
                                        .build())
                .toList();
    }

    private static List<Committed> committed(List<OffsetFetchResponseGroup> groups) {
        List<Committed> committed = new ArrayList<>();
        for (OffsetFetchResponseGroup group : groups) {
            for (OffsetFetchResponseTopics topic : group.topics()) {
                for (OffsetFetchResponsePartitions partition : topic.partitions()) {
                    if (partition.committedOffset() >= 0) {
                        committed.add(committed(topic, partition));
                    }
                }
            }
        }
        return committed;
    }

    private static Committed committed(
            OffsetFetchResponseTopics topic, OffsetFetchResponsePartitions partition) {
        return new Committed(
                new TopicPartition(topic.name(), partition.partitionIndex()),
                partition.committedOffset());
    }

    private static OffsetFetchResponseTopics with(
            OffsetFetchResponseTopics topic, Map<Committed, Position> positions, long now) {
        return topic.toBuilder()
                .partitions(
                        topic.partitions().stream()
                                .map(partition -> with(topic, partition, positions, now))
                                .toList())
                .build();
    }

    private static OffsetFetchResponsePartitions with(
            OffsetFetchResponseTopics topic,
            OffsetFetchResponsePartitions partition,
            Map<Committed, Position> positions,
            long now) {
        Position position = positions.get(committed(topic, partition));
        return position == null
                ? partition
                : partition.toBuilder()
                        .unknownTags(LagTags.of(lag(position, partition.committedOffset(), now)))
                        .build();
    }

    private static Lag lag(Position position, long committed, long now) {
        long records = Math.max(0, position.end() - committed);
        if (records == 0) {
            return new Lag(0, 0);
        }
        OptionalLong time = position.time();
        return new Lag(records, time.isPresent() ? Math.max(0, now - time.getAsLong()) : UNKNOWN);
    }

    private Map<Committed, Position> positions(List<Committed> all) throws InterruptedException {
        ClusterImage image = metadata.image();
        Map<Committed, Position> positions = new HashMap<>();
        SortedMap<Integer, List<Committed>> elsewhere = new TreeMap<>();
        for (Committed one : all) {
            int leader = leader(image, one.partition());
            if (leader == nodeId) {
                here(one, positions);
            } else if (leader != PartitionImage.NO_LEADER) {
                elsewhere.computeIfAbsent(leader, _ -> new ArrayList<>()).add(one);
            }
        }
        long deadline = clock.deadline(PATIENCE);
        int left = elsewhere.size();
        for (Map.Entry<Integer, List<Committed>> leader : elsewhere.entrySet()) {
            // One that is silent takes no time of the others.
            Duration share = Duration.ofNanos(deadline - clock.nanos()).dividedBy(left--);
            if (share.isPositive()) {
                ask(leader.getKey(), leader.getValue(), clock.deadline(share), positions);
            }
        }
        return positions;
    }

    private static int leader(ClusterImage image, TopicPartition partition) {
        return image.topics()
                .named(partition.topic())
                .filter(topic -> partition.partition() < topic.partitions().size())
                .map(topic -> topic.partitions().get(partition.partition()).leader())
                .orElse(PartitionImage.NO_LEADER);
    }

    private void here(Committed one, Map<Committed, Position> positions) {
        if (partitions.find(one.partition().topic(), one.partition().partition())
                        instanceof Located.Here here
                && here.leader().isWatermarkCertain()) {
            long end = here.leader().readableEnd(false);
            positions.put(
                    one,
                    new Position(
                            end,
                            one.offset() < end
                                    ? RecordTimes.at(here.leader().log(), one.offset())
                                    : OptionalLong.empty()));
        }
    }

    private void ask(
            int leader, List<Committed> all, long deadline, Map<Committed, Position> positions)
            throws InterruptedException {
        try (PeerConnection connection = peers.connect(leader)) {
            // A partition may be asked about once in a request; groups may stand differently in it.
            for (List<Committed> once : apart(all)) {
                Duration left = Duration.ofNanos(deadline - clock.nanos());
                if (!left.isPositive()) {
                    return;
                }
                ListOffsetsResponse response =
                        connection.call(
                                request(once),
                                LIST_OFFSETS_VERSION,
                                ListOffsetsResponse.class,
                                left);
                read(response, once, positions);
            }
        } catch (IOException e) {
            // Its partitions are told without lags.
        }
    }

    /// Lists in each of which no partition comes twice.
    private static List<List<Committed>> apart(List<Committed> all) {
        List<Map<TopicPartition, Committed>> lists = new ArrayList<>();
        for (Committed one : all.stream().distinct().toList()) {
            lists.stream()
                    .filter(list -> !list.containsKey(one.partition()))
                    .findFirst()
                    .orElseGet(
                            () -> {
                                lists.add(new HashMap<>());
                                return lists.getLast();
                            })
                    .put(one.partition(), one);
        }
        return lists.stream().map(list -> List.copyOf(list.values())).toList();
    }

    private static ListOffsetsRequest request(List<Committed> committed) {
        SortedMap<String, List<ListOffsetsPartition>> topics = new TreeMap<>();
        for (Committed one : committed) {
            topics.computeIfAbsent(one.partition().topic(), _ -> new ArrayList<>())
                    .add(
                            ListOffsetsPartition.builder()
                                    .partitionIndex(one.partition().partition())
                                    .currentLeaderEpoch(-1)
                                    .timestamp(LATEST)
                                    .unknownTags(LagTags.of(one.offset()))
                                    .build());
        }
        List<ListOffsetsTopic> asked = new ArrayList<>();
        topics.forEach(
                (name, parts) ->
                        asked.add(ListOffsetsTopic.builder().name(name).partitions(parts).build()));
        return ListOffsetsRequest.builder().replicaId(CONSUMER).topics(asked).build();
    }

    private static void read(
            ListOffsetsResponse response,
            List<Committed> asked,
            Map<Committed, Position> positions) {
        Map<TopicPartition, Position> found = new HashMap<>();
        for (ListOffsetsTopicResponse topic : response.topics()) {
            for (ListOffsetsPartitionResponse partition : topic.partitions()) {
                if (partition.errorCode() == ErrorCode.NONE.code()) {
                    found.put(
                            new TopicPartition(topic.name(), partition.partitionIndex()),
                            new Position(
                                    partition.offset(), LagTags.number(partition.unknownTags())));
                }
            }
        }
        for (Committed one : asked) {
            Position position = found.get(one.partition());
            if (position != null) {
                positions.put(one, position);
            }
        }
    }
}
