package io.zurau.log.journal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The entries that go to disk in one write.
///
/// **Guard:** the journal's lock while it gathers; then the writer owns it until it gathers again.
final class JournalGroup {
    /// How far back to look for a client before it is listed a second time, which does no harm.
    private static final int LOOK_BACK = 8;

    private final ByteBuffer buffer;
    private @Nullable JournalClient[] clients = new JournalClient[16];
    private long[] endOffsets = new long[16];
    private int clientCount;
    private long sequence;

    /// @param buffer aligned for the journal's files
    JournalGroup(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    /// Forgets everything and gathers anew.
    void begin(long newSequence) {
        sequence = newSequence;
        buffer.clear().position(GroupHeader.BYTES);
        Arrays.fill(clients, 0, clientCount, null);
        clientCount = 0;
    }

    long sequence() {
        return sequence;
    }

    boolean isEmpty() {
        return buffer.position() == GroupHeader.BYTES;
    }

    /// The longest body that another entry could have.
    int room() {
        return buffer.remaining() - JournalEntry.HEADER_BYTES;
    }

    ByteBuffer target() {
        return buffer;
    }

    /// Will tell the client when this group is on disk.
    @SuppressWarnings("ReferenceEquality") // The very same one is meant.
    void note(JournalClient client, long endOffset) {
        for (int i = clientCount - 1; i >= Math.max(0, clientCount - LOOK_BACK); i--) {
            if (clients[i] == client) {
                endOffsets[i] = Math.max(endOffsets[i], endOffset);
                return;
            }
        }
        if (clientCount == clients.length) {
            clients = Arrays.copyOf(clients, clientCount * 2);
            endOffsets = Arrays.copyOf(endOffsets, clientCount * 2);
        }
        clients[clientCount] = client;
        endOffsets[clientCount++] = endOffset;
    }

    /// Ends the group.
    ///
    /// @return what is to be written, whole blocks
    ByteBuffer seal(long journal) {
        int end = buffer.position();
        int padded = GroupHeader.padded(end);
        while (buffer.position() < padded) {
            buffer.put((byte) 0);
        }
        GroupHeader.seal(buffer, journal, sequence, end, padded);
        return buffer.flip();
    }

    void tellClients() {
        for (int i = 0; i < clientCount; i++) {
            JournalClient client = clients[i];
            if (client != null) {
                client.stored(endOffsets[i]);
            }
        }
    }
}
