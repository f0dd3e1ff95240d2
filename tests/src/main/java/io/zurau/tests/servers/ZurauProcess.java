package io.zurau.tests.servers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Zurau as a person starts it: `bin/zurau start`.
public final class ZurauProcess implements ServerUnderTest {
    /// The one line that tells that it serves clients.
    public static final Pattern READY = Pattern.compile("ready on (\\S+):(\\d+)");

    private static final Duration START_LIMIT = Duration.ofMinutes(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final Path directory;
    private final Path dataDirectory;
    private final Map<String, String> settings; // In the order given.
    private final Map<String, String> environment;
    private final Host host;
    private final int port = Workspace.freePort();
    private @Nullable ChildProcess process;
    private int starts;

    public ZurauProcess(Path directory, Map<String, String> settings) {
        this(directory, directory.resolve("data"), settings, Map.of());
    }

    /// @param environment what the process finds in its environment besides this JVM's, such as
    ///   `ZURAU_HEAP`
    public ZurauProcess(
            Path directory,
            Path dataDirectory,
            Map<String, String> settings,
            Map<String, String> environment) {
        this(directory, dataDirectory, settings, environment, Host.LOCAL);
    }

    ZurauProcess(
            Path directory,
            Path dataDirectory,
            Map<String, String> settings,
            Map<String, String> environment,
            Host host) {
        this.host = host;
        this.directory = directory;
        this.dataDirectory = dataDirectory;
        this.settings = new LinkedHashMap<>(settings);
        this.environment = environment;
    }

    /// The command line of a person who gives every setting by `--set`.
    public static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Workspace.root().resolve("bin/zurau").toString());
        command.addAll(List.of(arguments));
        return command;
    }

    @Override
    public void prepare() {}

    @Override
    public void start() {
        spawn();
        awaitReady();
    }

    /// One more setting, from the next start on.
    public void set(String key, String value) {
        settings.put(key, value);
    }

    /// As it was given.
    public String setting(String key) {
        return Objects.requireNonNull(settings.get(key));
    }

    @Override
    public void awaitReady() {
        running().awaitOutput(READY, START_LIMIT);
    }

    /// SIGSTOP: the process stands still, and its sockets stay open.
    public void pause() {
        signal("STOP");
    }

    /// SIGCONT.
    public void unpause() {
        signal("CONT");
    }

    private void signal(String name) {
        ChildProcess.start(
                        "kill",
                        List.of("kill", "-" + name, Long.toString(pid())),
                        Map.of(),
                        directory.resolve("kill.out"))
                .awaitExit(Duration.ofSeconds(10));
    }

    @Override
    public void spawn() {
        starts++;
        List<String> command = new ArrayList<>(host.enter());
        command.addAll(
                command("start", "--data-dir", dataDirectory.toString(), "--listen", bootstrap()));
        settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        process =
                ChildProcess.start(
                        "Zurau",
                        command,
                        environment,
                        directory.resolve("zurau-" + starts + ".out"));
    }

    private ChildProcess running() {
        if (process == null) {
            throw new IllegalStateException("Zurau was not started.");
        }
        return process;
    }

    @Override
    public void kill() {
        running().kill();
    }

    @Override
    public int stop() {
        running().terminate();
        return running().awaitExit(STOP_LIMIT);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String bootstrap() {
        return host.address() + ":" + port;
    }

    @Override
    public Path logDirectory() {
        return dataDirectory;
    }

    @Override
    public long pid() {
        return running().pid();
    }

    @Override
    public String output() {
        return running().output();
    }

    @Override
    public String toString() {
        return "Zurau";
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
