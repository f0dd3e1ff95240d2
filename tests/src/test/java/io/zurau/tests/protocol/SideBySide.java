package io.zurau.tests.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Shared;
import io.zurau.tests.servers.ServerUnderTest;
import java.io.IOException;
import java.util.List;

/// Plays a scenario on Apache Kafka and on the server under test, and expects the same answers.
final class SideBySide {
    @FunctionalInterface
    interface Scenario {
        void play(Conversation conversation) throws IOException;
    }

    private SideBySide() {}

    /// @param subject a name for this scenario that no other uses
    static void compare(String subject, Scenario scenario) throws IOException {
        List<String> expected = play(Shared.reference(), scenario, subject);
        List<String> actual = play(Shared.server(), scenario, subject);
        assertThat(Transcripts.differences(expected, actual))
                .as("%s, Apache Kafka's answers (-) and ours (+)", subject)
                .isEmpty();
    }

    private static List<String> play(ServerUnderTest server, Scenario scenario, String subject)
            throws IOException {
        try (Conversation conversation = new Conversation(server, subject)) {
            scenario.play(conversation);
            return conversation.transcript();
        }
    }
}
