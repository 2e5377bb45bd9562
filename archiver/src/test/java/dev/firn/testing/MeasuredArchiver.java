package dev.firn.testing;

import dev.firn.archiver.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One command of the archiver in a JVM of its own, started as users start it, with so much heap and no more.
 *
 * @param maxHeapMegabytes what the JVM says that it may take
 * @param fullestHeapMegabytes before a collection
 * @param leftHeapMegabytes most that one collection left behind
 * @param residentMegabytes most memory of the whole process at any time; 0 where the system does not tell
 */
public record MeasuredArchiver(
        int exitCode,
        String output,
        Duration took,
        long maxHeapMegabytes,
        long fullestHeapMegabytes,
        long leftHeapMegabytes,
        long residentMegabytes) {

    /** {@code GC(3) Pause Young (Normal) (G1 Evacuation Pause) 410M->120M(512M) 4.2ms}. */
    private static final Pattern COLLECTION = Pattern.compile(" (\\d+)M->(\\d+)M\\((\\d+)M\\)");

    private static final Pattern MAX_HEAP = Pattern.compile("Heap Max Capacity: (\\d+)M");

    private static final Pattern RESIDENT = Pattern.compile("VmHWM:\\s+(\\d+) kB");

    /** Runs it to its end, which must come in time. */
    public static MeasuredArchiver run(Path home, int heapMegabytes, Duration longest, String... arguments) {
        try {
            Path output = Files.createTempFile(home, "archiver", ".log");
            Path collections = Files.createTempFile(home, "collections", ".log");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx" + heapMegabytes + "m",
                    "-Xlog:gc,gc+init:file=" + collections + "::filecount=0",
                    "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    Main.class.getName()));
            command.addAll(List.of(arguments));
            long begun = System.nanoTime();
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            long resident = await(process, longest);
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            return new MeasuredArchiver(
                    process.exitValue(),
                    Files.readString(output),
                    took,
                    most(MAX_HEAP, 1, collections),
                    most(COLLECTION, 1, collections),
                    most(COLLECTION, 2, collections),
                    resident >> 10);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Answers the most kilobytes that were resident. */
    private static long await(Process process, Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        long resident = 0;
        try {
            do {
                resident = Math.max(resident, residentKilobytes(process));
            } while (!process.waitFor(100, TimeUnit.MILLISECONDS) && System.nanoTime() < deadline);
            if (process.isAlive()) {
                throw new AssertionError("it did not end within " + longest);
            }
            return resident;
        } finally {
            process.destroyForcibly();
        }
    }

    private static long residentKilobytes(Process process) {
        try {
            Matcher found =
                    RESIDENT.matcher(Files.readString(Path.of("/proc", Long.toString(process.pid()), "status")));
            return found.find() ? Long.parseLong(found.group(1)) : 0;
        } catch (IOException e) {
            return 0; // gone in between, or a system without /proc
        }
    }

    private static long most(Pattern pattern, int group, Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.map(pattern::matcher)
                    .filter(Matcher::find)
                    .mapToLong(found -> Long.parseLong(found.group(group)))
                    .max()
                    .orElse(0);
        }
    }

    @Override
    public String toString() {
        return ("exit code %d after %.1f s; heap at most %d MB, of which %d MB were full before a collection and %d MB left"
                        + " after one; resident %d MB")
                .formatted(
                        exitCode,
                        took.toMillis() / 1000.0,
                        maxHeapMegabytes,
                        fullestHeapMegabytes,
                        leftHeapMegabytes,
                        residentMegabytes);
    }
}
