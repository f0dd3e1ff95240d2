package io.zurau.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.broker.partition.TopicConfig;
import io.zurau.coordinator.group.config.GroupSettings;
import io.zurau.protocol.message.ApiKey;
import io.zurau.runtime.FileDisk;
import io.zurau.runtime.Seams;
import io.zurau.runtime.SecureRandomness;
import io.zurau.runtime.SocketNetwork;
import io.zurau.runtime.SystemClock;
import io.zurau.runtime.ThreadTasks;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The pages that tell what there is say what the code says. `-Dzurau.docs.write=true` writes them.
@Timeout(60)
final class ReferencePagesTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final String BEGIN = "<!-- apis -->\n";
    private static final String END = "<!-- end of apis -->";
    private static final String HINT =
            "To write the page anew: ./mvnw -pl server -am test -Dtest=ReferencePagesTest"
                    + " -Dsurefire.failIfNoSpecifiedTests=false -Dzurau.docs.write=true";
    private static final int SOCKET_PATIENCE_MS = 30_000;

    @TempDir Path home;

    @Test
    void theSettingsPageListsEverySetting() throws IOException {
        String page =
                """
                # Settings

                The names are Kafka's, but for what only Zurau has: `journal.dir`, `journal.size`, `log.durability`, \
                `durability` and `max.pending.requests.per.connection`. This page is written by `ReferencePagesTest`.

                ## Of the node

                Given in the file of `zurau start --config FILE`, or one by one with `--set KEY=VALUE`. An unknown key is
                refused with the nearest known one.

                %s
                ## Of a topic

                Given when the topic is created, changed while it is used: `zurau topic create NAME --config KEY=VALUE`, or \
                Kafka's `kafka-configs`.

                %s
                ## Of a group

                Set before or while there is such a group: `zurau config alter group NAME --config KEY=VALUE`, or Kafka's `kafka-configs`. The limits are the broker's
                `group.*.min.*` and `group.*.max.*` above; a value beyond narrower limits that came later counts as the nearest within.

                %s"""
                        .formatted(
                                ServerConfig.CATALOG.markdown(),
                                TopicConfig.catalog().markdown(),
                                GroupSettings.catalog().markdown());

        isCommitted(DOCS.resolve("settings.md"), page);
    }

    @Test
    void theCompatibilityPageListsEveryApiAndWhatIsAdvertised() throws IOException {
        Path page = DOCS.resolve("compatibility.md");
        String text = Files.readString(page, UTF_8);
        int begin = text.indexOf(BEGIN) + BEGIN.length();

        isCommitted(
                page, text.substring(0, begin) + apiTable() + text.substring(text.indexOf(END)));
    }

    private String apiTable() throws IOException {
        Map<Integer, String> advertised = advertised();
        StringBuilder table =
                new StringBuilder("| key | API | Kafka 4.4 | Zurau |\n|---|---|---|---|\n");
        for (ApiKey api : ApiKey.values()) {
            if (api.onBrokerListener()) {
                table.append(
                        "| %d | %s | %s | %s |\n"
                                .formatted(
                                        api.id(),
                                        api.apiName(),
                                        range(api.lowestVersion(), api.highestStableVersion()),
                                        advertised.getOrDefault((int) api.id(), "not yet")));
            }
        }
        return table.toString();
    }

    /// What a client is told: the versions by key.
    private Map<Integer, String> advertised() throws IOException {
        Seams seams =
                new Seams(
                        new SystemClock(),
                        new ThreadTasks((thread, bug) -> bug.printStackTrace()),
                        new SocketNetwork(),
                        new SecureRandomness());
        ServerConfig config =
                ServerConfig.from(
                        Map.of(
                                "log.dirs", home.toString(),
                                "listeners", "PLAINTEXT://127.0.0.1:0",
                                "journal.size", "16777216"));
        try (ZurauServer server =
                        ZurauServer.start(config, seams, at -> new FileDisk(Path.of(at)));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(SOCKET_PATIENCE_MS);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(10); // The request's length.
            out.writeShort(ApiKey.API_VERSIONS.id());
            out.writeShort(0);
            out.writeInt(1); // Correlation id.
            out.writeShort(-1); // No client id.
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.readInt(); // The answer's length.
            assertThat(in.readInt()).isEqualTo(1);
            assertThat(in.readShort()).as("error code").isZero();
            Map<Integer, String> versions = new TreeMap<>();
            for (int left = in.readInt(); left > 0; left--) {
                int key = in.readShort();
                versions.put(key, range(in.readShort(), in.readShort()));
            }
            return versions;
        }
    }

    private static String range(int lowest, int highest) {
        return lowest == highest ? String.valueOf(lowest) : lowest + "–" + highest;
    }

    private static void isCommitted(Path page, String expected) throws IOException {
        if (Boolean.getBoolean("zurau.docs.write")) {
            Files.writeString(page, expected);
        }
        assertThat(page).as(HINT).hasContent(expected);
    }
}
