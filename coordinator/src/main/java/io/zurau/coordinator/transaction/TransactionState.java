package io.zurau.coordinator.transaction;

import java.util.Arrays;
import java.util.Optional;

/// Where a producer's transactions are, as Kafka names it and numbers it in `__transaction_state`.
///
/// ```
/// EMPTY ──► ONGOING ──► PREPARE_COMMIT ──► COMPLETE_COMMIT ──► ONGOING …
///   │          └──────► PREPARE_ABORT ───► COMPLETE_ABORT ───► ONGOING …
///   └─ with version 2 also EMPTY, COMPLETE_… ──► PREPARE_ABORT: an abort of nothing raises the epoch
/// ```
enum TransactionState {
    /// Initialized; no transaction yet.
    EMPTY(0, "Empty"),
    /// Records may be written.
    ONGOING(1, "Ongoing"),
    /// Decided; the markers are being written.
    PREPARE_COMMIT(2, "PrepareCommit"),
    /// Decided; the markers are being written.
    PREPARE_ABORT(3, "PrepareAbort"),
    /// All markers are written.
    COMPLETE_COMMIT(4, "CompleteCommit"),
    /// All markers are written.
    COMPLETE_ABORT(5, "CompleteAbort");

    private final byte id;
    private final String kafkaName;

    TransactionState(int id, String kafkaName) {
        this.id = (byte) id;
        this.kafkaName = kafkaName;
    }

    byte id() {
        return id;
    }

    String kafkaName() {
        return kafkaName;
    }

    /// Empty if it is none that is ever stored.
    static Optional<TransactionState> ofId(byte id) {
        return Arrays.stream(values()).filter(state -> state.id == id).findFirst();
    }

    /// Whether it is decided, but not everybody knows.
    boolean isPrepared() {
        return this == PREPARE_COMMIT || this == PREPARE_ABORT;
    }
}
