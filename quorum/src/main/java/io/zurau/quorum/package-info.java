/// The metadata log of a cluster of several nodes, over Apache Ratis; the only package that knows
/// Ratis.
///
/// **Enter at** [io.zurau.quorum.RaftMetadataLog]: `open` it, then use it as the
/// [io.zurau.metadata.log.MetadataLog] that it is. **Promises** what the port promises, whoever
/// leads, and that a node that lost its disk endangers nothing by voting. **State.** What was
/// applied belongs to [io.zurau.quorum.MetadataStateMachine], what this node knows of it to
/// [io.zurau.quorum.Newest]; each class names its guard. **Knows** the metadata log's port, record
/// batches, Ratis. **Must not know** what records mean, topics, brokers, who uses it.
///
/// # How a node starts
///
/// ```
///              does this directory hold a copy of the log?
///                   │ yes                       │ no
///                   ▼                           ▼
///        was it still on its way       is the node a configured voter,
///        to become a voter?            and not removed as one?
///          │ no        │ yes             │ no              │ yes
///          ▼           │                 ▼                 ▼
///       go on as it    │              FOLLOW              ask all others
///       was: Ratis     │              (fetch)       ┌─────────┼──────────┐
///       knows the      │                  one has entries   all answer,   one is
///       voters         │                            │       none has any  silent
///                      │                            │         │             │
///                      ▼                            ▼         ▼             ▼
///                 ┌──────────── JOIN ◄──────────────┘       FOUND         ask again
///                 │ the leader takes out the     together, a group of     (a sentence
///                 │ vote of the one that lost    all configured voters;   after 5 s)
///                 │ its disk, this node begins   or alone, if it was a
///                 │ an empty log, the leader     cluster of its own: its
///                 │ adds it: it catches up       image is the first entry
///                 │ first and counts then
///                 └► VOTE
/// ```
///
/// Why so: a voter without a log may have lost one, and with it entries that a majority with it had
/// acknowledged, and the memory of whom it voted for. If it voted at once, it and one that is
/// behind could be a majority that knows nothing of them. So it votes on its own only if nobody can
/// have committed anything, which takes an answer from everybody.
///
/// # What is in the Raft log
///
/// One proposal is one [io.zurau.quorum.Entry]: a record batch whose base offset is the end that
/// the proposer expected. Whether it still is the end is decided by [io.zurau.quorum.MetadataState]
/// when the entry is applied, in log order, the same on every node. No decision rests on a read, so
/// a leader that was paused and does not know that it is replaced can do no harm. Offsets count
/// metadata records, not entries: Ratis' own entries, no-ops and refused proposals move none.
///
/// # The files
///
/// - `format`: a line `format=1`. A node that reads another number refuses to start.
/// - `joining`, `removed`: empty marks, for a node on its way to a vote, and for one whose vote was
///   taken away while its settings still name it a voter.
/// - `raft/<group>/current`: Ratis' log and its votes.
/// - `raft/<group>/sm/snapshot.<term>_<index>`: our snapshots. A CRC-32C of the rest, a version
///   byte, the voters' directory ids, then the cluster id, the end offset and the image as record
///   batches between Kafka's control records for the head and the foot of a snapshot.
@NullMarked
package io.zurau.quorum;

import org.jspecify.annotations.NullMarked;
