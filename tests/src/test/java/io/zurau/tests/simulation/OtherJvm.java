package io.zurau.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Runs a class in a JVM of its own: what it prints does not depend on this one's state.
final class OtherJvm {
    private OtherJvm() {}

    /// @return the last line that it printed
    static String lastLineOf(Class<?> program) throws IOException, InterruptedException {
        Process other =
                new ProcessBuilder(
                                System.getProperty("java.home") + "/bin/java",
                                "--add-opens",
                                "java.base/java.lang=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                program.getName())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String printed = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(other.waitFor()).isZero();
        return printed.lines().reduce("", (_, last) -> last);
    }
}
