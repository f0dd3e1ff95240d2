package io.zurau.tests.protocol;

import io.zurau.tests.servers.ServerUnderTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicCollection;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfigCollection;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// A scenario played on one server: what is asked is the same on every server, what is answered
/// goes into a transcript in which everything that may differ from server to server (ids, ports,
/// clocks) is replaced by a name.
final class Conversation implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ServerUnderTest server;
    private final String subject;
    private final Wire wire;
    private final Answers answers = new Answers();
    private final List<String> transcript = new ArrayList<>();
    private final List<Peer> peers = new ArrayList<>();
    private int names;

    /// @param subject a name for this scenario that no other uses, part of its topics' and groups'
    ///   names
    Conversation(ServerUnderTest server, String subject) throws IOException {
        this.server = server;
        this.subject = subject;
        this.wire = new Wire(server.port());
    }

    /// Asks and writes the answer down.
    <T extends ApiMessage> T ask(Class<T> type, ApiMessage request, int version)
            throws IOException {
        ApiMessage answer =
                wire.ask(request, version)
                        .orElseThrow(
                                () ->
                                        new AssertionError(
                                                server
                                                        + " closed the connection after "
                                                        + request
                                                        + "\nso far:\n"
                                                        + String.join("\n", transcript)));
        transcript.add("← " + answers.describe(answer, version));
        return type.cast(answer);
    }

    /// Like [#ask] on a connection of its own, where being refused by a closed connection is an
    /// answer too.
    void askAlone(ApiMessage request, int version) throws IOException {
        try (Wire alone = new Wire(server.port())) {
            Optional<ApiMessage> answer = alone.ask(request, version);
            transcript.add(
                    answer.map(known -> "← " + answers.describe(known, version))
                            .orElse("← connection closed"));
        }
    }

    /// Another connection of this scenario, for a second client or for an answer that comes late.
    Peer peer(String name) throws IOException {
        Peer peer = new Peer(name, new Wire(server.port()));
        peers.add(peer);
        return peer;
    }

    /// A client beside the scenario's own.
    final class Peer {
        private final String name;
        private final Wire wire;

        private Peer(String name, Wire wire) {
            this.name = name;
            this.wire = wire;
        }

        /// Asks without waiting for the answer.
        void send(ApiMessage request, int version) throws IOException {
            wire.send(Wire.frame(request, version, Wire.CORRELATION_ID));
        }

        /// Writes down the answer to a request that was sent.
        <T extends ApiMessage> T answer(Class<T> type, ApiKeys api, int version)
                throws IOException {
            ByteBuffer bytes =
                    wire.receive()
                            .orElseThrow(
                                    () -> new AssertionError(server + " closed a connection."));
            ApiMessage answer = Wire.parse(bytes, api.id, version, Wire.CORRELATION_ID);
            transcript.add(name + " ← " + answers.describe(answer, version));
            return type.cast(answer);
        }
    }

    /// Asks without writing down, for what a scenario needs before it begins.
    <T extends ApiMessage> T prepare(Class<T> type, ApiMessage request, int version)
            throws IOException {
        return type.cast(wire.ask(request, version).orElseThrow());
    }

    /// Asks until the answer is as it should be, then goes on.
    <T extends ApiMessage> T prepareUntil(
            Class<T> type, ApiMessage request, int version, Predicate<T> good) throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            T answer = prepare(type, request, version);
            if (good.test(answer)) {
                return answer;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError(server + " still answers " + answer + " to " + request);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    /// Writes down something that the scenario found out.
    void note(String line) {
        transcript.add(line);
    }

    List<String> transcript() {
        return List.copyOf(transcript);
    }

    /// A fresh name, the same on every server that the scenario is played on.
    String name(String kind) {
        return subject + "-" + kind + "-" + names++;
    }

    /// Makes a topic that is ready to be used.
    String topic(int partitions, String... settings) throws IOException {
        String topic = name("topic");
        CreatableTopicConfigCollection configs = new CreatableTopicConfigCollection();
        for (int i = 0; i < settings.length; i += 2) {
            configs.add(new CreatableTopicConfig().setName(settings[i]).setValue(settings[i + 1]));
        }
        CreatableTopicCollection topics = new CreatableTopicCollection();
        topics.add(
                new CreatableTopic()
                        .setName(topic)
                        .setNumPartitions(partitions)
                        .setReplicationFactor((short) 1)
                        .setConfigs(configs));
        CreateTopicsResponseData created =
                prepare(
                        CreateTopicsResponseData.class,
                        new CreateTopicsRequestData().setTopics(topics).setTimeoutMs(30_000),
                        7);
        if (created.topics().find(topic).errorCode() != 0) {
            throw new AssertionError(server + " did not create a topic: " + created);
        }
        answers.name(created.topics().find(topic).topicId(), topic);
        awaitTopic(topic, partitions);
        return topic;
    }

    /// Waits until every partition of a topic has a leader that answers.
    void awaitTopic(String topic, int partitions) throws IOException {
        ListOffsetsTopic asked = new ListOffsetsTopic().setName(topic);
        for (int i = 0; i < partitions; i++) {
            asked.partitions()
                    .add(new ListOffsetsPartition().setPartitionIndex(i).setTimestamp(-1));
        }
        prepareUntil(
                ListOffsetsResponseData.class,
                new ListOffsetsRequestData().setReplicaId(-1).setTopics(List.of(asked)),
                1,
                answer ->
                        answer.topics().getFirst().partitions().stream()
                                .allMatch(partition -> partition.errorCode() == 0));
    }

    /// The id of a topic that [#topic] made.
    Uuid id(String topic) {
        return answers.id(topic);
    }

    /// Gives an id a name in the transcript.
    void nameId(Uuid id, String name) {
        answers.name(id, name);
    }

    /// A group name whose coordinator is ready.
    String group() throws IOException {
        String group = name("group");
        prepareUntil(
                FindCoordinatorResponseData.class,
                new FindCoordinatorRequestData().setKey(group),
                0,
                answer -> answer.errorCode() == 0);
        prepareUntil(
                OffsetFetchResponseData.class,
                new OffsetFetchRequestData().setGroupId(group).setTopics(null),
                2,
                answer -> answer.errorCode() == 0);
        return group;
    }

    @Override
    public void close() throws IOException {
        for (Peer peer : peers) {
            peer.wire.close();
        }
        wire.close();
    }
}
