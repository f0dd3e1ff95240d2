package io.zurau.metadata.control;

import static io.zurau.metadata.TestRecords.CLUSTER;
import static io.zurau.metadata.TestRecords.broker;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zurau.metadata.Metadata;
import io.zurau.metadata.TestConfigs;
import io.zurau.metadata.TestRecords;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.metadata.log.Leadership;
import io.zurau.metadata.log.LocalMetadataLog;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.metadata.log.ProposeOutcome;
import io.zurau.metadata.log.QuorumState;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.CreateTopicsRequest;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopic;
import io.zurau.protocol.message.CreateTopicsResponse;
import io.zurau.protocol.message.CreateTopicsResponse.CreatableTopicResult;
import io.zurau.protocol.message.DeleteTopicsRequest;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.runtime.FileDisk;
import io.zurau.runtime.SystemClock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Commands from their callers to the log and back.
final class ControllerTest {
    private static final int VERSION = 7;

    @TempDir Path directory;
    private CountingLog log;
    private Metadata metadata;

    /// Counts proposals, and lets others commit first.
    private static final class CountingLog implements MetadataLog {
        private final MetadataLog log;
        private final AtomicInteger proposals = new AtomicInteger();
        private final AtomicInteger overtakings = new AtomicInteger();
        private volatile Runnable first = () -> {}; // What a proposal begins with.

        CountingLog(MetadataLog log) {
            this.log = log;
        }

        @Override
        public long endOffset() {
            return log.endOffset();
        }

        @Override
        public ProposeOutcome propose(long expectedEnd, List<MetadataRecord> records) {
            proposals.incrementAndGet();
            first.run();
            if (overtakings.getAndDecrement() > 0) {
                log.propose(log.endOffset(), List.of(TestRecords.producerIds(log.endOffset())));
            }
            return log.propose(expectedEnd, records);
        }

        @Override
        public void subscribe(Consumer<ClusterImage> subscriber) {
            log.subscribe(subscriber);
        }

        @Override
        public void subscribeLeadership(Consumer<Leadership> subscriber) {
            log.subscribeLeadership(subscriber);
        }

        @Override
        public QuorumState quorum() {
            return log.quorum();
        }

        @Override
        public void close() {
            log.close();
        }
    }

    @BeforeEach
    void open() {
        log =
                new CountingLog(
                        LocalMetadataLog.open(
                                new FileDisk(directory),
                                new SystemClock(),
                                1,
                                CLUSTER,
                                () -> List.of(broker(1).record(0))));
        metadata = Metadata.of(log);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private Controller controller(boolean deletionEnabled) {
        Random random = new Random(1);
        return new Controller(
                log,
                metadata,
                new ControllerConfig(1, 1, deletionEnabled),
                TestConfigs.configs(),
                random::nextLong);
    }

    private static CreateTopicsRequest request(String... names) {
        List<CreatableTopic> topics = new ArrayList<>();
        for (String name : names) {
            topics.add(
                    CreatableTopic.builder()
                            .name(name)
                            .numPartitions(-1)
                            .replicationFactor((short) -1)
                            .build());
        }
        return CreateTopicsRequest.builder().topics(topics).build();
    }

    private static ErrorCode error(CreateTopicsResponse response) {
        return ErrorCode.forCode(response.topics().getFirst().errorCode());
    }

    @Test
    void theImageHasTheTopicWhenTheCallerIsAnswered() {
        // Given
        List<Long> told = Collections.synchronizedList(new ArrayList<>());
        metadata.listen((before, after) -> told.add(after.endOffset()));

        // When
        CreateTopicsResponse response = controller(true).createTopics(request("orders"), VERSION);

        // Then
        assertThat(error(response)).isEqualTo(ErrorCode.NONE);
        assertThat(metadata.image().topics().named("orders")).isPresent();
        assertThat(told).containsExactly(metadata.image().endOffset());
    }

    /// Who builds something from an image takes a while, and then wants to follow it.
    @Test
    void whatChangesBeforeAListenerIsKnownItHearsToo() {
        // Given
        ClusterImage known = metadata.image();
        List<String> early = Collections.synchronizedList(new ArrayList<>());
        List<String> late = Collections.synchronizedList(new ArrayList<>());
        metadata.listen((before, after) -> early.add(change(before, after)));
        controller(true).createTopics(request("orders"), VERSION);

        // When
        metadata.listen((before, after) -> late.add(change(before, after)), known);
        controller(true).createTopics(request("payments"), VERSION);

        // Then
        assertThat(late).containsExactly("+orders", "+payments").isEqualTo(early);
    }

    private static String change(ClusterImage before, ClusterImage after) {
        StringBuilder added = new StringBuilder();
        for (TopicImage topic : after.topics().all()) {
            if (before.topics().named(topic.name()).isEmpty()) {
                added.append('+').append(topic.name());
            }
        }
        return added.toString();
    }

    @Test
    void tenThousandPartitionsAreOneProposal() {
        // Given
        CreateTopicsRequest request =
                CreateTopicsRequest.builder()
                        .topics(
                                List.of(
                                        CreatableTopic.builder()
                                                .name("big")
                                                .numPartitions(10_000)
                                                .replicationFactor((short) 1)
                                                .build()))
                        .build();

        // When
        CreateTopicsResponse response = controller(true).createTopics(request, VERSION);

        // Then
        assertThat(error(response)).isEqualTo(ErrorCode.NONE);
        assertThat(log.proposals).hasValue(1);
        assertThat(metadata.image().topics().partitionCount()).isEqualTo(10_000);
    }

    @Test
    void ofManyWhoCreateTheSameTopicAtOnceOneDoes() throws Exception {
        // Given
        Controller controller = controller(true);
        int callers = 50;
        List<CreateTopicsResponse> responses = new ArrayList<>();

        // When
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<CreateTopicsResponse>> all = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                String own = "own-" + i;
                all.add(
                        threads.submit(
                                () -> controller.createTopics(request("orders", own), VERSION)));
            }
            for (Future<CreateTopicsResponse> one : all) {
                responses.add(one.get());
            }
        }

        // Then
        assertThat(responses)
                .extracting(ControllerTest::error)
                .containsOnly(ErrorCode.NONE, ErrorCode.TOPIC_ALREADY_EXISTS)
                .containsOnlyOnce(ErrorCode.NONE);
        assertThat(metadata.image().topics().all()).hasSize(callers + 1);
    }

    @Test
    void aDecisionThatWasOvertakenIsMadeAnew() {
        // Given
        log.overtakings.set(3);

        // When
        CreateTopicsResponse response = controller(true).createTopics(request("orders"), VERSION);

        // Then
        assertThat(error(response)).isEqualTo(ErrorCode.NONE);
        assertThat(metadata.image().topics().named("orders")).isPresent();
        assertThat(log.proposals).hasValue(4);
    }

    @Test
    void whoIsOvertakenAgainAndAgainIsToldToTryElsewhere() {
        // Given
        log.overtakings.set(1000);

        // When
        CreateTopicsResponse response = controller(true).createTopics(request("orders"), VERSION);

        // Then
        assertThat(error(response)).isEqualTo(ErrorCode.NOT_CONTROLLER);
        assertThat(metadata.image().topics().named("orders")).isEmpty();
    }

    @Test
    @Timeout(20)
    void nobodyInATurnIsAnsweredIfTheLogBreaksOverIt() throws Exception {
        // Given: two wait while another proposes, so theirs will be one proposal; that breaks
        Controller controller = controller(true);
        CountDownLatch queued = new CountDownLatch(1);
        log.first =
                () -> {
                    awaitTrue(() -> queued.getCount() == 0);
                    log.first =
                            () -> {
                                throw new OutOfMemoryError("Simulated.");
                            };
                };
        FutureTask<CreateTopicsResponse> first = creation(controller, "first");
        FutureTask<CreateTopicsResponse> second = creation(controller, "second");
        FutureTask<CreateTopicsResponse> third = creation(controller, "third");
        Thread.ofPlatform().start(first);
        awaitTrue(() -> log.proposals.get() == 1);
        List<Thread> waiting =
                List.of(Thread.ofPlatform().start(second), Thread.ofPlatform().start(third));
        awaitTrue(() -> waiting.stream().allMatch(t -> t.getState() == Thread.State.WAITING));

        // When
        queued.countDown();

        // Then
        assertThat(error(first.get())).isEqualTo(ErrorCode.NONE);
        assertThatThrownBy(second::get).hasRootCauseInstanceOf(OutOfMemoryError.class);
        assertThatThrownBy(third::get).hasRootCauseInstanceOf(OutOfMemoryError.class);
        assertThat(log.proposals).hasValue(2);
        log.first = () -> {};
        assertThat(error(controller.createTopics(request("second"), VERSION)))
                .isEqualTo(ErrorCode.NONE);
    }

    private static FutureTask<CreateTopicsResponse> creation(Controller controller, String name) {
        return new FutureTask<>(() -> controller.createTopics(request(name), VERSION));
    }

    private static void awaitTrue(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void topicIdsAreAllDifferent() {
        // When
        CreateTopicsResponse response =
                controller(true).createTopics(request("a", "b", "c", "d"), VERSION);

        // Then
        assertThat(response.topics())
                .extracting(CreatableTopicResult::topicId)
                .doesNotHaveDuplicates();
    }

    @Test
    void producerIdsAreNeverGivenTwiceAlsoAfterARestart() {
        // Given
        ProducerIdBlock first = controller(true).nextProducerIdBlock(1, 0).orElseThrow();
        close();
        open();

        // When
        ProducerIdBlock second = controller(true).nextProducerIdBlock(1, 0).orElseThrow();

        // Then
        assertThat(first).isEqualTo(new ProducerIdBlock(0, 1000));
        assertThat(second).isEqualTo(new ProducerIdBlock(1000, 2000));
    }

    @Test
    void eachRegistrationOfABrokerHasAGreaterEpoch() {
        // Given
        Controller controller = controller(true);

        // When
        long first = register(controller);
        long second = register(controller);

        // Then
        assertThat(second).isGreaterThan(first);
        assertThat(metadata.image().broker(1).orElseThrow().epoch()).isEqualTo(second);
    }

    private static long register(Controller controller) {
        Registration registration =
                controller
                        .replication()
                        .registerBroker(broker(1), ClusterTrace.storage(true))
                        .orElseThrow();
        return ((Registration.Accepted) registration).epoch();
    }

    @Test
    void whereDeletionIsDisabledNothingIsDeleted() {
        // Given
        controller(true).createTopics(request("orders"), VERSION);
        DeleteTopicsRequest request =
                DeleteTopicsRequest.builder().topicNames(List.of("orders")).build();

        // When, then
        assertThat(controller(false).deleteTopics(request, 5).responses().getFirst().errorCode())
                .isEqualTo(ErrorCode.TOPIC_DELETION_DISABLED.code());
        assertThat(controller(false).deleteTopics(request, 2).responses().getFirst().errorCode())
                .isEqualTo(ErrorCode.INVALID_REQUEST.code());
        assertThat(metadata.image().topics().named("orders")).isPresent();
    }
}
