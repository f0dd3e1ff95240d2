package io.zurau.quorum;

import io.zurau.runtime.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/// Brings entries to whoever leads, until one is applied or time is up.
///
/// An entry that is sent again carries the same call number, by which Ratis applies it only once.
///
/// Safe for concurrent use.
final class LeaderCalls {
    /// Between two attempts while nobody leads; an election takes some hundred milliseconds.
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final VoterCalls calls;
    private final LocalServer local;
    private final Clock clock;
    private final CompletableFuture<Void> closing = new CompletableFuture<>();

    /// Ends when another node leads than before.
    private volatile CompletableFuture<Void> change = new CompletableFuture<>();

    private volatile int lastLeader = -1;

    /// This node's own part in the quorum, if it has one.
    interface LocalServer {
        /// The server, if it leads right now.
        Optional<RaftServer> leading();
    }

    /// How a call ended.
    sealed interface Outcome {
        /// @param answer what it came to, the first time that it was applied
        record Applied(Answer answer) implements Outcome {}

        /// It may or may not be applied.
        ///
        /// @param reason a sentence
        record Unanswered(String reason) implements Outcome {}
    }

    LeaderCalls(VoterCalls calls, LocalServer local, Clock clock) {
        this.calls = calls;
        this.local = local;
        this.clock = clock;
    }

    /// This one leads now. Who waits for an answer of another waits no more. By one thread at a
    /// time.
    void leaderIs(int nodeId) {
        if (nodeId != lastLeader) {
            lastLeader = nodeId;
            CompletableFuture<Void> ended = change;
            change = new CompletableFuture<>();
            ended.complete(null);
        }
    }

    Outcome send(ByteBuffer entry, Duration patience) throws InterruptedException {
        long call = calls.newCall();
        long deadline = clock.deadline(patience);
        int turn = 0;
        String trouble = "No voter has answered.";
        boolean lost = false; // Whether an attempt went out that nobody answered.
        while (!closing.isDone() && clock.isAhead(deadline)) {
            Optional<RaftServer> here = local.leading();
            int target = here.map(server -> Voter.nodeId(server.getId())).orElse(target(turn));
            RaftClientRequest request = calls.write(target, call, entry);
            CompletableFuture<Void> otherLeader = change;
            CompletableFuture<RaftClientReply> reply = submit(here.orElse(null), request);
            long attemptEnd = clock.deadline(RatisSettings.CALL_PATIENCE);
            long until = attemptEnd - deadline < 0 ? attemptEnd : deadline;
            Attempt attempt = await(reply, otherLeader, target, until);
            if (attempt.answer instanceof Answer.Conflict && lost) {
                return new Outcome.Unanswered(
                        "An attempt that nobody answered may have been the one that was committed.");
            }
            if (attempt.answer != null) {
                lastLeader = target;
                return new Outcome.Applied(attempt.answer);
            }
            lost |= attempt.lost;
            trouble = attempt.trouble;
            turn++;
            boolean changed = otherLeader.isDone();
            if (!changed) {
                lastLeader = attempt.leader;
            }
            // Who names a leader is asked about no more than once in a row: two may name each
            // other.
            if (!changed && (attempt.leader < 0 || turn > 1)) {
                pause(deadline);
            }
        }
        return new Outcome.Unanswered(
                closing.isDone()
                        ? "The metadata log was closed."
                        : "No majority of the quorum answered within %d ms: %s"
                                .formatted(patience.toMillis(), trouble));
    }

    private void pause(long deadline) throws InterruptedException {
        long end = clock.deadline(PAUSE);
        clock.sleepUntil(end - deadline < 0 ? end : deadline);
    }

    private int target(int turn) {
        int leader = lastLeader;
        List<Integer> all = calls.known();
        return leader >= 0 && all.contains(leader) ? leader : all.get(turn % all.size());
    }

    private CompletableFuture<RaftClientReply> submit(
            @Nullable RaftServer here, RaftClientRequest request) {
        if (here == null) {
            return calls.send(Voter.nodeId(request.getServerId()), request);
        }
        try {
            return here.submitClientRequestAsync(request);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /// @param leader who leads according to the one that was asked, -1 if it does not know
    /// @param lost whether the entry may be applied in spite of that
    private record Attempt(@Nullable Answer answer, int leader, boolean lost, String trouble) {
        static Attempt lost(String trouble) {
            return new Attempt(null, -1, true, trouble);
        }
    }

    private Attempt await(
            CompletableFuture<RaftClientReply> reply,
            CompletableFuture<Void> otherLeader,
            int target,
            long until)
            throws InterruptedException {
        if (!calls.await(CompletableFuture.anyOf(reply, otherLeader, closing), until)
                || !reply.isDone()) {
            return Attempt.lost("node " + target + " does not answer.");
        }
        if (reply.isCompletedExceptionally()) {
            Throwable why = reply.exceptionNow();
            return Attempt.lost("node " + target + " failed, " + why.getMessage());
        }
        RaftClientReply answer = reply.resultNow();
        if (answer.isSuccess()) {
            return new Attempt(Answer.read(Bytes.of(answer.getMessage())), target, false, "");
        }
        String trouble = "node %d says %s".formatted(target, answer.getException().getMessage());
        NotLeaderException other = answer.getNotLeaderException();
        if (other == null) {
            // The first two are said before an entry is taken.
            boolean lost =
                    !(answer.getException() instanceof LeaderNotReadyException
                            || answer.getException() instanceof LeaderSteppingDownException);
            return new Attempt(null, -1, lost, trouble);
        }
        // Who names no other may just have been deposed, and the entry may live on.
        RaftPeer leader = other.getSuggestedLeader();
        return leader == null
                ? Attempt.lost(trouble)
                : new Attempt(null, Voter.nodeId(leader.getId()), false, trouble);
    }

    /// Ends every call at once, and those to come.
    void close() {
        closing.complete(null);
    }
}
