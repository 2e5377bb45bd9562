package dev.firn.catalog;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationVersion;

/** Brings the catalogue to this program's version, and refuses one of another. */
public final class CatalogMigrations {

    static final String LOCATION = "classpath:dev/firn/catalog/migrations";

    private static final String WHERE = "catalogue (schema firn)";

    private CatalogMigrations() {}

    /**
     * Creates schema {@code firn} or upgrades it; does nothing where it is up to date. Two at once are safe. Needs the
     * right to create a schema, which the service's own role need not have.
     *
     * @return the version it now has
     */
    public static String migrate(DataSource owner) {
        return migrate(owner, LOCATION);
    }

    /** With the migrations of another program, an older or newer one. */
    static String migrate(DataSource owner, String... locations) {
        Flyway flyway = flyway(owner, locations);
        try {
            // Flyway lets a newer schema pass; this program would not know what it may write there.
            requireNotNewer(flyway.info());
            flyway.migrate();
            return requireCurrent(flyway.info());
        } catch (FlywayException e) {
            throw new FirnException(
                    Category.REFUSED,
                    WHERE,
                    "creating or upgrading it: %s; nothing of the archive was touched"
                            .formatted(DatabaseFailures.reason(e)),
                    "connect as a role that may create schema firn or owns it; a schema firn of somebody else's must"
                            + " be renamed first",
                    e);
        }
    }

    /** Refuses a catalogue that is missing, older or newer than this program, or was changed by hand. */
    static String requireCurrent(DataSource service, String... locations) {
        try {
            return requireCurrent(flyway(service, locations).info());
        } catch (FlywayException e) {
            throw new FirnException(
                    Category.PASSING,
                    WHERE,
                    "reading its version: %s; nothing was changed".formatted(DatabaseFailures.reason(e)),
                    "see that the database is up and lets this role in, and that deploy/sql/catalog-grants.sql was"
                            + " run for it",
                    e);
        }
    }

    private static String requireCurrent(MigrationInfoService info) {
        requireNotNewer(info);
        MigrationInfo current = current(info);
        if (current == null || info.pending().length > 0) {
            throw new FirnException(
                    Category.REFUSED,
                    WHERE,
                    "it %s, this program needs version %s; nothing was changed"
                            .formatted(
                                    current == null ? "does not exist" : "has version " + current.getVersion(),
                                    newestOf(info)),
                    "run `archiver init` with the connection of the schema's owner: it creates the catalogue or"
                            + " upgrades it");
        }
        for (MigrationInfo applied : info.applied()) {
            if (isMigration(applied) && (applied.getState().isFailed() || !applied.isChecksumMatching())) {
                throw new FirnException(
                        Category.REFUSED,
                        WHERE,
                        "its version %s is %s; nothing was changed"
                                .formatted(
                                        applied.getVersion(),
                                        applied.getState().isFailed()
                                                ? "half installed"
                                                : "not the one this program was built with"),
                        "install a release of Firn instead of a development version, or drop schema firn, run"
                                + " `archiver init` and then `archiver catalog rebuild`: the archive is in the store");
            }
        }
        return current.getVersion().toString();
    }

    private static void requireNotNewer(MigrationInfoService info) {
        MigrationInfo current = current(info);
        MigrationVersion newest = newestOf(info);
        if (current != null && current.getVersion().compareTo(newest) > 0) {
            throw new FirnException(
                    Category.REFUSED,
                    WHERE,
                    "it has version %s, this program knows versions up to %s; nothing was changed"
                            .formatted(current.getVersion(), newest),
                    "a newer Firn has upgraded it: install that version here too");
        }
    }

    /** Nothing too where another program has made the schema a moment ago and goes on from there. */
    private static MigrationInfo current(MigrationInfoService info) {
        MigrationInfo current = info.current();
        return current != null && isMigration(current) ? current : null;
    }

    /** Flyway's history also has an entry for the creation of the schema, without a version. */
    private static boolean isMigration(MigrationInfo entry) {
        return entry.getVersion() != null;
    }

    private static MigrationVersion newestOf(MigrationInfoService info) {
        MigrationVersion newest = MigrationVersion.EMPTY;
        for (MigrationInfo migration : info.all()) {
            if (isMigration(migration)
                    && migration.getState().isResolved()
                    && migration.getVersion().compareTo(newest) > 0) {
                newest = migration.getVersion();
            }
        }
        return newest;
    }

    private static Flyway flyway(DataSource database, String... locations) {
        return Flyway.configure()
                .dataSource(database)
                .locations(locations)
                .schemas("firn")
                .defaultSchema("firn")
                .table("schema_history")
                .createSchemas(true)
                .cleanDisabled(true)
                .placeholderReplacement(false)
                .failOnMissingLocations(true)
                .validateMigrationNaming(true)
                .load();
    }
}
