package io.zurau.broker.share.window;

import io.zurau.coordinator.share.StateBatch;

/// Where the delivery of records stands.
sealed interface Delivery {
    /// To be given to the next member that asks.
    record Available() implements Delivery {}

    /// A member has it until the deadline.
    ///
    /// @param lockEndNanos on the monotonic clock
    record Acquired(String memberId, long lockEndNanos) implements Delivery {
        boolean isOverdue(long nowNanos) {
            return lockEndNanos - nowNanos <= 0;
        }
    }

    /// The member has said what became of it, and that is being stored.
    ///
    /// @param number of the acknowledgement
    record Deciding(Acquired before, Verdict verdict, long number) implements Delivery {}

    /// It is never delivered again.
    record Over(boolean accepted) implements Delivery {}

    /// What becomes of records.
    enum Verdict {
        RELEASED(StateBatch.AVAILABLE),
        ACCEPTED(StateBatch.ACKNOWLEDGED),
        ARCHIVED(StateBatch.ARCHIVED);

        private final byte id;

        Verdict(byte id) {
            this.id = id;
        }

        /// Records come back.
        static Verdict released(int deliveries, int limit) {
            return deliveries >= limit ? ARCHIVED : RELEASED;
        }

        static Verdict ofId(byte id) {
            return switch (id) {
                case StateBatch.AVAILABLE -> RELEASED;
                case StateBatch.ACKNOWLEDGED -> ACCEPTED;
                default -> ARCHIVED;
            };
        }

        /// As it is stored.
        byte id() {
            return id;
        }

        Delivery delivery() {
            return switch (this) {
                case RELEASED -> new Available();
                case ACCEPTED -> new Over(true);
                case ARCHIVED -> new Over(false);
            };
        }
    }

    /// Whether delivery is over, or will be once that is stored.
    default boolean isOverSoon() {
        return switch (this) {
            case Available _, Acquired _ -> false;
            case Deciding deciding -> deciding.verdict != Verdict.RELEASED;
            case Over _ -> true;
        };
    }
}
