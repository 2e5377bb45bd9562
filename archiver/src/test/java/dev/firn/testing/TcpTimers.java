package dev.firn.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What Linux waits for on connections to a port of this host: with how much patience it asks a silent other end. */
public final class TcpTimers {

    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final String ESTABLISHED = "01";
    private static final String KEEP_ALIVE = "02";

    /** Of {@code tm->when}. */
    private static final long TICKS_PER_SECOND = 100;

    private TcpTimers() {}

    /** Whether this system has what is looked at here. */
    public static boolean canBeSeen() {
        return TABLES.stream().allMatch(Files::exists);
    }

    /**
     * Of each connection to the port, until when the other end is asked for a sign of life if none comes by itself; nothing
     * where it never is, or where an answer to what was sent is waited for.
     */
    public static List<Optional<Duration>> untilAsked(int port) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        List<Optional<Duration>> found = new ArrayList<>();
        for (Path table : TABLES) {
            for (String line : lines(table)) {
                String[] fields = line.strip().split("\\s+", -1);
                if (fields[2].endsWith(suffix) && fields[3].equals(ESTABLISHED)) {
                    String[] timer = fields[5].split(":", -1);
                    found.add(
                            timer[0].equals(KEEP_ALIVE)
                                    ? Optional.of(Duration.ofSeconds(Long.parseLong(timer[1], 16) / TICKS_PER_SECOND))
                                    : Optional.empty());
                }
            }
        }
        return found;
    }

    private static List<String> lines(Path table) {
        try {
            return Files.readAllLines(table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
