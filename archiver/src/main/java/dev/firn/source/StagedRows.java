package dev.firn.source;

import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.source.Table.TableColumn;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Archived rows in the table's own types, seen by nobody yet, and to be proven before anything else is done with them. */
public record StagedRows(Table table, TimeRange range, String token, TableName relation, List<StagedColumn> columns) {

    public StagedRows {
        columns = List.copyOf(columns);
    }

    /**
     * What the export selected, over these rows: they digest to what the manifest says. To be read under the settings of
     * {@link ChunkLoader#pinForReading}.
     */
    public String selectRows() {
        String list = columns.stream().map(StagedColumn::select).collect(Collectors.joining(", "));
        return "SELECT %s FROM ONLY %s".formatted(list, relation.quoted());
    }

    /** Columns that both the archive and the table know: what the archive lacks says nothing about whether a row is the same. */
    List<String> knownColumns() {
        Set<String> archived = new HashSet<>();
        columns.stream()
                .filter(StagedColumn::staysInTable)
                .forEach(column -> archived.add(column.archived().name()));
        return table.columns().stream()
                .map(TableColumn::name)
                .filter(archived::contains)
                .map(TableName::quote)
                .toList();
    }

    @Override
    public String toString() {
        return table.name() + " " + range;
    }
}
