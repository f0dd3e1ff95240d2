package io.zurau.broker.admin;

import static io.zurau.broker.admin.AdminFixture.ask;
import static io.zurau.broker.admin.AdminFixture.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.DescribeConfigsRequest;
import io.zurau.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import io.zurau.protocol.message.DescribeConfigsResponse;
import io.zurau.protocol.message.DescribeConfigsResponse.DescribeConfigsResourceResult;
import io.zurau.protocol.message.DescribeConfigsResponse.DescribeConfigsResult;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What clients are told about settings.
final class DescribeConfigsHandlerTest {
    private static final byte TOPIC = 2;
    private static final byte BROKER = 4;
    private static final byte LOGGER = 8;
    private static final byte GROUP = 32;

    @TempDir Path directory;
    private AdminFixture fixture;

    @BeforeEach
    void open() {
        fixture = new AdminFixture(directory);
        fixture.create("orders", 1);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private DescribeConfigsResult describe(byte type, String name, String... keys)
            throws InterruptedException {
        return describe(4, true, type, name, keys);
    }

    private DescribeConfigsResult describe(
            int version, boolean everything, byte type, String name, String... keys)
            throws InterruptedException {
        DescribeConfigsRequest request =
                DescribeConfigsRequest.builder()
                        .resources(
                                List.of(
                                        DescribeConfigsResource.builder()
                                                .resourceType(type)
                                                .resourceName(name)
                                                .configurationKeys(
                                                        keys.length == 0 ? null : List.of(keys))
                                                .build()))
                        .includeSynonyms(everything)
                        .includeDocumentation(everything)
                        .build();
        return ask(
                        new DescribeConfigsHandler(
                                fixture.metadata, fixture.configs, new MemoryLogLevels()),
                        request,
                        version,
                        DescribeConfigsResponse::read)
                .results()
                .getFirst();
    }

    @Test
    void aTopicHasEverySettingThatKafkasTopicsHave() throws InterruptedException {
        // When
        DescribeConfigsResult result = describe(TOPIC, "orders");

        // Then
        assertThat(result.errorCode()).isZero();
        assertThat(result.errorMessage()).isEmpty();
        assertThat(result.configs())
                .extracting(DescribeConfigsResourceResult::name)
                .containsAll(KAFKAS_TOPIC_SETTINGS)
                .isSorted();
        assertThat(result.configs()).allMatch(config -> config.documentation() != null);
        assertThat(result.configs()).noneMatch(DescribeConfigsResourceResult::readOnly);
    }

    @Test
    void typesAreKafkas() throws InterruptedException {
        // Then: LONG, LIST, BOOLEAN, DOUBLE, INT, STRING
        assertThat(
                        describe(
                                        TOPIC,
                                        "orders",
                                        "retention.ms",
                                        "cleanup.policy",
                                        "preallocate",
                                        "min.cleanable.dirty.ratio",
                                        "segment.bytes",
                                        "compression.type")
                                .configs())
                .extracting(config -> config.name() + " " + config.configType())
                .containsExactlyInAnyOrder(
                        "retention.ms 5",
                        "cleanup.policy 7",
                        "preallocate 1",
                        "min.cleanable.dirty.ratio 6",
                        "segment.bytes 3",
                        "compression.type 2");
    }

    @Test
    void everyVersionIsAnswered() throws InterruptedException {
        for (int version = 1; version <= 4; version++) {
            DescribeConfigsResult result =
                    describe(version, false, TOPIC, "orders", "retention.ms");
            assertThat(result.configs()).hasSize(1);
            assertThat(result.configs().getFirst().value()).isEqualTo("604800000");
            assertThat(result.configs().getFirst().synonyms()).isEmpty();
        }
    }

    @Test
    void whatIsNotThereIsRefused() throws InterruptedException {
        assertThat(error(describe(TOPIC, "none").errorCode()))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(error(describe(TOPIC, "no good").errorCode()))
                .isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
        assertThat(error(describe(BROKER, "2").errorCode())).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(error(describe(LOGGER, "2").errorCode())).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(error(describe((byte) 77, "1").errorCode()))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void brokersAreDescribedAloneAndTogether() throws InterruptedException {
        assertThat(describe(BROKER, "1").configs())
                .extracting(DescribeConfigsResourceResult::name)
                .contains("log.retention.ms", "min.insync.replicas");
        assertThat(describe(BROKER, "").configs()).isEmpty();
    }

    @Test
    void aGroupShowsItsSettingsAlthoughItDoesNotExist() throws InterruptedException {
        assertThat(describe(GROUP, "g").configs())
                .extracting(DescribeConfigsResourceResult::name)
                .contains("consumer.session.timeout.ms", "share.auto.offset.reset");
        assertThat(error(describe(GROUP, "").errorCode())).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    private static final List<String> KAFKAS_TOPIC_SETTINGS =
            List.of(
                    "cleanup.policy",
                    "compression.gzip.level",
                    "compression.lz4.level",
                    "compression.type",
                    "compression.zstd.level",
                    "delete.retention.ms",
                    "errors.deadletterqueue.group.enable",
                    "file.delete.delay.ms",
                    "flush.messages",
                    "flush.ms",
                    "follower.replication.throttled.replicas",
                    "index.interval.bytes",
                    "leader.replication.throttled.replicas",
                    "local.retention.bytes",
                    "local.retention.ms",
                    "max.compaction.lag.ms",
                    "max.decompressed.message.bytes",
                    "max.message.bytes",
                    "message.timestamp.after.max.ms",
                    "message.timestamp.before.max.ms",
                    "message.timestamp.type",
                    "min.cleanable.dirty.ratio",
                    "min.compaction.lag.ms",
                    "min.insync.replicas",
                    "preallocate",
                    "remote.copy.lag.bytes",
                    "remote.copy.lag.ms",
                    "remote.log.copy.disable",
                    "remote.log.delete.on.disable",
                    "remote.storage.enable",
                    "retention.bytes",
                    "retention.ms",
                    "segment.bytes",
                    "segment.index.bytes",
                    "segment.jitter.ms",
                    "segment.ms",
                    "unclean.leader.election.enable");
}
