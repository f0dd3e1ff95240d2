package io.zurau.broker.admin;

import static io.zurau.broker.admin.AdminFixture.ask;
import static io.zurau.broker.admin.AdminFixture.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.DescribeTopicPartitionsRequest;
import io.zurau.protocol.message.DescribeTopicPartitionsRequest.TopicRequest;
import io.zurau.protocol.message.DescribeTopicPartitionsResponse;
import io.zurau.protocol.message.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Partitions, a page at a time.
final class DescribeTopicPartitionsHandlerTest {
    @TempDir Path directory;
    private AdminFixture fixture;

    @BeforeEach
    void open() {
        fixture = new AdminFixture(directory);
        fixture.create("a", 3);
        fixture.create("b", 1);
        fixture.create("c", 4);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private DescribeTopicPartitionsResponse describe(
            int limit, DescribeTopicPartitionsRequest.@Nullable Cursor cursor, String... topics)
            throws InterruptedException {
        DescribeTopicPartitionsRequest request =
                DescribeTopicPartitionsRequest.builder()
                        .topics(
                                Stream.of(topics)
                                        .map(name -> TopicRequest.builder().name(name).build())
                                        .toList())
                        .responsePartitionLimit(limit)
                        .cursor(cursor)
                        .build();
        return ask(
                new DescribeTopicPartitionsHandler(fixture.metadata, AdminFixture.CONFIG),
                request,
                0,
                DescribeTopicPartitionsResponse::read);
    }

    /// All pages, as `topic:partitions`.
    private List<String> pages(int limit) throws InterruptedException {
        List<String> pages = new ArrayList<>();
        DescribeTopicPartitionsRequest.Cursor cursor = null;
        do {
            DescribeTopicPartitionsResponse page = describe(limit, cursor);
            pages.add(
                    String.join(
                            " ",
                            page.topics().stream()
                                    .map(
                                            topic ->
                                                    topic.name()
                                                            + topic.partitions().stream()
                                                                    .map(p -> p.partitionIndex())
                                                                    .toList())
                                    .toList()));
            DescribeTopicPartitionsResponse.Cursor next = page.nextCursor();
            cursor =
                    next == null
                            ? null
                            : DescribeTopicPartitionsRequest.Cursor.builder()
                                    .topicName(next.topicName())
                                    .partitionIndex(next.partitionIndex())
                                    .build();
        } while (cursor != null);
        return pages;
    }

    @Test
    void pagesFollowOneAnotherWithoutGap() throws InterruptedException {
        assertThat(pages(100)).containsExactly("a[0, 1, 2] b[0] c[0, 1, 2, 3]");
        assertThat(pages(3)).containsExactly("a[0, 1, 2]", "b[0] c[0, 1]", "c[2, 3]");
        assertThat(pages(2)).containsExactly("a[0, 1]", "a[2] b[0]", "c[0, 1]", "c[2, 3]");
        assertThat(pages(4)).containsExactly("a[0, 1, 2] b[0]", "c[0, 1, 2, 3]");
    }

    @Test
    void topicsThatAreNotThereAreNamed() throws InterruptedException {
        // When
        List<DescribeTopicPartitionsResponseTopic> topics =
                describe(100, null, "none", "b", "no good").topics();

        // Then
        assertThat(topics)
                .extracting(topic -> topic.name() + " " + error(topic.errorCode()))
                .containsExactly(
                        "b NONE",
                        "no good INVALID_TOPIC_EXCEPTION",
                        "none UNKNOWN_TOPIC_OR_PARTITION");
    }

    @Test
    void aCursorBehindAllTopicsEndsTheWalk() throws InterruptedException {
        // When
        DescribeTopicPartitionsResponse response =
                describe(
                        100,
                        DescribeTopicPartitionsRequest.Cursor.builder()
                                .topicName("x")
                                .partitionIndex(7)
                                .build());

        // Then
        assertThat(response.topics()).isEmpty();
        assertThat(response.nextCursor()).isNull();
    }

    @Test
    void aNegativeCursorIsRefused() throws InterruptedException {
        // When
        DescribeTopicPartitionsResponse response =
                describe(
                        100,
                        DescribeTopicPartitionsRequest.Cursor.builder()
                                .topicName("a")
                                .partitionIndex(-1)
                                .build(),
                        "a");

        // Then
        assertThat(error(response.topics().getFirst().errorCode()))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
    }
}
