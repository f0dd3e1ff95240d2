package io.zurau.broker.admin;

import static io.zurau.broker.admin.AdminFixture.ask;
import static io.zurau.broker.admin.AdminFixture.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.MetadataRequest;
import io.zurau.protocol.message.MetadataRequest.MetadataRequestTopic;
import io.zurau.protocol.message.MetadataResponse;
import io.zurau.protocol.message.MetadataResponse.MetadataResponseBroker;
import io.zurau.protocol.message.MetadataResponse.MetadataResponseTopic;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What clients are told about brokers and partitions.
final class MetadataHandlerTest {
    private static final int NEWEST = 13;

    @TempDir Path directory;
    private AdminFixture fixture;

    @BeforeEach
    void open() {
        fixture = new AdminFixture(directory);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private MetadataHandler handler(AdminConfig config) {
        return new MetadataHandler(
                fixture.metadata, new TopicCreator(fixture.controller, Map.of()), config);
    }

    private MetadataResponse askFor(@Nullable List<MetadataRequestTopic> topics, int version)
            throws InterruptedException {
        MetadataRequest request = MetadataRequest.builder().topics(topics).build();
        return ask(handler(AdminFixture.CONFIG), request, version, MetadataResponse::read);
    }

    private static MetadataRequestTopic named(String name) {
        return MetadataRequestTopic.builder().name(name).build();
    }

    private static MetadataRequestTopic withId(Uuid id) {
        return MetadataRequestTopic.builder().name(null).topicId(id).build();
    }

    @Test
    void everyVersionTellsWhoLeads() throws InterruptedException {
        // Given
        Uuid id = fixture.create("orders", 2);

        for (int version = 0; version <= NEWEST; version++) {
            // When
            MetadataResponse response = askFor(List.of(named("orders")), version);

            // Then
            assertThat(response.brokers())
                    .extracting(
                            MetadataResponseBroker::nodeId,
                            MetadataResponseBroker::host,
                            MetadataResponseBroker::port)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(1, "inside", 9001));
            MetadataResponseTopic topic = response.topics().getFirst();
            assertThat(topic.name()).isEqualTo("orders");
            assertThat(topic.errorCode()).isZero();
            assertThat(topic.topicId()).isEqualTo(version >= 10 ? id : Uuid.ZERO);
            assertThat(topic.partitions())
                    .hasSize(2)
                    .allMatch(p -> p.leaderId() == 1 && p.isrNodes().equals(List.of(1)));
            assertThat(response.clusterId()).isEqualTo(version >= 2 ? AdminFixture.CLUSTER : null);
            assertThat(response.controllerId()).isEqualTo(version >= 1 ? 1 : -1);
        }
    }

    @Test
    void anEmptyListMeansAllTopicsAtFirstAndNoneLater() throws InterruptedException {
        // Given
        fixture.create("a", 1);
        fixture.create("b", 1);

        // When, then
        assertThat(askFor(List.of(), 0).topics()).hasSize(2);
        assertThat(askFor(List.of(), 1).topics()).isEmpty();
        assertThat(askFor(null, 1).topics()).hasSize(2);
        assertThat(askFor(null, NEWEST).topics()).hasSize(2);
    }

    @Test
    void askingForATopicMakesIt() throws InterruptedException {
        // When
        MetadataResponseTopic topic = askFor(List.of(named("new")), NEWEST).topics().getFirst();

        // Then
        assertThat(topic.errorCode()).isZero();
        assertThat(topic.partitions()).hasSize(1);
        assertThat(fixture.metadata.image().topics().named("new")).isPresent();
    }

    @Test
    void aTopicIsNotMadeWhereTheClientOrTheBrokerDoesNotWantIt() throws InterruptedException {
        // Given
        MetadataRequest unwilling =
                MetadataRequest.builder()
                        .topics(List.of(named("new")))
                        .allowAutoTopicCreation(false)
                        .build();
        MetadataRequest willing = MetadataRequest.builder().topics(List.of(named("new"))).build();

        // When
        MetadataResponse clientSaysNo =
                ask(handler(AdminFixture.CONFIG), unwilling, NEWEST, MetadataResponse::read);
        MetadataResponse brokerSaysNo =
                ask(handler(new AdminConfig(false, 10)), willing, NEWEST, MetadataResponse::read);

        // Then
        for (MetadataResponse response : List.of(clientSaysNo, brokerSaysNo)) {
            assertThat(error(response.topics().getFirst().errorCode()))
                    .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
        assertThat(fixture.metadata.image().topics().all()).isEmpty();
    }

    @Test
    void aNameThatNoTopicCanHaveIsSaidToBeInvalid() throws InterruptedException {
        // Given
        fixture.create("a.b", 1);

        // When
        List<MetadataResponseTopic> topics =
                askFor(List.of(named("no good"), named("a_b")), NEWEST).topics();

        // Then
        assertThat(topics)
                .extracting(topic -> error(topic.errorCode()))
                .containsExactly(
                        ErrorCode.INVALID_TOPIC_EXCEPTION, ErrorCode.INVALID_TOPIC_EXCEPTION);
    }

    @Test
    void topicsAreFoundByIdAndUnknownIdsAreNotMade() throws InterruptedException {
        // Given
        Uuid id = fixture.create("orders", 1);

        // When
        List<MetadataResponseTopic> topics =
                askFor(List.of(withId(id), withId(new Uuid(5, 5))), 12).topics();

        // Then
        assertThat(topics.get(0).name()).isEqualTo("orders");
        assertThat(topics.get(1).name()).isNull();
        assertThat(topics.get(1).topicId()).isEqualTo(new Uuid(5, 5));
        assertThat(error(topics.get(1).errorCode())).isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID);
    }

    @Test
    void idsAreRefusedInVersionsThatCannotAnswerThem() throws InterruptedException {
        // When
        MetadataResponse response =
                ask(
                        handler(AdminFixture.CONFIG),
                        MetadataRequest.builder()
                                .topics(
                                        List.of(
                                                MetadataRequestTopic.builder()
                                                        .name("orders")
                                                        .topicId(new Uuid(5, 5))
                                                        .build()))
                                .build(),
                        11,
                        MetadataResponse::read);

        // Then
        assertThat(error(response.topics().getFirst().errorCode()))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void clientsAreShownTheAddressesOfTheirOwnListenerAndNoFencedBroker()
            throws InterruptedException {
        // Given
        fixture.create("orders", 1);
        fixture.register(2, true);
        MetadataRequest request = MetadataRequest.builder().topics(null).build();

        // When
        MetadataResponse outside =
                ask(
                        handler(AdminFixture.CONFIG),
                        request,
                        AdminFixture.context(request, NEWEST, "OUTSIDE"),
                        MetadataResponse::read);
        MetadataResponse nowhere =
                ask(
                        handler(AdminFixture.CONFIG),
                        request,
                        AdminFixture.context(request, NEWEST, "NOWHERE"),
                        MetadataResponse::read);

        // Then
        assertThat(outside.brokers())
                .extracting(MetadataResponseBroker::host)
                .containsExactly("out");
        assertThat(nowhere.brokers()).isEmpty();
        assertThat(error(nowhere.topics().getFirst().partitions().getFirst().errorCode()))
                .isEqualTo(ErrorCode.LISTENER_NOT_FOUND);
    }

    @Test
    void theOperationsThatAreAllowedAreToldToThoseWhoAsk() throws InterruptedException {
        // Given
        fixture.create("orders", 1);
        MetadataRequest request =
                MetadataRequest.builder()
                        .topics(null)
                        .includeClusterAuthorizedOperations(true)
                        .includeTopicAuthorizedOperations(true)
                        .build();

        // When
        MetadataResponse told =
                ask(handler(AdminFixture.CONFIG), request, 8, MetadataResponse::read);
        MetadataResponse notTold = askFor(null, 8);

        // Then: bits numbered as Kafka's operations
        assertThat(told.clusterAuthorizedOperations()).isEqualTo(0b1_1111_1010_0000);
        assertThat(told.topics().getFirst().topicAuthorizedOperations())
                .isEqualTo(0b1101_1111_1000);
        assertThat(notTold.clusterAuthorizedOperations()).isEqualTo(Integer.MIN_VALUE);
        assertThat(notTold.topics().getFirst().topicAuthorizedOperations())
                .isEqualTo(Integer.MIN_VALUE);
    }
}
