package io.zurau.log;

import io.zurau.log.AppendOutcome.Appended;
import io.zurau.log.AppendOutcome.Refused;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.record.ControlRecords.EndTransactionMarker;
import io.zurau.protocol.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One append to one log, from the check of its producers to the journal.
///
/// **Guard:** runs under the log's `logLock`.
final class Append {
    private final PartitionLog log;
    private final LogContents contents;
    private final AppendCheck.Ready ready;
    private final AppendOrigin origin;
    private final LogConfig config;

    Append(
            PartitionLog log,
            LogContents contents,
            AppendCheck.Ready ready,
            AppendOrigin origin,
            LogConfig config) {
        this.log = log;
        this.contents = contents;
        this.ready = ready;
        this.origin = origin;
        this.config = config;
    }

    AppendOutcome run(int leaderEpoch) {
        if (origin == AppendOrigin.REPLICA) {
            @Nullable Refused gap = checkOffsets();
            if (gap != null) {
                return gap;
            }
        } else {
            @Nullable AppendOutcome settled = checkProducers();
            if (settled != null) {
                return settled;
            }
            assignOffsets(leaderEpoch);
        }
        write();
        RecordBatch first = ready.batches().getFirst();
        return new Appended(
                first.baseOffset(),
                ready.batches().getLast().lastOffset(),
                ready.appendTimeMs(),
                contents.startOffset(),
                false);
    }

    private @Nullable Refused checkOffsets() {
        long expected = contents.endOffset();
        for (RecordBatch batch : ready.batches()) {
            if (batch.baseOffset() < expected) {
                return new Refused(
                        ErrorCode.OFFSET_OUT_OF_RANGE,
                        "%s from the leader does not follow offset %d."
                                .formatted(batch, expected - 1));
            }
            expected = batch.nextOffset();
        }
        return null;
    }

    /// A refusal, or the answer to a batch that was appended before; null if all may be appended.
    private @Nullable AppendOutcome checkProducers() {
        List<RecordBatch> batches = ready.batches();
        for (int i = 0; i < batches.size(); i++) {
            RecordBatch batch = batches.get(i);
            if (!batch.isIdempotent()) {
                continue;
            }
            @Nullable EndTransactionMarker marker = ready.markers().at(i);
            if (marker != null) {
                @Nullable Refused fenced = contents.producers().checkMarker(batch, marker);
                if (fenced != null) {
                    return fenced;
                }
                continue;
            }
            if (origin == AppendOrigin.COORDINATOR) { // Its batches have no sequence numbers.
                @Nullable Refused fenced = contents.producers().checkEpoch(batch);
                if (fenced != null) {
                    return fenced;
                }
                continue;
            }
            ProducerState.@Nullable Batch known = contents.producers().duplicateOf(batch);
            if (known != null) {
                return new Appended(
                        known.firstOffset(),
                        known.lastOffset(),
                        ready.appendTimeMs() < 0 ? -1 : known.timestamp(),
                        contents.startOffset(),
                        true);
            }
            @Nullable Refused refused = contents.producers().check(batch);
            if (refused != null) {
                return refused;
            }
        }
        return null;
    }

    private void assignOffsets(int leaderEpoch) {
        long next = contents.endOffset();
        for (RecordBatch batch : ready.batches()) {
            batch.assignBaseOffset(next);
            batch.setPartitionLeaderEpoch(leaderEpoch);
            next = batch.nextOffset();
        }
    }

    private void write() {
        ByteBuffer bytes = ready.bytes();
        long nowMs = log.home().clock().wallMs();
        long lastOffset = ready.batches().getLast().lastOffset();
        if (contents.active()
                .isFull(bytes.remaining(), ready.maxTimestamp(), lastOffset, config, nowMs)) {
            log.roll(contents, nowMs);
        }
        Segment active = contents.active();
        active.write(bytes, active.size());
        boolean durable = log.isDurable();
        long change =
                contents.take(
                        ready.batches(), ready.markers(), config.indexIntervalBytes(), durable);
        log.reader().appended(contents.endOffset(), active);
        if (!ready.markers().byPlace().isEmpty()) {
            contents.forgetReplicatedEnds(log.highWatermark());
        }
        if (durable) {
            log.home()
                    .journal()
                    .add(
                            log.stored(),
                            LogChange.APPEND,
                            log.id(),
                            change,
                            bytes,
                            contents.endOffset());
        } else {
            log.stored().notifyListener();
        }
        log.home().probe().appended(bytes.remaining());
    }
}
