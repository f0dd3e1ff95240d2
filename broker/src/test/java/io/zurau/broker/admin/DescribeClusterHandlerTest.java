package io.zurau.broker.admin;

import static io.zurau.broker.admin.AdminFixture.ask;
import static io.zurau.broker.admin.AdminFixture.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.DescribeClusterRequest;
import io.zurau.protocol.message.DescribeClusterResponse;
import io.zurau.protocol.message.DescribeClusterResponse.DescribeClusterBroker;
import io.zurau.protocol.message.ListConfigResourcesRequest;
import io.zurau.protocol.message.ListConfigResourcesResponse;
import io.zurau.protocol.message.ListPartitionReassignmentsRequest;
import io.zurau.protocol.message.ListPartitionReassignmentsResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What clients are told about the cluster as a whole.
final class DescribeClusterHandlerTest {
    private static final byte CONTROLLERS = 2;

    @TempDir Path directory;
    private AdminFixture fixture;

    @BeforeEach
    void open() {
        fixture = new AdminFixture(directory);
        fixture.register(2, true);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private DescribeClusterResponse describe(DescribeClusterRequest request, int version)
            throws InterruptedException {
        return ask(
                new DescribeClusterHandler(fixture.metadata),
                request,
                version,
                DescribeClusterResponse::read);
    }

    @Test
    void everyVersionTellsTheLivingBrokers() throws InterruptedException {
        for (int version = 0; version <= 2; version++) {
            DescribeClusterResponse response =
                    describe(DescribeClusterRequest.builder().build(), version);
            assertThat(response.errorCode()).isZero();
            assertThat(response.clusterId()).isEqualTo(AdminFixture.CLUSTER);
            assertThat(response.controllerId()).isEqualTo(1);
            assertThat(response.brokers())
                    .extracting(DescribeClusterBroker::brokerId, DescribeClusterBroker::rack)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(1, "rack-1"));
        }
    }

    @Test
    void fencedBrokersAreToldToThoseWhoAsk() throws InterruptedException {
        // When
        DescribeClusterResponse response =
                describe(DescribeClusterRequest.builder().includeFencedBrokers(true).build(), 2);

        // Then
        assertThat(response.brokers())
                .extracting(DescribeClusterBroker::brokerId, DescribeClusterBroker::isFenced)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1, false),
                        org.assertj.core.groups.Tuple.tuple(2, true));
    }

    @Test
    void controllersAreAskedForElsewhere() throws InterruptedException {
        // When
        DescribeClusterResponse controllers =
                describe(DescribeClusterRequest.builder().endpointType(CONTROLLERS).build(), 1);
        DescribeClusterResponse others =
                describe(DescribeClusterRequest.builder().endpointType((byte) 9).build(), 1);

        // Then
        assertThat(error(controllers.errorCode())).isEqualTo(ErrorCode.MISMATCHED_ENDPOINT_TYPE);
        assertThat(error(others.errorCode())).isEqualTo(ErrorCode.UNSUPPORTED_ENDPOINT_TYPE);
    }

    @Test
    void nothingIsBeingReassigned() throws InterruptedException {
        // Given
        fixture.create("orders", 2);

        // When
        ListPartitionReassignmentsResponse response =
                ask(
                        new ListPartitionReassignmentsHandler(fixture.metadata),
                        ListPartitionReassignmentsRequest.builder().topics(null).build(),
                        0,
                        ListPartitionReassignmentsResponse::read);

        // Then
        assertThat(response.errorCode()).isZero();
        assertThat(response.topics()).isEmpty();
    }

    @Test
    void whatCanHaveSettingsIsListedByType() throws InterruptedException {
        // Given
        fixture.create("orders", 1);
        ListConfigResourcesHandler handler = new ListConfigResourcesHandler(fixture.metadata);

        // When
        ListConfigResourcesResponse all =
                ask(
                        handler,
                        ListConfigResourcesRequest.builder().build(),
                        1,
                        ListConfigResourcesResponse::read);
        ListConfigResourcesResponse old =
                ask(
                        handler,
                        ListConfigResourcesRequest.builder().build(),
                        0,
                        ListConfigResourcesResponse::read);
        ListConfigResourcesResponse unknown =
                ask(
                        handler,
                        ListConfigResourcesRequest.builder()
                                .resourceTypes(List.of((byte) 99))
                                .build(),
                        1,
                        ListConfigResourcesResponse::read);

        // Then
        assertThat(all.configResources())
                .extracting(r -> r.resourceType() + " " + r.resourceName())
                .containsExactly("2 orders", "4 1", "4 2", "8 1", "8 2");
        assertThat(old.configResources()).isEmpty();
        assertThat(error(unknown.errorCode())).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
    }
}
