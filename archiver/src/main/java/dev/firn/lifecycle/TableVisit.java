package dev.firn.lifecycle;

import dev.firn.FaultPoints;
import dev.firn.FirnException;
import dev.firn.TimeRange;
import dev.firn.archive.Archive;
import dev.firn.archive.ArchiveLayout;
import dev.firn.archive.Expiry;
import dev.firn.archive.Manifest;
import dev.firn.catalog.Catalog;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.Claim;
import dev.firn.catalog.Hold;
import dev.firn.config.GuardName;
import dev.firn.config.TableConfig;
import dev.firn.lifecycle.doctor.Area;
import dev.firn.lifecycle.doctor.Finding;
import dev.firn.lifecycle.doctor.TableCase;
import dev.firn.lifecycle.guards.Scene;
import dev.firn.source.ChunkSource;
import dev.firn.source.RetentionPolicies;
import dev.firn.source.Table;
import dev.firn.source.TableClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A doctor's look at one table: puts together what can be known of it, which before {@code init} is little. */
final class TableVisit {

    private final String namespace;
    private final TableConfig config;
    private final LocationVisit location;
    private final DatabaseVisit database;
    private final Surroundings surroundings;
    private final List<Finding> found;

    TableVisit(
            String namespace,
            TableConfig config,
            LocationVisit location,
            DatabaseVisit database,
            Surroundings surroundings,
            List<Finding> found) {
        this.namespace = namespace;
        this.config = config;
        this.location = location;
        this.database = database;
        this.surroundings = surroundings;
        this.found = found;
    }

    /** Nothing where there is no such table, or none that Firn archives. */
    Optional<TableCase> look(Connection connection, ChunkSource source) {
        try {
            Table table = source.table(connection, config.name());
            if (!config.archiveAfter().fits(table.timeKind())) {
                found.add(Finding.error(
                        Area.CONFIGURATION,
                        where(),
                        "archive-after = %s, and its time column %s is %s"
                                .formatted(
                                        config.archiveAfter(),
                                        table.timeColumn(),
                                        table.timeKind().catalogueName()),
                        "give an age in time for timestamps and dates, and a whole number for integers"));
                return Optional.empty();
            }
            return Optional.of(read(connection, source, table));
        } catch (FirnException e) {
            found.add(Finding.error(Area.TABLE, where(), e));
        } catch (SQLException e) {
            found.add(Finding.error(Area.TABLE, where(), Failures.of(where(), "looking at it", e)));
        }
        return Optional.empty();
    }

    private TableCase read(Connection connection, ChunkSource source, Table table) throws SQLException {
        long position = TableClock.now(connection, table);
        Optional<List<Manifest>> live = live();
        Scene scene = new Scene(
                connection,
                table,
                source.chunks(connection, table),
                database.catalog().map(this::rows).orElse(List.of()),
                live.orElse(List.of()),
                live.isPresent() ? expired() : Set.of(),
                database.catalog().map(this::holds).orElse(List.of()),
                database.catalog().map(this::foundGone).orElse(Set.of()),
                config.guards().isOn(GuardName.RETENTION)
                        ? RetentionPolicies.of(connection, table, position)
                        : RetentionPolicies.none(),
                end -> config.archiveAfter().isReached(end, position));
        return new TableCase(
                where(),
                config,
                source,
                scene,
                database.catalog().map(this::claims).orElse(List.of()),
                live.isPresent(),
                surroundings.clock().instant(),
                position);
    }

    private Optional<List<Manifest>> live() {
        if (location.isYetToBeMade()) {
            return Optional.of(List.of());
        }
        try {
            return location.store()
                    .map(store ->
                            new Archive(store, new ArchiveLayout(namespace, config.name()), FaultPoints.NONE).live());
        } catch (FirnException e) {
            found.add(Finding.error(Area.LOCATION, where(), e));
            return Optional.empty();
        }
    }

    private Set<TimeRange> expired() {
        return location.store()
                .map(store -> new Archive(store, new ArchiveLayout(namespace, config.name()), FaultPoints.NONE)
                        .expiries().stream().map(Expiry::range).collect(Collectors.toSet()))
                .orElse(Set.of());
    }

    private List<ChunkRow> rows(Catalog catalog) {
        return catalog.chunks(namespace, config.name());
    }

    private List<Hold> holds(Catalog catalog) {
        return catalog.holds(namespace, config.name());
    }

    private Set<TimeRange> foundGone(Catalog catalog) {
        return catalog.foundGone(namespace, config.name());
    }

    private List<Claim> claims(Catalog catalog) {
        return catalog.claims(namespace);
    }

    private String where() {
        return namespace + "/" + config.name();
    }
}
