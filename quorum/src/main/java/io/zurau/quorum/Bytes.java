package io.zurau.quorum;

import java.nio.ByteBuffer;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/// Bytes in the form that Ratis carries. Nothing is copied; who gave them leaves them alone.
final class Bytes {
    private Bytes() {}

    static Message message(ByteBuffer bytes) {
        return Message.valueOf(UnsafeByteOperations.unsafeWrap(bytes));
    }

    static ByteBuffer of(Message message) {
        return message.getContent().asReadOnlyByteBuffer();
    }
}
