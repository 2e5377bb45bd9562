package dev.firn.testing;

import dev.firn.FaultPoints;
import dev.firn.TableName;
import dev.firn.archive.Archive;
import dev.firn.archive.ArchiveLayout;
import dev.firn.archive.Manifest;
import dev.firn.archiver.Main;
import dev.firn.config.Configuration;
import dev.firn.config.Secret;
import dev.firn.copy.CopyDecoder;
import dev.firn.copy.Digest;
import dev.firn.copy.RowDigester;
import dev.firn.lifecycle.Initialiser;
import dev.firn.lifecycle.Login;
import dev.firn.lifecycle.Surroundings;
import dev.firn.source.ChunkSource;
import dev.firn.source.Sources;
import dev.firn.source.Table;
import dev.firn.store.DirectorySettings;
import dev.firn.store.ObjectStore;
import dev.firn.store.S3Settings;
import dev.firn.store.StoreSettings;
import dev.firn.store.Stores;
import dev.firn.types.Codecs;
import dev.firn.types.ColumnCodec;
import dev.firn.types.PinnedSettings;
import dev.firn.types.RowBatch;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * The program as its user meets it: a configuration directory for one namespace of a test database, its commands, and a
 * ledger that says which rows there are in the database and in the archive together.
 */
public final class Firn {

    public static final String NAMESPACE = "test";

    private final TestDatabase database;
    private final Path home;
    private final String namespace;
    private final Path conf;
    private final String location;
    private final StoreSettings store;

    /** What a command printed, and its exit code. */
    public record Ran(int exitCode, String out, String err) {

        public String all() {
            return out + err;
        }
    }

    private Firn(TestDatabase database, Path home, String namespace, String location, StoreSettings store) {
        this.database = database;
        this.home = home;
        this.namespace = namespace;
        this.conf = home.resolve("conf");
        this.location = location;
        this.store = store;
    }

    /**
     * Writes the configuration; the archive is a directory beside it.
     *
     * @param tables content of the {@code tables} block
     */
    public static Firn configure(TestDatabase database, Path home, String tables) {
        Path archive = home.resolve("archive").toAbsolutePath();
        return new Firn(
                        database,
                        home,
                        NAMESPACE,
                        "url = \"file:%s\"".formatted(archive),
                        new DirectorySettings(archive))
                .tables(tables);
    }

    /**
     * A namespace as {@code conf/namespaces} ships it, its database and a directory put in for what its user gives by the
     * environment.
     *
     * @param edited what its user changes besides
     */
    public static Firn shipped(TestDatabase database, Path home, String namespace, UnaryOperator<String> edited) {
        Path archive = home.resolve("archive").toAbsolutePath();
        Firn firn = new Firn(database, home, namespace, "", new DirectorySettings(archive));
        Path file = firn.conf.resolve("namespaces").resolve(namespace + ".conf");
        try {
            Files.createDirectories(file.getParent());
            String shipped = Files.readString(Path.of("../conf/namespaces").resolve(file.getFileName()));
            Files.writeString(
                    file,
                    edited.apply(shipped)
                            .replaceAll("url = .*\\s+url = .*_DATABASE_URL}", "url = \"" + database.jdbcUrl() + "\"")
                            .replaceAll("url = .*\\s+url = .*_LOCATION_URL}", "url = \"file:" + archive + "\"")
                            .replaceAll(
                                    "password = .*", "password = " + TestDatabase.PASSWORD + ", lock-pause = 100ms"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return firn;
    }

    /**
     * The same with the archive on S3.
     *
     * @param commands how the commands reach it, which may be by way of something that disturbs them
     * @param tests how tests look into it
     */
    public static Firn configure(
            TestDatabase database, Path home, S3Settings commands, S3Settings tests, String tables) {
        return configure(database, home, NAMESPACE, commands, tests, tables);
    }

    /** The same for a namespace of another name, which may share its home with others. */
    public static Firn configure(
            TestDatabase database, Path home, String namespace, S3Settings commands, S3Settings tests, String tables) {
        String location =
                """
                url = "s3://%s/%s", endpoint = "%s", region = %s, path-style = true
                access-key-id = %s, secret-access-key = %s
                part-size = %d, attempts = %d, request-timeout = %dms"""
                        .formatted(
                                commands.bucket(),
                                commands.prefix(),
                                commands.endpoint().url().orElseThrow(),
                                commands.endpoint().region(),
                                commands.accessKey().orElseThrow().id(),
                                commands.accessKey().orElseThrow().secret(),
                                commands.writing().partSizeBytes(),
                                commands.patience().attempts(),
                                commands.patience().requestTimeout().toMillis());
        return new Firn(database, home, namespace, location, tests).tables(tables);
    }

    /** Writes the configuration anew with other tables. */
    public Firn tables(String tables) {
        write(location, tables, "");
        return this;
    }

    /** Creates the catalogue and claims the location, as a role that may do just that. */
    public Firn init() {
        return init(false);
    }

    public Firn init(boolean takeOver) {
        database.execute(
                """
                DO $$ BEGIN
                  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'firn_installer') THEN
                    CREATE ROLE firn_installer LOGIN PASSWORD '%s';
                  END IF;
                END $$"""
                        .formatted(TestDatabase.PASSWORD),
                "GRANT CREATE ON DATABASE " + TableName.quote(database.name()) + " TO firn_installer");
        new Initialiser(Configuration.namespace(conf, namespace), namespace, Surroundings.real())
                .run(new Login("firn_installer", Optional.of(new Secret(TestDatabase.PASSWORD))), takeOver);
        return this;
    }

    /** Writes it anew with another location, and more settings for the service. */
    public void write(String location, String tables, String service) {
        try {
            Files.createDirectories(conf.resolve("namespaces"));
            Files.writeString(conf.resolve("firn.conf"), service);
            Files.writeString(
                    conf.resolve("namespaces").resolve(namespace + ".conf"),
                    """
                    database {
                      url = "%s"
                      user = %s
                      password = %s
                      lock-pause = 100ms
                    }
                    location { %s }
                    tables { %s }
                    """
                            .formatted(
                                    database.jdbcUrl(),
                                    TestDatabase.ARCHIVER,
                                    TestDatabase.PASSWORD,
                                    location,
                                    tables));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** More settings in the {@code database} block, besides those of before. */
    public Firn alsoOfDatabase(String settings) {
        Path file = conf.resolve("namespaces").resolve(namespace + ".conf");
        try {
            Files.writeString(
                    file,
                    Files.readString(file).replace("  lock-pause = 100ms", "  lock-pause = 100ms\n  " + settings));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    public String namespace() {
        return namespace;
    }

    public Path conf() {
        return conf;
    }

    public Path archive() {
        return home.resolve("archive");
    }

    /** Runs a command in this JVM. */
    public Ran run(String... arguments) {
        return run(FaultPoints.NONE, arguments);
    }

    public Ran run(FaultPoints faults, String... arguments) {
        return run(new Surroundings(Clock.systemUTC(), new SecureRandom(), faults), arguments);
    }

    public Ran run(Surroundings surroundings, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of("--conf", conf.toString()));
        all.addAll(List.of(arguments));
        int exitCode = Main.run(
                surroundings, new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
        return new Ran(exitCode, out.toString(), err.toString());
    }

    /** As {@link #run}, for commands that must succeed. */
    public Ran succeed(String... arguments) {
        Ran ran = run(arguments);
        if (ran.exitCode() != 0) {
            throw new AssertionError(
                    "archiver %s: exit code %d%n%s".formatted(String.join(" ", arguments), ran.exitCode(), ran.all()));
        }
        return ran;
    }

    public ObjectStore openStore() {
        return Stores.open(store);
    }

    /** The manifests that count now. */
    public List<Manifest> live(TableName table) {
        try (ObjectStore store = openStore()) {
            return new Archive(store, new ArchiveLayout(namespace, table), FaultPoints.NONE).live();
        }
    }

    /** What all rows digest to that are in the database or in a live copy; a row in both counts twice. */
    public Digest ledger(TableName table) throws SQLException {
        Digest sum = inDatabase(table);
        for (Manifest manifest : live(table)) {
            sum = sum.plus(manifest.digest());
        }
        return sum;
    }

    /** What the rows in the database digest to. */
    public Digest inDatabase(TableName table) throws SQLException {
        return inDatabase(table, table);
    }

    /**
     * What the rows of another table with the same columns digest to.
     *
     * @param table the archived table, whose columns count
     * @param from where the rows are, which may be a table that Firn would refuse
     */
    public Digest inDatabase(TableName table, TableName from) throws SQLException {
        try (Connection connection = database.owner();
                Statement statement = connection.createStatement()) {
            for (String setting : PinnedSettings.statements()) {
                statement.execute(setting);
            }
            ChunkSource source = Sources.detect(connection);
            Table described = source.table(connection, table);
            List<ColumnCodec> codecs = new ArrayList<>();
            List<String> selected = new ArrayList<>();
            described.columns().forEach(column -> {
                ColumnCodec codec = Codecs.of(column.type());
                codecs.add(codec);
                selected.add(codec.selectExpression(TableName.quote(column.name())));
            });
            String select = "COPY (SELECT %s FROM %s) TO STDOUT (FORMAT binary)"
                    .formatted(String.join(", ", selected), from.quoted());
            return digest(connection.unwrap(PGConnection.class).getCopyAPI().copyOut(select), codecs);
        }
    }

    private static Digest digest(CopyOut copy, List<ColumnCodec> codecs) throws SQLException {
        CopyDecoder decoder = new CopyDecoder(codecs, 1L << 30);
        RowDigester digester = new RowDigester(codecs.size());
        RowBatch batch = new RowBatch(codecs.size(), 1000, 1 << 20);
        for (byte[] message = copy.readFromCopy(); message != null; message = copy.readFromCopy()) {
            decoder.feed(message);
            while (decoder.decode(batch)) {
                digester.add(batch);
                batch.clear();
            }
        }
        decoder.finish();
        digester.add(batch);
        return digester.digest();
    }

    /** All objects on S3; else the files under the archive's directory, temporary ones too, but for the store's lock. */
    public List<String> files() {
        if (!(store instanceof DirectorySettings)) {
            try (ObjectStore opened = openStore()) {
                List<String> keys = new ArrayList<>();
                opened.list("", found -> keys.add(found.key()));
                return keys;
            }
        }
        try (var found = Files.walk(archive())) {
            return found.filter(Files::isRegularFile)
                    .map(path -> archive().relativize(path).toString())
                    .filter(path -> !path.equals(".lock"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
