package io.zurau.coordinator.transaction;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.zurau.coordinator.CoordinatorLog;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.Reply;
import io.zurau.coordinator.Shards;
import io.zurau.coordinator.transaction.TransactionCommand.Asking;
import io.zurau.coordinator.transaction.TransactionCommand.ProducerOutcome;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.DescribeTransactionsResponse;
import io.zurau.protocol.message.EndTxnRequest;
import io.zurau.protocol.message.EndTxnResponse;
import io.zurau.protocol.message.InitProducerIdRequest;
import io.zurau.protocol.message.InitProducerIdResponse;
import io.zurau.protocol.message.ListTransactionsRequest;
import io.zurau.protocol.message.ListTransactionsResponse;
import io.zurau.runtime.Seams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The coordinator of the transactions whose partition of `__transaction_state` this broker leads.
///
/// Each request is taken at once, in the order of the calls; its answer is waited for separately.
///
/// **Guard:** none of its own; the shards have theirs.
public final class TransactionCoordinator implements AutoCloseable {
    private static final int FIRST_VERSION_WITH_PRODUCER_FENCED_AT_INIT = 4;
    private static final int FIRST_VERSION_WITH_PRODUCER_FENCED = 2;
    private static final int FIRST_VERSION_BUMPING = 5;

    /// States that are never listed, but which Kafka's clients may ask for.
    private static final Set<String> STATES_IN_BETWEEN = Set.of("Dead", "PrepareEpochFence");

    private final TransactionConfig config;
    private final Shards<TransactionCommand, TransactionTimer> shards;
    private final IntSupplier partitions;
    private final Supplier<OptionalLong> producerIds;

    /// @param partitions how many `__transaction_state` has, or will have
    /// @param producerIds gives ids that no producer ever had; empty if there is none at the moment
    /// @param level of the feature `transaction.version`
    public TransactionCoordinator(
            TransactionConfig config,
            CoordinatorLog log,
            IntSupplier partitions,
            Supplier<OptionalLong> producerIds,
            MarkerWriter writer,
            IntSupplier level,
            Seams seams) {
        this.config = config;
        this.partitions = partitions;
        this.producerIds = producerIds;
        this.shards =
                new Shards<>(
                        "transactions",
                        () -> new TransactionMachine(config, writer, level),
                        log,
                        seams);
    }

    /// The partition of `__transaction_state` that a transactional id lives in.
    public int partitionOf(String transactionalId) {
        return Shards.partitionOf(transactionalId, partitions.getAsInt());
    }

    /// This broker leads the partition from now on.
    public void load(int partition) {
        shards.load(partition);
    }

    /// This broker leads the partition still, or again.
    public void reload(int partition) {
        shards.reload(partition);
    }

    /// This broker does not lead the partition any more.
    public void unload(int partition) throws InterruptedException {
        shards.unload(partition);
    }

    @Override
    public void close() throws InterruptedException {
        shards.close();
    }

    /// @param request with a transactional id
    public Pending<InitProducerIdResponse> init(InitProducerIdRequest request, int version) {
        String id = request.transactionalId();
        if (id == null || id.isEmpty()) {
            return Pending.done(initialized(refused(ErrorCode.INVALID_REQUEST), version));
        }
        int timeoutMs = request.transactionTimeoutMs();
        if (timeoutMs <= 0 || timeoutMs > config.maxTimeoutMs()) {
            return Pending.done(
                    initialized(refused(ErrorCode.INVALID_TRANSACTION_TIMEOUT), version));
        }
        @Nullable Asking expected =
                request.producerId() == Producer.NO_ID
                        ? null
                        : new Asking(id, request.producerId(), request.producerEpoch(), 0);
        Pending<ProducerOutcome> pending =
                withFreshId(
                        freshId -> {
                            Reply<ProducerOutcome> reply = new Reply<>(ProducerOutcome::refused);
                            return submit(
                                    id,
                                    new TransactionCommand.Init(
                                            id, timeoutMs, expected, freshId, reply),
                                    reply);
                        });
        return () -> initialized(pending.await(), version);
    }

    private static ProducerOutcome refused(ErrorCode code) {
        return ProducerOutcome.refused(code);
    }

    private static InitProducerIdResponse initialized(ProducerOutcome outcome, int version) {
        return InitProducerIdResponse.builder()
                .errorCode(
                        fencedAs(
                                outcome.code(),
                                version >= FIRST_VERSION_WITH_PRODUCER_FENCED_AT_INIT))
                .producerId(outcome.producerId())
                .producerEpoch(outcome.producerEpoch())
                .build();
    }

    /// Old clients do not know that they can be fenced in this way.
    private static ErrorCode fencedAs(ErrorCode code, boolean known) {
        return code == ErrorCode.PRODUCER_FENCED && !known
                ? ErrorCode.INVALID_PRODUCER_EPOCH
                : code;
    }

    /// Most commands need no fresh producer id, so one is fetched only for those that do.
    private Pending<ProducerOutcome> withFreshId(
            Function<OptionalLong, Pending<ProducerOutcome>> command) {
        Pending<ProducerOutcome> first = command.apply(OptionalLong.empty());
        return () -> {
            ProducerOutcome outcome = first.await();
            if (!outcome.needsId()) {
                return outcome;
            }
            OptionalLong freshId = producerIds.get();
            return freshId.isEmpty()
                    ? refused(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
                    : command.apply(freshId).await();
        };
    }

    /// Adds partitions to a transaction, which perhaps begins with them.
    ///
    /// @param hasEpochPerTransaction whether the client takes a new epoch at each end (KIP-890)
    /// @param connectedNanos when the client's connection was accepted
    /// @return `NONE`, or why nothing was added; `NETWORK_EXCEPTION` if the client may have given
    ///   the connection up: it is to be closed without an answer
    public Pending<ErrorCode> addPartitions(
            String id,
            long producerId,
            short producerEpoch,
            Set<TopicPartition> added,
            boolean hasEpochPerTransaction,
            long connectedNanos) {
        Reply<ErrorCode> reply = new Reply<>(code -> code);
        if (id.isEmpty()) {
            reply.refuse(ErrorCode.INVALID_REQUEST);
            return reply;
        }
        short version =
                hasEpochPerTransaction
                        ? Transaction.EPOCH_PER_TRANSACTION
                        : Transaction.EPOCH_PER_PRODUCER;
        return submit(
                id,
                new TransactionCommand.AddPartitions(
                        new Asking(id, producerId, producerEpoch, connectedNanos),
                        added,
                        version,
                        reply),
                reply);
    }

    /// Which of some partitions a transaction has, and what is wrong with the others.
    public Pending<Function<TopicPartition, ErrorCode>> verifyPartitions(
            String id, long producerId, short producerEpoch, Set<TopicPartition> asked) {
        Reply<TransactionCommand.Verification> reply =
                new Reply<>(code -> new TransactionCommand.Verification(code, Set.of()));
        if (id.isEmpty()) {
            reply.refuse(ErrorCode.INVALID_REQUEST);
        } else {
            submit(
                    id,
                    new TransactionCommand.VerifyPartitions(
                            new Asking(id, producerId, producerEpoch, 0), asked, reply),
                    reply);
        }
        return () -> {
            TransactionCommand.Verification verified = reply.await();
            return partition ->
                    verified.missing().contains(partition)
                            ? ErrorCode.TRANSACTION_ABORTABLE
                            : verified.code();
        };
    }

    /// What a client is told of a refusal, in the versions of all requests but InitProducerId.
    public static ErrorCode forClient(ErrorCode code, int version) {
        return fencedAs(code, version >= FIRST_VERSION_WITH_PRODUCER_FENCED);
    }

    /// @param connectedNanos when the client's connection was accepted
    /// @return with `NETWORK_EXCEPTION` likewise
    public Pending<EndTxnResponse> end(EndTxnRequest request, int version, long connectedNanos) {
        String id = request.transactionalId();
        if (id.isEmpty()) {
            return Pending.done(ended(refused(ErrorCode.INVALID_REQUEST), version));
        }
        Asking asking =
                new Asking(id, request.producerId(), request.producerEpoch(), connectedNanos);
        Pending<ProducerOutcome> pending =
                withFreshId(
                        freshId -> {
                            Reply<ProducerOutcome> reply = new Reply<>(ProducerOutcome::refused);
                            return submit(
                                    id,
                                    new TransactionCommand.End(
                                            asking,
                                            request.committed(),
                                            version >= FIRST_VERSION_BUMPING,
                                            freshId,
                                            reply),
                                    reply);
                        });
        return () -> ended(pending.await(), version);
    }

    private static EndTxnResponse ended(ProducerOutcome outcome, int version) {
        return EndTxnResponse.builder()
                .errorCode(forClient(outcome.code(), version))
                .producerId(outcome.producerId())
                .producerEpoch(outcome.producerEpoch())
                .build();
    }

    /// Markers are written into some partitions, or never will be because those are gone.
    public void marked(Markers markers, Set<TopicPartition> marked) {
        Reply<ErrorCode> reply = new Reply<>(code -> code);
        submit(
                markers.transactionalId(),
                new TransactionCommand.Marked(markers, marked, reply),
                reply);
    }

    public Pending<List<DescribeTransactionsResponse.TransactionState>> describe(List<String> ids) {
        List<Pending<DescribeTransactionsResponse.TransactionState>> pending = new ArrayList<>();
        for (String id : ids) {
            Reply<DescribeTransactionsResponse.TransactionState> reply =
                    new Reply<>(
                            code ->
                                    DescribeTransactionsResponse.TransactionState.builder()
                                            .transactionalId(id)
                                            .errorCode(code)
                                            .build());
            if (id.isEmpty()) {
                reply.refuse(ErrorCode.INVALID_REQUEST);
                pending.add(reply);
            } else {
                pending.add(submit(id, new TransactionCommand.Describe(id, reply), reply));
            }
        }
        return () -> {
            List<DescribeTransactionsResponse.TransactionState> described = new ArrayList<>();
            for (Pending<DescribeTransactionsResponse.TransactionState> one : pending) {
                described.add(one.await());
            }
            return described;
        };
    }

    /// Of all transactional ids hosted here those that pass the request's filters.
    public Pending<ListTransactionsResponse> list(ListTransactionsRequest request) {
        Set<String> known = new HashSet<>(STATES_IN_BETWEEN);
        Arrays.stream(TransactionState.values()).forEach(state -> known.add(state.kafkaName()));
        List<String> unknown =
                request.stateFilters().stream().filter(name -> !known.contains(name)).toList();
        TransactionFilter filter;
        try {
            filter = filter(request);
        } catch (PatternSyntaxException e) {
            return Pending.done(
                    ListTransactionsResponse.builder()
                            .errorCode(ErrorCode.INVALID_REGULAR_EXPRESSION)
                            .build());
        }
        List<Pending<TransactionCommand.Listing>> pending = new ArrayList<>();
        for (int partition : shards.hosted()) {
            Reply<TransactionCommand.Listing> reply =
                    new Reply<>(code -> new TransactionCommand.Listing(code, List.of()));
            pending.add(
                    shards.submit(
                            partition,
                            new TransactionCommand.ListTransactions(filter, reply),
                            reply));
        }
        return () -> listed(pending, unknown);
    }

    private static TransactionFilter filter(ListTransactionsRequest request) {
        String pattern = request.transactionalIdPattern();
        return new TransactionFilter(
                Set.copyOf(request.stateFilters()),
                Set.copyOf(request.producerIdFilters()),
                request.durationFilter(),
                pattern == null || pattern.isEmpty() ? null : Pattern.compile(pattern));
    }

    private static ListTransactionsResponse listed(
            List<Pending<TransactionCommand.Listing>> pending, List<String> unknownStates)
            throws InterruptedException {
        List<ListTransactionsResponse.TransactionState> all = new ArrayList<>();
        for (Pending<TransactionCommand.Listing> one : pending) {
            TransactionCommand.Listing listing = one.await();
            // Transactions of a shard that has just gone are another broker's to list.
            if (listing.code() != ErrorCode.NONE && listing.code() != ErrorCode.NOT_COORDINATOR) {
                return ListTransactionsResponse.builder().errorCode(listing.code()).build();
            }
            all.addAll(listing.transactions());
        }
        return ListTransactionsResponse.builder()
                .unknownStateFilters(unknownStates)
                .transactionStates(all)
                .build();
    }

    private <A> Pending<A> submit(String id, TransactionCommand command, Reply<A> reply) {
        return shards.submit(partitionOf(id), command, reply);
    }
}
