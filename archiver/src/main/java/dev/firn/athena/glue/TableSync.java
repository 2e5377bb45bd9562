package dev.firn.athena.glue;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.athena.ExternalTable;
import dev.firn.athena.HiveTable;
import dev.firn.athena.TableMark;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableInput;

/**
 * One table, brought in step. The catalog is read before the store, and what was read of it is replaced only if it is still
 * so: then whoever sees it later than somebody else's write has seen an archive at least as new as that one wrote of.
 */
final class TableSync {

    /** Others that are at it too need one each, at most. */
    private static final int MOST_ROUNDS = 10;

    private final GlueConnection glue;
    private final TablesOfDatabase tables;
    private final ArchivedTable target;
    private final boolean views;
    private final boolean writing;
    private final List<String> changes = new ArrayList<>();

    TableSync(GlueConnection glue, boolean views, ArchivedTable target, boolean writing) {
        this.glue = glue;
        this.tables = new TablesOfDatabase(glue, target);
        this.target = target;
        this.views = views;
        this.writing = writing;
    }

    /** What was changed until now, or would be. */
    List<String> changes() {
        return List.copyOf(changes);
    }

    void run() {
        for (int round = 1; ; round++) {
            try {
                if (once(round == 1) || round == MOST_ROUNDS) {
                    return;
                }
            } catch (CatalogConflict e) {
                if (round == MOST_ROUNDS) {
                    throw new FirnException(
                            Category.PASSING,
                            target.where(),
                            "telling the Glue Data Catalog of it: others changed it there %d times meanwhile (%s); the archive is not concerned"
                                    .formatted(round, e.getMessage()),
                            "see who else writes to this table; the next run, or `archiver athena sync`, tries again",
                            e);
                }
                if (!writing) {
                    changes.clear();
                }
            }
        }
    }

    /** Answers false where it is to be looked at once more. */
    private boolean once(boolean first) throws CatalogConflict {
        Optional<Table> table = tables.find(target.name());
        Optional<Table> view = views ? tables.find(target.viewName()) : Optional.empty();
        TablePartitions partitions = new TablePartitions(glue, target);
        List<Partition> registered = table.isPresent() && isOurs(table.get()) ? partitions.read() : List.of();
        Optional<HiveTable> archived = target.now().get().map(HiveTable::of);
        if (archived.isEmpty()) {
            // All of it may have expired: the table stays, for rows to come, and engines find no partition in it.
            return remove(partitions, TablePartitions.below(target.mark().location(), registered));
        }
        requireOurs("table", table);
        HiveTable wanted = archived.get();
        TablePartitions.Work work = partitions.compare(wanted, registered);
        // Where none are computed any more, all have to be there before that is said.
        boolean partitionsFirst = table.isPresent() && !wanted.projects();
        if (partitionsFirst) {
            add(partitions, wanted, work);
        }
        put(wanted, table);
        if (!partitionsFirst) {
            add(partitions, wanted, work);
        }
        boolean done = remove(partitions, work.empty());
        if (views) {
            if (view.filter(found -> ViewInputs.isPrinted(found, wanted)).isEmpty()) {
                requireOurs("view", view);
            }
            putView(wanted, view);
        }
        // Partitions have no versions: this may have overwritten what somebody wrote of them who knew more.
        return done && (!writing || !first || work.different().isEmpty());
    }

    private void put(HiveTable wanted, Optional<Table> current) throws CatalogConflict {
        TableInput input = TableInputs.of(wanted, current);
        if (current.isEmpty()) {
            if (tables.databaseIsMissing()) {
                change("database %s created".formatted(target.database()), tables::createDatabase);
            }
            change("table %s created".formatted(wanted.name()), () -> tables.create(input));
            return;
        }
        List<String> differences = TableInputs.differences(current.get(), input);
        if (!differences.isEmpty()) {
            change(String.join("; ", differences), () -> tables.update(current.get(), input));
        }
    }

    private void putView(HiveTable wanted, Optional<Table> current) throws CatalogConflict {
        TableInput input = ViewInputs.of(wanted.database(), wanted.view(), target.mark(), current);
        if (current.isEmpty()) {
            change("view %s created".formatted(input.name()), () -> tables.create(input));
        } else if (!ViewInputs.isSo(current.get(), input)) {
            change("view %s made anew".formatted(input.name()), () -> tables.update(current.get(), input));
        }
    }

    private void add(TablePartitions partitions, HiveTable wanted, TablePartitions.Work work) throws CatalogConflict {
        if (!work.missing().isEmpty()) {
            change(
                    "partitions registered: " + counted(work.missing()),
                    () -> partitions.create(wanted, work.missing()));
        }
        if (!work.different().isEmpty()) {
            change(
                    "partitions described anew: "
                            + counted(List.copyOf(work.different().keySet())),
                    () -> partitions.update(wanted, work.different()));
        }
    }

    /** Answers false where one of them holds rows again by now. */
    private boolean remove(TablePartitions partitions, List<String> empty) throws CatalogConflict {
        if (empty.isEmpty()) {
            return true;
        }
        change("partitions without rows removed: " + counted(empty), () -> partitions.delete(empty));
        if (!writing) {
            return true;
        }
        Optional<ExternalTable> now = target.now().get();
        return now.isEmpty() || Collections.disjoint(now.get().partitions(), empty);
    }

    private static String counted(List<String> values) {
        String first = values.get(0);
        String last = values.get(values.size() - 1);
        return values.size() == 1 ? first : "%,d, %s to %s".formatted(values.size(), first, last);
    }

    private boolean isOurs(Table table) {
        return target.mark().isOn(table.parameters());
    }

    private void requireOurs(String kind, Optional<Table> found) {
        if (found.isPresent() && !isOurs(found.get())) {
            Map<String, String> properties = found.get().parameters();
            String ofNobody =
                    "drop it there if nobody needs it, which removes no file, or set athena.database to another one"
                            + ("view".equals(kind) ? ", or athena.views to false" : "");
            throw new FirnException(
                    Category.REFUSED,
                    target.where(),
                    "telling the Glue Data Catalog of it: the %s %s there is of %s; it is left as it is, and the archive is not concerned"
                            .formatted(kind, found.get().name(), TableMark.owner(properties)),
                    TableMark.isOnAny(properties)
                            ? "set athena.database of one of the two to another name; or drop it there, which removes"
                                    + " no file, if that archive calls nothing so any more"
                            : ofNobody);
        }
    }

    private interface Write {
        void run() throws CatalogConflict;
    }

    private void change(String what, Write write) throws CatalogConflict {
        if (writing) {
            write.run();
        }
        changes.add(what);
    }
}
