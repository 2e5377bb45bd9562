package dev.firn.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The counts of all JVMs of a build, which run tests side by side: each writes its own into {@code timescaledb-tests/}, and
 * whoever was last the sum of all into {@code timescaledb-tests.txt}.
 */
final class TimescaleTestCounts {

    private final Path folder;
    private final Path total;

    TimescaleTestCounts(Path target) {
        this.folder = target.resolve("timescaledb-tests");
        this.total = target.resolve("timescaledb-tests.txt");
    }

    /** Replaces what this JVM has recorded before. */
    void record(long run, long failed, long skipped, Collection<String> reasons) {
        List<String> lines = new ArrayList<>(List.of("%d %d %d".formatted(run, failed, skipped)));
        reasons.forEach(reason -> lines.add(reason.replaceAll("\\R", " ")));
        try {
            Files.createDirectories(folder);
            try (FileChannel file =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                file.lock(); // until it is closed
                Files.write(folder.resolve(ProcessHandle.current().pid() + ".txt"), lines);
                Files.writeString(total, sum());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing the count of TimescaleDB tests", e);
        }
    }

    private String sum() throws IOException {
        long[] counts = new long[3];
        TreeSet<String> reasons = new TreeSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".txt")).toList()) {
                List<String> lines = Files.readAllLines(file);
                String[] own = lines.get(0).split(" ", -1);
                for (int i = 0; i < counts.length; i++) {
                    counts[i] += Long.parseLong(own[i]);
                }
                reasons.addAll(lines.subList(1, lines.size()));
            }
        }
        return "TimescaleDB tests: %d run, %d failed, %d skipped%s%n"
                .formatted(
                        counts[0], counts[1], counts[2], counts[2] == 0 ? "" : " (" + String.join("; ", reasons) + ")");
    }
}
