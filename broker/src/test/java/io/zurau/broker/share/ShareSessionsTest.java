package io.zurau.broker.share;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.broker.ConnectionEnd;
import io.zurau.broker.share.ShareSessions.Member;
import io.zurau.broker.share.ShareSessions.Partition;
import io.zurau.broker.share.ShareSessions.Scope;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ShareSessionsTest {
    private static final Member ONE = new Member("g", "one");
    private static final Member OTHER = new Member("g", "other");
    private static final Partition P0 = new Partition(new Uuid(0, 1), 0);
    private static final Partition P1 = new Partition(new Uuid(0, 1), 1);

    private final ShareSessions sessions = new ShareSessions(2, ShareSessions.MOST_PARTITIONS + 1);
    private final ConnectionEnd connection = new ConnectionEnd();

    private Scope fetch(Member member, int epoch, Partition... added) {
        return sessions.fetch(member, epoch, List.of(added), List.of(), false, connection);
    }

    private static ErrorCode code(Scope scope) {
        return scope instanceof Scope.Refused refused ? refused.code() : ErrorCode.NONE;
    }

    @Test
    void partitionsAreRememberedAndNewsTold() {
        // When
        Scope first = fetch(ONE, 0, P0);
        sessions.told(ONE, P0, false);
        Scope second = fetch(ONE, 1, P1);
        sessions.told(ONE, P1, true);
        Scope third = sessions.fetch(ONE, 2, List.of(), List.of(P0), false, connection);

        // Then
        assertThat(first).isEqualTo(new Scope.Session(List.of(P0), Set.of(P0)));
        assertThat(second).isEqualTo(new Scope.Session(List.of(P0, P1), Set.of(P1)));
        assertThat(third).isEqualTo(new Scope.Session(List.of(P1), Set.of(P1)));
    }

    @Test
    void anotherEpochThanTheNextIsRefused() {
        fetch(ONE, 0, P0);

        assertThat(code(fetch(ONE, 2))).isEqualTo(ErrorCode.INVALID_SHARE_SESSION_EPOCH);
        assertThat(code(fetch(OTHER, 1))).isEqualTo(ErrorCode.SHARE_SESSION_NOT_FOUND);
        assertThat(sessions.acknowledge(ONE, 1)).isEqualTo(ErrorCode.NONE);
        assertThat(sessions.acknowledge(ONE, 1)).isEqualTo(ErrorCode.INVALID_SHARE_SESSION_EPOCH);
        assertThat(sessions.acknowledge(ONE, 0)).isEqualTo(ErrorCode.INVALID_SHARE_SESSION_EPOCH);
        assertThat(code(fetch(ONE, 2))).isEqualTo(ErrorCode.NONE);
        assertThat(fetch(ONE, -1)).isEqualTo(new Scope.Final());
    }

    @Test
    void thereAreOnlySoManySessions() {
        fetch(ONE, 0, P0);
        fetch(OTHER, 0, P0);

        assertThat(code(fetch(new Member("g", "third"), 0, P0)))
                .isEqualTo(ErrorCode.SHARE_SESSION_LIMIT_REACHED);
        assertThat(code(fetch(ONE, 0, P0))).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void sessionsEndWithTheirConnection() {
        // Given
        fetch(ONE, 0, P0);
        sessions.fetch(OTHER, 0, List.of(P1), List.of(), false, new ConnectionEnd());

        // When
        List<ShareSessions.Ended> ended = sessions.end(connection);

        // Then
        assertThat(ended).containsExactly(new ShareSessions.Ended(ONE, List.of(P0), false));
        assertThat(sessions.end(OTHER)).contains(new ShareSessions.Ended(OTHER, List.of(P1), true));
        assertThat(code(fetch(ONE, 1))).isEqualTo(ErrorCode.SHARE_SESSION_NOT_FOUND);
    }

    @Test
    void aSessionHasOnlySoManyPartitions() {
        // Given
        List<Partition> most =
                IntStream.range(0, ShareSessions.MOST_PARTITIONS)
                        .mapToObj(i -> new Partition(new Uuid(0, 1), i))
                        .toList();
        sessions.fetch(ONE, 0, most, List.of(), false, connection);
        Partition more = new Partition(new Uuid(0, 2), 0);

        // When
        ErrorCode beyond = code(fetch(ONE, 1, more));
        ErrorCode again = code(fetch(ONE, 1, P0, P1));

        // Then
        assertThat(beyond).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(again).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void allSessionsTogetherHaveOnlySoManyPartitions() {
        // Given
        List<Partition> most =
                IntStream.range(0, ShareSessions.MOST_PARTITIONS)
                        .mapToObj(i -> new Partition(new Uuid(0, 1), i))
                        .toList();
        sessions.fetch(ONE, 0, most, List.of(), false, connection);

        // When
        ErrorCode tooMany = code(fetch(OTHER, 0, P0, P1));
        ErrorCode last = code(fetch(OTHER, 0, P0));
        ErrorCode beyond = code(fetch(OTHER, 1, P1));

        // Then
        assertThat(tooMany).isEqualTo(ErrorCode.SHARE_SESSION_LIMIT_REACHED);
        assertThat(last).isEqualTo(ErrorCode.NONE);
        assertThat(beyond).isEqualTo(ErrorCode.SHARE_SESSION_LIMIT_REACHED);
    }
}
