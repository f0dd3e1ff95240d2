package io.zurau.log.journal;

/// What happens in a journal, for metrics. Called on hot paths.
public interface JournalProbe {
    JournalProbe NONE =
            new JournalProbe() {
                @Override
                public void wroteGroup(int bytes) {}

                @Override
                public void waitedForRoom() {}
            };

    /// A group is on disk.
    void wroteGroup(int bytes);

    /// An append found both groups full.
    void waitedForRoom();
}
