package io.zurau.tests.protocol;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Plays what is not about one API at one version: several clients at once, requests that name
/// things twice or not at all, values at their limits.
class EdgeCasesTest {
    private static final Map<String, SideBySide.Scenario> SCENARIOS = new LinkedHashMap<>();

    static {
        SCENARIOS.put("two-members", GroupEdges::twoMembers);
        SCENARIOS.put("third-member", GroupEdges::thirdMemberDuringSync);
        SCENARIOS.put("static-members", GroupEdges::staticMembers);
        SCENARIOS.put("pending-member", GroupEdges::pendingMember);
        SCENARIOS.put("protocols", GroupEdges::protocols);
        SCENARIOS.put("session-timeouts", GroupEdges::sessionTimeouts);
        SCENARIOS.put("commits-of-members", GroupEdges::commitsOfMembers);
        SCENARIOS.put("odd-commits", GroupEdges::oddCommits);
        SCENARIOS.put("odd-offset-fetches", GroupEdges::oddFetches);
        SCENARIOS.put("deleting", GroupEdges::deleting);
        SCENARIOS.put("odd-coordinators", GroupEdges::oddCoordinators);
        SCENARIOS.put("odd-produces", RecordEdges::produce);
        SCENARIOS.put("refused-records", RecordEdges::refusedRecords);
        SCENARIOS.put("stored-as-the-topic-says", RecordEdges::storedAsTheTopicSays);
        SCENARIOS.put("idempotence", RecordEdges::idempotence);
        SCENARIOS.put("fetch-limits", RecordEdges::fetchLimits);
        SCENARIOS.put("odd-fetches", RecordEdges::oddFetches);
        SCENARIOS.put("fetch-sessions", RecordEdges::fetchSessions);
        SCENARIOS.put("odd-list-offsets", RecordEdges::listOffsets);
        SCENARIOS.put("odd-deletes", RecordEdges::deleteRecords);
        SCENARIOS.put("odd-producer-ids", RecordEdges::producerIds);
        SCENARIOS.put("odd-topics", TopicEdges::create);
        SCENARIOS.put("topic-names", TopicEdges::names);
        SCENARIOS.put("odd-deletions", TopicEdges::delete);
        SCENARIOS.put("odd-partitions", TopicEdges::partitions);
        SCENARIOS.put("odd-metadata", TopicEdges::metadata);
        SCENARIOS.put("odd-descriptions", TopicEdges::describe);
        SCENARIOS.put("odd-clusters", TopicEdges::cluster);
        SCENARIOS.put("topic-settings", ConfigEdges::everyTopicSetting);
        SCENARIOS.put("topic-values", ConfigEdges::valuesOfTopicSettings);
        SCENARIOS.put("broker-settings", ConfigEdges::brokerSettings);
        SCENARIOS.put("odd-settings", ConfigEdges::oddRequests);
        SCENARIOS.put("listed-resources", ConfigEdges::listed);
    }

    @TestFactory
    Stream<DynamicTest> areAnsweredAsApacheKafkaAnswers() {
        return SCENARIOS.entrySet().stream()
                .map(
                        scenario ->
                                dynamicTest(
                                        scenario.getKey(),
                                        () ->
                                                SideBySide.compare(
                                                        scenario.getKey(), scenario.getValue())));
    }
}
