package io.zurau.quorum;

import static io.zurau.metadata.TestRecords.id;
import static io.zurau.metadata.TestRecords.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.zurau.metadata.log.NewestImage;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How a quorum begins.
final class FoundingTest {
    @TempDir Path root;
    private QuorumUnderTest quorum;

    @BeforeEach
    void make() {
        quorum = new QuorumUnderTest(root, 3);
        quorum.origin = topic("orders", id(1), 2);
    }

    @AfterEach
    void close() {
        quorum.close();
    }

    @Test
    void allVotersAgreeOnTheClusterAndItsFirstRecords() throws Exception {
        // Given: each would call it something else
        AtomicInteger number = new AtomicInteger();
        Founding own =
                new Founding.Fresh(() -> "c" + number.incrementAndGet(), () -> quorum.origin);
        Future<RaftMetadataLog> one = quorum.opening(quorum.config(1), own);
        Future<RaftMetadataLog> two = quorum.opening(quorum.config(2), own);

        // When
        try (RaftMetadataLog three = quorum.opening(quorum.config(3), own).get();
                RaftMetadataLog first = one.get();
                RaftMetadataLog second = two.get()) {

            // Then
            assertThat(first.clusterId()).startsWith("c");
            assertThat(second.clusterId()).isEqualTo(first.clusterId());
            assertThat(three.clusterId()).isEqualTo(first.clusterId());
            assertThat(three.endOffset()).isEqualTo(3);
            assertThat(NewestImage.of(three).topics().named("orders")).isPresent();
        }
    }

    @Test
    void nobodyFoundsAQuorumWhileAVoterIsMissing() throws Exception {
        // Given: the third may hold what was committed before
        Future<RaftMetadataLog> one = quorum.opening(quorum.config(1), quorum.fresh());
        Future<RaftMetadataLog> two = quorum.opening(quorum.config(2), quorum.fresh());

        // When, then
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> one.get(2, TimeUnit.SECONDS));
        assertThat(two).isNotDone();

        // When: it is interrupted
        one.cancel(true);

        // Then: it lets go of its port
        int port = quorum.voters().getFirst().port();
        await().atMost(QuorumUnderTest.PATIENCE).until(() -> QuorumUnderTest.isFree(port));
        try (RaftMetadataLog again = quorum.open(1, 3).node(1)) {
            assertThat(again.clusterId()).isEqualTo(two.get().clusterId());
            two.get().close();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }
}
