package io.zurau.quorum;

import io.zurau.metadata.log.MetadataLog;
import io.zurau.metadata.log.MetadataLogContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/// What every metadata log promises, promised by Raft.
final class RaftContractTest {
    @Nested
    final class WithOneVoter extends MetadataLogContract {
        @TempDir Path root;

        @Override
        protected MetadataLog open() throws Exception {
            quorum = quorum == null ? new QuorumUnderTest(root, 1) : quorum;
            return quorum.open(1).node(1);
        }

        private QuorumUnderTest quorum;

        @AfterEach
        void closeQuorum() {
            quorum.close();
        }
    }

    /// Through a node that does not lead, as far as that can be chosen.
    @Nested
    final class WithThreeVoters extends MetadataLogContract {
        @TempDir Path root;

        private QuorumUnderTest quorum;
        private int asked;

        @Override
        protected MetadataLog open() throws Exception {
            if (quorum == null) {
                quorum = new QuorumUnderTest(root, 3).open(1, 2, 3);
                asked = quorum.someFollower();
            } else {
                quorum.open(asked);
            }
            return quorum.node(asked);
        }

        @AfterEach
        void closeQuorum() {
            quorum.close();
        }
    }
}
