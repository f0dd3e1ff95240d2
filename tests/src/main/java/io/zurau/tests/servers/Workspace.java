package io.zurau.tests.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// Where things lie in the checked-out project, and free ports.
public final class Workspace {
    private static final AtomicInteger COUNTER = new AtomicInteger();

    /// Which of the JVMs that run tests this one is, from 1 on.
    private static final int FORK = Integer.getInteger("zurau.test.fork", 1);

    private static final int PORTS_OF_A_FORK = 7_000; // Of three: below those of clients.
    private static final int FIRST_PORT = FORK * PORTS_OF_A_FORK;
    private static final int PORTS =
            PORTS_OF_A_FORK - 1_000; // What lies behind may be used with it.
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

    private Workspace() {}

    /// The project's root: the nearest folder upwards that has `bin/find-jdk`.
    public static Path root() {
        Path here = Path.of("").toAbsolutePath();
        for (Path folder = here; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("bin/find-jdk"))) {
                return folder;
            }
        }
        throw new IllegalStateException(here + " is not inside the project.");
    }

    /// `java` of the JDK that runs this JVM.
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /// The class path with every jar that the module `tests/<module>` gathered.
    public static String jars(String module) {
        Path jars = root().resolve("tests").resolve(module).resolve("target/jars");
        if (!Files.isDirectory(jars)) {
            throw new IllegalStateException(
                    jars + " is missing; ./mvnw process-resources gathers it.");
        }
        return jars + "/*";
    }

    /// Where the tests' own classes are.
    public static Path testClasses() {
        return root().resolve("tests/target/test-classes");
    }

    /// A new empty folder under `tests/target/run`.
    public static Path newDirectory(String name) {
        String unique =
                name + "-" + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet();
        Path made = root().resolve("tests/target/run").resolve(unique);
        try {
            return Files.createDirectories(made);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A port of 127.0.0.1 that nobody listened on a moment ago, and that is given to nobody else
    /// soon: each of the JVMs that run tests beside each other has ports of its own. They lie below
    /// those that the system gives to whoever connects, for such a one could be taken before it is
    /// listened on.
    public static int freePort() {
        while (true) {
            int port = FIRST_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
            try (ServerSocket socket =
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // Another one, then.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Removes a folder and all in it.
    public static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
