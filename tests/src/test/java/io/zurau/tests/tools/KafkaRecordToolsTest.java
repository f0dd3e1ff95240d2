package io.zurau.tests.tools;

import static io.zurau.tests.conformance.KafkaTool.DELETE_RECORDS;
import static io.zurau.tests.conformance.KafkaTool.LOG_DIRS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// kafka-delete-records and kafka-log-dirs.
class KafkaRecordToolsTest {
    @TempDir Path folder;

    private static String topicWith(int records) throws Exception {
        String topic = Clients.newTopic("record-tools", 2);
        try (Producer<String, String> producer = Clients.producer()) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(topic, 0, null, "value " + i));
            }
        }
        return topic;
    }

    @Test
    void deletesRecordsBeforeAnOffset() throws Exception {
        // Given
        String topic = topicWith(20);
        Path json = folder.resolve("offsets.json");
        Files.writeString(
                json,
                "{\"partitions\":[{\"topic\":\"%s\",\"partition\":0,\"offset\":15}],\"version\":1}"
                        .formatted(topic),
                UTF_8);

        // When
        String printed = DELETE_RECORDS.run("--offset-json-file", json.toString()).text();

        // Then
        assertThat(printed).contains("partition: " + topic + "-0\tlow_watermark: 15");
        assertThat(Clients.readAll(topic))
                .hasSize(5)
                .first()
                .satisfies(record -> assertThat(record.offset()).isEqualTo(15));
    }

    @Test
    void describesLogDirectories() throws Exception {
        // Given
        String topic = topicWith(50);

        // When
        String printed = LOG_DIRS.run("--describe", "--topic-list", topic).text();

        // Then
        assertThat(printed)
                .containsPattern("\"partition\":\"" + topic + "-0\",\"size\":[1-9][0-9]+")
                .containsPattern("\"partition\":\"" + topic + "-1\",\"size\":0")
                .contains("\"error\":null");
    }
}
