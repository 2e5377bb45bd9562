package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Builds on a staging table the indexes that its table has, so that attaching adopts them instead of building them. */
final class StagingIndexes {

    private static final int LONGEST_NAME = 63;

    /**
     * @param rest of the definition: what follows the name of the table
     * @param constraint what the table's constraint is called that this index stands for
     */
    record Template(
            String name,
            boolean unique,
            boolean recognised,
            String rest,
            Optional<String> constraint,
            String constraintKind,
            Optional<String> tablespace) {}

    // An exclusion constraint cannot be made of an index; attaching builds that one.
    private static final String TEMPLATES =
            """
            SELECT ic.relname, i.indisunique, starts_with(d.definition, d.prefix),
                   substr(d.definition, length(d.prefix) + 1), c.conname,
                   CASE c.contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END,
                   CASE WHEN c.condeferrable THEN ' DEFERRABLE' ELSE '' END
                     || CASE WHEN c.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END,
                   ts.spcname
            FROM pg_index i
            JOIN pg_class ic ON ic.oid = i.indexrelid
            LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid AND c.contype IN ('p', 'u', 'x')
            LEFT JOIN pg_tablespace ts ON ts.oid = ic.reltablespace,
            LATERAL (SELECT pg_get_indexdef(i.indexrelid),
                            format('CREATE %sINDEX %I ON %s%s ', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END,
                                   ic.relname, CASE ic.relkind WHEN 'I' THEN 'ONLY ' ELSE '' END, i.indrelid::regclass)
                    ) AS d(definition, prefix)
            WHERE i.indrelid = ?::oid AND i.indislive AND coalesce(c.contype, 'u') <> 'x'
            ORDER BY i.indexrelid""";

    private StagingIndexes() {}

    static List<Template> templates(Connection connection, Table table) throws SQLException {
        return templates(connection, table.oid());
    }

    private static List<Template> templates(Connection connection, long oid) throws SQLException {
        return PinnedFormats.during(
                connection,
                () -> Query.list(
                        connection,
                        TEMPLATES,
                        row -> new Template(
                                row.getString(1),
                                row.getBoolean(2),
                                row.getBoolean(3),
                                row.getString(4),
                                Optional.ofNullable(row.getString(5)),
                                row.getString(6) + "%s" + row.getString(7),
                                Optional.ofNullable(row.getString(8))),
                        oid));
    }

    /** @param tablespace of those that are no constraint's and that the table has given none */
    static IndexedRows build(Connection connection, StagedRows rows, Optional<String> tablespace) throws SQLException {
        List<Template> templates = templates(connection, rows.table());
        for (int i = 0; i < templates.size(); i++) {
            build(connection, rows, templates.get(i), name(rows, templates, i), tablespace);
        }
        return new IndexedRows(rows, templates);
    }

    /** Makes the table's constraints of the indexes; these are built anew where the table has got others meanwhile. */
    static void complete(Connection connection, IndexedRows indexed, Optional<String> tablespace) throws SQLException {
        StagedRows rows = indexed.rows();
        List<Template> templates = indexed.indexes();
        if (!templates.equals(templates(connection, rows.table()))) {
            for (int i = 0; i < templates.size(); i++) {
                TableName index = new TableName(rows.relation().schema(), name(rows, templates, i));
                Query.execute(connection, "DROP INDEX " + index.quoted());
            }
            templates = build(connection, rows, tablespace).indexes();
        }
        for (int i = 0; i < templates.size(); i++) {
            constrain(connection, rows, templates.get(i), name(rows, templates, i));
        }
    }

    /**
     * Attaching adds what is missing, and leaves what the table does not have any more: a key that was dropped after it was
     * built here would refuse rows for ever. To be asked once it is attached, since nobody can change indexes from then on.
     */
    static void requireThoseOfTheTable(Connection connection, ReadyChunk ready, TableName relation)
            throws SQLException {
        long oid = Query.one(connection, "SELECT ?::regclass::oid", row -> row.getLong(1), relation.quoted());
        if (!essence(templates(connection, oid)).equals(essence(templates(connection, ready.table())))) {
            throw new FirnException(
                    Category.PASSING,
                    ready.toString(),
                    "attaching what was loaded: the table's indexes were changed meanwhile; nothing was attached",
                    "run it again: it builds those that the table has by then");
        }
    }

    /** All but names and places, which are each relation's own. */
    private static List<String> essence(List<Template> templates) {
        return templates.stream()
                .map(each -> "%s %s %s"
                        .formatted(
                                each.unique(), each.constraint().isPresent() ? each.constraintKind() : "", each.rest()))
                .sorted()
                .toList();
    }

    /** Recognisable, and unlike any other in the schema: the token is nobody else's. */
    private static String name(StagedRows rows, List<Template> templates, int i) {
        String start = "firn_%s_%d_".formatted(rows.token(), i + 1);
        String ascii = templates.get(i).name().replaceAll("[^A-Za-z0-9_]", "_");
        return start + ascii.substring(0, Math.min(ascii.length(), LONGEST_NAME - start.length()));
    }

    private static void build(
            Connection connection, StagedRows rows, Template template, String name, Optional<String> tablespace)
            throws SQLException {
        if (!template.recognised()) {
            throw new FirnException(
                    Category.REFUSED,
                    rows.toString(),
                    "building index %s on what was loaded: its definition is none that Firn can read; nothing was attached"
                            .formatted(template.name()),
                    "report this with the definition of the index");
        }
        Optional<String> place =
                template.tablespace().or(() -> template.constraint().isPresent() ? Optional.empty() : tablespace);
        String create = "CREATE %sINDEX %s ON %s %s"
                .formatted(
                        template.unique() ? "UNIQUE " : "",
                        TableName.quote(name),
                        rows.relation().quoted(),
                        template.rest());
        Tablespaces.in(connection, place, () -> Query.execute(connection, create));
    }

    private static void constrain(Connection connection, StagedRows rows, Template template, String name)
            throws SQLException {
        if (template.constraint().isPresent()) {
            Query.execute(
                    connection,
                    "ALTER TABLE %s ADD CONSTRAINT %s %s"
                            .formatted(
                                    rows.relation().quoted(),
                                    TableName.quote(name),
                                    template.constraintKind().formatted(" USING INDEX " + TableName.quote(name))));
        }
    }
}
