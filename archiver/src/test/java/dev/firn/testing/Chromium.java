package dev.firn.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** An installed Chromium, run without a window. */
public final class Chromium {

    private static final long MOST_SECONDS = 60;
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome");

    private final Path program;

    private Chromium(Path program) {
        this.program = program;
    }

    public static Optional<Chromium> find() {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            for (String name : NAMES) {
                Path program = Path.of(directory, name);
                if (Files.isExecutable(program)) {
                    return Optional.of(new Chromium(program));
                }
            }
        }
        return Optional.empty();
    }

    /** The document as the browser has it after it has read the page. */
    public String dom(Path home, URI page) {
        return run(home, List.of("--dump-dom", page.toString()));
    }

    /** A picture of the page. */
    public Path screenshot(Path home, URI page, int width, int height) {
        return screenshot(home, page, width, height, List.of());
    }

    public Path screenshot(Path home, URI page, int width, int height, List<String> more) {
        try {
            Path picture = Files.createTempFile(home, "page", ".png");
            List<String> arguments = new ArrayList<>(more);
            arguments.add("--hide-scrollbars");
            arguments.add("--window-size=%d,%d".formatted(width, height));
            arguments.add("--screenshot=" + picture);
            arguments.add(page.toString());
            run(home, arguments);
            return picture;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String run(Path home, List<String> arguments) {
        try {
            Path profile = Files.createTempDirectory(home, "chromium");
            Path output = Files.createTempFile(home, "chromium", ".out");
            List<String> command = new ArrayList<>(List.of(
                    program.toString(),
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--user-data-dir=" + profile));
            command.addAll(arguments);
            Process process = new ProcessBuilder(command)
                    .redirectOutput(output.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("%s did not end".formatted(command));
            }
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
