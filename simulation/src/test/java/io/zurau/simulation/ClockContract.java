package io.zurau.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zurau.runtime.Clock;
import io.zurau.runtime.Tasks.Task;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/// What every clock promises.
abstract class ClockContract {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofMinutes(10);

    abstract World world();

    @Test
    void sleepingEndsAtTheDeadlineAndNotBefore() {
        world().run(
                        place -> {
                            // Given
                            Clock clock = place.seams().clock();
                            long deadline = clock.deadline(SHORT);
                            assertThat(clock.isAhead(deadline)).isTrue();

                            // When
                            clock.sleepUntil(deadline);

                            // Then
                            assertThat(clock.isAhead(deadline)).isFalse();
                            clock.sleepUntil(deadline); // Returns at once.
                        });
    }

    @Test
    void awaitingEndsAtTheDeadlineWithTheLockHeld() {
        world().run(
                        place -> {
                            // Given
                            Clock clock = place.seams().clock();
                            ReentrantLock lock = new ReentrantLock();
                            Condition never = lock.newCondition();
                            long deadline = clock.deadline(SHORT);

                            // When
                            lock.lock();
                            try {
                                while (clock.await(lock, never, deadline)) {
                                    assertThat(clock.isAhead(deadline)).isTrue();
                                }

                                // Then
                                assertThat(clock.isAhead(deadline)).isFalse();
                                assertThat(lock.isHeldByCurrentThread()).isTrue();
                                assertThat(clock.await(lock, never, deadline)).isFalse();
                            } finally {
                                lock.unlock();
                            }
                        });
    }

    @Test
    void aSignalEndsAwaitingBeforeTheDeadline() {
        world().run(
                        place -> {
                            // Given
                            Clock clock = place.seams().clock();
                            Door door = new Door();
                            long deadline = clock.deadline(LONG);

                            // When
                            Task opener = place.seams().tasks().start("opener", door::open);
                            boolean opened = door.await(clock, deadline);

                            // Then
                            assertThat(opened).isTrue();
                            assertThat(clock.isAhead(deadline)).isTrue();
                            opener.join();
                        });
    }

    @Test
    void anInterruptEndsAwaitingWithTheLockHeld() {
        world().run(
                        place -> {
                            // Given
                            Clock clock = place.seams().clock();
                            ReentrantLock lock = new ReentrantLock();
                            Condition never = lock.newCondition();
                            long deadline = clock.deadline(LONG);
                            boolean[] held = new boolean[1];

                            // When
                            Task waiter =
                                    place.seams()
                                            .tasks()
                                            .start(
                                                    "waiter",
                                                    () -> {
                                                        lock.lock();
                                                        try {
                                                            while (clock.await(
                                                                    lock, never, deadline)) {}
                                                        } catch (InterruptedException e) {
                                                            held[0] = lock.isHeldByCurrentThread();
                                                        } finally {
                                                            lock.unlock();
                                                        }
                                                    });
                            waiter.interrupt();
                            waiter.join();

                            // Then
                            assertThat(held[0]).isTrue();
                            assertThat(clock.isAhead(deadline)).isTrue();
                        });
    }

    @Test
    void anInterruptEndsSleeping() {
        world().run(
                        place -> {
                            // Given
                            Clock clock = place.seams().clock();
                            long deadline = clock.deadline(LONG);

                            // When
                            Task sleeper =
                                    place.seams()
                                            .tasks()
                                            .start(
                                                    "sleeper",
                                                    () ->
                                                            assertThatExceptionOfType(
                                                                            InterruptedException
                                                                                    .class)
                                                                    .isThrownBy(
                                                                            () ->
                                                                                    clock
                                                                                            .sleepUntil(
                                                                                                    deadline)));
                            sleeper.interrupt();
                            sleeper.join();

                            // Then
                            assertThat(clock.isAhead(deadline)).isTrue();
                        });
    }

    @Test
    void theFarthestDeadlineIsAheadAndDoesNotKeepFromWaking() {
        world().run(
                        place -> {
                            // Given
                            Clock clock = place.seams().clock();
                            Door door = new Door();
                            long never = clock.deadline(Duration.ofSeconds(Long.MAX_VALUE));
                            assertThat(clock.isAhead(never)).isTrue();

                            // When
                            Task opener = place.seams().tasks().start("opener", door::open);

                            // Then
                            assertThat(door.await(clock, never)).isTrue();
                            opener.join();
                        });
    }

    /// Opens once.
    private static final class Door {
        private final ReentrantLock doorLock = new ReentrantLock();
        private final Condition opened = doorLock.newCondition();
        private boolean isOpen;

        void open() {
            doorLock.lock();
            try {
                isOpen = true;
                opened.signalAll();
            } finally {
                doorLock.unlock();
            }
        }

        boolean await(Clock clock, long deadline) throws InterruptedException {
            doorLock.lock();
            try {
                while (!isOpen && clock.await(doorLock, opened, deadline)) {}
                return isOpen;
            } finally {
                doorLock.unlock();
            }
        }
    }
}
