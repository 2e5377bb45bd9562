package dev.firn.athena.glue;

import java.util.Optional;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableInput;

/** Requests for tables and views, which are tables to Glue, and for the database that they are in. */
final class TablesOfDatabase {

    private final GlueConnection glue;
    private final ArchivedTable target;

    TablesOfDatabase(GlueConnection glue, ArchivedTable target) {
        this.glue = glue;
        this.target = target;
    }

    /** Empty where the database is missing, too. */
    Optional<Table> find(String name) throws CatalogConflict {
        try {
            return Optional.of(glue.ask(target.where(), "reading %s".formatted(name), client -> client.getTable(
                            get -> get.catalogId(glue.catalogId())
                                    .databaseName(target.database())
                                    .name(name))
                    .table()));
        } catch (CatalogConflict e) {
            return missing(e);
        }
    }

    boolean databaseIsMissing() throws CatalogConflict {
        try {
            glue.ask(
                    target.where(),
                    "reading the database %s".formatted(target.database()),
                    client -> client.getDatabase(
                            get -> get.catalogId(glue.catalogId()).name(target.database())));
            return false;
        } catch (CatalogConflict e) {
            return missing(e).isEmpty();
        }
    }

    private static Optional<Table> missing(CatalogConflict e) throws CatalogConflict {
        if (e.getCause() instanceof EntityNotFoundException) {
            return Optional.empty();
        }
        throw e;
    }

    void createDatabase() throws CatalogConflict {
        glue.ask(
                target.where(),
                "creating the database %s".formatted(target.database()),
                client -> client.createDatabase(create -> create.catalogId(glue.catalogId())
                        .databaseInput(input -> input.name(target.database())
                                .description("What Firn archived of the namespace %s"
                                        .formatted(target.mark().namespace())))));
    }

    void create(TableInput input) throws CatalogConflict {
        glue.ask(
                target.where(),
                "creating %s".formatted(input.name()),
                client -> client.createTable(create -> create.catalogId(glue.catalogId())
                        .databaseName(target.database())
                        .tableInput(input)));
    }

    /** Only if it is still the version that was read; older versions are not kept, of which Glue has a limit. */
    void update(Table read, TableInput input) throws CatalogConflict {
        glue.ask(
                target.where(),
                "updating %s".formatted(input.name()),
                client -> client.updateTable(update -> update.catalogId(glue.catalogId())
                        .databaseName(target.database())
                        .tableInput(input)
                        .versionId(read.versionId())
                        .skipArchive(true)));
    }
}
