package io.zurau.broker.partition;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.log.ActiveProducer;
import io.zurau.log.AppendOrigin;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.runtime.Clock;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Lets records of a transaction into a partition only while that transaction is open (KIP-890).
///
/// Whoever wants to write the first records of a transaction asks here for a *permission*, then
/// asks the transaction's coordinator whether the partition is part of it, and only then writes,
/// showing the permission. A marker that is written in between makes the permission void: whatever
/// the coordinator has answered was about a transaction that has ended. (Unless the permission has
/// a newer epoch than that transaction.) So a request that was delayed never begins a transaction
/// that nobody will end, and adds nothing to the next one.
///
/// # Ends
///
/// An end that was delayed must not end a later transaction. Old clients keep their epoch for many
/// transactions, so for them three things together tell: the coordinator that wants an end written
/// tries once at a time, each try is meant for one leader epoch, and while this object leads it
/// remembers which transaction of each producer has ended last. Whatever comes from an earlier
/// coordinator is fenced by its epoch, which is in the log.
///
/// **Guard:** `gateLock`, a leaf. That checks and appends are one step is the partition's affair.
public final class TransactionGate {
    /// More are not on their way at the same time; the eldest is void then.
    private static final int MOST_PERMISSIONS = 10_000;

    /// Producers whose last end is remembered; the eldest is forgotten.
    private static final int MOST_ENDED = 100_000;

    private final PartitionLeader leader;
    private final Clock clock;
    private final ReentrantLock gateLock = new ReentrantLock();

    @GuardedBy("gateLock")
    private final Map<Long, Permission> permissions = new LinkedHashMap<>(); // By producer id.

    @GuardedBy("gateLock")
    private final Map<Long, Ended> lastEnded = new LinkedHashMap<>(); // By producer id.

    private record Ended(short producerEpoch, long transaction) {}

    /// To begin a transaction of one producer here.
    ///
    /// @param fromZero whether the first record must have the sequence number 0 if the log knows
    ///   none of this producer: so it is where each transaction has an epoch of its own
    private record Permission(short producerEpoch, boolean fromZero) {}

    TransactionGate(PartitionLeader leader, Clock clock) {
        this.leader = leader;
        this.clock = clock;
    }

    /// Appends a client's batch that is part of a transaction.
    ///
    /// @param permission of [#request], if one was needed
    public PendingAck append(ByteBuffer batch, Acks wanted, @Nullable Object permission) {
        RecordBatch header = RecordBatch.headerAt(batch, batch.position());
        return leader.append(batch, wanted, AppendOrigin.CLIENT, () -> check(header, permission));
    }

    /// Writes that a producer's transaction has ended here; it is answered when every in-sync
    /// replica has stored it.
    public PendingAck end(TransactionMarker marker) {
        return leader.append(
                marker.batch(clock.wallMs()),
                Acks.ALL,
                AppendOrigin.COORDINATOR,
                () -> admit(marker));
    }

    private ErrorCode admit(TransactionMarker marker) {
        int meantFor = marker.leaderEpoch();
        if (meantFor != TransactionMarker.UNKNOWN && meantFor != leader.leaderEpoch()) {
            return ErrorCode.NOT_LEADER_OR_FOLLOWER;
        }
        ErrorCode code = check(marker);
        if (code == ErrorCode.NONE) {
            ends(marker);
        }
        return code;
    }

    private Optional<ActiveProducer> known(long producerId) {
        return leader.log().activeProducer(producerId);
    }

    /// A permission to write the first records of a transaction, to be confirmed by its
    /// coordinator; empty if the transaction is open here already.
    public Optional<Object> request(long producerId, short producerEpoch, boolean fromZero) {
        if (isOpen(producerId, producerEpoch)) {
            return Optional.empty();
        }
        gateLock.lock();
        try {
            Permission held = permissions.get(producerId);
            if (held != null && held.producerEpoch == producerEpoch && held.fromZero == fromZero) {
                return Optional.of(held);
            }
            Permission fresh = new Permission(producerEpoch, fromZero);
            permissions.remove(producerId); // The newest stands last.
            permissions.put(producerId, fresh);
            if (permissions.size() > MOST_PERMISSIONS) {
                permissions.remove(permissions.keySet().iterator().next());
            }
            return Optional.of(fresh);
        } finally {
            gateLock.unlock();
        }
    }

    private boolean isOpen(long producerId, short producerEpoch) {
        return known(producerId)
                .filter(known -> known.producerEpoch() == producerEpoch && hasOpen(known))
                .isPresent();
    }

    private static boolean hasOpen(ActiveProducer producer) {
        return producer.currentTransactionStartOffset() >= 0;
    }

    /// Whether a producer may write records of a transaction now.
    ///
    /// @param permission null if none was needed
    public ErrorCode check(long producerId, short producerEpoch, @Nullable Object permission) {
        Optional<ActiveProducer> known = known(producerId);
        if (known.isPresent() && known.get().producerEpoch() > producerEpoch) {
            return ErrorCode.INVALID_PRODUCER_EPOCH;
        }
        return isOpen(producerId, producerEpoch) || isHeld(producerId, permission)
                ? ErrorCode.NONE
                : ErrorCode.INVALID_TXN_STATE;
    }

    @SuppressWarnings("ReferenceEquality") // An equal one may have been given later.
    private boolean isHeld(long producerId, @Nullable Object permission) {
        gateLock.lock();
        try {
            return permission != null && permissions.get(producerId) == permission;
        } finally {
            gateLock.unlock();
        }
    }

    /// Likewise for a batch with sequence numbers.
    private ErrorCode check(RecordBatch batch, @Nullable Object permission) {
        ErrorCode code = check(batch.producerId(), batch.producerEpoch(), permission);
        boolean amiss =
                code == ErrorCode.NONE
                        && batch.baseSequence() != 0
                        && permission instanceof Permission known
                        && known.fromZero
                        && known(batch.producerId())
                                .filter(producer -> producer.lastSequence() >= 0)
                                .isEmpty();
        return amiss ? ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER : code;
    }

    /// Whether a coordinator may end a producer's transaction here now.
    ///
    /// Where each transaction has its own epoch, the end's is one more than that of the records. So
    /// an end that is found open with the same epoch belongs to an earlier transaction. Only at the
    /// largest epoch there is nothing above: that one is given to no client.
    public ErrorCode check(TransactionMarker marker) {
        Optional<ActiveProducer> found = known(marker.producerId());
        if (found.isEmpty()) {
            return ErrorCode.NONE;
        }
        ActiveProducer known = found.get();
        boolean ofAnEarlierOne =
                hasOpen(known)
                        && marker.producerEpoch() == known.producerEpoch()
                        && (isBelow(marker) || hasEnded(marker));
        if (marker.producerEpoch() < known.producerEpoch() || ofAnEarlierOne) {
            return ErrorCode.INVALID_PRODUCER_EPOCH;
        }
        return marker.coordinatorEpoch() < known.coordinatorEpoch()
                ? ErrorCode.TRANSACTION_COORDINATOR_FENCED
                : ErrorCode.NONE;
    }

    private static boolean isBelow(TransactionMarker marker) {
        return marker.bumped() && marker.producerEpoch() < Short.MAX_VALUE;
    }

    private boolean hasEnded(TransactionMarker marker) {
        gateLock.lock();
        try {
            Ended last = lastEnded.get(marker.producerId());
            return last != null
                    && last.producerEpoch == marker.producerEpoch()
                    && marker.transaction() >= 0
                    && marker.transaction() <= last.transaction;
        } finally {
            gateLock.unlock();
        }
    }

    /// The end is about to be written, or may be. Where each transaction has its own epoch, a
    /// permission of the marker's epoch is one to begin the next: its client has heard of the end
    /// before this partition has.
    private void ends(TransactionMarker marker) {
        gateLock.lock();
        try {
            Permission held = permissions.get(marker.producerId());
            boolean ofTheNext =
                    held != null && marker.bumped() && held.producerEpoch >= marker.producerEpoch();
            if (!ofTheNext) {
                permissions.remove(marker.producerId());
            }
            if (marker.transaction() >= 0) {
                lastEnded.remove(marker.producerId()); // The newest stands last.
                lastEnded.put(
                        marker.producerId(),
                        new Ended(marker.producerEpoch(), marker.transaction()));
                if (lastEnded.size() > MOST_ENDED) {
                    lastEnded.remove(lastEnded.keySet().iterator().next());
                }
            }
        } finally {
            gateLock.unlock();
        }
    }
}
