package io.zurau.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.group.GroupScript.Client;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.OffsetCommitValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Whatever members and administrators do: the log says what memory knows, and nobody waits for
/// ever.
final class ReplayTest {
    private static final int SEEDS = 200;
    private static final int STEPS = 120;

    /// What survives of a member.
    private record Kept(
            String id, @Nullable String instance, ByteBuffer metadata, ByteBuffer assignment) {}

    @Test
    void replayingTheRecordsGivesTheSameGroup() {
        for (long seed = 0; seed < SEEDS; seed++) {
            GroupScript script = new GroupScript(GroupScript.CONFIG);
            Random random = new Random(seed);
            try {
                for (int step = 0; step < STEPS; step++) {
                    act(script, random);
                    check(script);
                }
                script.pass(400_000); // Longer than any timeout: whoever waits is answered.
                assertThat(script.waiting()).isZero();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("Seed " + seed + ":\n" + script.text(), e);
            }
        }
    }

    private static void act(GroupScript script, Random random) {
        Client client = client(random);
        String memberId = memberId(script, client, random);
        ClassicGroup group = script.machine().groups().classic(GroupScript.GROUP);
        int generation = group == null ? 0 : group.roster().generation();
        if (random.nextInt(10) == 0) {
            generation--;
        }
        switch (random.nextInt(9)) {
            case 0, 1, 2 -> script.join(client, memberId);
            case 3 -> script.sync(memberId, generation, memberId, "a" + random.nextInt(9));
            case 4 -> script.heartbeat(memberId, generation);
            case 5 -> script.pass(random.nextInt(20_000));
            case 6 ->
                    script.leave(
                            GroupScript.member(memberId),
                            GroupScript.instance("i" + random.nextInt(2)));
            case 7 ->
                    script.commit(
                            random.nextBoolean() ? memberId : "",
                            random.nextBoolean() ? generation : -1,
                            "orders-" + random.nextInt(3),
                            random.nextInt(100),
                            "");
            default -> leaderSyncs(script, generation);
        }
    }

    private static void leaderSyncs(GroupScript script, int generation) {
        ClassicGroup group = script.machine().groups().classic(GroupScript.GROUP);
        if (group != null && group.roster().leader() != null) {
            script.sync(group.roster().leader(), generation, "A-1", "x", "B-1", "y");
        }
    }

    private static Client client(Random random) {
        Client client =
                Client.named(List.of("A", "B", "C", "D", "E").get(random.nextInt(5)))
                        .version(random.nextBoolean() ? 9 : 2)
                        .rebalanceMs(10_000);
        if (random.nextInt(4) == 0) {
            client = client.protocols("roundrobin", "range");
        }
        return random.nextInt(3) == 0 ? client.permanent("i" + random.nextInt(2)) : client;
    }

    /// Mostly one that the group knows.
    private static String memberId(GroupScript script, Client client, Random random) {
        ClassicGroup group = script.machine().groups().classic(GroupScript.GROUP);
        List<String> known = new ArrayList<>();
        if (group != null) {
            known.addAll(group.roster().members().ids());
            known.addAll(group.roster().pending());
        }
        if (known.isEmpty() || random.nextInt(3) == 0) {
            return random.nextInt(5) == 0 ? client.name() + "-1" : "";
        }
        return known.get(random.nextInt(known.size()));
    }

    private static void check(GroupScript script) {
        Groups live = script.machine().groups();
        Groups replayed = new Groups();
        for (CoordinatorRecord record : script.log()) {
            replayed.replay(record);
        }
        assertThat(offsets(replayed)).isEqualTo(offsets(live));
        ClassicGroup group = live.classic(GroupScript.GROUP);
        ClassicGroup stored = replayed.classic(GroupScript.GROUP);
        if (group instanceof StableGroup) {
            assertThat(stored).isInstanceOf(StableGroup.class);
            assertThat(kept(stored)).isEqualTo(kept(group));
        }
        if (group instanceof EmptyGroup && group.roster().generation() > 0) {
            assertThat(stored).isInstanceOf(EmptyGroup.class);
            assertThat(kept(stored)).isEqualTo(kept(group));
        }
        if (group != null) {
            checkInvariants(group, script.waiting());
        }
    }

    /// Nobody waits whom the group does not know.
    private static void checkInvariants(ClassicGroup group, int waiting) {
        Roster roster = group.roster();
        Set<String> ids = roster.members().ids();
        assertThat(roster.leader() == null).isEqualTo(ids.isEmpty());
        if (roster.leader() != null) {
            assertThat(ids).contains(roster.leader());
        }
        assertThat(Collections.disjoint(ids, roster.pending())).isTrue();
        int owed =
                switch (group) {
                    case EmptyGroup empty -> {
                        assertThat(empty.roster().members().isEmpty()).isTrue();
                        yield 0;
                    }
                    case PreparingRebalance preparing -> {
                        assertThat(ids).containsAll(preparing.joined().keySet());
                        assertThat(preparing.joined().size())
                                .isLessThanOrEqualTo(GroupScript.CONFIG.maxSize());
                        assertThat(preparing.joined().keySet()).containsAll(preparing.newcomers());
                        yield preparing.joined().size();
                    }
                    case CompletingRebalance completing -> {
                        assertThat(ids).containsAll(completing.syncing().keySet());
                        assertThat(ids).containsAll(completing.unsynced());
                        yield completing.syncing().size();
                    }
                    case StableGroup stable -> {
                        assertThat(ids).containsAll(stable.unsynced());
                        yield 0;
                    }
                };
        assertThat(waiting).isEqualTo(owed);
    }

    private static Map<TopicPartition, OffsetCommitValue> offsets(Groups groups) {
        return new LinkedHashMap<>(groups.offsets().of(GroupScript.GROUP));
    }

    private static List<Object> kept(@Nullable ClassicGroup group) {
        if (group == null) {
            return List.of();
        }
        Roster roster = group.roster();
        List<Object> kept = new ArrayList<>();
        kept.add(roster.generation());
        kept.add(String.valueOf(roster.protocolType()));
        kept.add(String.valueOf(roster.protocol()));
        kept.add(String.valueOf(roster.leader()));
        kept.add(String.valueOf(roster.topics()));
        for (Member member : roster.members().all()) {
            kept.add(
                    new Kept(
                            member.id(),
                            member.instanceId(),
                            member.metadata(roster.protocol()),
                            member.assignment()));
        }
        return kept;
    }
}
