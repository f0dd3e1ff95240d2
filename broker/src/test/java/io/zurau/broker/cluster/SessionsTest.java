package io.zurau.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.message.BrokerHeartbeatRequest;
import io.zurau.protocol.message.BrokerRegistrationChangeRecord;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.RegisterBrokerRecord;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SessionsTest {
    private static final byte LEAVING = 1;

    private final Sessions sessions = new Sessions();
    private ClusterImage image = ClusterImage.empty("cluster");

    SessionsTest() {
        apply(
                IntStream.rangeClosed(1, 3)
                        .<MetadataRecord>mapToObj(
                                id ->
                                        RegisterBrokerRecord.builder()
                                                .brokerId(id)
                                                .brokerEpoch(id)
                                                .fenced(false)
                                                .build())
                        .toList());
    }

    private void apply(List<MetadataRecord> records) {
        image = image.replay(records, image.endOffset() + records.size());
        sessions.follow(image, _ -> null, 0);
    }

    @Test
    void whoLeavesStaysUntilAllWhoStayKnowThatItLeadsNothing() {
        // Given
        long before = image.endOffset();
        leave(1);
        hears(2, image.endOffset());
        hears(3, before);

        // When, then
        assertThat(mayGo(1)).isFalse();
        hears(3, image.endOffset());
        assertThat(mayGo(1)).isTrue();
    }

    @Test
    void whatIsCommittedLaterIsNotWaitedFor() {
        // Given
        leave(1);
        long empty = image.endOffset();
        assertThat(mayGo(1)).isFalse();
        hears(2, empty);
        hears(3, empty);

        // When
        apply(List.of(RegisterBrokerRecord.builder().brokerId(4).brokerEpoch(4).build()));

        // Then
        assertThat(mayGo(1)).isTrue();
    }

    @Test
    void nobodyWaitsForOneThatLeavesTooOrIsFenced() {
        // Given
        leave(1);
        hears(2, image.endOffset());

        // When
        leave(3);

        // Then
        hears(2, image.endOffset());
        assertThat(mayGo(1)).isTrue();
        assertThat(sessions.othersKnowThatItLeadsNothing(9, image)).isTrue();
    }

    @Test
    void theDeadAndTheSilentAreSuspects() {
        // Given
        sessions.dead(2, 2);
        sessions.dead(3, 1); // An earlier process.

        // When, then
        assertThat(sessions.suspects(1_000_000, Duration.ofSeconds(3)))
                .extracting(Sessions.Suspect::nodeId)
                .containsExactly(2);
        assertThat(sessions.suspects(3_000_000_001L, Duration.ofSeconds(3)))
                .extracting(Sessions.Suspect::nodeId)
                .containsExactly(1, 2, 3);
    }

    private void leave(int id) {
        apply(
                List.of(
                        BrokerRegistrationChangeRecord.builder()
                                .brokerId(id)
                                .brokerEpoch(id)
                                .inControlledShutdown(LEAVING)
                                .build()));
    }

    private void hears(int id, long offset) {
        sessions.heard(
                BrokerHeartbeatRequest.builder()
                        .brokerId(id)
                        .brokerEpoch(id)
                        .currentMetadataOffset(offset)
                        .build(),
                0);
    }

    private boolean mayGo(int id) {
        return sessions.othersKnowThatItLeadsNothing(id, image);
    }
}
