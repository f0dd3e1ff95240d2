package io.zurau.metadata.control;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.message.MetadataRecord;
import java.util.List;

/// What a command comes to.
///
/// @param records what must be committed; none if nothing changes
/// @param answer what to say once they are
record Decision<A>(List<MetadataRecord> records, A answer) {
    /// The answer, and nothing changes.
    static <A> Decision<A> answer(A answer) {
        return new Decision<>(List.of(), answer);
    }

    /// The image that this decision makes of the one that it was made on.
    ClusterImage applied(ClusterImage image) {
        return records.isEmpty()
                ? image
                : image.replay(records, image.endOffset() + records.size());
    }
}
