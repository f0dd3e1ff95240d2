package io.zurau.coordinator.group.kind;

/// Kinds of groups, by what their members speak.
public enum GroupKind {
    CLASSIC("classic"),
    CONSUMER("consumer"), // KIP-848
    SHARE("share"), // KIP-932
    STREAMS("streams"); // KIP-1071

    private final String word;

    GroupKind(String word) {
        this.word = word;
    }

    /// Kafka's word for it, on the wire and in tools.
    public String word() {
        return word;
    }
}
