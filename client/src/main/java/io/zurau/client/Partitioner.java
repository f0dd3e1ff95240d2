package io.zurau.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.runtime.Randomness;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// Chooses the partition of a record: with a key always the same one, which is also the one that
/// Apache Kafka's clients choose; without, one until it has got about a batch, then another
/// (KIP-794).
///
/// **Guard:** `stickyLock`.
final class Partitioner {
    private static final int SEED = 0x9747b28c;
    private static final int M = 0x5bd1e995;
    private static final int R = 24;

    private final Randomness randomness;
    private final int bytesPerTurn;
    private final ReentrantLock stickyLock = new ReentrantLock();

    @GuardedBy("stickyLock")
    private final Map<String, Turn> turns = new HashMap<>();

    private static final class Turn {
        int partition;
        int bytesLeft;
    }

    Partitioner(Randomness randomness, int bytesPerTurn) {
        this.randomness = randomness;
        this.bytesPerTurn = bytesPerTurn;
    }

    static int byKey(ByteBuffer key, int partitions) {
        return (murmur2(key) & 0x7fffffff) % partitions;
    }

    int withoutKey(String topic, int sizeInBytes, int partitions) {
        stickyLock.lock();
        try {
            Turn turn = turns.computeIfAbsent(topic, name -> new Turn());
            if (turn.bytesLeft <= 0 || turn.partition >= partitions) {
                turn.partition = randomness.below(partitions);
                turn.bytesLeft = bytesPerTurn;
            }
            turn.bytesLeft -= sizeInBytes;
            return turn.partition;
        } finally {
            stickyLock.unlock();
        }
    }

    /// MurmurHash2 of the remaining bytes, 32 bits, with the seed that Kafka uses.
    static int murmur2(ByteBuffer bytes) {
        int length = bytes.remaining();
        int start = bytes.position();
        int hash = SEED ^ length;
        int whole = length & ~3;
        for (int i = 0; i < whole; i += 4) {
            int k =
                    byteAt(bytes, start + i)
                            | (byteAt(bytes, start + i + 1) << 8)
                            | (byteAt(bytes, start + i + 2) << 16)
                            | (byteAt(bytes, start + i + 3) << 24);
            k *= M;
            k ^= k >>> R;
            k *= M;
            hash = (hash * M) ^ k;
        }
        int left = length - whole;
        if (left > 0) {
            for (int i = left - 1; i >= 0; i--) {
                hash ^= byteAt(bytes, start + whole + i) << (8 * i);
            }
            hash *= M;
        }
        hash ^= hash >>> 13;
        hash *= M;
        return hash ^ (hash >>> 15);
    }

    private static int byteAt(ByteBuffer bytes, int index) {
        return bytes.get(index) & 0xff;
    }
}
