package dev.firn.source;

import dev.firn.TableName;
import dev.firn.source.Table.TableColumn;
import java.util.stream.Collectors;

/**
 * Tells rows of a table apart, as SQL: by the hash of all their columns' text, and where that is equal by their images. To
 * be run with the formats pinned. It needs no unique key, and finds nothing equal that differs in a byte.
 */
final class RowHash {

    private RowHash() {}

    /** @param alias of the row, with its dot, or nothing */
    static String of(Table table, String alias) {
        return "pg_catalog.hashtextextended(%s::pg_catalog.text, 0)".formatted(image(table, alias));
    }

    static String image(Table table, String alias) {
        return table.columns().stream()
                .map(TableColumn::name)
                .map(name -> alias + TableName.quote(name))
                .collect(Collectors.joining(", ", "ROW(", ")"));
    }

    /**
     * A selection of rows with their {@code hash}, their {@code image}, and {@code nth}, which numbers those of one hash.
     *
     * @param more another column to select
     */
    static String select(Table table, String relation, String condition, String more) {
        return "SELECT %1$s, %2$s AS hash, %3$s AS image, row_number() OVER (PARTITION BY %2$s) AS nth FROM %4$s WHERE %5$s"
                .formatted(more, of(table, ""), image(table, ""), relation, condition);
    }

    /** That two such rows are one and the same; each is with at most one other. */
    static String same(String one, String other) {
        return "%1$s.hash = %2$s.hash AND %1$s.nth = %2$s.nth AND pg_catalog.record_image_eq(%1$s.image, %2$s.image)"
                .formatted(one, other);
    }
}
