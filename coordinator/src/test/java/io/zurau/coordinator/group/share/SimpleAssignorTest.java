package io.zurau.coordinator.group.share;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.protocol.Uuid;
import java.util.Collections;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SimpleAssignorTest {
    private static final Uuid A = new Uuid(0, 1);
    private static final Uuid B = new Uuid(0, 2);

    private static SortedSet<Integer> upTo(int count) {
        return new TreeSet<>(IntStream.range(0, count).boxed().toList());
    }

    private static SortedMap<String, List<Uuid>> members(int count, List<Uuid> topics) {
        TreeMap<String, List<Uuid>> members = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            members.put("m%02d".formatted(i), topics);
        }
        return members;
    }

    @Test
    void everyPartitionHasAMemberAndPartitionsAreSharedEvenly() {
        for (int partitions = 1; partitions <= 12; partitions++) {
            for (int members = 1; members <= 12; members++) {
                SortedMap<String, Assignment> assigned =
                        SimpleAssignor.assign(
                                members(members, List.of(A)),
                                Map.of(A, upTo(partitions)),
                                Map.of());
                IntSummaryStatistics sizes =
                        assigned.values().stream().mapToInt(Assignment::size).summaryStatistics();
                assertThat(sizes.getMin())
                        .as("%d members, %d partitions", members, partitions)
                        .isPositive();
                assertThat(sizes.getMax() - sizes.getMin()).isLessThanOrEqualTo(1);
                for (int partition = 0; partition < partitions; partition++) {
                    int index = partition;
                    assertThat(assigned.values()).anyMatch(one -> one.has(A, index));
                }
            }
        }
    }

    @Test
    void whoHasAPartitionKeepsIt() {
        // Given
        SortedMap<String, Assignment> before =
                SimpleAssignor.assign(
                        members(2, List.of(A)), Map.of(A, upTo(6)), Collections.emptyMap());

        // When
        SortedMap<String, Assignment> after =
                SimpleAssignor.assign(members(3, List.of(A)), Map.of(A, upTo(6)), before);

        // Then
        assertThat(after.values()).allMatch(one -> one.size() == 2);
        before.forEach(
                (member, had) -> {
                    Assignment now = after.getOrDefault(member, Assignment.NONE);
                    assertThat(had.hasAll(now)).isTrue();
                });
        assertThat(SimpleAssignor.assign(members(3, List.of(A)), Map.of(A, upTo(6)), after))
                .isEqualTo(after);
    }

    @Test
    void nobodyGetsWhatItHasNotSubscribedTo() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            TreeMap<String, List<Uuid>> subscriptions = new TreeMap<>();
            for (int i = 0; i < 1 + random.nextInt(6); i++) {
                subscriptions.put(
                        "m" + i,
                        List.of(List.of(A), List.of(B), List.of(A, B)).get(random.nextInt(3)));
            }
            Map<Uuid, SortedSet<Integer>> partitions =
                    Map.of(A, upTo(random.nextInt(5)), B, upTo(1 + random.nextInt(5)));

            SortedMap<String, Assignment> assigned =
                    SimpleAssignor.assign(subscriptions, partitions, Map.of());

            assigned.forEach(
                    (member, mine) -> {
                        assertThat(subscriptions.getOrDefault(member, List.of()))
                                .containsAll(mine.topics());
                    });
            subscriptions.values().stream()
                    .flatMap(List::stream)
                    .distinct()
                    .forEach(
                            topic ->
                                    partitions
                                            .getOrDefault(topic, new TreeSet<>())
                                            .forEach(
                                                    index ->
                                                            assertThat(assigned.values())
                                                                    .anyMatch(
                                                                            one ->
                                                                                    one.has(
                                                                                            topic,
                                                                                            index))));
        }
    }
}
