package dev.firn.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A streaming standby of a {@link LocalServer}, with a shell of its own that watches over it in the same way. */
final class LocalStandby implements TestStandby {

    private static final String WATCHDOG =
            """
            programs=$1; folder=$2; port=$3; primary=$4
            if test "$primary" = 0; then
              "$programs/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$folder/log" 2>&1
              echo "listen_addresses = '127.0.0.1'" >>"$folder/data/postgresql.conf"
            else
              "$programs/pg_basebackup" -D "$folder/data" -h 127.0.0.1 -p "$primary" -U postgres -R -c fast -X stream --no-sync \
                >"$folder/log" 2>&1
            fi
            cat >>"$folder/data/postgresql.conf" <<END
            port = $port
            unix_socket_directories = '$folder'
            # A test waits for what it asks for, not for the next report.
            wal_receiver_status_interval = 1
            wal_retrieve_retry_interval = 100
            fsync = off
            END
            "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w start >/dev/null 2>&1 && echo up || echo failed
            while read -r command; do
              case $command in
                promote) "$programs/pg_ctl" -D "$folder/data" -w promote >/dev/null 2>&1 && echo up || echo failed ;;
                stop) "$programs/pg_ctl" -D "$folder/data" -w -m fast stop >/dev/null 2>&1 && echo up || echo failed ;;
                start) "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w start >/dev/null 2>&1 && echo up || echo failed ;;
              esac
            done
            "$programs/pg_ctl" -D "$folder/data" -w -m immediate stop >/dev/null 2>&1
            rm -rf "$folder"
            """;

    private final Path folder;
    private final int port;
    private final Process watchdog;
    private final BufferedReader answers;
    private final Writer commands;

    private LocalStandby(Path folder, int port, Process watchdog) {
        this.folder = folder;
        this.port = port;
        this.watchdog = watchdog;
        this.answers = watchdog.inputReader(StandardCharsets.UTF_8);
        this.commands = watchdog.outputWriter(StandardCharsets.UTF_8);
    }

    /** @param primary port of the primary; 0 for a cluster that has nothing to do with it */
    static LocalStandby of(Path programs, int primary) {
        try {
            Path folder = Files.createTempDirectory("firn-standby-");
            int port = LocalServer.freePort();
            ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(LocalServer.prefix(folder)));
            builder.command().addAll(List.of("sh", "-c", WATCHDOG, "firn-test-standby"));
            builder.command()
                    .addAll(List.of(
                            programs.toString(), folder.toString(), Integer.toString(port), Integer.toString(primary)));
            builder.redirectError(ProcessBuilder.Redirect.DISCARD);
            LocalStandby standby = new LocalStandby(folder, port, builder.start());
            standby.awaitDone();
            return standby;
        } catch (IOException e) {
            throw new UncheckedIOException("making a standby", e);
        }
    }

    @Override
    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
    }

    @Override
    public String text(String database, String sql) {
        try (Connection connection = DriverManager.getConnection(url(database), "postgres", "");
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next() ? rows.getString(1) : "";
            }
        } catch (SQLException e) {
            throw new IllegalStateException("asking the standby: " + sql, e);
        }
    }

    /** Over one connection: a server that is kept busy with new ones meets nothing the sooner. */
    @Override
    public void await(String condition, int mostLooks) {
        try (Connection connection = DriverManager.getConnection(url("postgres"), "postgres", "");
                PreparedStatement look = connection.prepareStatement("SELECT " + condition)) {
            for (int i = 0; i < mostLooks; i++) {
                try (ResultSet rows = look.executeQuery()) {
                    rows.next();
                    if (rows.getBoolean(1)) {
                        return;
                    }
                }
                Thread.onSpinWait();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("waiting on the standby for: " + condition, e);
        }
    }

    @Override
    public void set(String setting, String value) {
        try (Connection connection = DriverManager.getConnection(url("postgres"), "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET %s = '%s'".formatted(setting, value));
            statement.execute("SELECT pg_reload_conf()");
        } catch (SQLException e) {
            throw new IllegalStateException("setting %s of the standby".formatted(setting), e);
        }
    }

    @Override
    public void promote() {
        command("promote");
    }

    @Override
    public void stop() {
        command("stop");
    }

    @Override
    public void start() {
        command("start");
    }

    private void command(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
            awaitDone();
        } catch (IOException e) {
            throw new UncheckedIOException("%s: the standby in %s".formatted(command, folder), e);
        }
    }

    private void awaitDone() throws IOException {
        String answer = answers.readLine();
        if (!"up".equals(answer)) {
            Path log = folder.resolve("log");
            throw new IOException("the standby did not do it:\n"
                    + (Files.isReadable(log) ? Files.readString(log) : "no log in " + folder));
        }
    }

    @Override
    public void close() {
        try {
            commands.close();
            watchdog.waitFor();
        } catch (IOException e) {
            watchdog.destroy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
