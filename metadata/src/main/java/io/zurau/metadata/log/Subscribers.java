package io.zurau.metadata.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Who wants to know the newest of something, and how far they have been told.
///
/// They are called in order, by one thread at a time, with no lock held. What is replaced before
/// its turn is skipped; the newest never is.
///
/// **Guard:** `subscriberLock` for everything but the calls. Those are made by whoever holds the
/// *turn*, a flag under the lock.
public final class Subscribers<T> {
    private static final long NOTHING_TOLD = 0;

    private final ReentrantLock subscriberLock = new ReentrantLock();
    private final Condition turnEnded = subscriberLock.newCondition();

    @GuardedBy("subscriberLock")
    private final List<Consumer<T>> subscribers = new ArrayList<>();

    @GuardedBy("subscriberLock")
    private T newest;

    /// Counts what was published; the first is number 0.
    @GuardedBy("subscriberLock")
    private long published;

    /// The number that all subscribers have seen.
    @GuardedBy("subscriberLock")
    private long told;

    /// Whether somebody is calling subscribers.
    @GuardedBy("subscriberLock")
    private boolean turnTaken;

    public Subscribers(T first) {
        this.newest = first;
    }

    /// Makes `newer` the newest; nobody is called yet.
    public void publish(T newer) {
        subscriberLock.lock();
        try {
            newest = newer;
            published++;
        } finally {
            subscriberLock.unlock();
        }
    }

    /// Calls `subscriber` with the newest before it returns; from then on it is told with the
    /// others.
    public void add(Consumer<T> subscriber) {
        T current;
        subscriberLock.lock();
        try {
            awaitTurn();
            turnTaken = true;
            subscribers.add(subscriber);
            current = newest;
        } finally {
            subscriberLock.unlock();
        }
        try {
            subscriber.accept(current);
        } finally {
            endTurn(NOTHING_TOLD);
        }
    }

    /// Returns when all subscribers have seen what had been published before the call, or something
    /// newer.
    public void tell() {
        long wanted = -1;
        while (true) {
            T current;
            long number;
            List<Consumer<T>> called;
            subscriberLock.lock();
            try {
                wanted = wanted < 0 ? published : wanted;
                awaitTurn();
                if (told >= wanted) {
                    return;
                }
                turnTaken = true;
                current = newest;
                number = published;
                called = List.copyOf(subscribers);
            } finally {
                subscriberLock.unlock();
            }
            try {
                called.forEach(subscriber -> subscriber.accept(current));
            } finally {
                endTurn(number);
            }
        }
    }

    @GuardedBy("subscriberLock")
    private void awaitTurn() {
        while (turnTaken) {
            turnEnded.awaitUninterruptibly();
        }
    }

    private void endTurn(long number) {
        subscriberLock.lock();
        try {
            told = Math.max(told, number);
            turnTaken = false;
            turnEnded.signalAll();
        } finally {
            subscriberLock.unlock();
        }
    }
}
