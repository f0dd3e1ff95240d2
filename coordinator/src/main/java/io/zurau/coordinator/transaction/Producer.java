package io.zurau.coordinator.transaction;

/// The producer that a transactional id stands for now.
///
/// @param id the producer id
/// @param epoch the only one that may write; -1 before the first
/// @param lastEpoch the one before, if its holder may come back with it, otherwise -1; not stored
/// @param previousId the producer id before the last change, -1 if there was none
/// @param nextId the producer id after the transaction's end, -1 if it stays
record Producer(long id, short epoch, short lastEpoch, long previousId, long nextId) {
    static final long NO_ID = -1;
    static final short NO_EPOCH = -1;

    /// The largest epoch that a client gets; the one above is left to fence it.
    private static final short LAST_EPOCH = Short.MAX_VALUE - 1;

    static Producer fresh(long id) {
        return new Producer(id, NO_EPOCH, NO_EPOCH, NO_ID, NO_ID);
    }

    boolean isExhausted() {
        return epoch >= LAST_EPOCH;
    }

    static boolean isLastEpoch(short epoch) {
        return epoch >= LAST_EPOCH;
    }

    /// One epoch further.
    ///
    /// @param newLastEpoch whose holder may come back
    Producer bumped(short newLastEpoch) {
        return new Producer(id, next(epoch), newLastEpoch, id, NO_ID);
    }

    private static short next(short epoch) {
        return epoch == Short.MAX_VALUE ? epoch : (short) (epoch + 1);
    }

    /// A new producer id, with epochs from 0 on.
    Producer rotated(long newId, short newLastEpoch) {
        return new Producer(newId, (short) 0, newLastEpoch, id, NO_ID);
    }

    /// One epoch further, for the end of a transaction.
    ///
    /// @param newNextId for the time after, if this one has no epochs left; otherwise -1
    Producer ending(long newNextId) {
        return new Producer(id, next(epoch), epoch, id, newNextId);
    }

    /// The end of the transaction is written everywhere.
    Producer completed() {
        return nextId == NO_ID ? settled() : new Producer(nextId, (short) 0, lastEpoch, id, NO_ID);
    }

    /// As it is.
    Producer settled() {
        return new Producer(id, epoch, lastEpoch, id, NO_ID);
    }
}
