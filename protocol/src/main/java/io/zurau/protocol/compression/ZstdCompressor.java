package io.zurau.protocol.compression;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;

/// One zstd frame per section of records. Kept between sections, because making the native context
/// costs more than compressing a small batch.
final class ZstdCompressor implements Compressor {
    private final ZstdCompressCtx context = new ZstdCompressCtx();

    ZstdCompressor(int level) {
        context.setLevel(level);
    }

    @Override
    public void compress(byte[] source, int from, int length, GrowableBytes target) {
        int most = Math.toIntExact(Zstd.compressBound(length));
        target.reserve(most);
        int at = target.size();
        int written = context.compressByteArray(target.array(), at, most, source, from, length);
        target.resize(at + written);
    }

    @Override
    public void close() {
        context.close();
    }
}
