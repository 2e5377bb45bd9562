package dev.firn.soak;

import dev.firn.archiver.Main;
import dev.firn.testing.CuttableTcp;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * One node of {@code archiver serve}: a process of its own with a bounded heap, whose connections to PostgreSQL all go
 * through a proxy of its own. May be killed, stopped and started again.
 */
final class Node implements AutoCloseable {

    static final int HEAP_MEGABYTES = 512;

    /** What ends by itself is to end in: service.stop-timeout, twice the grace of interrupted work, and some more. */
    private static final long MOST_SECONDS_TO_STOP = 40;

    private static final long MOST_SECONDS_TO_START = 60;

    private final String name;
    private final Path conf;
    private final Path log;
    private final CuttableTcp postgres;
    private final int httpPort;
    private Process process;
    private boolean sleeping;

    /** @param firn whose configuration it takes, by way of its own proxy */
    Node(String name, Path home, Firn firn, TestDatabase database) throws IOException {
        this.name = name;
        this.conf = home.resolve(name).resolve("conf");
        this.log = home.resolve(name).resolve("log");
        this.postgres = CuttableTcp.before(database.host(), database.port());
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.httpPort = free.getLocalPort();
        }
        String real = "%s:%d/".formatted(database.host(), database.port());
        String proxied = "127.0.0.1:%d/".formatted(postgres.port());
        Files.createDirectories(conf.resolve("namespaces"));
        try (Stream<Path> files = Files.walk(firn.conf())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.writeString(
                        conf.resolve(firn.conf().relativize(file)),
                        Files.readString(file).replace(real, proxied).replace("port = 0", "port = " + httpPort));
            }
        }
    }

    synchronized void start() {
        try {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx" + HEAP_MEGABYTES + "m",
                            "-XX:+ExitOnOutOfMemoryError",
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            Main.class.getName(),
                            "--conf",
                            conf.toString(),
                            "serve")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            sleeping = false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it where it is not running, wakes it where it is asleep. */
    synchronized void rise() {
        wake();
        if (!isAlive()) {
            start();
        }
    }

    /** Until it answers; only then is a fault one of the service, not one of its start. */
    void awaitUp() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS_TO_START);
        while (System.nanoTime() < deadline && isAlive()) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), httpPort).close();
                return;
            } catch (IOException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
        throw new AssertionError("node %s did not come up:%n%s".formatted(name, lastLines(40)));
    }

    synchronized void kill() {
        process.destroyForcibly();
        await();
    }

    /** Asks it to stop, and answers its exit code. */
    synchronized int terminate() {
        process.destroy();
        return await();
    }

    private int await() {
        try {
            if (!process.waitFor(MOST_SECONDS_TO_STOP, TimeUnit.SECONDS)) {
                throw new AssertionError(
                        "node %s did not end within %d s:%n%s".formatted(name, MOST_SECONDS_TO_STOP, lastLines(40)));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** It stands still, as a machine does that swaps or is moved, until it is woken. */
    synchronized void sleep() {
        signal("STOP");
        sleeping = true;
    }

    synchronized void wake() {
        if (sleeping) {
            signal("CONT");
            sleeping = false;
        }
    }

    private void signal(String signal) {
        Commands.run("kill", "-" + signal, Long.toString(process.pid()));
    }

    synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    String name() {
        return name;
    }

    synchronized long pid() {
        return process.pid();
    }

    CuttableTcp postgres() {
        return postgres;
    }

    int httpPort() {
        return httpPort;
    }

    /** All that it logged, in all of its lives. */
    List<String> logged() {
        try {
            return Files.exists(log) ? Files.readAllLines(log) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String lastLines(int count) {
        List<String> lines = logged();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
    }

    @Override
    public synchronized void close() {
        if (process != null) {
            process.destroyForcibly();
        }
        postgres.close();
    }
}
