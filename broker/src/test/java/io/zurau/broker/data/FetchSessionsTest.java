package io.zurau.broker.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.broker.HandClock;
import io.zurau.broker.data.FetchSessions.Scope;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Payload;
import io.zurau.protocol.message.FetchRequest;
import io.zurau.protocol.message.FetchRequest.FetchPartition;
import io.zurau.protocol.message.FetchRequest.FetchTopic;
import io.zurau.protocol.message.FetchRequest.ForgottenTopic;
import io.zurau.protocol.message.FetchResponse.PartitionData;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FetchSessionsTest {
    private static final int VERSION = 12;
    private final HandClock clock = new HandClock();
    private final FetchSessions sessions =
            new FetchSessions(2, 7, Duration.ofSeconds(100), clock, new Random(5)::nextLong);

    @Test
    void aSessionRemembersWhatIsFetched() {
        // Given
        FetchSession session = begin(0, 1, 2);

        // When
        Scope scope = sessions.scope(next(session, 1).build(), VERSION);

        // Then
        assertThat(scope).isEqualTo(new Scope.Incremental(session));
        assertThat(indexes(session)).containsExactly(0, 1, 2);
    }

    @Test
    void aSessionTakesOverWhatIsAddedChangedAndForgotten() {
        // Given
        FetchSession session = begin(0, 1);

        // When
        sessions.scope(
                next(session, 1)
                        .topics(List.of(topic(1, 7)))
                        .forgottenTopicsData(
                                List.of(
                                        ForgottenTopic.builder()
                                                .topic("t")
                                                .partitions(List.of(0))
                                                .build()))
                        .build(),
                VERSION);

        // Then
        assertThat(indexes(session)).containsExactly(1, 7);
    }

    @Test
    void anUnknownSessionAWrongEpochAndAChangeToTopicIdsAreRefused() {
        // Given
        FetchSession session = begin(0);

        // When, then
        assertThat(
                        sessions.scope(
                                FetchRequest.builder().sessionId(12345).sessionEpoch(1).build(),
                                VERSION))
                .isEqualTo(new Scope.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND));
        assertThat(sessions.scope(next(session, 2).build(), VERSION))
                .isEqualTo(new Scope.Refused(ErrorCode.INVALID_FETCH_SESSION_EPOCH));
        assertThat(sessions.scope(next(session, 1).build(), 13))
                .isEqualTo(new Scope.Refused(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR));
    }

    @Test
    void theLastRequestOfASessionEndsIt() {
        // Given
        FetchSession session = begin(0);

        // When
        Scope scope = sessions.scope(next(session, -1).build(), VERSION);

        // Then
        assertThat(scope).isEqualTo(new Scope.Full(List.of(), false));
        assertThat(sessions.scope(next(session, 1).build(), VERSION))
                .isEqualTo(new Scope.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND));
    }

    @Test
    void withoutAPlaceThereIsNoSessionUntilOneWasNotUsedForAWhile() {
        // Given
        FetchSession first = begin(0);
        clock.advance(60);
        begin(0);

        // When
        Optional<FetchSession> tooMany = sessions.begin(partitions(0), VERSION);
        clock.advance(60);
        Optional<FetchSession> later = sessions.begin(partitions(0), VERSION);

        // Then
        assertThat(tooMany).isEmpty();
        assertThat(later).isPresent();
        assertThat(sessions.scope(next(first, 1).build(), VERSION))
                .isEqualTo(new Scope.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND));
    }

    @Test
    void aLargerSessionTakesThePlaceOfASmallerOneThatHasLivedForAWhile() {
        // Given
        FetchSession small = begin(0);
        FetchSession large = begin(0, 1, 2, 3);
        clock.advance(120);
        sessions.scope(next(small, 1).build(), VERSION);
        sessions.scope(next(large, 1).build(), VERSION);

        // When
        Optional<FetchSession> middling = sessions.begin(partitions(0, 1), VERSION);

        // Then
        assertThat(middling).isPresent();
        assertThat(sessions.scope(next(small, 2).build(), VERSION))
                .isInstanceOf(Scope.Refused.class);
        assertThat(sessions.scope(next(large, 2).build(), VERSION))
                .isInstanceOf(Scope.Incremental.class);
    }

    @Test
    void onlyNewsIsSentAndWhatHadRecordsGoesToTheEnd() {
        // Given
        FetchSession session = begin(0, 1);
        FetchedPartition first = session.partitions().getFirst();
        PartitionData quiet = answer(10, Payload.EMPTY);
        PartitionData records = answer(11, Payload.of(ByteBuffer.allocate(5)));

        // When, then
        assertThat(session.isNews(first, quiet)).isTrue();
        assertThat(session.isNews(session.partitions().getFirst(), quiet)).isFalse();
        assertThat(session.isNews(session.partitions().getFirst(), records)).isTrue();
        assertThat(indexes(session)).containsExactly(1, 0);
    }

    private static PartitionData answer(long highWatermark, Payload records) {
        return PartitionData.builder()
                .highWatermark(highWatermark)
                .logStartOffset(0)
                .records(records)
                .build();
    }

    @Test
    void whatWouldBeMorePartitionsThanAllMayHaveTogetherIsFetchedWithoutASession() {
        // Given
        FetchSession first = begin(0, 1, 2, 3);

        // When
        Optional<FetchSession> tooLarge = sessions.begin(partitions(0, 1, 2, 3), VERSION);
        Optional<FetchSession> second = sessions.begin(partitions(0, 1, 2), VERSION);
        Scope grown = sessions.scope(next(first, 1).topics(List.of(topic(4))).build(), VERSION);

        // Then
        assertThat(tooLarge).isEmpty();
        assertThat(second).isPresent();
        assertThat(grown).isEqualTo(new Scope.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND));
    }

    @Test
    void anOldSessionGoesForOneThatHasNoRoom() {
        begin(0, 1, 2, 3);
        clock.advance(101);

        assertThat(sessions.begin(partitions(0, 1, 2, 3), VERSION)).isPresent();
        assertThat(sessions.begin(partitions(0, 1, 2, 3, 4, 5, 6, 7), VERSION)).isEmpty();
    }

    @Test
    void aNameThatNoTopicHasIsNotKept() {
        FetchTopic topic = topic(0).toBuilder().topic("t".repeat(250)).build();
        List<FetchedPartition> asked =
                FetchedPartition.allOf(FetchRequest.builder().topics(List.of(topic)).build());
        FetchSession session = begin(0);

        assertThat(sessions.begin(asked, VERSION)).isEmpty();
        assertThat(sessions.scope(next(session, 1).topics(List.of(topic)).build(), VERSION))
                .isEqualTo(new Scope.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND));
    }

    private FetchSession begin(int... partitions) {
        return sessions.begin(partitions(partitions), VERSION).orElseThrow();
    }

    private static List<FetchedPartition> partitions(int... partitions) {
        return FetchedPartition.allOf(
                FetchRequest.builder().topics(List.of(topic(partitions))).build());
    }

    private static FetchTopic topic(int... partitions) {
        return FetchTopic.builder()
                .topic("t")
                .partitions(
                        java.util.Arrays.stream(partitions)
                                .mapToObj(i -> FetchPartition.builder().partition(i).build())
                                .toList())
                .build();
    }

    private static FetchRequest.Builder next(FetchSession session, int epoch) {
        return FetchRequest.builder().sessionId(session.id()).sessionEpoch(epoch);
    }

    private static List<Integer> indexes(FetchSession session) {
        return session.partitions().stream().map(FetchedPartition::index).toList();
    }
}
