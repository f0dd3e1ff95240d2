package io.zurau.protocol.compression;

import java.util.EnumMap;
import java.util.Map;

/// The compressors of one owner: at most one of each codec, made when it is first asked for and
/// made anew when another level is asked for. Owned by one thread at a time.
///
/// Holds native memory, which only [#close()] gives back.
public final class Compressors implements AutoCloseable {
    private record Levelled(int level, Compressor compressor) {}

    private final Map<Compression, Levelled> made = new EnumMap<>(Compression.class);

    /// The compressor of this codec and level, which stays owned by this object.
    public Compressor of(Compression compression, int level) {
        Levelled known = made.get(compression);
        if (known != null && known.level == level) {
            return known.compressor;
        }
        Compressor compressor = compression.newCompressor(level);
        made.put(compression, new Levelled(level, compressor));
        if (known != null) {
            known.compressor.close();
        }
        return compressor;
    }

    @Override
    public void close() {
        made.values().forEach(each -> each.compressor.close());
        made.clear();
    }
}
