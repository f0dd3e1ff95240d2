package io.zurau.protocol;

import java.nio.ByteBuffer;

/// A payload in memory; equal to another with the same bytes.
record BufferPayload(ByteBuffer bytes) implements Payload {
    @Override
    public int sizeInBytes() {
        return bytes.remaining();
    }

    @Override
    public ByteBuffer toBuffer() {
        return bytes.duplicate();
    }

    @Override
    public String toString() {
        return "Payload[" + sizeInBytes() + " bytes]";
    }
}
