package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.archive.Location;
import dev.firn.catalog.Catalog;
import dev.firn.catalog.RegisteredNamespace;
import dev.firn.config.NamespaceConfig;
import dev.firn.config.TableConfig;
import dev.firn.lifecycle.doctor.Area;
import dev.firn.lifecycle.doctor.DatabaseCase;
import dev.firn.lifecycle.doctor.Diagnosis;
import dev.firn.lifecycle.doctor.Finding;
import dev.firn.lifecycle.doctor.Rounds;
import dev.firn.lifecycle.doctor.TableCase;
import dev.firn.source.ChunkSource;
import dev.firn.store.ObjectStore;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at everything that a namespace needs: its location, its database, its tables, and what ties them together. What is
 * missing or down is found and said, and keeps nobody from looking at the rest. Changes nothing but a small object under a
 * hidden name of its own, which it takes away again.
 */
public final class Doctor {

    private final NamespaceConfig config;
    private final Neighbours neighbours;
    private final Surroundings surroundings;

    public Doctor(NamespaceConfig config, Neighbours neighbours, Surroundings surroundings) {
        this.config = config;
        this.neighbours = neighbours;
        this.surroundings = surroundings;
    }

    public Diagnosis examine() {
        List<Finding> found = new ArrayList<>();
        neighbours
                .problem()
                .ifPresent(problem -> found.add(Finding.note(
                        Area.CONFIGURATION,
                        config.name(),
                        "other namespaces are not known: " + problem,
                        "mend their files; this one was read")));
        try (LocationVisit location = LocationVisit.begin(config, surroundings, found);
                DatabaseVisit database = DatabaseVisit.begin(config, found)) {
            location.look(found);
            tieTogether(location, database, found);
            if (database.connection().isPresent() && database.source().isPresent()) {
                lookInside(
                        location,
                        database,
                        database.connection().get(),
                        database.source().get(),
                        found);
            }
        }
        return new Diagnosis(config.name(), config.location().url(), found);
    }

    private void lookInside(
            LocationVisit location,
            DatabaseVisit database,
            Connection connection,
            ChunkSource source,
            List<Finding> found) {
        long largest = 0;
        for (TableConfig table : config.tables().values()) {
            TableVisit visit = new TableVisit(config.name(), table, location, database, surroundings, found);
            Optional<TableCase> seen = visit.look(connection, source);
            if (seen.isPresent()) {
                found.addAll(Rounds.ofTable(seen.get()));
                largest = Math.max(largest, seen.get().largestRangeBytes());
            }
        }
        new StandbyVisit(config, connection, found).look();
        Set<TableName> configured = new HashSet<>(neighbours.tables());
        configured.addAll(config.tables().keySet());
        found.addAll(Rounds.ofDatabase(
                new DatabaseCase(config, connection, source.info(), surroundings.clock(), configured, largest)));
    }

    /** Whose the location is, by its own word and by the catalogue's. */
    private void tieTogether(LocationVisit location, DatabaseVisit database, List<Finding> found) {
        try {
            if (location.isYetToBeMade()) {
                found.add(ofMissingLocation(location, database));
            } else if (location.store().isPresent()) {
                found.addAll(ofOwner(location.url(), location.store().get(), database));
            }
        } catch (FirnException e) {
            found.add(Finding.error(Area.FENCE, location.url(), e));
        }
    }

    private Finding ofMissingLocation(LocationVisit location, DatabaseVisit database) {
        return database.registered().flatMap(RegisteredNamespace::location).isPresent()
                ? Finding.error(
                        Area.LOCATION,
                        location.url(),
                        "it is not there, and the catalogue says that the archive lies there",
                        "mount it, or correct the location in the namespace's file")
                : Finding.note(
                        Area.LOCATION,
                        location.url(),
                        "it is not there yet",
                        "nothing to do: `archiver init " + config.name() + "` makes it");
    }

    private List<Finding> ofOwner(String url, ObjectStore store, DatabaseVisit database) {
        Optional<Catalog> catalog = database.catalog();
        Optional<RegisteredNamespace> registered = database.registered();
        if (catalog.isPresent() && registered.isPresent()) {
            Fences.of(catalog.get(), store, registered.get(), surroundings).check();
            return List.of(Finding.ok(Area.FENCE, url, "the archive there belongs to this catalogue"));
        }
        Optional<Location.Holder> holder = Fences.identity(store, surroundings).holder(config.name());
        if (database.connection().isEmpty()) {
            return List.of();
        }
        return List.of(holder.map(owner -> Finding.error(
                        Area.FENCE,
                        url,
                        "since %s the archive there belongs to catalogue %s of database %s, which is not in this database"
                                .formatted(owner.since(), owner.catalogId(), owner.database()),
                        "see that database.url and the location are the right ones; if this database is to own the"
                                + " archive from now on, `archiver init --take-over` says so"))
                .orElseGet(() -> Finding.note(
                        Area.FENCE,
                        url,
                        "nobody owns the namespace there yet",
                        "run `archiver init %s`, which claims it".formatted(config.name()))));
    }
}
