package io.zurau.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What Linux tells about a process and the machine.
final class ProcessFacts {
    /// `getconf CLK_TCK`, which is 100 on every Linux that runs a JVM.
    private static final double TICKS_PER_SECOND = 100;

    private ProcessFacts() {}

    /// Resident memory in MB.
    static double residentMb(long pid) {
        return lines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(Double.NaN);
    }

    /// User and system time of all its threads so far.
    static double cpuSeconds(long pid) {
        String stat = lines(Path.of("/proc", Long.toString(pid), "stat")).getFirst();
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /// One line about this machine.
    static String machine() {
        String model =
                lines(Path.of("/proc/cpuinfo")).stream()
                        .filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 2))
                        .findFirst()
                        .orElse("unknown CPU");
        String memory = lines(Path.of("/proc/meminfo")).getFirst().replaceAll("\\D", "");
        return "%d × %s, %.0f GB, Linux %s, JDK %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        model,
                        Double.parseDouble(memory) / 1e6,
                        System.getProperty("os.version"),
                        System.getProperty("java.vm.version"));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
