package io.zurau.tests.protocol;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicCollection;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.jspecify.annotations.Nullable;

/// Every setting there is, at its limits, and odd requests about settings.
final class ConfigEdges {
    private static final byte TOPIC = 2;
    private static final byte BROKER = 4;

    private static final byte DELETE = 1;
    private static final byte APPEND = 2;
    private static final byte SUBTRACT = 3;

    /// Ours alone.
    private static final Set<String> OURS = Set.of("durability");

    private ConfigEdges() {}

    private static DescribeConfigsRequestData describe(
            byte type, String name, @Nullable List<String> keys) {
        return new DescribeConfigsRequestData()
                .setResources(
                        List.of(
                                new DescribeConfigsResource()
                                        .setResourceType(type)
                                        .setResourceName(name)
                                        .setConfigurationKeys(keys)));
    }

    private static List<DescribeConfigsResourceResult> settings(
            Conversation c, byte type, String name) throws IOException {
        return c.prepare(DescribeConfigsResponseData.class, describe(type, name, null), 4)
                .results()
                .getFirst()
                .configs();
    }

    static void everyTopicSetting(Conversation c) throws IOException {
        String topic = c.topic(1, "retention.ms", "77777");
        settings(c, TOPIC, topic).stream()
                .filter(one -> !OURS.contains(one.name()))
                .map(ConfigEdges::line)
                .sorted()
                .forEach(c::note);
    }

    /// Apache Kafka sets min.insync.replicas on all brokers when it is formatted.
    private static String line(DescribeConfigsResourceResult one) {
        return one.name()
                + "="
                + one.value()
                + " type "
                + one.configType()
                + (one.name().equals("min.insync.replicas") ? "" : " source " + one.configSource())
                + (one.readOnly() ? " read-only" : "")
                + (one.isSensitive() ? " sensitive" : "");
    }

    static void valuesOfTopicSettings(Conversation c) throws IOException {
        String topic = c.topic(1);
        Set<String> names = new TreeSet<>();
        settings(c, TOPIC, topic).forEach(one -> names.add(one.name()));
        names.removeAll(OURS);
        List<String> values =
                List.of(
                        "",
                        "-1",
                        "0",
                        "1",
                        "1048576",
                        "2147483648",
                        "9223372036854775807",
                        "9223372036854775808",
                        "0.5",
                        "1.5",
                        "true",
                        "yes",
                        "none",
                        "gzip",
                        "GZIP",
                        "producer",
                        "delete",
                        "compact,delete",
                        "LogAppendTime",
                        "*",
                        "0:1,1:1");
        for (String name : names) {
            StringBuilder line = new StringBuilder(name);
            for (String value : values) {
                CreatableTopic asked =
                        new CreatableTopic()
                                .setName(c.name("t"))
                                .setNumPartitions(1)
                                .setReplicationFactor((short) 1);
                asked.configs().add(new CreatableTopicConfig().setName(name).setValue(value));
                CreatableTopicCollection topics = new CreatableTopicCollection();
                topics.add(asked);
                CreateTopicsResponseData answer =
                        c.prepare(
                                CreateTopicsResponseData.class,
                                new CreateTopicsRequestData()
                                        .setTopics(topics)
                                        .setTimeoutMs(10_000)
                                        .setValidateOnly(true),
                                7);
                CreateTopicsResponseData.CreatableTopicResult result =
                        answer.topics().iterator().next();
                line.append("\n'").append(value).append("' ").append(result.errorCode());
                if (result.errorCode() == 0) {
                    result.configs().stream()
                            .filter(config -> config.name().equals(name))
                            .forEach(
                                    config ->
                                            line.append(" is '")
                                                    .append(config.value().replaceAll("\\.0$", ""))
                                                    .append("' from ")
                                                    .append(config.configSource()));
                }
            }
            c.note(line.toString());
        }
    }

    /// Those that mean the same on both brokers.
    static void brokerSettings(Conversation c) throws IOException {
        Set<String> names =
                Set.of(
                        "auto.create.topics.enable",
                        "broker.rack",
                        "compression.gzip.level",
                        "compression.lz4.level",
                        "compression.type",
                        "compression.zstd.level",
                        "connections.max.idle.ms",
                        "default.replication.factor",
                        "delete.topic.enable",
                        "fetch.max.bytes",
                        "group.initial.rebalance.delay.ms",
                        "group.max.session.timeout.ms",
                        "group.max.size",
                        "group.min.session.timeout.ms",
                        "log.cleanup.policy",
                        "log.index.interval.bytes",
                        "log.index.size.max.bytes",
                        "log.message.timestamp.after.max.ms",
                        "log.message.timestamp.before.max.ms",
                        "log.message.timestamp.type",
                        "log.retention.bytes",
                        "log.retention.check.interval.ms",
                        "log.segment.bytes",
                        "max.incremental.fetch.session.cache.slots",
                        "max.request.partition.size.limit",
                        "message.max.bytes",
                        "num.partitions",
                        "offset.metadata.max.bytes",
                        "offsets.retention.check.interval.ms",
                        "offsets.retention.minutes",
                        "offsets.topic.num.partitions",
                        "offsets.topic.segment.bytes",
                        "socket.request.max.bytes");
        settings(c, BROKER, "1").stream()
                .filter(one -> names.contains(one.name()))
                .map(ConfigEdges::line)
                .sorted()
                .forEach(c::note);
    }

    private static IncrementalAlterConfigsRequestData.AlterConfigsResource change(
            byte type, String name, String... keysAndValues) {
        IncrementalAlterConfigsRequestData.AlterableConfigCollection configs =
                new IncrementalAlterConfigsRequestData.AlterableConfigCollection();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            configs.add(
                    new IncrementalAlterConfigsRequestData.AlterableConfig()
                            .setName(keysAndValues[i])
                            .setValue(keysAndValues[i + 1]));
        }
        return new IncrementalAlterConfigsRequestData.AlterConfigsResource()
                .setResourceType(type)
                .setResourceName(name)
                .setConfigs(configs);
    }

    /// Apache Kafka's broker follows a change a little later.
    private static void awaitRetention(Conversation c, String topic, String value)
            throws IOException {
        c.prepareUntil(
                DescribeConfigsResponseData.class,
                describe(TOPIC, topic, List.of("retention.ms")),
                4,
                answer -> answer.results().getFirst().configs().getFirst().value().equals(value));
    }

    /// On a setting of one broker, or of all.
    private static IncrementalAlterConfigsRequestData.AlterConfigsResource operation(
            String broker, String name, byte operation, @Nullable String value) {
        IncrementalAlterConfigsRequestData.AlterConfigsResource resource = change(BROKER, broker);
        resource.configs()
                .add(
                        new IncrementalAlterConfigsRequestData.AlterableConfig()
                                .setName(name)
                                .setConfigOperation(operation)
                                .setValue(value));
        return resource;
    }

    private static void changed(
            Conversation c, IncrementalAlterConfigsRequestData.AlterConfigsResource... resources)
            throws IOException {
        IncrementalAlterConfigsRequestData.AlterConfigsResourceCollection all =
                new IncrementalAlterConfigsRequestData.AlterConfigsResourceCollection();
        for (IncrementalAlterConfigsRequestData.AlterConfigsResource resource : resources) {
            all.add(resource);
        }
        c.ask(
                IncrementalAlterConfigsResponseData.class,
                new IncrementalAlterConfigsRequestData().setResources(all),
                1);
    }

    static void oddRequests(Conversation c) throws IOException {
        String topic = c.topic(1);
        String other = c.topic(1);
        c.note("nothing, several, twice");
        changed(c);
        changed(c, change(TOPIC, topic));
        changed(
                c,
                change(TOPIC, topic, "retention.ms", "1"),
                change(TOPIC, other, "retention.ms", "x"),
                change(TOPIC, "no-such-topic", "retention.ms", "1"));
        changed(
                c,
                change(TOPIC, topic, "retention.ms", "2"),
                change(TOPIC, topic, "retention.ms", "3"));
        changed(c, change(TOPIC, topic, "retention.ms", "2", "retention.ms", "3"));
        c.note("kinds of resources");
        for (byte type : new byte[] {0, 1, 16, 32, 64, 127, -1}) {
            for (String name : List.of("", "1", "x")) {
                c.note(type + " " + name);
                c.askAlone(describe(type, name, List.of("no.such.setting")), 4);
            }
        }
        c.note("keys");
        for (List<String> keys :
                List.of(
                        List.<String>of(),
                        List.of("nonsense"),
                        List.of("retention.ms", "retention.ms"))) {
            DescribeConfigsResponseData answer =
                    c.prepare(DescribeConfigsResponseData.class, describe(TOPIC, topic, keys), 4);
            c.note(
                    keys
                            + " "
                            + answer.results().getFirst().configs().stream()
                                    .anyMatch(one -> one.name().equals("retention.ms"))
                            + " "
                            + Math.min(2, answer.results().getFirst().configs().size()));
        }
        c.note("the same resource twice");
        DescribeConfigsRequestData twice = describe(TOPIC, topic, List.of("retention.ms"));
        List<DescribeConfigsResource> resources = new ArrayList<>(twice.resources());
        resources.add(
                resources.getFirst().duplicate().setConfigurationKeys(List.of("segment.bytes")));
        c.ask(DescribeConfigsResponseData.class, twice.setResources(resources), 4);
        c.note("brokers");
        changed(c, change(BROKER, "", "log.retention.ms", "123456789"));
        awaitRetention(c, other, "123456789");
        c.ask(DescribeConfigsResponseData.class, describe(BROKER, "", null), 4);
        c.ask(
                DescribeConfigsResponseData.class,
                describe(BROKER, "1", List.of("log.retention.ms")),
                4);
        c.ask(
                DescribeConfigsResponseData.class,
                describe(TOPIC, other, List.of("retention.ms")),
                4);
        changed(c, operation("", "log.retention.ms", DELETE, null));
        awaitRetention(c, other, "604800000");
        c.ask(DescribeConfigsResponseData.class, describe(BROKER, "", null), 4);
        changed(c, change(BROKER, "1", "log.retention.ms", "x"));
        c.note("a setting of brokers that need not do anything");
        changed(c, change(BROKER, "1", "sasl.kerberos.min.time.before.relogin", "58000"));
        changed(c, change(BROKER, "1", "background.threads", "9"));
        changed(c, operation("1", "log.cleanup.policy", APPEND, "compact"));
        changed(c, operation("1", "log.cleanup.policy", SUBTRACT, "compact"));
        changed(c, operation("1", "log.cleanup.policy", DELETE, null));
        changed(c, operation("1", "sasl.kerberos.min.time.before.relogin", DELETE, null));
        changed(c, operation("1", "background.threads", DELETE, null));
        changed(c, change(BROKER, "", "broker.id", "1"));
        c.note("replaced");
        alter(c, TOPIC, topic, "retention.ms", "5", "segment.bytes", "1048576");
        alter(c, TOPIC, topic, "retention.ms", null);
        alter(c, TOPIC, topic);
        alter(c, (byte) 77, topic);
        c.ask(
                DescribeConfigsResponseData.class,
                describe(TOPIC, topic, List.of("retention.ms", "segment.bytes")),
                4);
    }

    private static void alter(
            Conversation c, byte type, String name, @Nullable String... keysAndValues)
            throws IOException {
        AlterConfigsRequestData.AlterableConfigCollection configs =
                new AlterConfigsRequestData.AlterableConfigCollection();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            configs.add(
                    new AlterConfigsRequestData.AlterableConfig()
                            .setName(keysAndValues[i])
                            .setValue(keysAndValues[i + 1]));
        }
        AlterConfigsRequestData.AlterConfigsResourceCollection resources =
                new AlterConfigsRequestData.AlterConfigsResourceCollection();
        resources.add(
                new AlterConfigsRequestData.AlterConfigsResource()
                        .setResourceType(type)
                        .setResourceName(name)
                        .setConfigs(configs));
        c.ask(
                AlterConfigsResponseData.class,
                new AlterConfigsRequestData().setResources(resources),
                2);
    }

    static void listed(Conversation c) throws IOException {
        String topic = c.topic(1);
        for (List<Byte> types :
                List.of(
                        List.<Byte>of(),
                        List.of((byte) 2),
                        List.of((byte) 4, (byte) 8),
                        List.of((byte) 16, (byte) 32),
                        List.of((byte) 0),
                        List.of((byte) 99))) {
            ListConfigResourcesResponseData answer =
                    c.prepare(
                            ListConfigResourcesResponseData.class,
                            new ListConfigResourcesRequestData().setResourceTypes(types),
                            1);
            c.note(types + " error " + answer.errorCode());
            answer.configResources().stream()
                    .filter(one -> one.resourceType() != TOPIC || one.resourceName().equals(topic))
                    .map(one -> one.resourceType() + " " + one.resourceName())
                    .sorted()
                    .forEach(c::note);
        }
        c.ask(ListConfigResourcesResponseData.class, new ListConfigResourcesRequestData(), 0);
    }
}
