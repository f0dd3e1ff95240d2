package io.zurau.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.DescribeConfigsRequest;
import io.zurau.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import io.zurau.protocol.message.DescribeConfigsResponse;
import io.zurau.protocol.message.DescribeConfigsResponse.DescribeConfigsResourceResult;
import io.zurau.protocol.message.IncrementalAlterConfigsRequest;
import io.zurau.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import io.zurau.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import io.zurau.protocol.message.IncrementalAlterConfigsResponse;
import io.zurau.protocol.message.IncrementalAlterConfigsResponse.AlterConfigsResourceResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoggersTest {
    private static final byte BROKER = 4;
    private static final byte LOGGER = 8;
    private static final byte SET = 0;
    private static final byte DELETE = 1;

    @TempDir Path directory;

    private final LogLevels levels = new MemoryLogLevels();
    private AdminFixture fixture;

    @BeforeEach
    void open() {
        fixture = new AdminFixture(directory);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aLevelIsShownChangedAndTakenAway() throws InterruptedException {
        assertThat(described()).containsEntry("root", "WARN").containsEntry("io.zurau.log", "WARN");

        assertThat(alter(false, logger("1", change("io.zurau.log", SET, "DEBUG"))))
                .containsExactly(ErrorCode.NONE);
        assertThat(described()).containsEntry("io.zurau.log", "DEBUG");

        assertThat(alter(false, logger("1", change("io.zurau.log", DELETE, ""))))
                .containsExactly(ErrorCode.NONE);
        assertThat(described()).containsEntry("io.zurau.log", "WARN");
    }

    @Test
    void nothingChangesWhereOneChangeIsRefusedOrAllAreOnlyValidated() throws InterruptedException {
        assertThat(
                        alter(
                                false,
                                logger(
                                        "1",
                                        change("root", SET, "INFO"),
                                        change("io.zurau.log", SET, "LOUD"))))
                .containsExactly(ErrorCode.INVALID_CONFIG);
        assertThat(alter(true, logger("1", change("root", SET, "INFO"))))
                .containsExactly(ErrorCode.NONE);
        assertThat(
                        alter(
                                false,
                                logger("1", change("root", SET, "INFO")),
                                logger("1", change("root", SET, "INFO"))))
                .containsExactly(ErrorCode.INVALID_REQUEST, ErrorCode.INVALID_REQUEST);

        assertThat(described()).containsEntry("root", "WARN");
    }

    @Test
    void loggersAndOtherResourcesMayStandInOneRequest() throws InterruptedException {
        assertThat(
                        alter(
                                false,
                                logger("1", change("root", SET, "INFO")),
                                resource(BROKER, "1", change("log.retention.ms", SET, "5000"))))
                .containsExactlyInAnyOrder(ErrorCode.NONE, ErrorCode.NONE);

        assertThat(described()).containsEntry("root", "INFO");
        assertThat(fixture.configs.text(fixture.metadata.image(), broker(), "log.retention.ms"))
                .contains("5000");
    }

    private static io.zurau.metadata.image.ConfigResource broker() {
        return io.zurau.metadata.image.ConfigResource.broker(1);
    }

    private Map<String, String> described() throws InterruptedException {
        DescribeConfigsRequest request =
                DescribeConfigsRequest.builder()
                        .resources(
                                List.of(
                                        DescribeConfigsResource.builder()
                                                .resourceType(LOGGER)
                                                .resourceName("1")
                                                .configurationKeys(null)
                                                .build()))
                        .build();
        DescribeConfigsResponse response =
                AdminFixture.ask(
                        new DescribeConfigsHandler(fixture.metadata, fixture.configs, levels),
                        request,
                        4,
                        DescribeConfigsResponse::read);
        return response.results().getFirst().configs().stream()
                .collect(
                        Collectors.toMap(
                                DescribeConfigsResourceResult::name,
                                result -> String.valueOf(result.value())));
    }

    private List<ErrorCode> alter(boolean validateOnly, AlterConfigsResource... resources)
            throws InterruptedException {
        IncrementalAlterConfigsResponse response =
                AdminFixture.ask(
                        new IncrementalAlterConfigsHandler(fixture.controller, 1, levels),
                        IncrementalAlterConfigsRequest.builder()
                                .resources(List.of(resources))
                                .validateOnly(validateOnly)
                                .build(),
                        1,
                        IncrementalAlterConfigsResponse::read);
        return response.responses().stream()
                .map(AlterConfigsResourceResponse::errorCode)
                .map(ErrorCode::forCode)
                .toList();
    }

    private static AlterConfigsResource logger(String name, AlterableConfig... changes) {
        return resource(LOGGER, name, changes);
    }

    private static AlterConfigsResource resource(
            byte type, String name, AlterableConfig... changes) {
        return AlterConfigsResource.builder()
                .resourceType(type)
                .resourceName(name)
                .configs(Stream.of(changes).toList())
                .build();
    }

    private static AlterableConfig change(String name, byte operation, String value) {
        return AlterableConfig.builder().name(name).configOperation(operation).value(value).build();
    }
}
