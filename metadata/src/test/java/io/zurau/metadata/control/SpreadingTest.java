package io.zurau.metadata.control;

import static io.zurau.metadata.control.ClusterTrace.broker;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.image.BrokerImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where new replicas go.
final class SpreadingTest {
    private static BrokerImage in(String rack, BrokerImage broker) {
        return new BrokerImage(
                broker.nodeId(),
                broker.incarnationId(),
                broker.epoch(),
                broker.endpoints(),
                rack,
                broker.fenced(),
                broker.inControlledShutdown(),
                broker.logDirectories(),
                broker.features());
    }

    /// Brokers 0 to `count - 1`; broker n is in rack n modulo `racks`.
    private static List<BrokerImage> brokers(int count, int racks) {
        return IntStream.range(0, count)
                .mapToObj(nodeId -> in("r" + nodeId % racks, broker(nodeId, 1, false)))
                .toList();
    }

    private static List<List<Integer>> place(
            List<BrokerImage> brokers, int start, int partitions, int replicationFactor) {
        Spreading spreading = new Spreading(brokers, start, List.of());
        List<List<Integer>> placed = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            placed.add(spreading.next(replicationFactor));
        }
        return placed;
    }

    private static int unevenness(List<BrokerImage> brokers, List<Integer> nodeIds) {
        Map<Integer, Integer> counts = new TreeMap<>();
        brokers.forEach(broker -> counts.put(broker.nodeId(), 0));
        nodeIds.forEach(nodeId -> counts.merge(nodeId, 1, Integer::sum));
        IntSummaryStatistics all =
                counts.values().stream().mapToInt(Integer::intValue).summaryStatistics();
        return all.getMax() - all.getMin();
    }

    @ParameterizedTest
    @CsvSource({
        "3,1,3,0",
        "3,3,3,1",
        "4,2,2,5",
        "5,1,3,7",
        "6,3,3,100",
        "6,2,3,11",
        "7,1,2,3",
        "9,3,3,50",
        "12,4,3,1",
        "10,5,4,9"
    })
    void leadersReplicasAndRacksAreEven(int count, int racks, int replicationFactor, int start) {
        // Given
        List<BrokerImage> brokers = brokers(count, racks);

        for (int partitions : new int[] {1, count - 1, count, 3 * count + 1, 10 * count}) {
            // When
            List<List<Integer>> placed = place(brokers, start, partitions, replicationFactor);

            // Then
            assertThat(unevenness(brokers, placed.stream().map(List::getFirst).toList()))
                    .as("leaders of %d partitions: %s", partitions, placed)
                    .isLessThanOrEqualTo(1);
            assertThat(unevenness(brokers, placed.stream().flatMap(List::stream).toList()))
                    .as("replicas of %d partitions: %s", partitions, placed)
                    .isLessThanOrEqualTo(2);
            for (List<Integer> replicas : placed) {
                assertThat(replicas).doesNotHaveDuplicates();
                Set<Integer> ofRacks =
                        replicas.stream().map(node -> node % racks).collect(Collectors.toSet());
                assertThat(ofRacks).hasSize(Math.min(racks, replicationFactor));
            }
        }
    }

    @Test
    void whenABrokerStopsItsLeadershipsFallToManyOthers() {
        // Given
        List<List<Integer>> placed = place(brokers(6, 1), 0, 60, 3);

        // When
        Set<Integer> heirs = new HashSet<>();
        placed.stream().filter(r -> r.getFirst() == 0).forEach(r -> heirs.add(r.get(1)));

        // Then
        assertThat(heirs).hasSizeGreaterThanOrEqualTo(4);
    }

    @Test
    void smallTopicsDoNotAllBeginWithTheSameBroker() {
        // When
        Set<Integer> leaders = new HashSet<>();
        for (int topic = 0; topic < 6; topic++) {
            leaders.add(place(brokers(6, 2), topic, 1, 3).getFirst().getFirst());
        }

        // Then
        assertThat(leaders).hasSize(6);
    }

    @Test
    void aFencedBrokerLeadsNothingAndHoldsOnlyWhatNobodyElseCan() {
        // Given
        List<BrokerImage> brokers = new ArrayList<>(brokers(4, 1));
        brokers.set(2, in("r0", broker(2, 1, true)));

        // When, then
        assertThat(place(brokers, 0, 20, 3)).noneMatch(replicas -> replicas.contains(2));
        assertThat(place(brokers, 0, 20, 4))
                .allMatch(replicas -> replicas.contains(2) && replicas.getFirst() != 2);
    }

    @Test
    void aRackThatIsDownGetsItsReplicasAllTheSame() {
        // Given
        List<BrokerImage> brokers = new ArrayList<>(brokers(4, 2));
        brokers.set(1, in("r1", broker(1, 1, true)));
        brokers.set(3, in("r1", broker(3, 1, true)));

        // When, then
        assertThat(place(brokers, 0, 8, 2))
                .allMatch(replicas -> replicas.getFirst() % 2 == 0 && replicas.getLast() % 2 == 1);
    }
}
