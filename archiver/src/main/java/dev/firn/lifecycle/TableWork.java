package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.TimeRange;
import dev.firn.archive.Archive;
import dev.firn.archive.ArchiveLayout;
import dev.firn.archive.Expiry;
import dev.firn.archive.Fence;
import dev.firn.catalog.Catalog;
import dev.firn.catalog.ChunkKey;
import dev.firn.config.DatabaseConfig;
import dev.firn.config.ServiceConfig;
import dev.firn.config.TableConfig;
import dev.firn.lifecycle.guards.Guards;
import dev.firn.lifecycle.guards.WritePathGuard;
import dev.firn.parquet.ParquetTable;
import dev.firn.source.ChunkSource;
import dev.firn.source.Table;
import dev.firn.store.ObjectStore;
import dev.firn.types.Column;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * One table of a namespace as a pass works on it: its configuration, what the catalogue of the database said of it when
 * the pass began, and the things to work with.
 *
 * @param now the database's idea of now, as a position of the table's time
 * @param locationId random id of the location
 * @param epoch the fence of this pass
 * @param drops whose turn it is to drop a chunk of a table
 * @param standby that chunks are read from, where the configuration names one
 * @param lag holds back while standbys are too far behind
 */
record TableWork(
        String namespace,
        ServiceConfig settings,
        DatabaseConfig database,
        TableConfig config,
        Table table,
        long now,
        ChunkSource source,
        DataSource connections,
        ObjectStore store,
        Archive archive,
        Catalog catalog,
        Fence fence,
        String locationId,
        String epoch,
        DropTurns drops,
        Optional<Standby> standby,
        StandbyLag lag) {

    /** Stands for all that is configured for the table: another one when anything of it changes. */
    String settingsDigest() {
        return config.digest();
    }

    ChunkKey key(TimeRange range) {
        return new ChunkKey(namespace, table.name(), range);
    }

    ArchiveLayout layout() {
        return archive.layout();
    }

    /** For messages. */
    String where(TimeRange range) {
        return key(range).toString();
    }

    FirnException failure(TimeRange range, String doing, SQLException cause) {
        return Failures.of(where(range), doing, cause);
    }

    boolean archiveIsDue(TimeRange range) {
        return config.archiveAfter().isReached(range.end(), now);
    }

    /** By age; whether a guard objects is another question. */
    boolean dropIsDue(TimeRange range) {
        return config.dropAfter().isReached(range.end(), now);
    }

    /** Ranges of which copies were removed because of their age. */
    Set<TimeRange> expired() {
        return archive.expiries().stream().map(Expiry::range).collect(Collectors.toSet());
    }

    Guards guards() {
        return new Guards(config.guards(), source, table);
    }

    WritePathGuard writePathGuard() {
        return new WritePathGuard(table.name(), config.writePath());
    }

    ParquetTable parquet(List<Column> columns) {
        return ParquetTable.of(table.name(), columns);
    }
}
