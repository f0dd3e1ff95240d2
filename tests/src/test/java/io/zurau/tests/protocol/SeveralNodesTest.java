package io.zurau.tests.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.servers.KafkaCluster;
import io.zurau.tests.servers.ServerUnderTest;
import io.zurau.tests.servers.Workspace;
import io.zurau.tests.servers.ZurauCluster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What three nodes answer about replicas that others lead, compared with what three nodes of
/// Apache Kafka answered. That is in a file, because three of Kafka's nodes start slowly; with
/// `-Dzurau.kafka.write=true` they are asked and the file is written anew.
class SeveralNodesTest {
    private static final String FILE = "several-nodes.txt";
    private static final Map<String, String> SETTINGS =
            Map.of(
                    "broker.rack",
                    "rack-%d",
                    "replica.selector.class",
                    "org.apache.kafka.common.replica.RackAwareReplicaSelector");

    @Test
    void answerAsApacheKafkasDo() throws Exception {
        // When
        List<String> answers;
        try (ZurauCluster cluster =
                new ZurauCluster(Workspace.newDirectory("several-nodes"), 3, SETTINGS)) {
            cluster.start();
            answers = play(cluster.bootstrap(), cluster.nodes());
        }

        // Then
        assertThat(Transcripts.differences(expected(), answers))
                .as("Apache Kafka's answers (-) and ours (+)")
                .isEmpty();
    }

    private static List<String> expected() throws Exception {
        if (Boolean.getBoolean("zurau.kafka.write")) {
            try (KafkaCluster kafka =
                    new KafkaCluster(Workspace.newDirectory("several-kafkas"), 3, SETTINGS)) {
                kafka.start();
                Path file =
                        Workspace.root()
                                .resolve("tests/src/test/resources/io/zurau/tests/protocol")
                                .resolve(FILE);
                Files.write(file, play(kafka.bootstrap(), kafka.nodes()));
                return entries(Files.readString(file));
            }
        }
        try (InputStream file =
                Objects.requireNonNull(SeveralNodesTest.class.getResourceAsStream(FILE))) {
            return entries(new String(file.readAllBytes(), UTF_8));
        }
    }

    /// An entry begins where a line is not indented.
    private static List<String> entries(String text) {
        List<String> entries = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (line.startsWith(" ") && !entries.isEmpty()) {
                entries.add(entries.removeLast() + "\n" + line);
            } else {
                entries.add(line);
            }
        }
        return entries;
    }

    private static List<String> play(String bootstrap, List<? extends ServerUnderTest> nodes)
            throws Exception {
        SeveralNodesScenario scenario = SeveralNodesScenario.prepare(bootstrap);
        List<String> transcript = new ArrayList<>();
        transcript.addAll(play(nodes.get(1), scenario::atFollower));
        transcript.addAll(play(nodes.get(0), scenario::atLeader));
        // Leader epochs count what happened before; entries are told apart by their first letter.
        return transcript.stream()
                .map(entry -> entry.replaceAll("\"leaderEpoch\":[1-9]\\d*", "\"leaderEpoch\":<n>"))
                .toList();
    }

    private static List<String> play(ServerUnderTest node, SideBySide.Scenario scenario)
            throws IOException {
        try (Conversation conversation = new Conversation(node, "several-nodes")) {
            scenario.play(conversation);
            return conversation.transcript();
        }
    }
}
