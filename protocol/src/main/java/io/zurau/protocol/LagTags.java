package io.zurau.protocol;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What Zurau adds to two of Kafka's messages to tell how far a group is behind, as tagged fields
/// (KIP-482), which whoever does not know them skips.
///
/// | message | field | holds |
/// |---|---|---|
/// | OffsetFetchRequest | 10000 | nothing; asks for lags |
/// | OffsetFetchResponse, each partition of a group | 10000 | two int64: records, milliseconds |
/// | ListOffsetsRequest, each partition | 10000 | an int64: an offset whose time is wanted |
/// | ListOffsetsResponse, each partition | 10000 | an int64: the time of the record there |
///
/// Milliseconds are the age of the oldest record that was not consumed yet; -1 where only the
/// records are known.
public final class LagTags {
    /// Far above Kafka's own tags, which begin at 0.
    private static final int TAG = 10_000;

    private LagTags() {}

    /// How far a group is behind in one partition.
    ///
    /// @param records not consumed yet
    /// @param millis -1 if unknown
    public record Lag(long records, long millis) {}

    /// On an OffsetFetchRequest: lags are wanted.
    public static UnknownTags wanted() {
        return tag(ByteBuffer.allocate(0));
    }

    public static boolean isWanted(UnknownTags tags) {
        return find(tags, 0).isPresent();
    }

    /// On a partition of an OffsetFetchResponse.
    public static UnknownTags of(Lag lag) {
        return tag(
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(lag.records())
                        .putLong(lag.millis())
                        .flip());
    }

    public static Optional<Lag> lag(UnknownTags tags) {
        return find(tags, 2 * Long.BYTES).map(b -> new Lag(b.getLong(), b.getLong()));
    }

    /// On a partition of a ListOffsetsRequest an offset, of its response a time.
    public static UnknownTags of(long number) {
        return tag(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
    }

    public static OptionalLong number(UnknownTags tags) {
        return find(tags, Long.BYTES)
                .map(bytes -> OptionalLong.of(bytes.getLong()))
                .orElseGet(OptionalLong::empty);
    }

    private static UnknownTags tag(ByteBuffer bytes) {
        return new UnknownTags(List.of(new UnknownTags.Tag(TAG, bytes)));
    }

    /// Somebody else's tag of the same number has another length, as likely as not.
    private static Optional<ByteBuffer> find(UnknownTags tags, int length) {
        return tags.tags().stream()
                .filter(tag -> tag.tag() == TAG && tag.bytes().remaining() == length)
                .map(tag -> tag.bytes().duplicate())
                .findFirst();
    }
}
