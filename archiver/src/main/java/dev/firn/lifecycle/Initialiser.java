package dev.firn.lifecycle;

import dev.firn.archive.Location;
import dev.firn.catalog.Catalog;
import dev.firn.catalog.CatalogGrants;
import dev.firn.catalog.CatalogMigrations;
import dev.firn.catalog.RegisteredNamespace;
import dev.firn.config.Configuration;
import dev.firn.config.NamespaceConfig;
import dev.firn.source.SourceInfo;
import dev.firn.source.Sources;
import dev.firn.store.ObjectStore;
import dev.firn.store.Stores;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Makes a namespace ready: the catalogue in its database, and the claim on its location. May be done again. */
public final class Initialiser {

    static final String READER = "firn_reader";

    private final NamespaceConfig config;
    private final Surroundings surroundings;

    /** What is there now. */
    public record Report(String namespace, SourceInfo source, String location, String locationId) {

        public String text() {
            return "%s: catalogue in schema firn, %s; archive %s is claimed (id %s)"
                    .formatted(namespace, source, location, locationId);
        }
    }

    public Initialiser(Configuration configuration, String namespace, Surroundings surroundings) {
        this.config = configuration.namespace(namespace);
        this.surroundings = surroundings;
    }

    /** The SQL that a DBA runs first, with the names of this namespace in it. */
    public String rolesSql() {
        return RolesSql.of(config);
    }

    /**
     * Makes what is missing.
     *
     * @param as who creates schema {@code firn}: a role that may, and preferably neither the service's own nor the tables'
     *     owner, since an owner can switch the audit trail's protection off
     * @param takeOver this catalogue owns the archive from now on, whoever the location thinks does
     */
    public Report run(Login as, boolean takeOver) {
        migrate(as);
        return claim(takeOver);
    }

    /**
     * Makes just what a namespace needs where others are ready: its part of the catalogue and of the location, and only what
     * nobody else has.
     */
    public Report join() {
        return claim(false);
    }

    private Report claim(boolean takeOver) {
        try (DatabasePool database = DatabasePool.open(config);
                ObjectStore store = Stores.open(StoreSettingsOf.location(config.location()));
                Connection connection = database.connections().getConnection()) {
            SourceInfo source = Sources.detect(connection).info();
            Catalog catalog = Catalog.open(database.connections());
            Location location = claim(catalog, store, connection, takeOver);
            return new Report(config.name(), source, store.url(), location.locationId());
        } catch (SQLException e) {
            throw Failures.of(config.name(), "initialising it; doing it again goes on", e);
        }
    }

    private void migrate(Login as) {
        try (DatabasePool database = DatabasePool.open(config, as)) {
            CatalogMigrations.migrate(database.connections());
            CatalogGrants.apply(database.connections(), config.database().user(), READER);
        }
    }

    private Location claim(Catalog catalog, ObjectStore store, Connection connection, boolean takeOver)
            throws SQLException {
        String actor = Holders.name(surroundings);
        RegisteredNamespace namespace = catalog.registerNamespace(config.name(), actor);
        String database = databaseText(connection);
        if (takeOver) {
            return takeOver(catalog, store, namespace, database, actor);
        }
        Location location = Fences.of(catalog, store, namespace, surroundings).claim(database);
        catalog.setLocation(config.name(), new RegisteredNamespace.Location(store.url(), location.locationId()), actor);
        return location;
    }

    private Location takeOver(
            Catalog catalog, ObjectStore store, RegisteredNamespace namespace, String database, String actor) {
        String epoch = surroundings.token();
        Location location = Fences.identity(store, surroundings)
                .takeOver(config.name(), namespace.catalogId().toString(), database, epoch);
        catalog.takeOver(
                config.name(), new RegisteredNamespace.Location(store.url(), location.locationId()), epoch, actor);
        return location;
    }

    /** Name and system identifier, for people who find a location and wonder whose it is. */
    private static String databaseText(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT current_database() || ' ' || system_identifier FROM pg_control_system()")) {
            row.next();
            return row.getString(1);
        }
    }
}
