package dev.firn.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.postgresql.PGConnection;

/**
 * A throw-away cluster of an installed PostgreSQL. A shell watches over it: it holds the other end of a pipe from this
 * JVM, so that the cluster is stopped and removed also when the JVM is killed.
 */
final class LocalServer implements DatabaseServer {

    private static final String WATCHDOG =
            """
            programs=$1; folder=$2; port=$3
            "$programs/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$folder/log" 2>&1
            cat >>"$folder/data/postgresql.conf" <<END
            listen_addresses = '127.0.0.1'
            port = $port
            unix_socket_directories = '$folder'
            shared_preload_libraries = 'timescaledb'
            timescaledb.telemetry_level = off
            # No scheduler: a policy runs when a test says so, and no worker holds a database that a test drops.
            timescaledb.max_background_workers = 0
            # Nor does anything else work on a chunk, which a drop would wait for, when no test says so.
            autovacuum = off
            fsync = off
            full_page_writes = off
            max_connections = 200
            jit = off
            END
            "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w start >/dev/null 2>&1 && echo up || echo failed
            while read -r command; do
              case $command in
                standby) touch "$folder/data/standby.signal" ;;
                primary) rm -f "$folder/data/standby.signal" ;;
              esac
              "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w -m fast restart >/dev/null 2>&1 && echo up || echo failed
            done
            "$programs/pg_ctl" -D "$folder/data" -w -m immediate stop >/dev/null 2>&1
            rm -rf "$folder"
            """;

    private final Path programs;
    private final Path folder;
    private final int port;
    private final Process watchdog;
    private final BufferedReader answers;
    private final Writer commands;

    private LocalServer(Path programs, Path folder, int port, Process watchdog) {
        this.programs = programs;
        this.folder = folder;
        this.port = port;
        this.watchdog = watchdog;
        this.answers = watchdog.inputReader(StandardCharsets.UTF_8);
        this.commands = watchdog.outputWriter(StandardCharsets.UTF_8);
    }

    static Optional<DatabaseServer> start() {
        return LocalInstallation.withTimescale().map(installation -> {
            try {
                return start(installation);
            } catch (IOException e) {
                throw new UncheckedIOException("starting a cluster of " + installation.programs(), e);
            }
        });
    }

    private static LocalServer start(LocalInstallation installation) throws IOException {
        Path folder = Files.createTempDirectory("firn-pg-");
        List<String> prefix = prefix(folder);
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(prefix));
        builder.command().addAll(List.of("sh", "-c", WATCHDOG, "firn-test-cluster"));
        builder.command()
                .addAll(List.of(installation.programs().toString(), folder.toString(), Integer.toString(port)));
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        LocalServer server = new LocalServer(installation.programs(), folder, port, builder.start());
        server.awaitUp();
        // The pipe alone would do; this makes an orderly exit wait until the cluster is gone.
        Runtime.getRuntime().addShutdownHook(new Thread(server::stop, "stop test cluster"));
        return server;
    }

    /** PostgreSQL refuses to run as root: a user namespace of its own, or another user, makes it somebody else. */
    static List<String> prefix(Path folder) throws IOException {
        if (!System.getProperty("user.name").equals("root")) {
            return List.of();
        }
        if (works("unshare", "-U", "true")) {
            return List.of("unshare", "-U");
        }
        UserPrincipal nobody =
                folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
        Files.setOwner(folder, nobody);
        return List.of("runuser", "-u", "nobody", "--");
    }

    private static boolean works(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Below those that the system gives to whoever asks for any: it is used in a while only. */
    static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                Thread.onSpinWait();
            }
        }
    }

    private void awaitUp() throws IOException {
        String answer = answers.readLine();
        if (!"up".equals(answer)) {
            Path log = folder.resolve("log");
            throw new IOException("the test cluster did not start:\n"
                    + (Files.isReadable(log) ? Files.readString(log) : "no log in " + folder));
        }
    }

    private void stop() {
        try {
            commands.close();
            watchdog.waitFor();
        } catch (IOException e) {
            watchdog.destroy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void restart() {
        restartAs("primary");
    }

    @Override
    public void restartAsStandby() {
        restartAs("standby");
    }

    private synchronized void restartAs(String role) {
        try {
            commands.write(role + "\n");
            commands.flush();
            awaitUp();
        } catch (IOException e) {
            throw new UncheckedIOException("restarting the test cluster in " + folder, e);
        }
    }

    @Override
    public synchronized void crash(String database) {
        String url = "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
        Instant deadline = Instant.now().plusSeconds(30);
        try (Connection victim = DriverManager.getConnection(url, "postgres", "")) {
            long pid = victim.unwrap(PGConnection.class).getBackendPID();
            ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
            process.destroyForcibly();
            process.onExit().join();
        } catch (SQLException e) {
            throw new IllegalStateException("crashing the test cluster in " + folder, e);
        }
        while (true) {
            try {
                DriverManager.getConnection(url, "postgres", "").close();
                return;
            } catch (SQLException e) {
                if (Instant.now().isAfter(deadline)) {
                    throw new IllegalStateException("the test cluster in " + folder + " did not come back", e);
                }
            }
        }
    }

    @Override
    public TestStandby startStandby() {
        return LocalStandby.of(programs, port);
    }

    @Override
    public TestStandby startStranger() {
        return LocalStandby.of(programs, 0);
    }

    @Override
    public boolean canRestart() {
        return true;
    }

    @Override
    public boolean throwAway() {
        return true;
    }

    @Override
    public String describe() {
        return "a throw-away cluster of the PostgreSQL installed here";
    }

    @Override
    public String host() {
        return "127.0.0.1";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String superuser() {
        return "postgres";
    }

    @Override
    public String password() {
        return "";
    }
}
