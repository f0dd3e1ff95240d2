package io.zurau.protocol.compression;

import java.util.Optional;

/// How the records of a batch are compressed, with Kafka's ids, names and levels.
public enum Compression {
    NONE(0, "none", 0, 0, 0),
    GZIP(1, "gzip", 1, 9, -1),
    SNAPPY(2, "snappy", 0, 0, 0),
    LZ4(3, "lz4", 1, 17, 9),
    ZSTD(4, "zstd", -131072, 22, 3);

    private static final Compression[] BY_ID = values();

    private final int id;
    private final String kafkaName;
    private final int minLevel;
    private final int maxLevel;
    private final int defaultLevel;

    Compression(int id, String kafkaName, int minLevel, int maxLevel, int defaultLevel) {
        this.id = id;
        this.kafkaName = kafkaName;
        this.minLevel = minLevel;
        this.maxLevel = maxLevel;
        this.defaultLevel = defaultLevel;
    }

    /// The codec of an id as it stands in a batch's attributes, empty if nobody knows it.
    public static Optional<Compression> ofId(int id) {
        return id >= 0 && id < BY_ID.length ? Optional.of(BY_ID[id]) : Optional.empty();
    }

    /// The codec of a name as it stands in settings (`compression.type`), empty if nobody knows it.
    public static Optional<Compression> ofName(String name) {
        for (Compression compression : BY_ID) {
            if (compression.kafkaName.equals(name)) {
                return Optional.of(compression);
            }
        }
        return Optional.empty();
    }

    /// The three bits in a batch's attributes.
    public int id() {
        return id;
    }

    public String kafkaName() {
        return kafkaName;
    }

    /// Inclusive. For a codec without levels it is the same as [#maxLevel()].
    public int minLevel() {
        return minLevel;
    }

    /// Inclusive.
    public int maxLevel() {
        return maxLevel;
    }

    public int defaultLevel() {
        return defaultLevel;
    }

    /// Whether the codec can be asked for this level; gzip's default, -1, lies outside its range.
    public boolean accepts(int level) {
        return level == defaultLevel || (level >= minLevel && level <= maxLevel);
    }

    /// A codec object with state of its own, to be closed by whoever asked for it.
    Compressor newCompressor(int level) {
        if (!accepts(level)) {
            throw new IllegalArgumentException(
                    "Level " + level + " of " + kafkaName + " is outside its range.");
        }
        return switch (this) {
            case NONE -> new PlainCompressor();
            case GZIP -> new GzipCompressor(level);
            case SNAPPY -> new SnappyCompressor();
            case LZ4 -> new Lz4Compressor(level);
            case ZSTD -> new ZstdCompressor(level);
        };
    }

    /// A codec object with state of its own, to be closed by whoever asked for it.
    Decompressor newDecompressor() {
        return switch (this) {
            case NONE -> new PlainDecompressor();
            case GZIP -> new GzipDecompressor();
            case SNAPPY -> new SnappyDecompressor();
            case LZ4 -> new Lz4Decompressor();
            case ZSTD -> new ZstdDecompressor();
        };
    }
}
