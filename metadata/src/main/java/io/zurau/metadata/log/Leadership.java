package io.zurau.metadata.log;

/// Who leads the metadata log, and so acts as the active controller.
///
/// @param leaderId node id, or [#NOBODY]
/// @param epoch grows with each new leader; Raft's term
public record Leadership(int leaderId, int epoch) {
    public static final int NOBODY = -1;

    public boolean isBy(int nodeId) {
        return leaderId == nodeId;
    }
}
