package io.zurau.broker.admin;

import static io.zurau.broker.admin.AdminFixture.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.broker.admin.AdminFixture.Reading;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest.ReassignableTopic;
import io.zurau.protocol.message.AlterPartitionReassignmentsResponse;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.ElectLeadersRequest;
import io.zurau.protocol.message.ElectLeadersRequest.TopicPartitions;
import io.zurau.protocol.message.ElectLeadersResponse;
import io.zurau.protocol.message.ListPartitionReassignmentsRequest;
import io.zurau.protocol.message.ListPartitionReassignmentsResponse;
import io.zurau.protocol.message.UnregisterBrokerRequest;
import io.zurau.protocol.message.UnregisterBrokerResponse;
import io.zurau.protocol.message.UpdateFeaturesRequest;
import io.zurau.protocol.message.UpdateFeaturesRequest.FeatureUpdateKey;
import io.zurau.protocol.message.UpdateFeaturesResponse;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each version of the requests about brokers and replicas: its answer fits the wire.
final class ReplicationRequestsTest {
    @TempDir Path directory;
    private AdminFixture fixture;

    @BeforeEach
    void open() {
        fixture = new AdminFixture(directory);
        fixture.create("orders", 1); // On broker 1.
        fixture.register(2, false);
        fixture.register(3, true);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static <R> R read(ApiResponse response, int version, Reading<R> reading) {
        ProtocolWriter out = new ProtocolWriter();
        response.write(out, version);
        ProtocolReader in = new ProtocolReader(out.toBuffer());
        R read = reading.read(in, version);
        in.expectEnd();
        return read;
    }

    @Test
    void electionsAreAnsweredInEveryVersion() {
        for (int version = 0; version <= 2; version++) {
            // Given
            ElectLeadersRequest good =
                    ElectLeadersRequest.builder()
                            .topicPartitions(
                                    List.of(
                                            TopicPartitions.builder()
                                                    .topic("orders")
                                                    .partitions(List.of(0))
                                                    .build()))
                            .build();
            ElectLeadersRequest bad =
                    ElectLeadersRequest.builder()
                            .electionType((byte) 7)
                            .topicPartitions(List.of())
                            .build();

            // When
            ElectLeadersResponse answer =
                    read(
                            fixture.controller.replication().electLeaders(good, version),
                            version,
                            ElectLeadersResponse::read);
            ElectLeadersResponse refusal =
                    read(
                            fixture.controller.replication().electLeaders(bad, version),
                            version,
                            ElectLeadersResponse::read);

            // Then
            assertThat(
                            error(
                                    answer.replicaElectionResults()
                                            .getFirst()
                                            .partitionResult()
                                            .getFirst()
                                            .errorCode()))
                    .isEqualTo(ErrorCode.ELECTION_NOT_NEEDED);
            assertThat(error(refusal.errorCode()))
                    .isEqualTo(version == 0 ? ErrorCode.NONE : ErrorCode.INVALID_REQUEST);
        }
    }

    @Test
    void aReassignmentIsListedUntilItIsCancelled() throws InterruptedException {
        for (int version = 0; version <= 1; version++) {
            // When
            AlterPartitionReassignmentsResponse begun =
                    read(reassign(List.of(2)), version, AlterPartitionReassignmentsResponse::read);

            // Then
            assertThat(begun.errorCode()).isZero();
            assertThat(moving()).isOne();

            // When
            AlterPartitionReassignmentsResponse cancelled =
                    read(reassign(null), version, AlterPartitionReassignmentsResponse::read);

            // Then
            assertThat(cancelled.responses().getFirst().partitions().getFirst().errorCode())
                    .isZero();
            assertThat(moving()).isZero();
        }
    }

    private AlterPartitionReassignmentsResponse reassign(@Nullable List<Integer> replicas) {
        return fixture.controller
                .replication()
                .alterReassignments(
                        AlterPartitionReassignmentsRequest.builder()
                                .topics(
                                        List.of(
                                                ReassignableTopic.builder()
                                                        .name("orders")
                                                        .partitions(
                                                                List.of(
                                                                        ReassignablePartition
                                                                                .builder()
                                                                                .replicas(replicas)
                                                                                .build()))
                                                        .build()))
                                .build());
    }

    private int moving() throws InterruptedException {
        return AdminFixture.ask(
                        new ListPartitionReassignmentsHandler(fixture.metadata),
                        ListPartitionReassignmentsRequest.builder().topics(null).build(),
                        0,
                        ListPartitionReassignmentsResponse::read)
                .topics()
                .size();
    }

    @Test
    void aBrokerIsUnregisteredOnce() {
        UnregisterBrokerRequest request = UnregisterBrokerRequest.builder().brokerId(3).build();
        assertThat(unregister(request).errorCode()).isZero();
        assertThat(error(unregister(request).errorCode()))
                .isEqualTo(ErrorCode.BROKER_ID_NOT_REGISTERED);
        assertThat(unregister(request).errorMessage())
                .isEqualTo("Broker ID 3 is not currently registered");
    }

    private UnregisterBrokerResponse unregister(UnregisterBrokerRequest request) {
        return read(
                fixture.controller.replication().unregisterBroker(request),
                0,
                UnregisterBrokerResponse::read);
    }

    @Test
    void anUnsupportedLevelIsRefusedInEveryVersion() {
        for (int version = 0; version <= 2; version++) {
            UpdateFeaturesRequest request =
                    UpdateFeaturesRequest.builder()
                            .featureUpdates(
                                    List.of(
                                            FeatureUpdateKey.builder()
                                                    .feature("metadata.version")
                                                    .maxVersionLevel((short) 99)
                                                    .build()))
                            .build();
            assertThat(
                            error(
                                    read(
                                                    fixture.controller.updateFeatures(
                                                            request, version),
                                                    version,
                                                    UpdateFeaturesResponse::read)
                                            .errorCode()))
                    .isEqualTo(ErrorCode.INVALID_UPDATE_VERSION);
        }
    }
}
