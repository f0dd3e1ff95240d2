package io.zurau.quorum;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.log.Leadership;
import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.record.CorruptRecords;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.runtime.Clock;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.RaftClientReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fetches what was committed from a voter, as long as this node does not vote: from the leader if
/// it is known, else from any. A voter that does not answer, or that has lost its leader and so may
/// be behind, is left for the next.
///
/// **Owner:** its task.
final class Follower implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Follower.class);
    private static final int WAIT_MS = 500;
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration PAUSE_WHILE_VOTING = Duration.ofMillis(200);

    private final QuorumConfig config;
    private final @Nullable RaftNode node;
    private final VoterCalls calls;
    private final Newest<ClusterImage> images;
    private final Newest<Leadership> leaderships;
    private final Clock clock;

    private MetadataState state = MetadataState.EMPTY;
    private int voter = Leadership.NOBODY;
    private int turn;

    Follower(
            QuorumConfig config,
            @Nullable RaftNode node,
            VoterCalls calls,
            Newest<ClusterImage> images,
            Newest<Leadership> leaderships,
            Clock clock) {
        this.config = config;
        this.node = node;
        this.calls = calls;
        this.images = images;
        this.leaderships = leaderships;
        this.clock = clock;
    }

    @Override
    public void run() {
        try {
            while (true) {
                if (node != null && node.votes()) {
                    clock.sleepUntil(clock.deadline(PAUSE_WHILE_VOTING));
                } else if (!fetched()) {
                    voter = Leadership.NOBODY;
                    clock.sleepUntil(clock.deadline(PAUSE));
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    /// @return false if another voter should be asked next
    private boolean fetched() throws InterruptedException {
        if (voter == Leadership.NOBODY) {
            List<Integer> all = calls.known();
            voter = all.get(turn++ % all.size());
        }
        ClusterImage newest = images.value();
        if (RaftMetadataLog.isFounded(newest) && newest.endOffset() > state.endOffset()) {
            // This node voted for a while.
            state = new MetadataState(newest, new TreeMap<>());
        }
        FetchRequest request =
                new FetchRequest(
                        config.nodeId(),
                        config.directoryId(),
                        state.image() == null ? -1 : state.endOffset(),
                        WAIT_MS);
        CompletableFuture<RaftClientReply> reply =
                calls.send(voter, calls.read(voter, request.bytes()));
        if (!calls.await(reply, clock.deadline(RatisSettings.CALL_PATIENCE))) {
            return false;
        }
        if (reply.isCompletedExceptionally()) {
            return false;
        }
        return reply.resultNow().isSuccess() && applied(reply.resultNow());
    }

    private boolean applied(RaftClientReply reply) {
        try {
            FetchAnswer answer = FetchAnswer.read(Bytes.of(reply.getMessage()));
            if (!apply(answer.news())) {
                // The voter has another log behind our end. It cannot, so ask for everything.
                state = MetadataState.EMPTY;
                return false;
            }
            Leadership leadership = answer.leadership();
            leaderships.offer(leadership);
            if (leadership.leaderId() == Leadership.NOBODY) {
                return false;
            }
            if (!answer.voters().isEmpty()) {
                calls.knowOnly(answer.voters());
            }
            voter = leadership.leaderId();
            return true;
        } catch (CorruptRecords | MalformedMessage e) {
            log.atWarn()
                    .addKeyValue("voter", voter)
                    .addKeyValue("reason", e.getMessage())
                    .log("A voter's answer makes no sense");
            return false;
        }
    }

    private boolean apply(FetchAnswer.News news) {
        MetadataState after = state;
        switch (news) {
            case FetchAnswer.News.Nothing _ -> {
                return true;
            }
            case FetchAnswer.News.Snapshot snapshot -> after = snapshot.state();
            case FetchAnswer.News.Batches some -> {
                for (RecordBatch batch : some.batches()) {
                    MetadataState.Step step = after.apply(new Entry.Append(batch));
                    if (!(step.answer() instanceof Answer.Done)) {
                        return false;
                    }
                    after = step.after();
                }
            }
        }
        state = after;
        if (after.image() != null) {
            images.offer(after.image());
        }
        return true;
    }
}
