package io.zurau.log;

import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.StorageFailure;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What keeps one log from being used: its own damage, its deletion, or trouble of the whole
/// directory. Damage and deletion concern no other log.
///
/// **Guard:** none; a log that has come to its end stays there.
final class LogTrouble {
    private static final Logger LOG = LoggerFactory.getLogger(LogTrouble.class);

    private final LogHome home;
    private final TopicPartition partition;
    private final LogPersistence persistence;
    private volatile @Nullable String why; // Null while the log is whole.

    LogTrouble(LogHome home, TopicPartition partition, LogPersistence persistence) {
        this.home = home;
        this.partition = partition;
        this.persistence = persistence;
    }

    /// Whether the log, of itself, can not be used any more.
    boolean isBroken() {
        return why != null;
    }

    void refuseIfUnusable() {
        home.refuseIfFailed();
        String reason = why;
        if (reason != null) {
            throw new StorageFailure(home.disk().name(), reason);
        }
    }

    /// Uses the log. What the disk does wrong takes the directory offline; but that files of a
    /// deleted log are not there is no trouble of the disk.
    <T> T watch(Supplier<T> use) {
        try {
            return use.get();
        } catch (StorageFailure e) {
            if (!isBroken()) {
                home.fail(e);
            }
            throw e;
        } catch (DamagedLog damage) {
            String reason = String.valueOf(damage.getMessage());
            end(reason);
            LOG.atError().addKeyValue("partition", partition).log(reason);
            home.damaged(partition);
            throw new StorageFailure(home.disk().name(), reason, damage);
        }
    }

    /// Refuses everything from now on.
    void end(String reason) {
        why = reason;
        persistence.stop();
    }
}
