package io.zurau.tests.protocol;

import static io.zurau.tests.protocol.ConfigScenarios.APPEND;
import static io.zurau.tests.protocol.ConfigScenarios.DELETE;
import static io.zurau.tests.protocol.ConfigScenarios.SET;
import static io.zurau.tests.protocol.ConfigScenarios.changed;
import static io.zurau.tests.protocol.ConfigScenarios.described;
import static io.zurau.tests.protocol.ConfigScenarios.setting;

import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;

/// What is asked about the settings of groups, of clients' metrics and of loggers.
final class ResourceScenarios {
    private static final byte LOGGER = 8;
    static final byte CLIENT_METRICS = 16;
    private static final byte GROUP = 32;

    private ResourceScenarios() {}

    static void describe(Conversation c, int version) throws IOException {
        String group = c.name("group");
        c.note("of a group that nobody knows");
        described(
                c, version, ConfigScenarios.describe(GROUP, group, null).setIncludeSynonyms(true));
        described(c, version, ConfigScenarios.describe(GROUP, "", null));
        c.note("of a group that was set");
        set(c, GROUP, group, "consumer.session.timeout.ms", "50000");
        set(c, GROUP, group, "streams.num.warmup.replicas", "4");
        setting(c, GROUP, group, "consumer.session.timeout.ms", "50000");
        setting(c, GROUP, group, "streams.num.warmup.replicas", "4");
        described(
                c, version, ConfigScenarios.describe(GROUP, group, null).setIncludeSynonyms(true));
        c.note("of clients' metrics");
        String metrics = c.name("metrics");
        described(c, version, ConfigScenarios.describe(CLIENT_METRICS, metrics, null));
        described(c, version, ConfigScenarios.describe(CLIENT_METRICS, "", null));
        set(c, CLIENT_METRICS, metrics, "interval.ms", "100");
        setting(c, CLIENT_METRICS, metrics, "interval.ms", "100");
        described(
                c,
                version,
                ConfigScenarios.describe(CLIENT_METRICS, metrics, null).setIncludeSynonyms(true));
        unset(c, CLIENT_METRICS, metrics, "interval.ms");
        unset(c, GROUP, group, "consumer.session.timeout.ms");
        unset(c, GROUP, group, "streams.num.warmup.replicas");
        c.note("of loggers");
        described(c, version, ConfigScenarios.describe(LOGGER, "1", List.of("no.such.logger")));
        described(c, version, ConfigScenarios.describe(LOGGER, "", null));
        described(c, version, ConfigScenarios.describe(LOGGER, "99", null));
        described(c, version, ConfigScenarios.describe(LOGGER, "one", null));
    }

    private static void set(Conversation c, byte type, String name, String key, String value)
            throws IOException {
        c.prepare(
                IncrementalAlterConfigsResponseData.class,
                ConfigScenarios.change(type, name, SET, key, value),
                1);
    }

    private static void unset(Conversation c, byte type, String name, String key)
            throws IOException {
        c.prepare(
                IncrementalAlterConfigsResponseData.class,
                ConfigScenarios.change(type, name, DELETE, key, null),
                1);
    }

    static void change(Conversation c, int version) throws IOException {
        c.note("a group's");
        String group = c.name("group");
        changed(c, version, GROUP, group, SET, "consumer.session.timeout.ms", "60000");
        setting(c, GROUP, group, "consumer.session.timeout.ms", "60000");
        for (String[] pair :
                new String[][] {
                    {"consumer.session.timeout.ms", "60001"},
                    {"consumer.session.timeout.ms", "44999"},
                    {"consumer.session.timeout.ms", "soon"},
                    {"consumer.session.timeout.ms", "0"},
                    {"consumer.heartbeat.interval.ms", "15001"},
                    {"consumer.assignment.interval.ms", "-1"},
                    {"share.delivery.count.limit", "1"},
                    {"share.delivery.count.limit", "11"},
                    {"share.auto.offset.reset", "by_duration:PT10H"},
                    {"share.auto.offset.reset", "by_duration:-PT10H"},
                    {"share.auto.offset.reset", "Latest"},
                    {"share.isolation.level", "read_committed"},
                    {"share.isolation.level", "serializable"},
                    {"share.renew.acknowledge.enable", "maybe"},
                    {"streams.assignor.name", "mine"},
                    {"streams.assignor.name", "sticky"},
                    {"streams.num.standby.replicas", "3"},
                    {"streams.task.offset.interval.ms", "14999"},
                    {"streams.rack.aware.assignment.tags", "a,b,a"},
                    {"errors.deadletterqueue.topic.name", "__internal"},
                    {"no.such.setting", "1"}
                }) {
            changed(c, version, GROUP, group, SET, pair[0], pair[1]);
        }
        changed(c, version, GROUP, group, APPEND, "streams.rack.aware.assignment.tags", "x");
        changed(c, version, GROUP, group, APPEND, "consumer.session.timeout.ms", "x");
        changed(c, version, GROUP, group, SET, "consumer.session.timeout.ms", null);
        changed(c, version, GROUP, "", SET, "consumer.session.timeout.ms", "60000");
        for (String key :
                List.of(
                        "consumer.session.timeout.ms",
                        "share.auto.offset.reset",
                        "share.isolation.level",
                        "streams.assignor.name",
                        "streams.rack.aware.assignment.tags",
                        "never.set")) {
            changed(c, version, GROUP, group, DELETE, key, null);
        }
        c.note("of clients' metrics");
        String metrics = c.name("metrics");
        for (String[] pair :
                new String[][] {
                    {"interval.ms", "99"},
                    {"interval.ms", "3600001"},
                    {"interval.ms", "often"},
                    {"metrics", "org.apache.kafka.,other"},
                    {"match", "client_id=nobody,client_software_name=apache-.*"},
                    {"match", "client_shoe_size=42"},
                    {"match", "client_id"},
                    {"match", "client_id=*"},
                    {"no.such.setting", "1"}
                }) {
            changed(c, version, CLIENT_METRICS, metrics, SET, pair[0], pair[1]);
        }
        changed(c, version, CLIENT_METRICS, metrics, APPEND, "metrics", "third");
        changed(c, version, CLIENT_METRICS, metrics, APPEND, "interval.ms", "1");
        changed(c, version, CLIENT_METRICS, "", SET, "interval.ms", "1000");
        changed(c, version, CLIENT_METRICS, metrics, DELETE, "metrics", null);
        changed(c, version, CLIENT_METRICS, metrics, DELETE, "match", null);
        c.note("a logger's");
        changed(c, version, LOGGER, "1", SET, "no.such.logger", "INFO");
        changed(c, version, LOGGER, "1", SET, "root", "LOUD");
        changed(c, version, LOGGER, "1", DELETE, "root", null);
        changed(c, version, LOGGER, "1", APPEND, "root", "INFO");
        changed(c, version, LOGGER, "99", SET, "root", "INFO");
        changed(c, version, LOGGER, "one", SET, "root", "INFO");
        changed(c, version, LOGGER, "", SET, "root", "INFO");
    }

    /// By the older API.
    static void replace(Conversation c, int version) throws IOException {
        String group = c.name("group");
        String metrics = c.name("metrics");
        replaced(c, version, GROUP, group, "share.session.timeout.ms", "50000");
        setting(c, GROUP, group, "share.session.timeout.ms", "50000");
        replaced(c, version, GROUP, group, "share.heartbeat.interval.ms", "6000");
        setting(c, GROUP, group, "share.session.timeout.ms", "45000");
        replaced(c, version, GROUP, group, "share.session.timeout.ms", "1");
        replaced(c, version, CLIENT_METRICS, metrics, "interval.ms", "99");
        replaced(c, version, LOGGER, "1", "root", "INFO");
        unset(c, GROUP, group, "share.heartbeat.interval.ms");
    }

    private static void replaced(
            Conversation c, int version, byte type, String name, String key, String value)
            throws IOException {
        c.ask(
                AlterConfigsResponseData.class,
                ConfigScenarios.alter(type, name, key, value),
                version);
    }

    static void listConfigResources(Conversation c, int version) throws IOException {
        String group = c.name("group");
        String metrics = c.name("metrics");
        set(c, GROUP, group, "consumer.session.timeout.ms", "50000");
        set(c, CLIENT_METRICS, metrics, "interval.ms", "1000");
        setting(c, GROUP, group, "consumer.session.timeout.ms", "50000");
        setting(c, CLIENT_METRICS, metrics, "interval.ms", "1000");
        for (List<Byte> types :
                List.of(
                        List.<Byte>of(),
                        List.of(CLIENT_METRICS),
                        List.of(GROUP),
                        List.of((byte) 3))) {
            if (version == 0 && !types.isEmpty()) {
                continue;
            }
            ListConfigResourcesResponseData answer =
                    c.prepare(
                            ListConfigResourcesResponseData.class,
                            new ListConfigResourcesRequestData().setResourceTypes(types),
                            version);
            c.note(types + " error " + answer.errorCode());
            answer.configResources().stream()
                    .filter(
                            one ->
                                    one.resourceName().equals(group)
                                            || one.resourceName().equals(metrics))
                    .map(one -> one.resourceType() + " " + one.resourceName())
                    .sorted()
                    .forEach(c::note);
        }
        unset(c, GROUP, group, "consumer.session.timeout.ms");
        unset(c, CLIENT_METRICS, metrics, "interval.ms");
    }
}
