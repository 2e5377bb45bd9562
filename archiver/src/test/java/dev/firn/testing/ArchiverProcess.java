package dev.firn.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of Firn's in a JVM of its own. */
public final class ArchiverProcess implements AutoCloseable {

    private static final long MOST_SECONDS = 120;

    private final Process process;
    private final Path output;

    private ArchiverProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts one that gets the signal when it comes to the fault point for the n-th time. */
    public static ArchiverProcess start(Path home, String signal, String point, int nth, String... arguments) {
        return start(KillableArchiver.class, home, signal, point, nth, arguments);
    }

    /** The same for another program whose first arguments are signal, fault point and which time. */
    public static ArchiverProcess start(
            Class<?> program, Path home, String signal, String point, int nth, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                program.getName(),
                signal,
                point,
                Integer.toString(nth)));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile(home, "archiver", ".log");
            return new ArchiverProcess(
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start(),
                    output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for its end and answers the exit code; 137 after SIGKILL. */
    public int exitCode() {
        try {
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("it did not end:\n" + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits until it has stopped itself, or ended; answers whether it is stopped. */
    public boolean awaitStop() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        while (process.isAlive() && System.nanoTime() < deadline) {
            if (state() == 'T') {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /** Kills it after so long, unless it has ended by itself; answers whether it was alive then. */
    public boolean killAfter(long millis) {
        try {
            if (process.waitFor(millis, TimeUnit.MILLISECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        process.destroyForcibly();
        return true;
    }

    /** Asks it to stop, as an operating system does. */
    public void terminate() {
        process.destroy();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Wakes it after a stop. */
    public void wake() {
        try {
            new ProcessBuilder("kill", "-CONT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private char state() {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return '?'; // gone in between
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
