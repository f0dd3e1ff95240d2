package io.zurau.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.simulation.SimulationFailure;
import io.zurau.tests.simulation.Echo.Epoch;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// A cluster that is deliberately broken is found to be broken.
///
/// Each search begins at a seed that is known to find it; if that one does so no more, since the
/// scenario has changed, it goes through all. With `-Dzurau.mutation.all=true` all seeds are run,
/// and it is printed how many of them find it.
final class MutationTest {
    private static final int SEEDS = 300;
    private static final boolean ALL = Boolean.getBoolean("zurau.mutation.all");

    @Test
    void acknowledgingBeforeItIsStoredIsFound() {
        assertFound(
                "ack rule: acknowledged before stored", Mutations::acknowledgesBeforeStored, 26);
    }

    @Test
    void ignoringFollowersIsFound() {
        assertFound("ack rule: followers ignored", Mutations::ignoresFollowers, 0);
    }

    @Test
    void electingWhoIsNotInSyncIsFound() {
        assertFound("in-sync rule: anybody is elected", Mutations::electsAnybody, 27);
    }

    @Test
    void notTruncatingByEpochIsFound() {
        assertFound("truncation: none by epoch", Mutations::truncatesNothing, 15);
    }

    @Test
    void decidingWithAStaleEpochIsFound() {
        assertFound("fencing: stale decisions are committed", Mutations::fencesNoDecision, 39);
    }

    @Test
    void proposingWithAStaleEpochWhoIsInSyncIsFound() {
        assertFound(
                "fencing: stale proposals of who is in sync are committed",
                Mutations::fencesNoProposalOfWhoIsInSync,
                712);
    }

    @Test
    void takingFetchesOfAnEarlierIncarnationIsFound() {
        assertFound(
                "fencing: fetches of an earlier incarnation count",
                () -> Mutations.echoing(EnumSet.of(Epoch.OF_BROKER, Epoch.OF_LEADER)),
                1038);
    }

    @Test
    void takingFetchesOfAnEarlierIncarnationInTheSameLeaderEpochIsFound() {
        assertFound(
                "fencing: fetches of an earlier incarnation count, same leader epoch",
                () -> Mutations.echoing(EnumSet.of(Epoch.OF_BROKER)),
                1);
    }

    /// As long as epochs are compared. The last seed is one in which they were not harmless: a
    /// replica that had led forgot where the epoch of its last records began.
    @Test
    void requestsOfEpochsThatAreOverAreHarmless() {
        for (long seed : new long[] {0, 1, 2, 3, 4, 78}) {
            new ClusterScenario(seed, Mutations.echoing(Set.of())).run();
        }
    }

    @Test
    void markersThatNobodyFencesAreFound() {
        assertFoundInTransactions(
                "fence of markers: anybody's count", Mutations::endsTransactionsUnasked, 0);
    }

    @Test
    void endingTheNextTransactionIsFound() {
        assertFoundInTransactions(
                "fence of transactions: late requests end the next one",
                Mutations::renewsLateRequests,
                0);
    }

    @Test
    void markersThatSayTheOppositeAreFound() {
        assertFoundInTransactions(
                "marker: says the opposite in one partition", Mutations::invertsMarkers, 0);
    }

    @Test
    void coordinatorsThatReplayOldDecisionsAreFound() {
        assertFoundInTransactions(
                "replay: without the last decisions", Mutations::replaysOldDecisions, 0);
    }

    @Test
    void heartbeatsThatSpeakForALaterEpochAreFound() {
        assertFound(
                "fence of members: late heartbeats count",
                Mutations::renewsLateRequests,
                50,
                (seed, mutant) -> new GroupScenario(seed, mutant).run());
    }

    @Test
    void acknowledgementsThatAreNotStoredAreFound() {
        assertFoundInShareGroups(
                "share groups: acknowledgements are not stored",
                Mutations::storesNoAcknowledgement,
                0);
    }

    @Test
    void recordsThatShareGroupsSkipAreFound() {
        assertFoundInShareGroups(
                "share groups: the first records are skipped", Mutations::beginsBehindTheFirst, 0);
    }

    private static void assertFound(String name, Supplier<Mutation> mutation, long known) {
        assertFound(
                name, mutation, known, (seed, mutant) -> new ClusterScenario(seed, mutant).run());
    }

    private static void assertFoundInTransactions(
            String name, Supplier<Mutation> mutation, long known) {
        assertFound(
                name,
                mutation,
                known,
                (seed, mutant) -> new TransactionScenario(seed, mutant).run());
    }

    private static void assertFoundInShareGroups(
            String name, Supplier<Mutation> mutation, long known) {
        assertFound(name, mutation, known, (seed, mutant) -> new ShareScenario(seed, mutant).run());
    }

    /// Runs a scenario that is broken.
    private interface Run {
        void run(long seed, Mutation mutation);
    }

    private static void assertFound(
            String name, Supplier<Mutation> mutation, long known, Run scenario) {
        // When
        Map<Invariant, Integer> broken = new EnumMap<>(Invariant.class);
        Optional<Invariant> first = Optional.empty();
        for (long i = 0; i <= SEEDS && (ALL || first.isEmpty()); i++) {
            long seed = i == 0 ? known : i - 1;
            Optional<Invariant> found = brokenBy(seed, mutation.get(), scenario);
            if (found.isPresent()) {
                broken.merge(found.get(), 1, Integer::sum);
                if (first.isEmpty()) {
                    first = found;
                    System.out.printf("%s: seed %d finds %s%n", name, seed, found.get());
                }
            }
        }
        if (ALL) {
            System.out.printf("%s: of %d seeds find it: %s%n", name, SEEDS, broken);
        }

        // Then
        assertThat(first).isPresent();
    }

    /// What a run fails with, if that is a broken promise: a broker that notices and stops is none.
    private static Optional<Invariant> brokenBy(long seed, Mutation mutation, Run scenario) {
        try {
            scenario.run(seed, mutation);
            return Optional.empty();
        } catch (SimulationFailure e) {
            return rootCause(e) instanceof BrokenPromise promise
                    ? Optional.of(promise.invariant())
                    : Optional.empty();
        }
    }

    private static Throwable rootCause(Throwable e) {
        Throwable cause = e.getCause();
        return cause == null ? e : rootCause(cause);
    }
}
