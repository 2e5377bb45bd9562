package dev.firn.soak;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks at what a node takes, again and again, and at its pages, as whoever watches over it does. */
final class Samples implements AutoCloseable {

    private static final long SECONDS = 3;

    /** A look at the heap has all garbage collected first: not each time. */
    private static final int LOOKS_PER_HEAP = 4;

    /** The last line of a class histogram: instances and bytes of all classes. */
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

    private static final Pattern THREADS = Pattern.compile("Threads:\\s+(\\d+)");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private final Node node;

    // Pools fill up in their own time; a leak, of one for each fault even, is of hundreds.
    private final Series connections = new Series("connections to PostgreSQL", 0, 6);
    private final Series threads = new Series("threads", 0, 16);
    private final Series files = new Series("open files and sockets", 0, 24);
    private final Series heap = new Series("kilobytes of heap after a collection", 20, 8 << 10);
    private final Series resident = new Series("kilobytes resident", 20, 64 << 10);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final AtomicLong pagesRead = new AtomicLong();
    private final AtomicLong pagesFailed = new AtomicLong();
    private Future<?> looking;
    private int looks;

    Samples(Node node) {
        this.node = node;
    }

    void begin() {
        looking = timer.scheduleAtFixedRate(this::look, SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            connections.add(node.postgres().connections());
            String status = Files.readString(proc().resolve("status"));
            threads.add(number(THREADS, status));
            resident.add(number(RESIDENT, status));
            try (Stream<Path> open = Files.list(proc().resolve("fd"))) {
                files.add(open.count());
            }
            if (looks++ % LOOKS_PER_HEAP == 0) {
                heap.add(liveHeapBytes() >> 10);
            }
            for (String page : List.of("/metrics", "/status", "/")) {
                read(page);
            }
        } catch (IOException | RuntimeException e) {
            System.out.println("soak: no look at node " + node.name() + ": " + e);
        }
    }

    private long liveHeapBytes() {
        String histogram = Commands.run(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(node.pid()),
                "GC.class_histogram");
        return number(TOTAL, histogram);
    }

    private void read(String page) {
        try {
            HttpURLConnection connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + node.httpPort() + page)
                    .toURL()
                    .openConnection();
            connection.setConnectTimeout(1_000);
            connection.setReadTimeout(5_000);
            connection.getInputStream().readAllBytes();
            pagesRead.incrementAndGet();
        } catch (IOException e) {
            pagesFailed.incrementAndGet();
        }
    }

    private static long number(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        if (!found.find()) {
            throw new IllegalStateException(
                    "no " + pattern + " in: " + text.substring(0, Math.min(200, text.length())));
        }
        return Long.parseLong(found.group(1));
    }

    private Path proc() {
        return Path.of("/proc", Long.toString(node.pid()));
    }

    private Stream<Series> all() {
        return Stream.of(connections, threads, files, heap, resident);
    }

    /** What grew. */
    List<String> growth() {
        return all().map(Series::growth).flatMap(Optional::stream).toList();
    }

    List<String> lines() {
        return Stream.concat(
                        all().map(Series::toString),
                        Stream.of("pages of the service read %,d times, %,d times in vain"
                                .formatted(pagesRead.get(), pagesFailed.get())))
                .toList();
    }

    /** The pages that could not be read. */
    long pagesFailed() {
        return pagesFailed.get();
    }

    @Override
    public void close() {
        if (looking != null) {
            looking.cancel(true);
        }
        timer.shutdownNow();
    }
}
