package io.zurau.tests.tools;

import static io.zurau.tests.conformance.KafkaTool.CONFIGS;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.Shared;
import io.zurau.tests.servers.ToolHost;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaConfigsTest {
    private static final String[] BROKER = {"--entity-type", "brokers", "--entity-name", "1"};

    @Test
    void addsDescribesAndDeletesATopicsSettings() throws Exception {
        // Given
        String topic = Clients.newTopic("configs", 1, Map.of("segment.bytes", "1048600"));

        // When
        alterTopic(topic, "--add-config", "retention.ms=4444,cleanup.policy=[compact,delete]");

        // Then
        assertThat(describeTopic(topic))
                .contains("retention.ms=4444", "cleanup.policy=compact,delete")
                .contains("segment.bytes=1048600");

        // When
        alterTopic(topic, "--delete-config", "retention.ms");

        // Then
        assertThat(describeTopic(topic))
                .doesNotContain("retention.ms=4444")
                .contains("segment.bytes=1048600");
    }

    @Test
    void describeAllShowsDefaultsToo() throws Exception {
        // Given
        String topic = Clients.newTopic("configs", 1);

        // When
        String all =
                CONFIGS.run(
                                "--describe",
                                "--all",
                                "--entity-type",
                                "topics",
                                "--entity-name",
                                topic)
                        .text();

        // Then
        assertThat(all)
                .contains("retention.ms=604800000", "max.message.bytes=1048588")
                .contains("DEFAULT_CONFIG:log.cleanup.policy=delete");
    }

    @Test
    void refusesSettingsThatDoNotExistOrAreOutOfRange() throws Exception {
        // Given
        String topic = Clients.newTopic("configs", 1);

        // When
        ToolHost.Result unknown = attempt(topic, "no.such.setting=1");
        ToolHost.Result outOfRange = attempt(topic, "min.insync.replicas=0");

        // Then
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.toString()).contains("no.such.setting");
        assertThat(outOfRange.exitCode()).isEqualTo(1);
        assertThat(outOfRange.toString()).contains("min.insync.replicas");
    }

    private static ToolHost.Result attempt(String topic, String setting) {
        return CONFIGS.attempt(
                "--alter",
                "--entity-type",
                "topics",
                "--entity-name",
                topic,
                "--add-config",
                setting);
    }

    @Test
    void changesABrokersDynamicSettings() {
        // When
        CONFIGS.run(with("--alter", "--add-config", "log.retention.ms=87654321"));

        // Then
        assertThat(CONFIGS.run(with("--describe")).text()).contains("log.retention.ms=87654321");

        // When
        CONFIGS.run(with("--alter", "--delete-config", "log.retention.ms"));

        // Then
        assertThat(CONFIGS.run(with("--describe")).text())
                .doesNotContain("DYNAMIC_BROKER_CONFIG:log.retention.ms");
    }

    @Test
    void changesTheDefaultOfAllBrokers() {
        // Given
        String[] defaults = {"--entity-type", "brokers", "--entity-default"};

        // When
        CONFIGS.run(
                "--alter",
                "--add-config",
                "log.retention.ms=87654321",
                defaults[0],
                defaults[1],
                defaults[2]);

        // Then
        assertThat(CONFIGS.run("--describe", defaults[0], defaults[1], defaults[2]).text())
                .contains("log.retention.ms=87654321");
        CONFIGS.run(
                "--alter",
                "--delete-config",
                "log.retention.ms",
                defaults[0],
                defaults[1],
                defaults[2]);
    }

    @Test
    void describesABrokersStaticSettings() {
        // When
        String all = CONFIGS.run(with("--describe", "--all")).text();

        // Then
        assertThat(all).contains("node.id=1", "num.partitions=1", "auto.create.topics.enable=true");
    }

    @Test
    void changesWhatAGroupIsSetTo() {
        // Given
        String[] group = {"--entity-type", "groups", "--entity-name", Shared.name("configs")};

        // When
        CONFIGS.run(joined(group, "--alter", "--add-config", "consumer.session.timeout.ms=50000"));

        // Then
        assertThat(CONFIGS.run(joined(group, "--describe")).text())
                .contains("consumer.session.timeout.ms=50000")
                .contains("group.consumer.session.timeout.ms=45000");
        assertThat(
                        CONFIGS.attempt(
                                        joined(
                                                group,
                                                "--alter",
                                                "--add-config",
                                                "consumer.session.timeout.ms=70000"))
                                .toString())
                .contains("group.consumer.max.session.timeout.ms");
        CONFIGS.run(joined(group, "--alter", "--delete-config", "consumer.session.timeout.ms"));
        assertThat(CONFIGS.run(joined(group, "--describe")).text())
                .doesNotContain("consumer.session.timeout.ms=50000");
    }

    @Test
    void refusesWhatABrokerCannotChangeWhileItRuns() {
        assertThat(
                        CONFIGS.attempt(
                                        with(
                                                "--alter",
                                                "--add-config",
                                                "socket.request.max.bytes=1"))
                                .toString())
                .contains("Cannot update these configs dynamically: socket.request.max.bytes");
    }

    @Test
    void changesTheLevelOfALogger() {
        // Given
        String[] loggers = {"--entity-type", "broker-loggers", "--entity-name", "1"};
        String logger = "io.zurau.broker.connection.Connection";

        // When
        CONFIGS.run(joined(loggers, "--alter", "--add-config", logger + "=ERROR"));

        // Then
        assertThat(CONFIGS.run(joined(loggers, "--describe")).text()).contains(logger + "=ERROR");
        CONFIGS.run(joined(loggers, "--alter", "--delete-config", logger));
        assertThat(CONFIGS.run(joined(loggers, "--describe")).text())
                .doesNotContain(logger + "=ERROR");
    }

    private static String[] joined(String[] subject, String... more) {
        String[] all = Arrays.copyOf(subject, subject.length + more.length);
        System.arraycopy(more, 0, all, subject.length, more.length);
        return all;
    }

    private static String[] with(String... more) {
        String[] all = new String[BROKER.length + more.length];
        System.arraycopy(more, 0, all, 0, more.length);
        System.arraycopy(BROKER, 0, all, more.length, BROKER.length);
        return all;
    }

    private static void alterTopic(String topic, String option, String value) {
        CONFIGS.run("--alter", "--entity-type", "topics", "--entity-name", topic, option, value);
    }

    private static String describeTopic(String topic) {
        return CONFIGS.run("--describe", "--entity-type", "topics", "--entity-name", topic).text();
    }
}
