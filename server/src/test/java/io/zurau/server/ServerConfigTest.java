package io.zurau.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zurau.coordinator.group.config.GroupSettings;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ServerConfigTest {
    /// What Apache Kafka 4 ships as `config/server.properties`, without its comments.
    private static final String KAFKAS_OWN =
            """
            process.roles=broker,controller
            node.id=1
            controller.quorum.bootstrap.servers=localhost:9093
            listeners=PLAINTEXT://:9092,CONTROLLER://:9093
            inter.broker.listener.name=PLAINTEXT
            advertised.listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
            controller.listener.names=CONTROLLER
            listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL
            num.network.threads=3
            num.io.threads=8
            socket.send.buffer.bytes=102400
            socket.receive.buffer.bytes=102400
            socket.request.max.bytes=104857600
            log.dirs=/tmp/kraft-combined-logs
            num.partitions=1
            num.recovery.threads.per.data.dir=1
            offsets.topic.replication.factor=1
            share.coordinator.state.topic.replication.factor=1
            share.coordinator.state.topic.min.isr=1
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            #log.flush.interval.messages=10000
            log.retention.hours=168
            log.segment.bytes=1073741824
            log.retention.check.interval.ms=300000
            """;

    @Test
    void aFileWrittenForOneNodeOfApacheKafkaIsAccepted() {
        // When
        ServerConfig config = ServerConfig.from(Settings.read(KAFKAS_OWN));

        // Then
        assertThat(config.nodeId()).isEqualTo(1);
        assertThat(config.directory()).isEqualTo("/tmp/kraft-combined-logs");
        assertThat(config.listeners().bound())
                .containsExactly(
                        Map.entry("PLAINTEXT", new ListenerAddress("PLAINTEXT", "", 9092)));
        assertThat(config.listeners().advertised())
                .containsExactly(
                        Map.entry(
                                "PLAINTEXT", new ListenerAddress("PLAINTEXT", "localhost", 9092)));
        assertThat(config.notices())
                .contains(
                        "num.io.threads has no effect: each connection has a virtual thread of"
                                + " its own.");
    }

    @Test
    void nothingGivenMeansANodeOnLocalhost() {
        // When
        ServerConfig config = ServerConfig.from(Map.of());

        // Then
        assertThat(config.listeners().bound().values())
                .containsExactly(new ListenerAddress("PLAINTEXT", "localhost", 9092));
        assertThat(config.directory()).isEqualTo("data");
        assertThat(config.journal()).isEmpty();
        assertThat(config.notices()).isEmpty();
    }

    @Test
    void whatCannotBeIsRefusedInOneSentence() {
        assertRefused("num.partitons", "3", "did you mean num.partitions?");
        assertRefused("num.partitions", "0", "num.partitions is \"0\", but must be at least 1.");
        assertRefused("process.roles", "controller", "does not name broker");
        assertRefused("log.dirs", "/a,/b,/a", "log.dirs names /a twice.");
        assertRefused("metadata.log.dir", "/a", "must be one of log.dirs");
        assertRefused("listeners", "9092", "must be a list of NAME://HOST:PORT");
        assertRefused("listeners", "PLAINTEXT://localhost:70000", "NAME://HOST:PORT");
        assertRefused("listeners", "SSL://localhost:9092", "only PLAINTEXT is supported");
        assertRefused("advertised.listeners", "OTHER://a:1", "but listeners does not");
        assertRefused(
                "replica.selector.class",
                "com.example.MySelector",
                "replica.selector.class is \"com.example.MySelector\", but must be one of"
                        + " org.apache.kafka.common.replica.RackAwareReplicaSelector, ");
        assertRefused("socket.request.max.bytes", "3000000000", "socket.request.max.bytes");
    }

    private static void assertRefused(String key, String value, String message) {
        assertThatThrownBy(() -> ServerConfig.from(Map.of(key, value)))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining(message);
    }

    @Test
    void theMetadataIsInTheFirstDirectoryOrWhereItIsSaid() {
        assertThat(ServerConfig.from(Map.of("log.dirs", "/a,/b,/c")).directories())
                .containsExactly("/a", "/b", "/c");
        assertThat(
                        ServerConfig.from(Map.of("log.dirs", "/a,/b,/c", "metadata.log.dir", "/c"))
                                .directories())
                .containsExactly("/c", "/a", "/b");
    }

    @Test
    void severalDirectoriesHaveTheirOwnJournals() {
        assertThatThrownBy(
                        () -> ServerConfig.from(Map.of("log.dirs", "/a,/b", "journal.dir", "/c")))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("journal.dir is for a node with one log directory");
    }

    @Test
    void aListenerMayHaveAnotherNameAndAnIpv6Address() {
        // When
        ServerConfig config =
                ServerConfig.from(
                        Map.of(
                                "listeners", "internal://[::1]:9094",
                                "listener.security.protocol.map", "INTERNAL:PLAINTEXT"));

        // Then
        assertThat(config.listeners().bound().values())
                .containsExactly(new ListenerAddress("INTERNAL", "::1", 9094));
    }

    @Test
    void thereAreAtMostNinetySettingsBesidesWhatGroupsCanBeSetTo() {
        // Defaults and limits of what each group can be set to come in families, by Kafka's names.
        assertThat(ServerConfig.CATALOG.settings())
                .filteredOn(setting -> !GroupSettings.ON_BROKER.contains(setting))
                .extracting(Setting::key)
                .hasSizeLessThanOrEqualTo(90);
    }

    @Test
    void contradictingSettingsOfGroupsAreRefused() {
        assertThatThrownBy(
                        () ->
                                ServerConfig.from(
                                        Map.of("group.consumer.session.timeout.ms", "5000")))
                .isInstanceOf(StartRefused.class)
                .hasMessage(
                        "group.consumer.session.timeout.ms is 5000, but must be at least 45000"
                                + " (group.consumer.min.session.timeout.ms) and at most 60000"
                                + " (group.consumer.max.session.timeout.ms).");
    }
}
