package io.zurau.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The quorum's ports of a demo, one a line in a file of its directory: voters have their addresses
/// for good, so a second start needs those of the first.
final class DemoPorts {
    private static final String FILE = "quorum-ports";
    private static final int LARGEST_PORT = 65_535;

    private DemoPorts() {}

    /// Those of the directory; empty if nothing was started there.
    ///
    /// @throws UsageError if the file holds anything else
    static List<Integer> remembered(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return List.of();
        }
        List<Integer> ports = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.matches("\\d{1,5}") || Integer.parseInt(line) > LARGEST_PORT) {
                throw new UsageError(
                        "%s has \"%s\", but must have one port a line; name another directory with --dir."
                                .formatted(file, line));
            }
            ports.add(Integer.parseInt(line));
        }
        return List.copyOf(ports);
    }

    /// Finds free ones, and remembers them.
    static List<Integer> choose(Path directory, int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>(); // All open at once, so that all differ.
        List<Integer> ports = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                sockets.add(socket);
                ports.add(socket.getLocalPort());
            }
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
        Files.createDirectories(directory);
        Files.write(directory.resolve(FILE), ports.stream().map(String::valueOf).toList());
        return List.copyOf(ports);
    }
}
