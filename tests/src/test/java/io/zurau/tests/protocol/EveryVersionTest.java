package io.zurau.tests.protocol;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Plays a scenario for each API at each of its versions on the server and on Apache Kafka, and
/// expects the same answers.
class EveryVersionTest {
    @FunctionalInterface
    private interface Scenario {
        void play(Conversation conversation, int version) throws IOException;
    }

    private static final Map<ApiKeys, Scenario> SCENARIOS = new EnumMap<>(ApiKeys.class);

    static {
        SCENARIOS.put(ApiKeys.PRODUCE, RecordScenarios::produce);
        SCENARIOS.put(ApiKeys.FETCH, RecordScenarios::fetch);
        SCENARIOS.put(ApiKeys.LIST_OFFSETS, RecordScenarios::listOffsets);
        SCENARIOS.put(ApiKeys.DELETE_RECORDS, RecordScenarios::deleteRecords);
        SCENARIOS.put(ApiKeys.OFFSET_FOR_LEADER_EPOCH, RecordScenarios::offsetForLeaderEpoch);
        SCENARIOS.put(ApiKeys.DESCRIBE_PRODUCERS, RecordScenarios::describeProducers);
        SCENARIOS.put(ApiKeys.INIT_PRODUCER_ID, RecordScenarios::initProducerId);
        SCENARIOS.put(ApiKeys.METADATA, TopicScenarios::metadata);
        SCENARIOS.put(ApiKeys.CREATE_TOPICS, TopicScenarios::createTopics);
        SCENARIOS.put(ApiKeys.DELETE_TOPICS, TopicScenarios::deleteTopics);
        SCENARIOS.put(ApiKeys.CREATE_PARTITIONS, TopicScenarios::createPartitions);
        SCENARIOS.put(ApiKeys.DESCRIBE_TOPIC_PARTITIONS, TopicScenarios::describeTopicPartitions);
        SCENARIOS.put(ApiKeys.DESCRIBE_CLUSTER, TopicScenarios::describeCluster);
        SCENARIOS.put(ApiKeys.DESCRIBE_LOG_DIRS, TopicScenarios::describeLogDirs);
        SCENARIOS.put(ApiKeys.DESCRIBE_CONFIGS, ConfigScenarios::describe);
        SCENARIOS.put(ApiKeys.ALTER_CONFIGS, ConfigScenarios::alter);
        SCENARIOS.put(ApiKeys.INCREMENTAL_ALTER_CONFIGS, ConfigScenarios::incrementalAlter);
        SCENARIOS.put(ApiKeys.LIST_CONFIG_RESOURCES, ResourceScenarios::listConfigResources);
        SCENARIOS.put(ApiKeys.UPDATE_FEATURES, FeatureScenarios::updateFeatures);
        SCENARIOS.put(
                ApiKeys.GET_TELEMETRY_SUBSCRIPTIONS, TelemetryScenarios::getTelemetrySubscriptions);
        SCENARIOS.put(ApiKeys.PUSH_TELEMETRY, TelemetryScenarios::pushTelemetry);
        SCENARIOS.put(ApiKeys.FIND_COORDINATOR, GroupScenarios::findCoordinator);
        SCENARIOS.put(ApiKeys.JOIN_GROUP, GroupScenarios::joinGroup);
        SCENARIOS.put(ApiKeys.SYNC_GROUP, GroupScenarios::syncGroup);
        SCENARIOS.put(ApiKeys.HEARTBEAT, GroupScenarios::heartbeat);
        SCENARIOS.put(ApiKeys.LEAVE_GROUP, GroupScenarios::leaveGroup);
        SCENARIOS.put(ApiKeys.DESCRIBE_GROUPS, GroupScenarios::describeGroups);
        SCENARIOS.put(ApiKeys.LIST_GROUPS, GroupScenarios::listGroups);
        SCENARIOS.put(ApiKeys.DELETE_GROUPS, GroupScenarios::deleteGroups);
        SCENARIOS.put(ApiKeys.CONSUMER_GROUP_HEARTBEAT, ConsumerGroupScenarios::heartbeat);
        SCENARIOS.put(ApiKeys.CONSUMER_GROUP_DESCRIBE, ConsumerGroupScenarios::describe);
        SCENARIOS.put(ApiKeys.OFFSET_COMMIT, OffsetScenarios::offsetCommit);
        SCENARIOS.put(ApiKeys.OFFSET_FETCH, OffsetScenarios::offsetFetch);
        SCENARIOS.put(ApiKeys.OFFSET_DELETE, GroupScenarios::offsetDelete);
        SCENARIOS.put(ApiKeys.STREAMS_GROUP_HEARTBEAT, StreamsScenarios::heartbeat);
        SCENARIOS.put(ApiKeys.STREAMS_GROUP_DESCRIBE, StreamsScenarios::describe);
        SCENARIOS.put(ApiKeys.ADD_PARTITIONS_TO_TXN, TransactionScenarios::addPartitionsToTxn);
        SCENARIOS.put(ApiKeys.ADD_OFFSETS_TO_TXN, TransactionScenarios::addOffsetsToTxn);
        SCENARIOS.put(ApiKeys.END_TXN, TransactionScenarios::endTxn);
        SCENARIOS.put(ApiKeys.TXN_OFFSET_COMMIT, TransactionScenarios::txnOffsetCommit);
        SCENARIOS.put(ApiKeys.WRITE_TXN_MARKERS, TransactionScenarios::writeTxnMarkers);
        SCENARIOS.put(ApiKeys.DESCRIBE_TRANSACTIONS, TransactionScenarios::describeTransactions);
        SCENARIOS.put(ApiKeys.LIST_TRANSACTIONS, TransactionScenarios::listTransactions);
        SCENARIOS.put(ApiKeys.INITIALIZE_SHARE_GROUP_STATE, ShareScenarios::initializeState);
        SCENARIOS.put(ApiKeys.READ_SHARE_GROUP_STATE, ShareScenarios::readState);
        SCENARIOS.put(ApiKeys.WRITE_SHARE_GROUP_STATE, ShareScenarios::writeState);
        SCENARIOS.put(ApiKeys.DELETE_SHARE_GROUP_STATE, ShareScenarios::deleteState);
        SCENARIOS.put(ApiKeys.READ_SHARE_GROUP_STATE_SUMMARY, ShareScenarios::readSummary);
        SCENARIOS.put(ApiKeys.SHARE_GROUP_HEARTBEAT, ShareScenarios::heartbeat);
        SCENARIOS.put(ApiKeys.SHARE_GROUP_DESCRIBE, ShareScenarios::describe);
        SCENARIOS.put(ApiKeys.DESCRIBE_SHARE_GROUP_OFFSETS, ShareScenarios::describeOffsets);
        SCENARIOS.put(ApiKeys.ALTER_SHARE_GROUP_OFFSETS, ShareScenarios::alterOffsets);
        SCENARIOS.put(ApiKeys.DELETE_SHARE_GROUP_OFFSETS, ShareScenarios::deleteOffsets);
        SCENARIOS.put(ApiKeys.SHARE_FETCH, ShareScenarios::fetch);
        SCENARIOS.put(ApiKeys.SHARE_ACKNOWLEDGE, ShareScenarios::acknowledge);
    }

    @TestFactory
    Stream<DynamicTest> isAnsweredAsApacheKafkaAnswers() {
        return SCENARIOS.entrySet().stream()
                .flatMap(
                        scenario ->
                                versions(scenario.getKey())
                                        .mapToObj(
                                                version ->
                                                        compared(
                                                                scenario.getKey(),
                                                                scenario.getValue(),
                                                                version)));
    }

    private static IntStream versions(ApiKeys api) {
        return IntStream.rangeClosed(api.oldestVersion(), api.latestVersion(false));
    }

    private static DynamicTest compared(ApiKeys api, Scenario scenario, int version) {
        String subject = api.name.toLowerCase(Locale.ROOT) + "-v" + version;
        return dynamicTest(
                api.name + " v" + version,
                () -> SideBySide.compare(subject, c -> scenario.play(c, version)));
    }
}
