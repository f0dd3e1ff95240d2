package io.zurau.tests.protocol;

import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.jspecify.annotations.Nullable;

/// What is asked about settings.
final class ConfigScenarios {
    private static final byte TOPIC = 2;
    private static final byte BROKER = 4;

    static final byte SET = 0;
    static final byte DELETE = 1;
    static final byte APPEND = 2;
    private static final byte SUBTRACT = 3;

    private ConfigScenarios() {}

    static void describe(Conversation c, int version) throws IOException {
        String topic = c.topic(1, "retention.ms", "77777", "cleanup.policy", "compact,delete");
        List<String> keys =
                List.of("max.message.bytes", "cleanup.policy", "segment.bytes", "nonsense");
        c.note("all of a topic's");
        described(c, version, describe(TOPIC, topic, null));
        c.note("some, with synonyms");
        described(c, version, describe(TOPIC, topic, keys).setIncludeSynonyms(true));
        if (version >= 3) {
            c.note("with documentation");
            described(c, version, describe(TOPIC, topic, keys).setIncludeDocumentation(true));
        }
        c.note("of nobody");
        described(c, version, describe(TOPIC, "no-such-topic", null));
        described(c, version, describe(TOPIC, "what?", null));
        described(c, version, describe(BROKER, "99", null));
        described(c, version, describe(BROKER, "one", null));
        ResourceScenarios.describe(c, version);
        c.note("of a broker");
        List<String> brokerKeys = List.of("node.id", "log.retention.hours", "num.partitions");
        described(c, version, describe(BROKER, "1", brokerKeys).setIncludeSynonyms(true));
        described(c, version, describe(BROKER, "", null));
    }

    static void described(Conversation c, int version, DescribeConfigsRequestData request)
            throws IOException {
        c.ask(DescribeConfigsResponseData.class, request, version);
    }

    static DescribeConfigsRequestData describe(
            byte type, String name, @Nullable List<String> keys) {
        return new DescribeConfigsRequestData()
                .setResources(
                        List.of(
                                new DescribeConfigsResource()
                                        .setResourceType(type)
                                        .setResourceName(name)
                                        .setConfigurationKeys(keys)));
    }

    static void alter(Conversation c, int version) throws IOException {
        String topic = c.topic(1, "retention.ms", "77777", "segment.bytes", "1048600");
        altered(c, version, topic, "retention.ms", "88888");
        setting(c, topic, "retention.ms", "88888");
        c.note("segment.bytes was not named, so it is back to its default");
        setting(c, topic, "segment.bytes", "1073741824");
        altered(c, version, topic, "retention.ms", "soon");
        altered(c, version, topic, "no.such.setting", "1");
        altered(c, version, "no-such-topic", "retention.ms", "1");
        AlterConfigsRequestData onlyValidated = alter(topic, "retention.ms", "99999");
        c.ask(AlterConfigsResponseData.class, onlyValidated.setValidateOnly(true), version);
        setting(c, topic, "retention.ms", "88888");
        ResourceScenarios.replace(c, version);
    }

    private static void altered(
            Conversation c, int version, String topic, String name, String value)
            throws IOException {
        c.ask(AlterConfigsResponseData.class, alter(topic, name, value), version);
    }

    private static AlterConfigsRequestData alter(String topic, String name, String value) {
        return alter(TOPIC, topic, name, value);
    }

    static AlterConfigsRequestData alter(byte type, String resource, String name, String value) {
        AlterConfigsRequestData.AlterableConfigCollection configs =
                new AlterConfigsRequestData.AlterableConfigCollection();
        configs.add(new AlterConfigsRequestData.AlterableConfig().setName(name).setValue(value));
        AlterConfigsRequestData.AlterConfigsResourceCollection resources =
                new AlterConfigsRequestData.AlterConfigsResourceCollection();
        resources.add(
                new AlterConfigsRequestData.AlterConfigsResource()
                        .setResourceType(type)
                        .setResourceName(resource)
                        .setConfigs(configs));
        return new AlterConfigsRequestData().setResources(resources);
    }

    static void incrementalAlter(Conversation c, int version) throws IOException {
        String topic = c.topic(1, "retention.ms", "77777", "segment.bytes", "1048600");
        changed(c, version, TOPIC, topic, SET, "retention.ms", "88888");
        setting(c, topic, "retention.ms", "88888");
        setting(c, topic, "segment.bytes", "1048600");
        changed(c, version, TOPIC, topic, DELETE, "segment.bytes", null);
        setting(c, topic, "segment.bytes", "1073741824");
        changed(c, version, TOPIC, topic, APPEND, "cleanup.policy", "compact");
        setting(c, topic, "cleanup.policy", "delete,compact");
        changed(c, version, TOPIC, topic, SUBTRACT, "cleanup.policy", "delete");
        setting(c, topic, "cleanup.policy", "compact");
        c.note("refused");
        changed(c, version, TOPIC, topic, SET, "retention.ms", "soon");
        changed(c, version, TOPIC, topic, SET, "retention.ms", null);
        changed(c, version, TOPIC, topic, SET, "no.such.setting", "1");
        changed(c, version, TOPIC, topic, APPEND, "retention.ms", "5");
        changed(c, version, TOPIC, "no-such-topic", SET, "retention.ms", "1");
        changed(c, version, TOPIC, "", SET, "retention.ms", "1");
        changed(c, version, BROKER, "99", SET, "log.retention.ms", "1");
        changed(c, version, BROKER, "one", SET, "log.retention.ms", "1");
        changed(c, version, BROKER, "1", SET, "node.id", "5");
        changed(c, version, (byte) 77, "x", SET, "y", "z");
        ResourceScenarios.change(c, version);
        c.note("a broker's");
        changed(c, version, BROKER, "1", SET, "log.retention.ms", "87654321");
        changed(c, version, BROKER, "1", DELETE, "log.retention.ms", null);
        c.note("only validated");
        IncrementalAlterConfigsRequestData request =
                change(TOPIC, topic, SET, "retention.ms", "99999");
        c.ask(IncrementalAlterConfigsResponseData.class, request.setValidateOnly(true), version);
        setting(c, topic, "retention.ms", "88888");
    }

    static void changed(
            Conversation c,
            int version,
            byte type,
            String resource,
            byte operation,
            String name,
            @Nullable String value)
            throws IOException {
        c.note(operation + " " + resource + " " + name + "=" + value);
        c.ask(
                IncrementalAlterConfigsResponseData.class,
                change(type, resource, operation, name, value),
                version);
    }

    static IncrementalAlterConfigsRequestData change(
            byte type, String resource, byte operation, String name, @Nullable String value) {
        IncrementalAlterConfigsRequestData.AlterableConfigCollection configs =
                new IncrementalAlterConfigsRequestData.AlterableConfigCollection();
        configs.add(
                new IncrementalAlterConfigsRequestData.AlterableConfig()
                        .setName(name)
                        .setConfigOperation(operation)
                        .setValue(value));
        IncrementalAlterConfigsRequestData.AlterConfigsResourceCollection resources =
                new IncrementalAlterConfigsRequestData.AlterConfigsResourceCollection();
        resources.add(
                new IncrementalAlterConfigsRequestData.AlterConfigsResource()
                        .setResourceType(type)
                        .setResourceName(resource)
                        .setConfigs(configs));
        return new IncrementalAlterConfigsRequestData().setResources(resources);
    }

    /// Waits for the value, for Apache Kafka's controller answers before its broker knows.
    private static void setting(Conversation c, String topic, String name, String value)
            throws IOException {
        setting(c, TOPIC, topic, name, value);
    }

    static void setting(Conversation c, byte type, String resource, String name, String value)
            throws IOException {
        DescribeConfigsResponseData answer =
                c.prepareUntil(
                        DescribeConfigsResponseData.class,
                        describe(type, resource, List.of(name)),
                        4,
                        described ->
                                described.results().getFirst().configs().stream()
                                        .anyMatch(config -> value.equals(config.value())));
        answer.results()
                .getFirst()
                .configs()
                .forEach(
                        config ->
                                c.note(
                                        "    "
                                                + name
                                                + " is "
                                                + config.value()
                                                + " from "
                                                + config.configSource()));
    }
}
