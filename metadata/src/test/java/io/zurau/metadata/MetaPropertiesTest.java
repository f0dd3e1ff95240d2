package io.zurau.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zurau.protocol.Uuid;
import io.zurau.runtime.FileDisk;
import io.zurau.runtime.StorageFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The file that says to whom a directory belongs.
final class MetaPropertiesTest {
    @TempDir Path directory;

    @Test
    void whatIsWrittenIsReadAndLooksAsKafkaWritesIt() throws Exception {
        // Given
        Uuid id = Uuid.parse("OvDinRNRkVH2ZA1CNTiV_Q");
        MetaProperties written = new MetaProperties("kdjN7BiqVAsjTs9srorspQ", 7, id);

        // When
        written.write(new FileDisk(directory));

        // Then
        assertThat(MetaProperties.read(new FileDisk(directory))).contains(written);
        assertThat(directory.resolve("meta.properties"))
                .hasContent(
                        """
                        cluster.id=kdjN7BiqVAsjTs9srorspQ
                        directory.id=OvDinRNRkVH2ZA1CNTiV_Q
                        node.id=7
                        version=1
                        """);
    }

    @Test
    void kafkasOwnFileIsRead() throws Exception {
        // Given
        Files.writeString(
                directory.resolve("meta.properties"),
                """
                #
                #Sat Nov 21 04:43:38 UTC 2026
                cluster.id=kdjN7BiqVAsjTs9srorspQ
                directory.id=OvDinRNRkVH2ZA1CNTiV_Q
                node.id=1
                version=1
                """);

        // When, then
        assertThat(MetaProperties.read(new FileDisk(directory)))
                .contains(
                        new MetaProperties(
                                "kdjN7BiqVAsjTs9srorspQ", 1, Uuid.parse("OvDinRNRkVH2ZA1CNTiV_Q")));
    }

    @Test
    void aDirectoryWithoutTheFileBelongsToNobody() {
        assertThat(MetaProperties.read(new FileDisk(directory))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "version=0\nbroker.id=1\ncluster.id=x",
                "version=1\ncluster.id=x\nnode.id=one\ndirectory.id=OvDinRNRkVH2ZA1CNTiV_Q",
                "version=1\ncluster.id=x\nnode.id=1\ndirectory.id=short",
                "version=1\ncluster.id=x\nnode.id=1",
                "version=\\u00"
            })
    void aFileThatMakesNoSenseIsRefused(String text) throws Exception {
        // Given
        Files.writeString(directory.resolve("meta.properties"), text);

        // When, then
        assertThatExceptionOfType(StorageFailure.class)
                .isThrownBy(() -> MetaProperties.read(new FileDisk(directory)))
                .withMessageContaining("meta.properties");
    }
}
