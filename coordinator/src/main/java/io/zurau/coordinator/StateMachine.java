package io.zurau.coordinator;

/// The memory of one shard and the rules by which it changes.
///
/// What must survive is a function of the records replayed; the rest (who waits, what times out)
/// may be lost with the machine. Decisions use no clock, randomness or I/O: those come in with the
/// turn and the command. After a decision the machine is already in the state that its records
/// describe; it is thrown away if they cannot be stored.
///
/// @param <C> its commands
/// @param <T> its timers; a value, equal for the same purpose
public interface StateMachine<C, T> {
    /// Applies a record of the log.
    void replay(CoordinatorRecord record);

    /// Keeps a record of the log until its producer's transaction ends. Logs without transactions
    /// have none.
    default void replayPending(long producerId, CoordinatorRecord record) {}

    /// Applies what is kept of the producer, or drops it.
    default void replayEnd(long producerId, boolean committed) {}

    /// Everything was replayed: time to start timers.
    void loaded(Turn<T> turn);

    void decide(C command, Turn<T> turn);

    /// Whether the command makes the machine remember something that clients name at will. Refused
    /// when there is too much of that.
    default boolean adds(C command) {
        return false;
    }

    /// How many such things it remembers, besides its timers.
    default int size() {
        return 0;
    }

    void timeUp(T timer, Turn<T> turn);
}
