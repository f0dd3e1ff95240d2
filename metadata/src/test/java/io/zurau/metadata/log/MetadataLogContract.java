package io.zurau.metadata.log;

import static io.zurau.metadata.TestRecords.id;
import static io.zurau.metadata.TestRecords.partition;
import static io.zurau.metadata.TestRecords.producerIds;
import static io.zurau.metadata.TestRecords.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.message.MetadataRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every metadata log promises. Public, for the module with the other implementation.
public abstract class MetadataLogContract {
    private MetadataLog log;

    /// Opens the log, the same one each time; an empty one the first time.
    protected abstract MetadataLog open() throws Exception;

    @BeforeEach
    void openFirst() throws Exception {
        log = open();
    }

    @AfterEach
    void close() {
        log.close();
    }

    private ClusterImage image() {
        return NewestImage.of(log);
    }

    private long commit(List<MetadataRecord> records) {
        ProposeOutcome outcome = log.propose(log.endOffset(), records);
        assertThat(outcome).isInstanceOf(ProposeOutcome.Committed.class);
        return log.endOffset();
    }

    @Test
    void aCommittedProposalIsInTheImageAsAWhole() {
        // Given
        long start = log.endOffset();

        // When
        ProposeOutcome outcome = log.propose(start, topic("orders", id(1), 3));

        // Then
        assertThat(outcome).isEqualTo(new ProposeOutcome.Committed(start + 4));
        assertThat(log.endOffset()).isEqualTo(start + 4);
        assertThat(image().endOffset()).isEqualTo(start + 4);
        assertThat(image().topics().named("orders").orElseThrow().partitions()).hasSize(3);
    }

    @Test
    void aProposalThatRestsOnAnOldEndIsRefusedAndLeavesNothing() {
        // Given
        long start = log.endOffset();
        long end = commit(topic("orders", id(1), 1));

        // When
        ProposeOutcome outcome = log.propose(start, topic("payments", id(2), 1));

        // Then
        assertThat(outcome).isEqualTo(new ProposeOutcome.Conflict(end));
        assertThat(log.endOffset()).isEqualTo(end);
        assertThat(image().topics().named("payments")).isEmpty();
    }

    @Test
    void aProposalForAnEndThatIsNotReachedYetIsRefused() {
        // When
        ProposeOutcome outcome = log.propose(log.endOffset() + 1, topic("orders", id(1), 1));

        // Then
        assertThat(outcome).isEqualTo(new ProposeOutcome.Conflict(log.endOffset()));
    }

    @Test
    void recordsThatCannotApplyAreNotCommitted() {
        // Given
        long start = log.endOffset();

        // When, then
        assertThatIllegalStateException()
                .isThrownBy(() -> log.propose(start, List.of(partition(id(9), 0))));
        assertThat(log.endOffset()).isEqualTo(start);
        commit(topic("orders", id(1), 1));
    }

    @Test
    void theLogHasTheSameImageWhenItIsOpenedAgain() throws Exception {
        // Given
        commit(topic("orders", id(1), 3));
        commit(List.of(producerIds(1000)));
        ClusterImage before = image();

        // When
        log.close();
        log = open();

        // Then
        assertThat(log.endOffset()).isEqualTo(before.endOffset());
        assertThat(image().records()).isEqualTo(before.records());
    }

    @Test
    void aSubscriberGetsTheImageAsItIsAndThenEachCommitBeforeTheProposerKnows() {
        // Given
        commit(topic("orders", id(1), 1));
        long start = log.endOffset();
        List<Long> seen = new ArrayList<>();

        // When
        log.subscribe(image -> seen.add(image.endOffset()));
        commit(List.of(producerIds(1000)));
        commit(List.of(producerIds(2000)));

        // Then
        assertThat(seen).containsExactly(start, start + 1, start + 2);
    }

    @Test
    void concurrentProposersNeverOverwriteOneAnother() throws Exception {
        // Given: each adds one to what it has seen
        int proposers = 4;
        int each = 25;
        List<Long> seen = new ArrayList<>();
        log.subscribe(image -> seen.add(image.nextProducerId()));
        NewestImage current = new NewestImage();
        log.subscribe(current);

        // When
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < proposers; i++) {
                all.add(threads.submit(() -> increment(current, each)));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }

        // Then
        assertThat(image().nextProducerId()).isEqualTo((long) proposers * each);
        assertThat(seen).isSorted();
    }

    private void increment(NewestImage current, int times) {
        for (int done = 0; done < times; ) {
            ClusterImage image = current.image();
            ProposeOutcome outcome =
                    log.propose(
                            image.endOffset(), List.of(producerIds(image.nextProducerId() + 1)));
            if (outcome instanceof ProposeOutcome.Committed) {
                done++;
            }
        }
    }
}
