package io.zurau.broker.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.broker.Answer;
import io.zurau.broker.ClientSoftware;
import io.zurau.broker.ConnectionEnd;
import io.zurau.broker.RefusedBatches;
import io.zurau.broker.RequestContext;
import io.zurau.coordinator.Pending;
import io.zurau.metadata.control.ProducerIdBlock;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.InitProducerIdRequest;
import io.zurau.protocol.message.InitProducerIdResponse;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Ids for idempotent producers.
final class InitProducerIdHandlerTest {
    private final Queue<ProducerIdBlock> blocks =
            new ArrayDeque<>(List.of(new ProducerIdBlock(10, 12), new ProducerIdBlock(40, 41)));
    private final InitProducerIdHandler handler =
            new InitProducerIdHandler(
                    new ProducerIds(() -> Optional.ofNullable(blocks.poll())),
                    (request, version) ->
                            Pending.done(
                                    InitProducerIdResponse.builder()
                                            .errorCode(ErrorCode.NOT_COORDINATOR)
                                            .producerId(-1)
                                            .build()));

    private InitProducerIdResponse init(int version, @Nullable String transactionalId)
            throws InterruptedException {
        InitProducerIdRequest request =
                InitProducerIdRequest.builder()
                        .transactionalId(transactionalId)
                        .transactionTimeoutMs(1000)
                        .build();
        return ask(request, version);
    }

    private InitProducerIdResponse ask(InitProducerIdRequest request, int version)
            throws InterruptedException {
        RequestContext context =
                new RequestContext(
                        ApiKey.INIT_PRODUCER_ID,
                        version,
                        1,
                        "test",
                        "127.0.0.1",
                        4711,
                        ClientSoftware.UNKNOWN,
                        "PLAINTEXT",
                        0,
                        new RefusedBatches(),
                        new ConnectionEnd());
        return (InitProducerIdResponse)
                switch (handler.handle(request, context)) {
                    case Answer.Ready ready -> ready.response();
                    case Answer.Pending pending -> pending.await();
                    case Answer.None none -> throw new AssertionError(none);
                    case Answer.Closing closing -> throw new AssertionError(closing);
                };
    }

    private static ErrorCode error(short code) {
        return ErrorCode.forCode(code);
    }

    @Test
    void idsComeFromOneBlockAfterTheOther() throws InterruptedException {
        // When, then
        for (long id : List.of(10L, 11L, 40L)) {
            InitProducerIdResponse response = init(5, null);
            assertThat(response.errorCode()).isZero();
            assertThat(response.producerId()).isEqualTo(id);
            assertThat(response.producerEpoch()).isZero();
        }
        InitProducerIdResponse noneLeft = init(5, null);
        assertThat(error(noneLeft.errorCode()).retriable()).isTrue();
        assertThat(noneLeft.producerId()).isEqualTo(-1);
    }

    @Test
    void everyVersionIsAnswered() throws InterruptedException {
        Set<Long> ids = new HashSet<>();
        blocks.add(new ProducerIdBlock(50, 60));
        for (int version = 0; version <= 5; version++) {
            assertThat(ids.add(init(version, null).producerId())).isTrue();
        }
    }

    @Test
    void transactionalIdsAreTheCoordinatorsAffair() throws InterruptedException {
        // When
        InitProducerIdResponse response = init(4, "tx");

        // Then
        assertThat(error(response.errorCode())).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(response.producerId()).isEqualTo(-1);
    }

    @Test
    void anIdWithoutEpochIsRefused() throws InterruptedException {
        // When
        InitProducerIdResponse response =
                ask(InitProducerIdRequest.builder().producerId(7).build(), 4);

        // Then
        assertThat(error(response.errorCode())).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void concurrentProducersNeverGetTheSameId() {
        // Given
        AtomicLong next = new AtomicLong();
        ProducerIds ids =
                new ProducerIds(
                        () -> {
                            long first = next.getAndAdd(10);
                            return Optional.of(new ProducerIdBlock(first, first + 10));
                        });
        Set<Long> given = ConcurrentHashMap.newKeySet();
        int callers = 8;
        int each = 500;

        // When
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < callers; i++) {
                threads.execute(
                        () -> {
                            for (int n = 0; n < each; n++) {
                                given.add(ids.next().orElseThrow());
                            }
                        });
            }
        }

        // Then
        assertThat(given).hasSize(callers * each);
    }
}
