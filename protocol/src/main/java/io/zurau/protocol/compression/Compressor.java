package io.zurau.protocol.compression;

/// Compresses whole sections of records, one after the other. Owned by one thread at a time.
public interface Compressor extends AutoCloseable {

    /// Appends the compressed form of `source[from .. from + length)` to `target`.
    void compress(byte[] source, int from, int length, GrowableBytes target);

    /// Frees native memory. The object is of no use afterwards.
    @Override
    void close();
}
