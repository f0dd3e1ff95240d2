package io.zurau.tests.house;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.core.domain.properties.HasParameterTypes.Predicates.rawParameterTypes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The arrows between modules, and what only the seams may touch.
class ModuleArrowsTest {
    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.zurau");

    /// What each module may use of the others, as ARCHITECTURE.md draws it.
    private static final Map<String, Set<String>> MAY_USE =
            Map.ofEntries(
                    entry("protocol", Set.of()),
                    entry("runtime", Set.of()),
                    entry("simulation", Set.of("runtime")),
                    entry("log", Set.of("protocol", "runtime")),
                    entry("metadata", Set.of("protocol", "runtime")),
                    entry("quorum", Set.of("metadata", "protocol", "runtime")),
                    entry("coordinator", Set.of("metadata", "protocol", "runtime")),
                    entry(
                            "broker",
                            Set.of("log", "metadata", "coordinator", "protocol", "runtime")),
                    entry("client", Set.of("protocol", "runtime")),
                    entry(
                            "server",
                            Set.of(
                                    "broker",
                                    "log",
                                    "metadata",
                                    "quorum",
                                    "coordinator",
                                    "protocol",
                                    "runtime")),
                    entry("cli", Set.of("client", "server", "protocol", "runtime")));

    private static final DescribedPredicate<List<JavaClass>> CONTAINING_TIME =
            DescribedPredicate.describe(
                    "with a length of time",
                    types ->
                            types.stream()
                                    .anyMatch(
                                            type ->
                                                    type.isEquivalentTo(long.class)
                                                            || type.isEquivalentTo(
                                                                    TimeUnit.class)));

    @Test
    void everyModuleUsesOnlyWhatItsArrowsAllow() {
        MAY_USE.forEach(
                (module, allowed) -> {
                    assertThat(PRODUCT.stream().map(c -> c.getPackageName() + "."))
                            .as("classes of %s were imported", module)
                            .anyMatch(name -> name.startsWith("io.zurau." + module + "."));
                    for (String other : MAY_USE.keySet()) {
                        if (!other.equals(module) && !allowed.contains(other)) {
                            noClasses()
                                    .that()
                                    .resideInAPackage("io.zurau." + module + "..")
                                    .should()
                                    .dependOnClassesThat()
                                    .resideInAPackage("io.zurau." + other + "..")
                                    .check(PRODUCT);
                        }
                    }
                });
    }

    @Test
    void onlyTheQuorumKnowsRatis() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.zurau.quorum..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.ratis..")
                .check(PRODUCT);
    }

    @Test
    void onlyTheSeamsTouchClocksThreadsFilesSocketsAndRandomNumbers() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.zurau.runtime..",
                        "io.zurau.simulation..",
                        "io.zurau.cli..",
                        "io.zurau.tests..",
                        "io.zurau.bench..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "ofVirtual")
                .orShould()
                .callMethod(Thread.class, "ofPlatform")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.(util\\.Random|security\\.SecureRandom|util\\.concurrent\\.ThreadLocalRandom"
                                + "|util\\.concurrent\\.(Executors|ScheduledExecutorService|Timer)|util\\.Timer"
                                + "|nio\\.channels\\.(FileChannel|SocketChannel|ServerSocketChannel|Selector)"
                                + "|net\\.(Socket|ServerSocket)|io\\.(RandomAccessFile|FileInputStream|FileOutputStream)"
                                + "|nio\\.file\\.Files)")
                .check(PRODUCT);
    }

    @Test
    void filesHaveTheirNamesFromTheSeams() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.zurau.runtime..",
                        "io.zurau.simulation..",
                        "io.zurau.cli..",
                        "io.zurau.tests..",
                        "io.zurau.bench..",
                        // Ratis wants its directories so.
                        "io.zurau.quorum..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.File")
                .check(PRODUCT);
    }

    @Test
    void waitingWithADeadlineGoesThroughTheClock() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.zurau.runtime..",
                        "io.zurau.simulation..",
                        "io.zurau.cli..",
                        "io.zurau.tests..",
                        "io.zurau.bench..")
                .should()
                .callMethodWhere(
                        target(nameMatching("await.*|parkNanos|parkUntil|orTimeout|poll|offer|get"))
                                .and(target(owner(resideInAPackage("java.util.concurrent.."))))
                                .and(target(rawParameterTypes(CONTAINING_TIME))))
                .check(PRODUCT);
    }
}
