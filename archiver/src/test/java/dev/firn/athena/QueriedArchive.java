package dev.firn.athena;

import dev.firn.TableName;
import dev.firn.archive.ArchiveLayout;
import dev.firn.athena.glue.ArchivedTable;
import dev.firn.testing.Firn;
import dev.firn.testing.S3Server;
import dev.firn.testing.TestDatabase;
import dev.firn.types.PinnedSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** What engines are asked about: tables of many shapes in PostgreSQL, and their archive on the tests' S3. */
final class QueriedArchive implements AutoCloseable {

    /** Below it in the bucket lies everything. */
    static final String PREFIX = "firn";

    private static final String TABLES =
            """
            kinds.everything { archive-after = 1d, drop-after = never }
            kinds.filtered { archive-after = 1d, drop-after = never, %s }
            events.messages { archive-after = 1d, parquet { page-rows = 1000 } }
            shapes.evolved { archive-after = 1d }
            shapes.hours { archive-after = 1d }
            shapes.by_day { archive-after = 1d, partition-by = day }
            shapes.numbers { archive-after = 1 }
            shapes.odd { archive-after = 1d }
            shapes.zeros { archive-after = 1d, parquet { bloom-filters = [ f, d ] } }
            shapes.files { archive-after = 1d, parquet { row-group-size = 1MiB, file-size = 1MiB } }
            public.flow_trace_sessions { archive-after = 1d, drop-after = never }
            public.flow_traces { archive-after = 1d, drop-after = never }
            public.flow_trace_events { archive-after = 1d, drop-after = never }
            """
                    .formatted(Filters.settings());

    private final S3Server s3;
    private final Path objects;
    private final TestDatabase database;
    private final Connection owner;
    private final Firn firn;

    QueriedArchive(Path home) throws SQLException {
        objects = createDirectory(home.resolve("s3"));
        s3 = S3Server.overDirectory(objects);
        database = TestDatabase.create();
        owner = database.owner();
        Queries.execute(owner, PinnedSettings.statements().toArray(String[]::new));
        Queries.execute(owner, "CREATE SCHEMA shapes");
        firn = Firn.configure(database, home, s3.settings(PREFIX), s3.settings(PREFIX), TABLES)
                .init();
    }

    private static Path createDirectory(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    S3Server s3() {
        return s3;
    }

    /** Where the bucket's objects are files. */
    Path bucket() {
        return objects.resolve(s3.bucket());
    }

    TestDatabase database() {
        return database;
    }

    Connection owner() {
        return owner;
    }

    void archive(String table) {
        String ran = firn.succeed("run", Firn.NAMESPACE, "--table", table).out();
        if (!ran.contains(" 0 failed")) {
            throw new AssertionError(ran);
        }
    }

    String ddl(String table, Dialect dialect) {
        return firn.succeed("athena", "ddl", Firn.NAMESPACE, "--table", table, "--dialect", dialect.name())
                .out();
    }

    /** What Athena's DDL says of a table. */
    HiveTable inHivesWords(TableName table) {
        ArchiveLayout layout = new ArchiveLayout(Firn.NAMESPACE, table);
        return HiveTable.of(ExternalTable.of(
                "firn_" + Firn.NAMESPACE, layout, "s3://%s/%s".formatted(s3.bucket(), PREFIX), firn.live(table)));
    }

    /** Where a table's files lie on the disk. */
    Path data(String table) {
        return bucket().resolve(PREFIX).resolve(Firn.NAMESPACE).resolve(table).resolve("data");
    }

    /** What the Glue Data Catalog is told of a table. */
    ArchivedTable forCatalog(TableName table) {
        ArchiveLayout layout = new ArchiveLayout(Firn.NAMESPACE, table);
        String url = "s3://%s/%s".formatted(s3.bucket(), PREFIX);
        return new ArchivedTable(
                new TableMark(Firn.NAMESPACE, table, ExternalTable.location(layout, url)),
                "firn_" + Firn.NAMESPACE,
                () -> Optional.of(ExternalTable.of("firn_" + Firn.NAMESPACE, layout, url, firn.live(table))));
    }

    String status(String table) {
        return firn.succeed("status", Firn.NAMESPACE, "--table", table).out();
    }

    @Override
    public void close() throws SQLException {
        owner.close();
        database.close();
        s3.close();
    }
}
