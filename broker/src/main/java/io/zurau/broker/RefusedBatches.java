package io.zurau.broker;

import io.zurau.protocol.Uuid;
import io.zurau.protocol.record.RecordBatch;
import java.util.LinkedHashMap;
import java.util.Map;

/// Batches that idempotent producers were refused on one connection and will send again.
///
/// A producer sends up to five batches without waiting for answers. Suppose that its first one is
/// refused because this broker does not lead the partition yet, and that it does when the second
/// one comes: the log does not know the producer and would take any sequence number (KIP-360), so
/// the second batch would stand before the first for ever. Apache Kafka has this gap. Here the
/// second one is refused too, until the first has come again. A producer's connection is memory
/// enough: on another one it sends again in order.
///
/// **Guard:** the thread that reads the connection.
public final class RefusedBatches {
    private static final int MAX = 1_000; // The eldest is forgotten.

    private final Map<Key, First> firsts = new LinkedHashMap<>();

    /// @param topic the name; empty if the producer gave the id only
    private record Key(String topic, Uuid topicId, int partition, long producerId) {}

    private record First(short epoch, int sequence) {
        boolean isBefore(RecordBatch batch) {
            return batch.producerEpoch() == epoch && batch.baseSequence() > sequence;
        }
    }

    /// Whether an earlier batch of the producer was refused here and has not come again here. A log
    /// that knows the producer has got it elsewhere, and looks after the order by itself.
    public boolean precede(RecordBatch batch, String topic, Uuid topicId, int partition) {
        if (firsts.isEmpty()) {
            return false;
        }
        First first = firsts.get(new Key(topic, topicId, partition, batch.producerId()));
        return first != null && first.isBefore(batch);
    }

    /// A batch was refused, and its producer will send it again.
    public void refused(RecordBatch batch, String topic, Uuid topicId, int partition) {
        if (batch.isIdempotent() && !precede(batch, topic, topicId, partition)) {
            Key key = new Key(topic, topicId, partition, batch.producerId());
            firsts.remove(key); // The newest stands last.
            firsts.put(key, new First(batch.producerEpoch(), batch.baseSequence()));
            if (firsts.size() > MAX) {
                firsts.remove(firsts.keySet().iterator().next());
            }
        }
    }

    /// A batch was taken: there is no gap before it, so what was refused was taken elsewhere.
    public void taken(RecordBatch batch, String topic, Uuid topicId, int partition) {
        if (!firsts.isEmpty()) {
            firsts.remove(new Key(topic, topicId, partition, batch.producerId()));
        }
    }
}
