package io.zurau.coordinator.transaction;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.transaction.TransactionCommand.Asking;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The transactional ids of one shard: what is replayed from the log.
///
/// **Guard:** the thread of the shard.
final class Transactions {
    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

    /// By so much a record may grow on its way from the last partition to the decision.
    private static final int GROWTH_BYTES = 64;

    private final TreeMap<String, Transaction> byId = new TreeMap<>();
    private final Map<String, Long> newestConnections = new HashMap<>(); // Looked up only.
    private final IntSupplier level;

    /// @param level of the feature `transaction.version`
    Transactions(IntSupplier level) {
        this.level = level;
    }

    int level() {
        return level.getAsInt();
    }

    @Nullable Transaction find(String id) {
        return byId.get(id);
    }

    /// In the order of their ids; a view.
    Collection<Transaction> all() {
        return Collections.unmodifiableCollection(byId.values());
    }

    void replay(CoordinatorRecord record) {
        switch (TransactionRecords.read(record)) {
            case TransactionRecords.Change.Stored stored ->
                    byId.put(stored.transaction().id(), stored.transaction());
            case TransactionRecords.Change.Removed removed -> byId.remove(removed.id());
            case TransactionRecords.Change.Foreign foreign ->
                    LOG.atWarn()
                            .addKeyValue("reason", foreign.reason())
                            .log("Skipped a record that is none of a transaction");
        }
    }

    /// Everything was replayed. What was heard before is not known: connections that are older than
    /// this moment may be given up.
    void loaded(long nowNanos) {
        long later = nowNanos + 1; // Of the same moment nobody knows which was first.
        byId.keySet().forEach(id -> newestConnections.put(id, later));
    }

    /// Its producer has a new epoch, by which whatever came before is told.
    void forgetConnections(String id) {
        newestConnections.remove(id);
    }

    /// Notes by which connection a producer asks.
    ///
    /// @return whether it is the newest so far: a client that has connected again has given up what
    ///   it sent before
    boolean isHeardAnew(Asking asking) {
        Long newest = newestConnections.get(asking.id());
        if (newest != null && asking.connectedNanos() - newest < 0) {
            return false;
        }
        newestConnections.put(asking.id(), asking.connectedNanos());
        return true;
    }

    /// Whether the log could take the transaction, and its end too.
    boolean fits(Transaction transaction, Turn<TransactionTimer> turn) {
        CoordinatorRecord record = TransactionRecords.stored(transaction, level());
        return record.sizeInBytes() + GROWTH_BYTES <= turn.largestRecord();
    }

    /// The transaction's next state, to be stored.
    void store(Transaction next, Turn<TransactionTimer> turn) {
        turn.append(TransactionRecords.stored(next, level()));
        put(next);
    }

    /// The transaction's next state; a load knows it as it was before.
    void put(Transaction next) {
        byId.put(next.id(), next);
    }

    void remove(String id, Turn<TransactionTimer> turn) {
        turn.append(TransactionRecords.removed(id));
        byId.remove(id);
        newestConnections.remove(id);
    }
}
