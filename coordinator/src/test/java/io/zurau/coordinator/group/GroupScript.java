package io.zurau.coordinator.group;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.Deadlines;
import io.zurau.coordinator.LogEntry;
import io.zurau.coordinator.Reply;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.config.GroupConfigs;
import io.zurau.coordinator.group.consumer.ConsumerGroup;
import io.zurau.coordinator.group.consumer.EmbeddedProtocol;
import io.zurau.coordinator.group.consumer.Regexes;
import io.zurau.coordinator.group.kind.ClientContext;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ConsumerProtocolSubscription;
import io.zurau.protocol.message.GroupMetadataValue;
import io.zurau.protocol.message.HeartbeatRequest;
import io.zurau.protocol.message.HeartbeatResponse;
import io.zurau.protocol.message.JoinGroupRequest;
import io.zurau.protocol.message.JoinGroupResponse;
import io.zurau.protocol.message.LeaveGroupRequest;
import io.zurau.protocol.message.LeaveGroupRequest.MemberIdentity;
import io.zurau.protocol.message.LeaveGroupResponse;
import io.zurau.protocol.message.OffsetCommitRequest;
import io.zurau.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import io.zurau.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import io.zurau.protocol.message.OffsetCommitResponse;
import io.zurau.protocol.message.SyncGroupRequest;
import io.zurau.protocol.message.SyncGroupResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Drives one shard's machine by hand, with a clock that stands still unless told, and writes down
/// what happens: what was asked (`>`), what is stored, the new state, who is answered what.
///
/// The group is always `g`. Member ids are the client's name and a number.
final class GroupScript {
    static final String GROUP = "g";
    static final GroupConfig CONFIG =
            new GroupConfig(6_000, 300_000, 3_000, 3, 16, 600_000, 60_000, 50, 1, 104_857_600);

    private final GroupConfig config;
    private final GroupConfigs configs;
    private final GroupMachine machine;
    private final List<Asked> questions = new ArrayList<>();
    private ClusterImage image = ClusterImage.empty("cluster");
    private final Deadlines<GroupTimer> timers = new Deadlines<>();
    private final List<CoordinatorRecord> log = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final Map<String, Waiting<?>> waiting = new LinkedHashMap<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private int largestRecord = 1_000_000;
    private long nowMs;
    private String lastState = "";

    /// Regular expressions that somebody is to look up.
    private record Asked(String groupId, Regexes.Question question) {}

    private record Waiting<A>(String who, Reply<A> reply, Function<A, String> says) {
        String said() {
            try {
                return who + ": " + says.apply(reply.await());
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    GroupScript(GroupConfig config) {
        this(config, ConsumerScript.CONFIGS);
    }

    GroupScript(GroupConfig config, GroupConfigs configs) {
        this.config = config;
        this.configs = configs;
        this.machine =
                new GroupMachine(
                        config,
                        configs,
                        image,
                        (groupId, question) -> questions.add(new Asked(groupId, question)));
        round(machine::loaded);
        text.setLength(0);
    }

    /// A shard that loads what another one stored.
    GroupScript reloaded() {
        GroupScript next = new GroupScript(config, configs);
        next.image = image;
        log.forEach(next.machine::replay);
        next.nowMs = nowMs;
        next.log.addAll(log);
        next.ids.putAll(ids);
        next.text.append(text).append("> the shard is loaded again\n");
        next.round(next.machine::loaded);
        return next;
    }

    /// The image that comes with every command from now on.
    void sees(ClusterImage newer) {
        image = newer;
    }

    ClusterImage image() {
        return image;
    }

    /// Somebody looks up all regular expressions that have to be.
    void lookUp() {
        List<Asked> asked = List.copyOf(questions);
        questions.clear();
        for (Asked one : asked) {
            says(one.question().regexes() + " are looked up");
            Reply<ErrorCode> reply = new Reply<>(code -> code);
            ask(
                    "looking up",
                    new GroupCommand.RegexesResolved(
                            one.groupId(), one.question(), one.question().answer(), reply),
                    reply,
                    code -> code.name());
        }
    }

    GroupMachine machine() {
        return machine;
    }

    List<CoordinatorRecord> log() {
        return log;
    }

    String text() {
        return text.toString();
    }

    long nowMs() {
        return nowMs;
    }

    /// Forgets what was written down so far.
    void clear() {
        text.setLength(0);
    }

    /// How many are waiting for an answer.
    int waiting() {
        return waiting.size();
    }

    void takesRecordsUpTo(int bytes) {
        largestRecord = bytes;
    }

    /// One asking member: what it says of itself.
    record Client(
            String name,
            @Nullable String instance,
            int version,
            int sessionMs,
            int rebalanceMs,
            String type,
            List<String> protocols,
            String topics,
            List<Integer> owned) {

        Client(
                String name,
                @Nullable String instance,
                int version,
                int sessionMs,
                int rebalanceMs,
                String type,
                List<String> protocols,
                String topics) {
            this(
                    name,
                    instance,
                    version,
                    sessionMs,
                    rebalanceMs,
                    type,
                    protocols,
                    topics,
                    List.of());
        }

        /// Says that it uses these partitions of its topic.
        Client owning(Integer... partitions) {
            return new Client(
                    name,
                    instance,
                    version,
                    sessionMs,
                    rebalanceMs,
                    type,
                    protocols,
                    topics,
                    List.of(partitions));
        }

        static Client named(String name) {
            return new Client(
                    name, null, 9, 10_000, 60_000, "consumer", List.of("range"), "orders");
        }

        Client permanent(String newInstance) {
            return new Client(
                    name, newInstance, version, sessionMs, rebalanceMs, type, protocols, topics);
        }

        Client version(int newVersion) {
            return new Client(
                    name, instance, newVersion, sessionMs, rebalanceMs, type, protocols, topics);
        }

        Client sessionMs(int newSessionMs) {
            return new Client(
                    name, instance, version, newSessionMs, rebalanceMs, type, protocols, topics);
        }

        Client rebalanceMs(int newRebalanceMs) {
            return new Client(
                    name, instance, version, sessionMs, newRebalanceMs, type, protocols, topics);
        }

        Client type(String newType) {
            return new Client(
                    name, instance, version, sessionMs, rebalanceMs, newType, protocols, topics);
        }

        Client protocols(String... newProtocols) {
            return new Client(
                    name,
                    instance,
                    version,
                    sessionMs,
                    rebalanceMs,
                    type,
                    List.of(newProtocols),
                    topics);
        }

        Client topics(String newTopics) {
            return new Client(
                    name, instance, version, sessionMs, rebalanceMs, type, protocols, newTopics);
        }

        ByteBuffer subscription() {
            ProtocolWriter out = new ProtocolWriter();
            out.writeShort((short) 1);
            ConsumerProtocolSubscription.builder()
                    .topics(List.of(topics.split(",")))
                    .ownedPartitions(
                            owned.isEmpty()
                                    ? List.of()
                                    : List.of(
                                            ConsumerProtocolSubscription.TopicPartition.builder()
                                                    .topic(topics)
                                                    .partitions(owned)
                                                    .build()))
                    .build()
                    .write(out, 1);
            return out.toBuffer();
        }
    }

    Reply<JoinGroupResponse> join(Client client, String memberId) {
        JoinGroupRequest request =
                JoinGroupRequest.builder()
                        .groupId(GROUP)
                        .memberId(memberId)
                        .groupInstanceId(client.instance())
                        .sessionTimeoutMs(client.sessionMs())
                        .rebalanceTimeoutMs(client.rebalanceMs())
                        .protocolType(client.type())
                        .build();
        Reply<JoinGroupResponse> reply =
                new Reply<>(code -> JoinGroupResponse.builder().errorCode(code).build());
        String as = memberId.isEmpty() ? "" : " as " + memberId;
        says(client.name() + " joins" + as);
        String freshId = client.name() + "-" + ids.merge(client.name(), 1, Integer::sum);
        List<Member.Protocol> protocols =
                client.protocols().stream()
                        .map(name -> new Member.Protocol(name, client.subscription()))
                        .toList();
        ask(
                client.name() + " joining",
                new GroupCommand.Join(
                        request,
                        new ClientContext(client.name(), "/127.0.0.1", client.version()),
                        freshId,
                        protocols,
                        image,
                        reply),
                reply,
                GroupScript::told);
        return reply;
    }

    private static String told(JoinGroupResponse response) {
        String error = error(response.errorCode());
        String members =
                response.members().isEmpty()
                        ? ""
                        : ", members "
                                + response.members().stream().map(m -> m.memberId()).toList();
        return error.isEmpty()
                ? "%s is in generation %d, %s, leader %s%s%s"
                        .formatted(
                                response.memberId(),
                                response.generationId(),
                                response.protocolName(),
                                response.leader(),
                                members,
                                response.skipAssignment() ? ", skips the assignment" : "")
                : error + (response.memberId().isEmpty() ? "" : ", " + response.memberId());
    }

    private static String error(short code) {
        return code == 0 ? "" : ErrorCode.forCode(code).name();
    }

    /// @param assignments pairs of member id and assignment
    void sync(String memberId, int generation, String... assignments) {
        syncAs(memberId, generation, null, null, assignments);
    }

    /// A leader that is alone assigns itself.
    void assign(String memberId, int generation, ByteBuffer assignment) {
        sync(memberId, generation, Map.of(memberId, assignment), null, null);
    }

    void syncAs(
            String memberId,
            int generation,
            @Nullable String type,
            @Nullable String protocol,
            String... assignments) {
        Map<String, ByteBuffer> assigned = new LinkedHashMap<>();
        for (int i = 0; i < assignments.length; i += 2) {
            assigned.put(assignments[i], bytes(assignments[i + 1]));
        }
        sync(memberId, generation, assigned, type, protocol);
    }

    private void sync(
            String memberId,
            int generation,
            Map<String, ByteBuffer> assigned,
            @Nullable String type,
            @Nullable String protocol) {
        SyncGroupRequest request =
                SyncGroupRequest.builder()
                        .groupId(GROUP)
                        .memberId(memberId)
                        .generationId(generation)
                        .protocolType(type)
                        .protocolName(protocol)
                        .build();
        Reply<SyncGroupResponse> reply =
                new Reply<>(code -> SyncGroupResponse.builder().errorCode(code).build());
        says(
                memberId
                        + " syncs generation "
                        + generation
                        + (assigned.isEmpty() ? "" : ", assigns " + written(assigned)));
        ask(
                memberId + " syncing",
                new GroupCommand.Sync(request, assigned, image, reply),
                reply,
                response ->
                        response.errorCode() == 0
                                ? "has \"" + string(response.assignment()) + "\""
                                : error(response.errorCode()));
    }

    private static List<String> written(Map<String, ByteBuffer> assigned) {
        List<String> written = new ArrayList<>();
        assigned.forEach(
                (memberId, bytes) -> {
                    written.add(memberId);
                    written.add(string(bytes));
                });
        return written;
    }

    static ByteBuffer bytes(String string) {
        return ByteBuffer.wrap(string.getBytes(StandardCharsets.UTF_8));
    }

    /// A text, or what a consumer is assigned.
    private static String string(ByteBuffer bytes) {
        if (bytes.hasRemaining() && bytes.get(bytes.position()) == 0) {
            return EmbeddedProtocol.assignment(bytes).assignedPartitions().stream()
                    .map(one -> one.topic() + ":" + one.partitions())
                    .toList()
                    .toString();
        }
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    void heartbeat(String memberId, int generation) {
        heartbeat(memberId, null, generation);
    }

    void heartbeat(String memberId, @Nullable String instance, int generation) {
        HeartbeatRequest request =
                HeartbeatRequest.builder()
                        .groupId(GROUP)
                        .memberId(memberId)
                        .groupInstanceId(instance)
                        .generationId(generation)
                        .build();
        Reply<HeartbeatResponse> reply =
                new Reply<>(code -> HeartbeatResponse.builder().errorCode(code).build());
        says(memberId + " beats, generation " + generation);
        ask(
                memberId,
                new GroupCommand.Heartbeat(request, reply),
                reply,
                response -> orFine(response.errorCode()));
    }

    private static String orFine(short code) {
        return code == 0 ? "fine" : error(code);
    }

    void leave(MemberIdentity... members) {
        List<MemberIdentity> all = List.of(members);
        LeaveGroupRequest request = LeaveGroupRequest.builder().groupId(GROUP).members(all).build();
        Reply<LeaveGroupResponse> reply =
                new Reply<>(code -> LeaveGroupResponse.builder().errorCode(code).build());
        List<String> names =
                all.stream()
                        .map(
                                one ->
                                        one.memberId().isEmpty()
                                                ? "instance " + one.groupInstanceId()
                                                : one.memberId())
                        .toList();
        says(names + " leave");
        ask(
                "leaving",
                new GroupCommand.Leave(request, reply),
                reply,
                response ->
                        response.members().stream()
                                .map(member -> orFine(member.errorCode()))
                                .toList()
                                .toString());
    }

    static MemberIdentity member(String memberId) {
        return MemberIdentity.builder().memberId(memberId).build();
    }

    static MemberIdentity instance(String instance) {
        return MemberIdentity.builder().groupInstanceId(instance).build();
    }

    /// @param partition as `topic-number`
    void commit(String memberId, int generation, String partition, long offset, String metadata) {
        int dash = partition.lastIndexOf('-');
        OffsetCommitRequest request =
                OffsetCommitRequest.builder()
                        .groupId(GROUP)
                        .memberId(memberId)
                        .generationIdOrMemberEpoch(generation)
                        .topics(
                                List.of(
                                        OffsetCommitRequestTopic.builder()
                                                .name(partition.substring(0, dash))
                                                .topicId(topicId(partition.substring(0, dash)))
                                                .partitions(
                                                        List.of(
                                                                OffsetCommitRequestPartition
                                                                        .builder()
                                                                        .partitionIndex(
                                                                                Integer.parseInt(
                                                                                        partition
                                                                                                .substring(
                                                                                                        dash
                                                                                                                + 1)))
                                                                        .committedOffset(offset)
                                                                        .committedMetadata(metadata)
                                                                        .build()))
                                                .build()))
                        .build();
        Reply<OffsetCommitResponse> reply =
                new Reply<>(code -> OffsetCommitResponse.builder().build());
        says(
                "%s commits %s at %d"
                        .formatted(memberId.isEmpty() ? "somebody" : memberId, partition, offset));
        ask(
                "committing",
                new GroupCommand.CommitOffsets(request, 9, reply),
                reply,
                response ->
                        orFine(response.topics().getFirst().partitions().getFirst().errorCode()));
    }

    private Uuid topicId(String name) {
        return image.topics().named(name).map(TopicImage::id).orElse(Uuid.ZERO);
    }

    <A> void ask(String who, GroupCommand command, Reply<A> reply, Function<A, String> says) {
        Waiting<?> abandoned = waiting.remove(who);
        if (abandoned != null) {
            waiting.put(who + ", given up " + ids.merge("given up", 1, Integer::sum), abandoned);
        }
        waiting.put(who, new Waiting<>(who, reply, says));
        round(turn -> machine.decide(command, turn));
    }

    /// Lets time pass, with the timers that fall into it.
    void pass(long ms) {
        says(ms + " ms pass");
        long end = nowMs + ms;
        OptionalLong next = timers.next();
        while (next.isPresent() && next.getAsLong() <= end * 1_000_000) {
            nowMs = Math.max(nowMs, (next.getAsLong() + 999_999) / 1_000_000);
            GroupTimer due = timers.takeDue(nowMs * 1_000_000);
            if (due != null) {
                round(turn -> machine.timeUp(due, turn));
            }
            next = timers.next();
        }
        nowMs = end;
    }

    void says(String line) {
        text.append("> ").append(line).append('\n');
    }

    private void round(Consumer<Turn<GroupTimer>> decision) {
        Turn<GroupTimer> turn =
                new Turn<>(nowMs * 1_000_000, nowMs, largestRecord, timers, _ -> ErrorCode.NONE);
        decision.accept(turn);
        for (LogEntry entry : turn.entries()) {
            CoordinatorRecord record = ((LogEntry.Plain) entry).record();
            log.add(record);
            text.append("  log: ").append(written(record)).append('\n');
        }
        String state = state();
        if (!state.equals(lastState)) {
            text.append("  group: ").append(state).append('\n');
            lastState = state;
        }
        turn.settle();
        for (Map.Entry<String, Waiting<?>> entry : List.copyOf(waiting.entrySet())) {
            if (entry.getValue().reply().isSettled()) {
                waiting.remove(entry.getKey());
                text.append("  ").append(entry.getValue().said()).append('\n');
            }
        }
    }

    private static String written(CoordinatorRecord record) {
        return switch (GroupRecords.read(record)) {
            case GroupRecords.Change.OfGroup group -> written(group.value());
            case GroupRecords.Change.OfOffset offset -> {
                TopicPartition partition = offset.partition();
                yield offset.value() == null
                        ? "no offset of " + partition
                        : partition + " at " + offset.value().offset();
            }
            case GroupRecords.Change.OfShareGroup share ->
                    share.groupId() + ": " + share.key().getClass().getSimpleName();
            case GroupRecords.Change.OfStreamsGroup streams -> streams.toString();
            case GroupRecords.Change.OfConsumerGroup consumer ->
                    ConsumerScript.written(consumer.key(), consumer.value());
            case GroupRecords.Change.Foreign foreign -> foreign.reason();
        };
    }

    private static String written(@Nullable GroupMetadataValue value) {
        return value == null
                ? "no group"
                : "generation %d, %s"
                        .formatted(
                                value.generation(),
                                value.members().stream()
                                        .map(
                                                member ->
                                                        member.memberId()
                                                                + "="
                                                                + string(member.assignment()))
                                        .toList());
    }

    private String state() {
        ConsumerGroup consumers = machine.groups().consumer(GROUP);
        if (consumers != null) {
            return "consumers, %s, epoch %d".formatted(consumers.stateName(), consumers.epoch());
        }
        ClassicGroup group = machine.groups().classic(GROUP);
        if (group == null) {
            return "none";
        }
        Roster roster = group.roster();
        return "%s, generation %d, members %s%s"
                .formatted(
                        group.stateName(),
                        roster.generation(),
                        roster.members().ids(),
                        roster.pending().isEmpty() ? "" : ", expects " + roster.pending());
    }
}
