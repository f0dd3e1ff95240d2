package io.zurau.broker.transaction;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.metadata.control.ProducerIdBlock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Gives away producer ids that no producer ever had. Gets them in blocks from the controller, so
/// that few of them cost a commit; what is left of a block when the broker stops is lost.
///
/// **Guard:** `blockLock`, which is not held while a block is fetched.
final class ProducerIds {
    private static final ProducerIdBlock NONE = new ProducerIdBlock(0, 0);

    private final ReentrantLock blockLock = new ReentrantLock();
    private final Supplier<Optional<ProducerIdBlock>> blocks;

    @GuardedBy("blockLock")
    private ProducerIdBlock block = NONE; // What is left of it.

    /// @param blocks asked for a new block when one is used up
    ProducerIds(Supplier<Optional<ProducerIdBlock>> blocks) {
        this.blocks = blocks;
    }

    /// An id; empty if the controller has no block at the moment.
    OptionalLong next() {
        OptionalLong left = take(NONE);
        if (left.isPresent()) {
            return left;
        }
        return blocks.get().map(this::take).orElse(OptionalLong.empty());
    }

    /// Takes from the present block, or else from `fresh`. If another thread was faster, `fresh` is
    /// dropped: there are enough ids.
    private OptionalLong take(ProducerIdBlock fresh) {
        blockLock.lock();
        try {
            ProducerIdBlock from = isEmpty(block) ? fresh : block;
            if (isEmpty(from)) {
                return OptionalLong.empty();
            }
            block = new ProducerIdBlock(from.firstId() + 1, from.endId());
            return OptionalLong.of(from.firstId());
        } finally {
            blockLock.unlock();
        }
    }

    private static boolean isEmpty(ProducerIdBlock block) {
        return block.firstId() == block.endId();
    }
}
