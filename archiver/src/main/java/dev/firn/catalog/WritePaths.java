package dev.firn.catalog;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/** Which tables keep heads, and of which copies they have been kept. */
final class WritePaths {

    /** First half of the advisory locks' key, beside the one of {@link Claims}. */
    private static final int LOCK_SPACE = 0x4649524F;

    private final Transactions transactions;

    WritePaths(Transactions transactions) {
        this.transactions = transactions;
    }

    WritePath register(String namespace, TableName table, String onArchived) {
        return transactions.run(namespace + "/" + table, "registering how its rows are numbered", connection -> {
            Namespaces.require(connection, namespace);
            Sql.update(
                    connection,
                    "INSERT INTO firn.write_path (namespace, table_schema, table_name, on_archived) VALUES (?, ?, ?, ?)"
                            + " ON CONFLICT (table_schema, table_name) DO UPDATE SET on_archived = excluded.on_archived"
                            + " WHERE write_path.namespace = excluded.namespace"
                            + " AND write_path.on_archived <> excluded.on_archived",
                    namespace,
                    table.schema(),
                    table.name(),
                    onArchived);
            WritePath found = find(connection, table);
            if (!found.namespace().equals(namespace)) {
                throw new FirnException(
                        Category.CONFIGURATION,
                        namespace + "/" + table,
                        "registering how its rows are numbered: namespace %s does that already; nothing was changed"
                                .formatted(found.namespace()),
                        "set write-path for the table in one namespace only");
            }
            return found;
        });
    }

    private static WritePath find(Connection connection, TableName table) throws SQLException {
        return Sql.one(
                        connection,
                        WritePaths::read,
                        "SELECT id, namespace, table_schema, table_name, known_since FROM firn.write_path"
                                + " WHERE table_schema = ? AND table_name = ?",
                        table.schema(),
                        table.name())
                .orElseThrow();
    }

    private static WritePath read(ResultSet row) throws SQLException {
        return new WritePath(
                row.getInt("id"),
                row.getString("namespace"),
                new TableName(row.getString("table_schema"), row.getString("table_name")),
                Sql.optionalInstant(row, "known_since").isPresent());
    }

    void recordKnown(WritePath path) {
        transactions.run(
                path.table(),
                "recording that its heads are known",
                connection -> Sql.update(
                        connection,
                        "UPDATE firn.write_path SET known_since = clock_timestamp() WHERE id = ? AND known_since IS NULL",
                        path.id()));
    }

    Set<String> headedCopies(String namespace) {
        return new HashSet<>(transactions.run(
                namespace,
                "listing the copies whose heads were kept",
                connection -> Sql.list(
                        connection,
                        row -> row.getString("manifest_key"),
                        "SELECT manifest_key FROM firn.headed_copy WHERE namespace = ?",
                        namespace)));
    }

    HeadWriter later(WritePath path) {
        return new HeadWriter(work -> transactions.run(path.table(), "keeping heads", work), path);
    }

    /** Until the end of the transaction: one drop of a table after the other. */
    static void lockDrops(Connection connection, WritePath path) throws SQLException {
        Sql.exists(connection, "SELECT pg_advisory_xact_lock(?, ?)", LOCK_SPACE, path.id());
    }
}
