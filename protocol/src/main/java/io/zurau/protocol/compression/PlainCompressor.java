package io.zurau.protocol.compression;

/// Copies: the codec `none`.
final class PlainCompressor implements Compressor {

    @Override
    public void compress(byte[] source, int from, int length, GrowableBytes target) {
        target.put(source, from, length);
    }

    @Override
    public void close() {}
}
