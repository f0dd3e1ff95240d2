package io.zurau.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.runtime.FileDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenFilesTest {
    private static final int BOUND = 3;

    @TempDir Path path;

    @Test
    void filesInUseStayOpenHoweverManyTheyAre() {
        try (OpenFiles files = new OpenFiles(new FileDisk(path), BOUND)) {
            List<OpenFiles.Pin> pins = new ArrayList<>();
            for (int i = 0; i < BOUND + 2; i++) {
                pins.add(files.pin("file" + i));
                pins.forEach(pin -> pin.file().write(ByteBuffer.wrap(new byte[] {1}), 0));
            }
            pins.forEach(OpenFiles.Pin::close);
            files.pin("another").close();
            assertThat(files.count()).isEqualTo(BOUND);
        }
    }
}
