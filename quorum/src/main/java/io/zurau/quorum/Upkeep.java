package io.zurau.quorum;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.runtime.Clock;
import io.zurau.runtime.StorageFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a voter does by itself, now and then: founds the cluster when it leads and nobody has,
/// tells its directory's id, writes a no-op when nothing else is written, and has a snapshot
/// written when much was.
///
/// **Owner:** its task.
final class Upkeep implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
    private static final Duration PERIOD = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final QuorumConfig config;
    private final Founding founding;
    private final QuorumDirectory directory;
    private final RaftNode node;
    private final LeaderCalls leader;
    private final VoterCalls calls;
    private final Clock clock;

    private @Nullable ClusterImage first;
    private long lastIndex = -1;
    private long lastWriteNanos;

    Upkeep(
            QuorumConfig config,
            Founding founding,
            QuorumDirectory directory,
            RaftNode node,
            LeaderCalls leader,
            VoterCalls calls,
            Clock clock) {
        this.config = config;
        this.founding = founding;
        this.directory = directory;
        this.node = node;
        this.leader = leader;
        this.calls = calls;
        this.clock = clock;
        this.lastWriteNanos = clock.nanos();
    }

    @Override
    public void run() {
        try {
            while (true) {
                clock.sleepUntil(clock.deadline(PERIOD));
                once();
            }
        } catch (InterruptedException e) {
            // Closed.
        } catch (StorageFailure e) {
            node.broke(e);
        }
    }

    private void once() throws InterruptedException {
        if (!node.votes()) {
            return;
        }
        node.division().ifPresent(division -> calls.knowOnly(RaftNode.voters(division)));
        directory.markRemoved(false);
        MetadataState state = node.state();
        boolean leads = node.leading().isPresent();
        if (state.image() == null) {
            if (leads) {
                send(new Entry.Found(first()));
            }
            return;
        }
        if (!config.directoryId().equals(state.directories().get(config.nodeId()))) {
            send(new Entry.Directory(config.nodeId(), config.directoryId()));
        }
        if (leads && isIdle()) {
            send(new Entry.NoOp());
        }
        try {
            node.snapshotIfLargerThan(config.tuning().snapshotBytes());
        } catch (IOException e) {
            log.atWarn().addKeyValue("reason", e.getMessage()).log("Cannot write a snapshot");
        }
    }

    private void send(Entry entry) throws InterruptedException {
        // Whatever came of it shows in the state, and is done again if it has to be.
        leader.send(entry.bytes(), PATIENCE);
    }

    /// Whether nothing was applied for long.
    private boolean isIdle() {
        long index = node.appliedIndex();
        if (index != lastIndex) {
            lastIndex = index;
            lastWriteNanos = clock.nanos();
        }
        return clock.nanos() - lastWriteNanos > config.tuning().idleWrite().toNanos();
    }

    private ClusterImage first() {
        ClusterImage image = first;
        if (image == null) {
            image =
                    switch (founding) {
                        case Founding.Continuing continuing -> continuing.image();
                        case Founding.Fresh fresh -> {
                            List<MetadataRecord> origin = fresh.origin().get();
                            yield ClusterImage.empty(fresh.clusterId().get())
                                    .replay(origin, origin.size());
                        }
                    };
            first = image;
        }
        return image;
    }
}
