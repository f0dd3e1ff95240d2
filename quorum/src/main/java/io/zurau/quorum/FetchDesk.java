package io.zurau.quorum;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.metadata.log.QuorumState;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.runtime.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/// A voter's side of the fetches by nodes that do not vote. It keeps the newest batches at hand,
/// and holds back answers without news, though never for long.
///
/// **Guard:** `deskLock`. Answers are given without it.
final class FetchDesk {
    /// Some thousand changes; who is further behind gets a snapshot.
    private static final int MOST_BYTES = 4 << 20;

    /// More followers than that are answered at once.
    private static final int MOST_WAITING = 1_000;

    private static final int LONGEST_WAIT_MS = 1_000;

    /// A follower that asked for nothing in so long is none.
    private static final Duration FORGOTTEN = Duration.ofSeconds(15);

    private final ReentrantLock deskLock = new ReentrantLock();
    private final Clock clock;

    @GuardedBy("deskLock")
    private MetadataState state = MetadataState.EMPTY;

    /// The last of what led to `state`, without a gap.
    @GuardedBy("deskLock")
    private final Deque<RecordBatch> recent = new ArrayDeque<>();

    @GuardedBy("deskLock")
    private int recentBytes;

    @GuardedBy("deskLock")
    private final List<Waiting> waiting = new ArrayList<>();

    @GuardedBy("deskLock")
    private final SortedMap<Integer, Observer> observers = new TreeMap<>();

    private record Waiting(
            FetchRequest request, long deadlineNanos, CompletableFuture<FetchAnswer.News> answer) {}

    private record Observer(FetchRequest request, long atMs, long atNanos, long caughtUpAtMs) {}

    FetchDesk(Clock clock) {
        this.clock = clock;
    }

    /// A batch led to `after`.
    void applied(RecordBatch batch, MetadataState after) {
        deskLock.lock();
        try {
            state = after;
            recent.addLast(batch);
            recentBytes += batch.sizeInBytes();
            while (recentBytes > MOST_BYTES) {
                recentBytes -= recent.removeFirst().sizeInBytes();
            }
        } finally {
            deskLock.unlock();
        }
        answerThoseWithNews();
    }

    /// Something else led to `after`, a snapshot for example.
    void replaced(MetadataState after) {
        deskLock.lock();
        try {
            if (state.endOffset() != after.endOffset()) {
                recent.clear();
                recentBytes = 0;
            }
            state = after;
        } finally {
            deskLock.unlock();
        }
        answerThoseWithNews();
    }

    CompletableFuture<FetchAnswer.News> fetch(FetchRequest request) {
        deskLock.lock();
        try {
            remember(request);
            FetchAnswer.News news = newsFor(request);
            boolean held = news instanceof FetchAnswer.News.Nothing && request.waitMs() > 0;
            if (!held || waiting.size() >= MOST_WAITING) {
                return CompletableFuture.completedFuture(news);
            }
            CompletableFuture<FetchAnswer.News> later = new CompletableFuture<>();
            Duration wait = Duration.ofMillis(Math.min(LONGEST_WAIT_MS, request.waitMs()));
            waiting.add(new Waiting(request, clock.deadline(wait), later));
            return later;
        } finally {
            deskLock.unlock();
        }
    }

    @GuardedBy("deskLock")
    private void remember(FetchRequest request) {
        long nowMs = clock.wallMs();
        Observer before = observers.get(request.nodeId());
        boolean caughtUp = request.endOffset() == state.endOffset();
        long caughtUpAtMs = caughtUp ? nowMs : before == null ? -1 : before.caughtUpAtMs();
        observers.put(request.nodeId(), new Observer(request, nowMs, clock.nanos(), caughtUpAtMs));
    }

    @GuardedBy("deskLock")
    private FetchAnswer.News newsFor(FetchRequest request) {
        long theirEnd = request.endOffset();
        if (state.image() == null || theirEnd >= state.endOffset()) {
            return new FetchAnswer.News.Nothing();
        }
        if (recent.isEmpty() || theirEnd < recent.getFirst().baseOffset()) {
            return new FetchAnswer.News.Snapshot(state);
        }
        List<RecordBatch> behind =
                recent.stream().filter(batch -> batch.baseOffset() >= theirEnd).toList();
        // Ends lie between batches; one that does not comes from another log.
        boolean fits = !behind.isEmpty() && behind.getFirst().baseOffset() == theirEnd;
        return fits ? new FetchAnswer.News.Batches(behind) : new FetchAnswer.News.Snapshot(state);
    }

    private void answerThoseWithNews() {
        answer(false);
    }

    /// Answers those who have waited long enough, and forgets who asks no more. To be called
    /// several times a second.
    void tick() {
        answer(true);
    }

    private void answer(boolean alsoLate) {
        record Due(Waiting waiting, FetchAnswer.News news) {}
        List<Due> due = new ArrayList<>();
        deskLock.lock();
        try {
            for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
                Waiting one = all.next();
                FetchAnswer.News news = newsFor(one.request());
                boolean late = alsoLate && !clock.isAhead(one.deadlineNanos());
                if (late || !(news instanceof FetchAnswer.News.Nothing)) {
                    due.add(new Due(one, news));
                    all.remove();
                }
            }
            long oldest = clock.nanos() - FORGOTTEN.toNanos();
            observers.values().removeIf(observer -> observer.atNanos() - oldest < 0);
        } finally {
            deskLock.unlock();
        }
        due.forEach(one -> one.waiting().answer().complete(one.news()));
    }

    /// Gives everybody who waits an answer without news.
    void close() {
        List<Waiting> all;
        deskLock.lock();
        try {
            all = List.copyOf(waiting);
            waiting.clear();
        } finally {
            deskLock.unlock();
        }
        all.forEach(one -> one.answer().complete(new FetchAnswer.News.Nothing()));
    }

    /// Those who asked here lately.
    List<QuorumState.Member> observers() {
        deskLock.lock();
        try {
            return observers.values().stream()
                    .map(
                            one ->
                                    new QuorumState.Member(
                                            one.request().nodeId(),
                                            one.request().directoryId(),
                                            "",
                                            0,
                                            one.request().endOffset(),
                                            one.atMs(),
                                            one.caughtUpAtMs()))
                    .toList();
        } finally {
            deskLock.unlock();
        }
    }
}
