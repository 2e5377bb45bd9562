package dev.firn.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Trino with its Hive connector over the tests' S3, in a process of its own because it needs a later Java than Firn. The
 * profile {@code trino} unpacks it and says by system properties where.
 */
public final class TrinoServer implements AutoCloseable {

    private static final long MOST_SECONDS = 180;
    private static final int TRIES = 3;

    /** The same catalogue by the name that Athena has for its own, and with timestamps as Athena has them. */
    private static final String ATHENA = "awsdatacatalog";

    private final Process process;
    private final Path log;
    private final int port;

    private TrinoServer(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** Starts one that keeps its catalogue in the same bucket as the archive; answers once it answers queries. */
    public static TrinoServer start(Path home, S3Server s3) {
        for (int tries = 1; ; tries++) {
            TrinoServer server = launch(home.resolve("trino-" + tries), s3);
            if (server.awaitReady()) {
                return server;
            }
            server.close();
            // Somebody else may have taken the port in the meantime.
            if (tries == TRIES) {
                throw new IllegalStateException("Trino did not start:\n" + server.output());
            }
        }
    }

    private static TrinoServer launch(Path home, S3Server s3) {
        try {
            Path etc = Files.createDirectories(home.resolve("etc"));
            int port = freePort();
            Files.writeString(etc.resolve("config.properties"), config(port, etc));
            Files.createDirectories(etc.resolve("catalog"));
            Files.writeString(etc.resolve("catalog").resolve("archive.properties"), catalogue(s3, "MICROSECONDS"));
            Files.writeString(etc.resolve("catalog").resolve(ATHENA + ".properties"), catalogue(s3, "MILLISECONDS"));
            Path log = home.resolve("trino.log");
            Process process = new ProcessBuilder(command(home, etc))
                    .directory(Path.of(property("firn.trino.server")).toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new TrinoServer(process, log, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(Path home, Path etc) {
        return List.of(
                property("firn.trino.java"),
                "-Xmx1G",
                "-XX:TieredStopAtLevel=1",
                "-Djdk.attach.allowAttachSelf=true",
                "--enable-native-access=ALL-UNNAMED",
                "-Dnode.environment=test",
                "-Dnode.id=test",
                "-Dnode.data-dir=" + home,
                "-Dnode.bind-ip=127.0.0.1",
                "-Dnode.internal-address=127.0.0.1",
                "-Dconfig=" + etc.resolve("config.properties"),
                "-cp",
                property("firn.trino.server") + "/lib/*",
                "io.trino.server.TrinoServer");
    }

    private static String config(int port, Path etc) {
        return """
                coordinator=true
                node-scheduler.include-coordinator=true
                http-server.http.port=%1$d
                discovery.uri=http://127.0.0.1:%1$d
                catalog.management=static
                catalog.config-dir=%2$s
                plugin.dir=%3$s
                """
                .formatted(port, etc.resolve("catalog"), property("firn.trino.plugins"));
    }

    private static String catalogue(S3Server s3, String timestamps) {
        return """
                connector.name=hive
                hive.metastore=file
                hive.metastore.catalog.dir=s3://%s/metastore
                hive.security=allow-all
                hive.non-managed-table-writes-enabled=true
                hive.partition-projection-enabled=true
                hive.timestamp-precision=%s
                # The files of tests are small: read no more of them than a query needs.
                parquet.small-file-threshold=0B
                parquet.max-merge-distance=0B
                fs.native-s3.enabled=true
                s3.endpoint=%s
                s3.region=%s
                s3.path-style-access=true
                s3.aws-access-key=%s
                s3.aws-secret-key=%s
                """
                .formatted(
                        s3.bucket(),
                        timestamps,
                        s3.endpoint(),
                        s3.region(),
                        s3.accessKey().id(),
                        s3.accessKey().secret());
    }

    private static String property(String name) {
        String value = System.getProperty(name, "");
        if (value.isEmpty()) {
            throw new IllegalStateException("-D%s is not set: run with -Ptrino".formatted(name));
        }
        return value;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean awaitReady() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        while (process.isAlive() && System.nanoTime() < deadline) {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT count(*) FROM system.runtime.nodes")) {
                return row.next();
            } catch (SQLException e) {
                pause();
            }
        }
        return false;
    }

    private void pause() {
        try {
            process.waitFor(200, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String output() {
        try {
            List<String> lines = new ArrayList<>(Files.readAllLines(log));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A session in the catalogue that the archive is described in. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:trino://127.0.0.1:%d/archive".formatted(port), "test", null);
    }

    /** The same as Athena names it, and with timestamps as Athena reads them. */
    public Connection connectAsAthena(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:trino://127.0.0.1:%d/%s/%s".formatted(port, ATHENA, database), "test", null);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
