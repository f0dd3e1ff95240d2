package io.zurau.tests.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the compiled classes do not show: door signs, sizes, words.
class SourceTreeTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /// A file past this is split by reason to change.
    private static final int MOST_LINES = 500;

    @Test
    void everyPackageHasADoorSign() {
        Set<Path> packages = mainSources().map(Path::getParent).collect(Collectors.toSet());

        assertThat(packages).hasSizeGreaterThan(10);
        assertThat(packages).allMatch(folder -> Files.exists(folder.resolve("package-info.java")));
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(mainSources().filter(file -> file.endsWith("package-info.java")))
                .allSatisfy(file -> assertThat(text(file)).contains("@NullMarked"));
    }

    @Test
    void noSourceFileIsTooLong() {
        assertThat(mainSources())
                .allSatisfy(file -> assertThat(text(file).lines().count()).isLessThan(MOST_LINES));
    }

    @Test
    void nothingIsSynchronized() {
        Pattern keyword = Pattern.compile("^\\s*[a-z ]*\\bsynchronized\\b[ (]", Pattern.MULTILINE);

        assertThat(mainSources())
                .allSatisfy(file -> assertThat(keyword.matcher(text(file)).find()).isFalse());
    }

    @Test
    void everyClassThatTheArchitectureNamesExists() {
        Set<String> classes =
                mainSources()
                        .map(file -> file.getFileName().toString().replace(".java", ""))
                        .collect(Collectors.toCollection(TreeSet::new));
        // `Connection`, `PartitionLog`: a capital, no space, no dot, inside backticks.
        List<String> named =
                Pattern.compile("`([A-Z][a-z]+[A-Za-z]*)`")
                        .matcher(text(ROOT.resolve("ARCHITECTURE.md")))
                        .results()
                        .map((MatchResult found) -> found.group(1))
                        .toList();

        assertThat(named).hasSizeGreaterThan(10);
        assertThat(classes).containsAll(named);
    }

    private static Stream<Path> mainSources() {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files
                    .filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().contains("/src/main/java/"))
                    .filter(file -> !ROOT.relativize(file).toString().contains("target/"))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
