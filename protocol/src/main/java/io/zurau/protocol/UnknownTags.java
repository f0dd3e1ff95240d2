package io.zurau.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The tagged fields of a struct that this version of us does not know, kept raw and in order so
/// that they can be written back.
public record UnknownTags(List<Tag> tags) {
    public static final UnknownTags NONE = new UnknownTags(List.of());

    /// Refused beyond, per struct: nobody sends so many, and each costs more memory than its bytes.
    static final int LIMIT = 1_000;

    /// One tagged field; its bytes include whatever length the field's type writes, but not the
    /// tag's own size.
    public record Tag(int tag, ByteBuffer bytes) {}

    /// Tags must be ascending and not negative.
    public UnknownTags {
        tags = List.copyOf(tags);
        for (int i = 1; i < tags.size(); i++) {
            if (tags.get(i - 1).tag() >= tags.get(i).tag()) {
                throw new IllegalArgumentException("Tags are not ascending: " + tags + ".");
            }
        }
    }

    public int count() {
        return tags.size();
    }

    public boolean isEmpty() {
        return tags.isEmpty();
    }

    /// For versions without tagged fields.
    public void requireNone(int version) {
        if (!tags.isEmpty()) {
            throw new UnsupportedField("the tagged fields", version);
        }
    }

    /// Gathers the unknown tags of one struct while it is read; most structs have none and never
    /// make one.
    public static final class Collector {
        private final List<Tag> tags = new ArrayList<>();

        /// Takes over the rest of the tagged field that the reader is in.
        public static Collector add(@Nullable Collector collector, int tag, ProtocolReader in) {
            Collector present = collector == null ? new Collector() : collector;
            if (present.tags.size() == LIMIT) {
                throw new MalformedMessage("A struct has more than " + LIMIT + " unknown tags.");
            }
            present.tags.add(new Tag(tag, in.readRest()));
            return present;
        }

        public static UnknownTags collected(@Nullable Collector collector) {
            return collector == null ? NONE : new UnknownTags(collector.tags);
        }
    }
}
