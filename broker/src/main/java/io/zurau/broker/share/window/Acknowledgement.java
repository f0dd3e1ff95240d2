package io.zurau.broker.share.window;

import io.zurau.coordinator.share.StateBatch;
import io.zurau.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Takes what one member says of records that it has: all of it, or nothing.
///
/// **Owner:** the call that acknowledges.
public final class Acknowledgement {
    private final Window window;
    private final Request request;
    private final List<StateBatch> decided = new ArrayList<>();
    private final List<Span> renewed = new ArrayList<>();

    /// What becomes of records, as a client says it.
    private enum Type {
        GAP,
        ACCEPT,
        RELEASE,
        REJECT,
        RENEW;

        static Type of(byte id) {
            return values()[id];
        }
    }

    /// The highest type of acknowledgement without [#RENEW].
    public static final byte HIGHEST_TYPE = 3;

    /// The member needs more time (KIP-1222).
    public static final byte RENEW = 4;

    /// Records that follow one another.
    ///
    /// @param types one for all, or one for each; 0 to 4
    public record Batch(long first, long last, List<Byte> types) {
        private Type type(long offset) {
            return Type.of(
                    types.size() == 1 ? types.getFirst() : types.get((int) (offset - first)));
        }

        /// The last of those that follow an offset and have the same type.
        private long lastLike(long offset, long limit) {
            if (types.size() == 1) {
                return limit;
            }
            long lastLike = offset;
            while (lastLike < limit && type(lastLike + 1) == type(offset)) {
                lastLike++;
            }
            return lastLike;
        }
    }

    /// @param number tells it from others that are not stored yet
    /// @param batches as many types as records, or one
    /// @param deliveryLimit how often a record is delivered
    /// @param renews whether members may ask for more time
    /// @param lockEndNanos when records must be acknowledged for which more time is asked
    public record Request(
            String memberId,
            long number,
            List<Batch> batches,
            int deliveryLimit,
            boolean renews,
            long lockEndNanos) {}

    /// What came of it.
    public sealed interface Result {
        /// To be stored; perhaps nothing.
        record Decided(List<StateBatch> batches) implements Result {}

        record Refused(ErrorCode code, String message) implements Result {}
    }

    private Acknowledgement(Window window, Request request) {
        this.window = window;
        this.request = request;
    }

    /// What is decided holds once it is stored, and [Window#settle] was told.
    public static Result of(Window window, Request request, long nowNanos) {
        Acknowledgement acknowledgement = new Acknowledgement(window, request);
        for (Batch batch : request.batches) {
            Optional<Result.Refused> refused = acknowledgement.take(batch);
            if (refused.isPresent()) {
                window.settle(request.number, false, nowNanos, request.deliveryLimit);
                return refused.get();
            }
        }
        acknowledgement.renew();
        return new Result.Decided(acknowledgement.decided);
    }

    /// What lies below the start is over, whatever is said of it.
    private Optional<Result.Refused> take(Batch batch) {
        if (batch.last < window.startOffset()) {
            return Optional.empty();
        }
        if (window.isEmpty()) {
            return invalid("The records are not in flight.");
        }
        if (batch.last >= window.endOffset()) {
            return Optional.of(
                    new Result.Refused(
                            ErrorCode.INVALID_REQUEST,
                            "The last offset, %d, is past the acquired records."
                                    .formatted(batch.last)));
        }
        for (Span span : window.cut(Math.max(batch.first, window.startOffset()), batch.last)) {
            Optional<Result.Refused> refused = take(batch, span);
            if (refused.isPresent()) {
                return refused;
            }
        }
        return Optional.empty();
    }

    private static Optional<Result.Refused> invalid(String message) {
        return Optional.of(new Result.Refused(ErrorCode.INVALID_RECORD_STATE, message));
    }

    private Optional<Result.Refused> take(Batch batch, Span span) {
        return switch (span.delivery()) {
            case Delivery.Available _, Delivery.Over _ ->
                    invalid("The record at offset %d is not acquired.".formatted(span.first()));
            case Delivery.Deciding _ ->
                    invalid(
                            "The record at offset %d is acknowledged already."
                                    .formatted(span.first()));
            case Delivery.Acquired acquired when !acquired.memberId().equals(request.memberId) ->
                    invalid(
                            "The record at offset %d is acquired by another member."
                                    .formatted(span.first()));
            case Delivery.Acquired acquired -> take(batch, span, acquired);
        };
    }

    private Optional<Result.Refused> take(Batch batch, Span span, Delivery.Acquired acquired) {
        long first = span.first();
        while (first <= span.last()) {
            Type type = batch.type(first);
            if (type == Type.RENEW && !request.renews) {
                return invalid("The group does not let its members renew locks.");
            }
            long last = batch.lastLike(first, span.last());
            for (Span part : window.cut(first, last)) {
                decide(part, type, acquired);
            }
            first = last + 1;
        }
        return Optional.empty();
    }

    private void decide(Span span, Type type, Delivery.Acquired acquired) {
        Delivery.Verdict verdict =
                switch (type) {
                    case ACCEPT -> Delivery.Verdict.ACCEPTED;
                    case GAP, REJECT -> Delivery.Verdict.ARCHIVED;
                    case RELEASE ->
                            Delivery.Verdict.released(span.deliveries(), request.deliveryLimit);
                    case RENEW -> null;
                };
        if (verdict == null) {
            renewed.add(span);
        } else {
            window.replace(span.with(new Delivery.Deciding(acquired, verdict, request.number)));
            decided.add(span.as(verdict));
        }
    }

    /// Once nothing was refused: unlike a verdict, more time cannot be taken back. Of what was
    /// renewed, the request may have said more since.
    private void renew() {
        Delivery longer = new Delivery.Acquired(request.memberId, request.lockEndNanos);
        for (Span part : renewed) {
            for (Span span : window.cut(part.first(), part.last())) {
                if (span.delivery() instanceof Delivery.Acquired) {
                    window.replace(span.with(longer));
                }
            }
        }
    }
}
