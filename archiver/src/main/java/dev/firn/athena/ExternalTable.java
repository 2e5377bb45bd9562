package dev.firn.athena;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.archive.ArchiveLayout;
import dev.firn.archive.Manifest;
import dev.firn.archive.Manifest.DataFile;
import dev.firn.archive.PartitionBy;
import dev.firn.types.Codecs;
import dev.firn.types.Column;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * An archived table as every engine is told of it: made from its live manifests alone, so that all files are read right
 * whatever table definitions they were written under.
 *
 * @param namespace which archives it
 * @param table its name in PostgreSQL
 * @param database name for engines of what holds all tables of the namespace
 * @param name name for engines
 * @param location URL below which its files lie
 * @param partitions values of the column whose values stand in the paths; none once all has expired
 * @param columns of the files, in the order of the newest table, then those that only older copies have
 * @param viewName name of its view for engines
 * @param condition for people: how a query says which partitions it needs
 */
public record ExternalTable(
        String namespace,
        TableName table,
        String database,
        String name,
        String location,
        PartitionBy partitionBy,
        Projection projection,
        SortedSet<String> partitions,
        List<TableColumn> columns,
        String viewName,
        String condition) {

    /** What a view's name has behind the table's. */
    private static final String VIEW_SUFFIX = "_natural";

    public ExternalTable {
        partitions = Collections.unmodifiableSortedSet(new TreeSet<>(partitions));
        columns = List.copyOf(columns);
    }

    /** The table of these copies in the database that is named after the namespace. */
    public static ExternalTable of(ArchiveLayout layout, String storeUrl, List<Manifest> live) {
        return of(databaseName(layout.namespace()), layout, storeUrl, live);
    }

    /**
     * The table of these copies.
     *
     * @param database name for engines
     * @param storeUrl where the namespace's archive lies
     * @param live every live manifest of the table, at least one
     */
    public static ExternalTable of(String database, ArchiveLayout layout, String storeUrl, List<Manifest> live) {
        PartitionBy partitionBy = live.get(0).partitionBy();
        if (live.stream().anyMatch(manifest -> manifest.partitionBy() != partitionBy)) {
            throw refused(
                    layout,
                    "some of its copies lie by chunk and some by day, and no engine reads both as one table",
                    "query the files themselves, or bring back the older ones and let them be archived as partition-by"
                            + " now says");
        }
        Projection projection = ProjectionGrid.of(live);
        return new ExternalTable(
                layout.namespace(),
                layout.table(),
                database,
                engineName(layout.table()),
                location(layout, storeUrl),
                partitionBy,
                projection,
                partitions(layout, live),
                columns(layout, live),
                viewName(layout.table()),
                PartitionCondition.of(projection, live));
    }

    /** The same table with a view of this name. */
    public ExternalTable withViewName(String name) {
        return with(partitions, name);
    }

    /** The same table after all of its copies have expired, for rows to come. */
    public ExternalTable withoutRows() {
        return with(Collections.emptySortedSet(), viewName);
    }

    private ExternalTable with(SortedSet<String> newPartitions, String newViewName) {
        return new ExternalTable(
                namespace,
                table,
                database,
                name,
                location,
                partitionBy,
                projection,
                newPartitions,
                columns,
                newViewName,
                condition);
    }

    /** URL below which the files of a table lie. */
    public static String location(ArchiveLayout layout, String storeUrl) {
        String url = storeUrl.startsWith("file:/") && !storeUrl.startsWith("file://")
                ? "file://" + storeUrl.substring("file:".length())
                : storeUrl;
        return url + "/" + layout.dataPrefix();
    }

    /** The database of a namespace, where the configuration names no other. */
    public static String databaseName(String namespace) {
        return "firn_" + Sql.safeName(namespace);
    }

    /** The name that engines know a table by; two tables may have the same. */
    public static String engineName(TableName table) {
        return Sql.safeName(table.schema() + "_" + table.name());
    }

    /** The name that engines know the view of a table by, where no other table has it. */
    public static String viewName(TableName table) {
        return engineName(table) + VIEW_SUFFIX;
    }

    /** The column whose values stand in the paths. */
    String partitionColumn() {
        return partitionBy == PartitionBy.CHUNK ? "chunk" : "dt";
    }

    String partitionComment() {
        return partitionBy == PartitionBy.CHUNK ? "start of the chunk's range, times in UTC" : "day in UTC";
    }

    List<ViewColumn> viewColumns() {
        return ViewColumn.of(columns);
    }

    /** As the keys of the files spell them. */
    private static SortedSet<String> partitions(ArchiveLayout layout, List<Manifest> live) {
        SortedSet<String> partitions = new TreeSet<>();
        for (Manifest manifest : live) {
            for (DataFile file : manifest.files()) {
                String below = file.key().substring(layout.dataPrefix().length());
                partitions.add(below.substring(below.indexOf('=') + 1, below.indexOf('/')));
            }
        }
        return partitions;
    }

    private static List<TableColumn> columns(ArchiveLayout layout, List<Manifest> live) {
        List<Manifest> newestFirst = new ArrayList<>(live);
        newestFirst.sort(Collections.reverseOrder(Comparator.comparing(Manifest::createdAt)));
        Map<String, List<Column>> sources = new LinkedHashMap<>();
        for (Manifest manifest : newestFirst) {
            for (Column column : manifest.description().columns()) {
                List<Column> known = sources.computeIfAbsent(column.parquetName(), name -> new ArrayList<>());
                if (!known.contains(column)) {
                    known.add(column);
                }
            }
        }
        List<TableColumn> columns = new ArrayList<>();
        sources.forEach((name, all) -> columns.add(new TableColumn(name, type(layout, name, all), all)));
        return columns;
    }

    /** A name never changes its type: Firn gives a column whose type changes another one. Here it is made sure of. */
    private static EngineType type(ArchiveLayout layout, String name, List<Column> sources) {
        List<EngineType> types = sources.stream()
                .map(column -> EngineType.of(Codecs.of(column.type()).parquetType(name, column.fieldId())))
                .distinct()
                .toList();
        if (types.size() > 1) {
            throw refused(
                    layout,
                    "its files hold the column '%s' as %s, and no engine reads them as one table"
                            .formatted(name, types),
                    "query the files of one definition at a time; manifests say which are which");
        }
        return types.get(0);
    }

    private static FirnException refused(ArchiveLayout layout, String what, String hint) {
        return new FirnException(
                Category.REFUSED,
                layout.namespace() + "/" + layout.table(),
                "describing it to query engines: " + what + "; nothing was changed",
                hint);
    }
}
