package io.zurau.broker.share.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.share.StateBatch;
import io.zurau.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class WindowTest {
    private static final int LIMIT = 5; // Of deliveries.
    private static final long LOCK = 100;

    private Window window = Window.of(0, List.of());
    private long now;
    private long number;
    private int limit = LIMIT;

    /// Batches of ten records each.
    private static Fetched tens(long from, int batches) {
        long base = from / 10 * 10;
        return new Fetched(
                from,
                IntStream.range(0, batches)
                        .mapToObj(i -> new Fetched.Range(base + 10L * i, base + 10L * i + 9))
                        .toList(),
                List.of());
    }

    private List<Acquired> acquire(String member, int most, Fetched fetched) {
        return acquire(member, most, false, 500, fetched);
    }

    private List<Acquired> acquire(
            String member, int most, boolean exactly, int batchSize, Fetched fetched) {
        return Acquisition.of(
                window,
                new Acquisition.Request(member, most, exactly, batchSize, now + LOCK, LIMIT, 100),
                fetched);
    }

    private static Acknowledgement.Batch batch(long first, long last, int... types) {
        return new Acknowledgement.Batch(
                first, last, IntStream.of(types).mapToObj(type -> (byte) type).toList());
    }

    private Acknowledgement.Result say(String member, Acknowledgement.Batch... batches) {
        return Acknowledgement.of(
                window,
                new Acknowledgement.Request(
                        member, ++number, List.of(batches), limit, true, now + LOCK),
                now);
    }

    private void stored() {
        window.settle(number, true, now, LIMIT);
        window.advance();
    }

    private static ErrorCode refused(Acknowledgement.Result result) {
        return ((Acknowledgement.Result.Refused) result).code();
    }

    @Test
    void wholeBatchesAreAcquiredUnlessExactlyAsManyAreWanted() {
        // When
        List<Acquired> whole = acquire("a", 15, tens(0, 5));
        List<Acquired> exact = acquire("b", 15, true, 500, tens(20, 3));

        // Then
        assertThat(whole).containsExactly(new Acquired(0, 19, 1));
        assertThat(exact).containsExactly(new Acquired(20, 34, 1));
        assertThat(window.nextOffset()).isEqualTo(35);
    }

    @Test
    void acquiredRecordsComeInBatchesAsLargeAsTheMemberWants() {
        assertThat(acquire("a", 60, false, 20, tens(0, 5)))
                .containsExactly(
                        new Acquired(0, 19, 1), new Acquired(20, 39, 1), new Acquired(40, 49, 1));
    }

    @Test
    void acceptedRecordsAreOverOnceThatIsStored() {
        // Given
        acquire("a", 20, tens(0, 2));

        // When
        Acknowledgement.Result said = say("a", batch(0, 11, 1), batch(12, 14, 2, 3, 0));

        // Then
        assertThat(said)
                .isEqualTo(
                        new Acknowledgement.Result.Decided(
                                List.of(
                                        new StateBatch(0, 11, (byte) 2, (short) 1),
                                        new StateBatch(12, 12, (byte) 0, (short) 1),
                                        new StateBatch(13, 13, (byte) 4, (short) 1),
                                        new StateBatch(14, 14, (byte) 4, (short) 1))));
        assertThat(window.nextOffset()).isEqualTo(20);
        assertThat(window.overCount()).isEqualTo(14);
        stored();
        assertThat(window.toString())
                .isEqualTo(
                        """
                        [12-12] available x1
                        [13-13] archived x1
                        [14-14] archived x1
                        [15-19] acquired by a x1
                        start 12, end 20
                        """);
        assertThat(acquire("b", 10, tens(12, 1))).containsExactly(new Acquired(12, 12, 2));
    }

    @Test
    void whatIsNotStoredIsTakenBack() {
        // Given
        acquire("a", 10, tens(0, 1));
        say("a", batch(0, 9, 1));

        // When
        window.settle(number, false, now, LIMIT);

        // Then
        assertThat(window.toString()).contains("[0-9] acquired by a x1");
        say("a", batch(0, 4, 1));
        now += LOCK;
        window.settle(number, false, now, LIMIT);
        assertThat(window.toString())
                .contains("[0-4] available x1")
                .contains("[5-9] acquired by a");
    }

    @Test
    void onlyWhoHasRecordsMayAcknowledgeThem() {
        // Given
        acquire("a", 10, tens(0, 1));

        // Then
        assertThat(refused(say("b", batch(0, 9, 1)))).isEqualTo(ErrorCode.INVALID_RECORD_STATE);
        assertThat(refused(say("a", batch(5, 10, 1)))).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused(say("a", batch(0, 4, 1), batch(4, 9, 1))))
                .isEqualTo(ErrorCode.INVALID_RECORD_STATE);
        assertThat(window.toString()).contains("acquired by a").doesNotContain("deciding");
        say("a", batch(0, 9, 1));
        long accepted = number;
        assertThat(refused(say("a", batch(0, 9, 1)))).isEqualTo(ErrorCode.INVALID_RECORD_STATE);
        window.settle(accepted, true, now, LIMIT);
        window.advance();
        assertThat(refused(say("a", batch(10, 10, 1)))).isEqualTo(ErrorCode.INVALID_RECORD_STATE);
        assertThat(say("a", batch(0, 9, 1)))
                .isEqualTo(new Acknowledgement.Result.Decided(List.of()));
    }

    @Test
    void recordsComeBackWhenTimeIsUpUnlessTheLockIsRenewed() {
        // Given
        acquire("a", 10, tens(0, 1));
        now += LOCK / 2;
        assertThat(say("a", batch(5, 9, 4)))
                .isEqualTo(new Acknowledgement.Result.Decided(List.of()));

        // When
        now += LOCK / 2;
        List<StateBatch> expired = window.expire(now, LIMIT);

        // Then
        assertThat(expired).containsExactly(new StateBatch(0, 4, (byte) 0, (short) 1));
        assertThat(window.nextOffset()).isZero();
        assertThat(window.nextLockEnd()).hasValue(now + LOCK / 2);
    }

    @Test
    void nothingIsRenewedIfAnythingIsRefused() {
        // Given
        acquire("a", 5, true, 500, tens(0, 1));
        now += LOCK / 2;
        acquire("b", 5, true, 500, tens(5, 1));

        // When
        ErrorCode refused = refused(say("a", batch(0, 4, 4), batch(5, 9, 1)));

        // Then
        assertThat(refused).isEqualTo(ErrorCode.INVALID_RECORD_STATE);
        assertThat(window.nextLockEnd()).hasValue(LOCK);
    }

    @Test
    void whatIsSaidAfterARenewalCounts() {
        // Given
        acquire("a", 10, tens(0, 1));
        now += LOCK / 2;

        // When
        Acknowledgement.Result said = say("a", batch(0, 9, 4), batch(2, 9, 1));

        // Then
        assertThat(said)
                .isEqualTo(
                        new Acknowledgement.Result.Decided(
                                List.of(new StateBatch(2, 9, (byte) 2, (short) 1))));
        assertThat(window.nextLockEnd()).hasValue(now + LOCK);
    }

    @Test
    void aRecordIsDeliveredAsOftenAsTheLimitSaysAndEverMoreAlone() {
        // When
        StringBuilder portions = new StringBuilder();
        for (int i = 0; i < 40 && window.startOffset() < 10; i++) {
            List<Acquired> acquired = acquire("a", 100, tens(window.nextOffset(), 1));
            portions.append(acquired).append('\n');
            now += LOCK;
            window.expire(now, LIMIT);
            window.advance();
        }

        // Then
        assertThat(portions.toString().lines().limit(6))
                .containsExactly(
                        "[Acquired[first=0, last=9, deliveries=1]]",
                        "[Acquired[first=0, last=9, deliveries=2]]",
                        "[Acquired[first=0, last=9, deliveries=3]]",
                        "[Acquired[first=0, last=4, deliveries=4]]",
                        "[Acquired[first=0, last=0, deliveries=5]]",
                        "[Acquired[first=1, last=1, deliveries=5]]");
        assertThat(window.startOffset()).isEqualTo(10);
    }

    @Test
    void noMoreRecordsAreInFlightThanAllowed() {
        // Given
        acquire("a", 1_000, tens(0, 10));

        // Then
        assertThat(window.size()).isEqualTo(100);
        assertThat(acquire("b", 10, tens(100, 1))).isEmpty();
        say("a", batch(50, 59, 2));
        stored();
        assertThat(acquire("b", 100, tens(50, 10))).containsExactly(new Acquired(50, 59, 2));
    }

    @Test
    void recordsOfAbortedTransactionsAreGivenToNobody() {
        // Given
        Fetched fetched =
                new Fetched(
                        0,
                        List.of(new Fetched.Range(0, 9), new Fetched.Range(10, 19)),
                        List.of(new Fetched.Range(0, 9)));

        // Then
        assertThat(acquire("a", 100, fetched)).containsExactly(new Acquired(10, 19, 1));
        assertThat(window.startOffset()).isEqualTo(10);
    }

    @Test
    void whatTheLogHasLostIsOver() {
        // Given
        acquire("a", 30, tens(0, 3));
        window.release("a", ++number, LIMIT);
        stored();

        // When
        List<Acquired> compacted =
                acquire("a", 30, new Fetched(0, List.of(new Fetched.Range(15, 29)), List.of()));
        window.moveStart(20);

        // Then
        assertThat(compacted).containsExactly(new Acquired(15, 29, 2));
        assertThat(window.startOffset()).isEqualTo(20);
        assertThat(say("a", batch(15, 29, 1)))
                .isEqualTo(
                        new Acknowledgement.Result.Decided(
                                List.of(new StateBatch(20, 29, (byte) 2, (short) 2))));
    }

    @Test
    void whatWasStoredIsLoadedAndGapsCanBeHad() {
        // When
        window =
                Window.of(
                        5,
                        List.of(
                                new StateBatch(5, 6, (byte) 2, (short) 1),
                                new StateBatch(9, 9, (byte) 0, (short) 3)));

        // Then
        assertThat(window.toString())
                .isEqualTo(
                        """
                        [7-8] available x0
                        [9-9] available x3
                        start 7, end 10
                        """);
    }

    /// Whatever members do: what is stored as accepted never comes again, and everything comes to
    /// an end.
    @Test
    void nothingComesTwiceAndNothingIsLost() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            window = Window.of(0, List.of());
            now = 0;
            limit = MANY;
            Set<Long> accepted = new TreeSet<>();
            List<Held> held = new ArrayList<>();
            for (int step = 0; step < 5_000 && window.startOffset() < END; step++) {
                now += random.nextInt(5);
                switch (random.nextInt(4)) {
                    case 0 -> acquireSome(random, held, accepted);
                    case 1 -> window.expire(now, MANY);
                    default -> acknowledgeSome(random, held, accepted);
                }
                window.advance();
            }
            assertThat(accepted).as("seed %d", seed).hasSize(END);
        }
    }

    private static final int END = 200;
    private static final int MANY = 1_000; // No record comes so often.

    private record Held(String member, Acquired acquired) {}

    private void acquireSome(Random random, List<Held> held, Set<Long> accepted) {
        long next = window.nextOffset();
        if (next >= END) {
            return;
        }
        int batches = (int) Math.min(1 + random.nextInt(3), (END - next / 10 * 10) / 10);
        String member = "m" + random.nextInt(3);
        List<Acquired> acquired =
                Acquisition.of(
                        window,
                        new Acquisition.Request(
                                member,
                                1 + random.nextInt(25),
                                random.nextBoolean(),
                                10,
                                now + LOCK,
                                MANY,
                                100),
                        tens(next, batches));
        for (Acquired one : acquired) {
            LongStream.rangeClosed(one.first(), one.last())
                    .forEach(offset -> assertThat(accepted).doesNotContain(offset));
            held.add(new Held(member, one));
        }
    }

    /// Sometimes of records that the member has not any more, or of which it knows only a part.
    private void acknowledgeSome(Random random, List<Held> held, Set<Long> accepted) {
        if (held.isEmpty()) {
            return;
        }
        Held one = held.remove(random.nextInt(held.size()));
        long first = one.acquired.first();
        long last = first + random.nextInt((int) (one.acquired.last() - first) + 1);
        int type = 1 + random.nextInt(2);
        Acknowledgement.Result result = say(one.member, batch(first, last, type));
        boolean isStored = random.nextInt(4) > 0;
        window.settle(number, isStored, now, MANY);
        if (isStored && result instanceof Acknowledgement.Result.Decided decided) {
            decided.batches().stream()
                    .filter(StateBatch::isDone)
                    .flatMapToLong(
                            done -> LongStream.rangeClosed(done.firstOffset(), done.lastOffset()))
                    .forEach(accepted::add);
        }
    }
}
