package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.archive.Archive;
import dev.firn.archive.ArchiveLayout;
import dev.firn.archive.Manifest;
import dev.firn.archive.Manifest.DataFile;
import dev.firn.config.Configuration;
import dev.firn.config.NamespaceConfig;
import dev.firn.parquet.ParquetTable;
import dev.firn.parquet.PartialReader;
import dev.firn.parquet.TableReader;
import dev.firn.store.ObjectStore;
import dev.firn.store.Stores;
import dev.firn.types.Column;
import dev.firn.types.Condition;
import dev.firn.types.RowBatch;
import dev.firn.types.Where;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Archived rows, read from the store and their manifests alone: the database is not asked, and may be gone. */
public final class ArchivedRows implements AutoCloseable {

    private static final int BATCH_ROWS = 1_000;
    private static final int BATCH_BYTES = 1 << 20;

    private final NamespaceConfig config;
    private final ObjectStore store;
    private final Surroundings surroundings;

    /** Takes the rows in the order in which they lie. */
    public interface Visitor {

        /** Before the first row: every column that any of the rows has, the newest table's first. */
        void columns(List<Column> columns);

        /**
         * One row.
         *
         * @param places for each column where in the batch it stands, -1 where these rows do not have it
         */
        void row(RowBatch batch, int row, int[] places);
    }

    private ArchivedRows(NamespaceConfig config, ObjectStore store, Surroundings surroundings) {
        this.config = config;
        this.store = store;
        this.surroundings = surroundings;
    }

    public static ArchivedRows open(Configuration configuration, String namespace, Surroundings surroundings) {
        NamespaceConfig config = configuration.namespace(namespace);
        return new ArchivedRows(config, Stores.open(StoreSettingsOf.location(config.location())), surroundings);
    }

    /** Streams the rows whose time lies within the span and that meet all conditions; answers how many there were. */
    public long stream(TableName table, PositionSpan span, List<Where> wheres, Visitor visitor) {
        List<Manifest> live = archive(table).live();
        if (live.isEmpty()) {
            throw new FirnException(
                    Category.REFUSED,
                    config.name() + "/" + table,
                    "reading its archive: nothing of it is archived; nothing was read",
                    "`rehydrate list " + config.name() + "` shows what is archived");
        }
        TimeRange wanted = span.resolve(live.get(0).range().kind());
        List<Manifest> found = live.stream()
                .filter(manifest -> manifest.range().overlaps(wanted))
                .toList();
        List<Column> columns = columns(found);
        // All of them are understood before the first row is printed.
        Map<Manifest, List<Condition>> conditions = new LinkedHashMap<>();
        found.forEach(manifest -> conditions.put(manifest, ArchivedConditions.of(manifest, wheres)));
        RestingFiles resting = new RestingFiles(store, config.name());
        for (Manifest manifest : found) {
            resting.look(
                    table,
                    manifest.files().stream()
                            .filter(file -> isWithin(file, wanted) || overlaps(file, wanted))
                            .toList());
        }
        resting.requireNone("reading its archive", "nothing was printed");
        visitor.columns(columns);
        long rows = 0;
        for (Manifest manifest : found) {
            rows += stream(manifest, wanted, conditions.get(manifest), columns, visitor);
        }
        return rows;
    }

    private Archive archive(TableName table) {
        config.table(table);
        return new Archive(store, new ArchiveLayout(config.name(), table), surroundings.faults());
    }

    /** One name in Parquet is one column to every reader of the archive, whatever table definitions it went through. */
    private static List<Column> columns(List<Manifest> manifests) {
        Map<String, Column> columns = new LinkedHashMap<>();
        for (int i = manifests.size() - 1; i >= 0; i--) {
            manifests
                    .get(i)
                    .description()
                    .columns()
                    .forEach(column -> columns.putIfAbsent(column.parquetName(), column));
        }
        return List.copyOf(columns.values());
    }

    private long stream(
            Manifest manifest, TimeRange wanted, List<Condition> conditions, List<Column> columns, Visitor visitor) {
        ParquetTable parquet =
                ParquetTable.of(manifest.table(), manifest.description().columns());
        int[] places = columns.stream()
                .mapToInt(column -> indexOf(parquet.columns(), column))
                .toArray();
        long rows = 0;
        for (DataFile file : manifest.files()) {
            if (conditions.isEmpty() && isWithin(file, wanted)) {
                rows += stream(manifest, file, parquet, places, visitor);
            } else if (overlaps(file, wanted)) {
                rows += stream(manifest, file, parquet, wanted, conditions, places, visitor);
            }
        }
        return rows;
    }

    private static boolean isWithin(DataFile file, TimeRange wanted) {
        return wanted.contains(file.minTime()) && wanted.contains(file.maxTime());
    }

    private static boolean overlaps(DataFile file, TimeRange wanted) {
        return file.minTime() < wanted.end() && file.maxTime() >= wanted.start();
    }

    private static int indexOf(List<Column> columns, Column wanted) {
        return IntStream.range(0, columns.size())
                .filter(i -> columns.get(i).parquetName().equals(wanted.parquetName()))
                .findFirst()
                .orElse(-1);
    }

    private long stream(Manifest manifest, DataFile file, ParquetTable parquet, int[] places, Visitor visitor) {
        RowBatch batch = new RowBatch(parquet.columns().size(), BATCH_ROWS, BATCH_BYTES);
        try (TableReader reader =
                TableReader.open(store, file.key(), file.content().size(), parquet)) {
            while (reader.next(batch)) {
                visit(batch, places, visitor);
            }
            if (!reader.content().equals(file.content())) {
                throw new FirnException(
                        Category.DATA,
                        manifest.toString(),
                        "reading '%s': it is not the file that was proven; what was printed of it is not to be trusted"
                                .formatted(file.key()),
                        "`archiver scrub` says what differs; look for an older version of the object");
            }
            return reader.rows();
        }
    }

    /** From the pages alone that may hold any of them. */
    private long stream(
            Manifest manifest,
            DataFile file,
            ParquetTable parquet,
            TimeRange wanted,
            List<Condition> conditions,
            int[] places,
            Visitor visitor) {
        List<Condition> all = new ArrayList<>(TimeConditions.of(manifest, wanted));
        all.addAll(conditions);
        RowBatch batch = new RowBatch(parquet.columns().size(), BATCH_ROWS, BATCH_BYTES);
        long rows = 0;
        try (PartialReader reader =
                PartialReader.open(store, file.key(), file.content().size(), file.rows(), parquet, all)) {
            while (reader.next(batch)) {
                visit(batch, places, visitor);
                rows += batch.rows();
            }
        }
        return rows;
    }

    private static void visit(RowBatch batch, int[] places, Visitor visitor) {
        for (int row = 0; row < batch.rows(); row++) {
            visitor.row(batch, row, places);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
