package dev.firn.athena;

import dev.firn.types.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Everything that is printed for one table, in the words of one engine. */
final class Statements {

    private static final int WIDTH = 117;

    private final DialectSql sql;
    private final ExternalTable table;

    Statements(DialectSql sql, ExternalTable table) {
        this.sql = sql;
        this.table = table;
    }

    String text() {
        StringJoiner text = new StringJoiner("\n", "", "\n");
        header().forEach(text::add);
        text.add(sql.createDatabase(table.database()) + ";");
        text.add(sql.dropTable(table) + ";");
        text.add(sql.createTable(table) + ";");
        if (!sql.projects(table) && !isEmpty()) {
            text.add(sql.registerPartitions(table) + ";");
        }
        text.add(view() + ";");
        return text.toString();
    }

    private List<String> header() {
        List<String> paragraphs = new ArrayList<>();
        paragraphs.add("%s of the namespace %s, as it is archived in %s. Made from its manifests."
                .formatted(table.table(), table.namespace(), table.location()));
        paragraphs.add(
                "IT TAKES THE PLACE OF WHATEVER TABLE IS CALLED %s.%s, that of another archive too: SHOW CREATE TABLE"
                                .formatted(table.database(), table.name())
                        + " says where the files of that one lie. To drop an external table removes no files; to drop"
                        + " any other does.");
        paragraphs.add("Print it and run it again after a column was added or given another type: UNTIL THEN THE ROWS"
                + " ARCHIVED SINCE SHOW NULL THERE, or lack it, without an error. `archiver status` warns where"
                + " athena.sync is off; otherwise it looks at the Glue Data Catalog alone, and no other engine.");
        if (isEmpty()) {
            paragraphs.add("NO ROW OF IT IS ARCHIVED NOW: it is described as it was last, for rows to come.");
        }
        if (sql.projects(table)) {
            paragraphs.add("Partitions are computed, not looked up: "
                    + table.projection().describe() + ". `archiver status`"
                    + " warns in the same way when something was archived outside of what was printed before.");
            paragraphs.add("A partition without files costs a request: " + table.condition());
        } else {
            String why = table.projection() instanceof Projection.None none
                    ? none.reason()
                    : "this engine does not compute those of this table";
            // Before there is a file, some engines fail for want of a place to look at.
            String statement = isEmpty()
                    ? "%s is run, and run again".formatted(sql.registerPartitions(table))
                    : "the statement behind CREATE TABLE is run again";
            paragraphs.add(
                    ("Partitions are registered, since %s: WHAT IS ARCHIVED LATER IS NOT SHOWN until %s (`archiver"
                                    + " status` does not know when that was).")
                            .formatted(why, statement));
        }
        paragraphs.addAll(sql.notes(table));
        paragraphs.add(
                "Text is compared by its bytes: char(n) and citext, and what a collation sorts, compare otherwise"
                        + " than in PostgreSQL.");
        ViewColumn.unjoined(table.viewColumns())
                .forEach(
                        pair -> paragraphs.add("ONE COLUMN, TWO NAMES, since its type changed to one that does not hold"
                                + " the old values: " + pair + "."));
        return paragraphs.stream().flatMap(Statements::comment).toList();
    }

    private boolean isEmpty() {
        return table.partitions().isEmpty();
    }

    private String view() {
        return "CREATE OR REPLACE VIEW %s AS\n%s".formatted(qualified(table.viewName()), viewQuery());
    }

    /** All columns, each under one name and in the engine's own form. */
    String viewQuery() {
        StringJoiner columns = new StringJoiner(",\n  ");
        for (ViewColumn column : table.viewColumns()) {
            columns.add(viewColumn(column));
        }
        columns.add(sql.quoted(Columns.EXCEPTIONS));
        columns.add(sql.quoted(table.partitionColumn()));
        return "SELECT\n  %s\nFROM %s".formatted(columns, qualified(table.name()));
    }

    private String viewColumn(ViewColumn column) {
        String expression =
                column.parts().stream().map(part -> part(column, part)).collect(Collectors.joining(", "));
        if (column.parts().size() > 1) {
            expression = "coalesce(" + expression + ")";
        }
        String natural = sql.natural(column, expression);
        String name = sql.quoted(column.name());
        return natural.equals(name) ? name : natural + " AS " + name;
    }

    private String part(ViewColumn column, TableColumn part) {
        String name = sql.quoted(part.name());
        return part.type().equals(column.type())
                ? name
                : "CAST(%s AS %s)".formatted(name, sql.queryType(column.type()));
    }

    private String qualified(String name) {
        return sql.quoted(table.database()) + "." + sql.quoted(name);
    }

    /**
     * Lines of a comment: only at the beginning of a statement, where every engine takes them. None ends as a statement
     * does, which is where people's tools split.
     */
    private static Stream<String> comment(String paragraph) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder("--");
        for (String word : Sql.oneLine(paragraph).split(" ", -1)) {
            if (line.length() + 1 + word.length() > WIDTH && line.length() > 2) {
                String last = line.substring(line.lastIndexOf(" "));
                boolean endsStatement = last.endsWith(";");
                lines.add(endsStatement ? line.substring(0, line.length() - last.length()) : line.toString());
                line = new StringBuilder("--  ").append(endsStatement ? last : "");
            }
            line.append(' ').append(word);
        }
        lines.add(line.toString());
        return lines.stream();
    }
}
