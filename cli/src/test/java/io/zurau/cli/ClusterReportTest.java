package io.zurau.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.client.Admin;
import io.zurau.client.BrokerAddress;
import io.zurau.client.ClusterDescription;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ClusterReportTest {
    private static final ClusterDescription CLUSTER =
            new ClusterDescription(
                    "c",
                    2,
                    List.of(
                            new ClusterDescription.Node(1, new BrokerAddress("a", 1), "r1", false),
                            new ClusterDescription.Node(2, new BrokerAddress("b", 2), null, true)));

    private static Admin.Topic topic(Admin.Partition... partitions) {
        return new Admin.Topic("t", "id", false, List.of(partitions));
    }

    @Test
    void partitionsAreCountedPerNodeAndThoseInNeedAreNamed() {
        // Given
        Admin.Topic topic =
                topic(
                        new Admin.Partition(0, 1, 5, List.of(1), List.of(1)),
                        new Admin.Partition(1, 1, 5, List.of(1, 2), List.of(1)),
                        new Admin.Partition(2, -1, 5, List.of(3), List.of(3)));
        // When
        ClusterReport report = ClusterReport.of(CLUSTER, List.of(topic), List.of());
        // Then
        assertThat(report.nodes())
                .containsExactly(
                        new ClusterReport.NodeLine(
                                1, "a:1", "r1", ClusterReport.State.ACTIVE, 2, 2, 0),
                        new ClusterReport.NodeLine(
                                2, "b:2", "", ClusterReport.State.FENCED, 0, 1, 1),
                        new ClusterReport.NodeLine(
                                3, "", "", ClusterReport.State.UNKNOWN, 0, 1, 0));
        assertThat(report.inNeed())
                .extracting(ClusterReport.InNeed::problem)
                .containsExactly("under-replicated", "no leader");
    }

    @Test
    void aLongListIsCutOff() {
        // Given
        Admin.Partition[] partitions =
                IntStream.range(0, 23)
                        .mapToObj(n -> new Admin.Partition(n, 1, 0, List.of(1, 2), List.of(1)))
                        .toArray(Admin.Partition[]::new);
        StringWriter output = new StringWriter();
        // When
        ClusterCommand.print(
                new PrintWriter(output),
                ClusterReport.of(CLUSTER, List.of(topic(partitions)), List.of()));
        // Then
        assertThat(output.toString())
                .contains("Cluster c, controller 2", "fenced, controller", "t-19")
                .contains("… and 3 more")
                .doesNotContain("t-20");
    }
}
