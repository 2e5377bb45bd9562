package dev.firn.catalog;

import dev.firn.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What a person stopped for a while: each namespace, and each table of it, at most once. */
final class PausedTables {

    private static final String ONE =
            " WHERE namespace = ? AND table_schema IS NOT DISTINCT FROM ? AND table_name IS NOT DISTINCT FROM ?";

    private final Transactions transactions;

    PausedTables(Transactions transactions) {
        this.transactions = transactions;
    }

    boolean pause(String namespace, Optional<TableName> table, String actor) {
        return transactions.run(where(namespace, table), "pausing it", connection -> {
            Namespaces.require(connection, namespace);
            int added = Sql.update(
                    connection,
                    "INSERT INTO firn.pause (namespace, table_schema, table_name, actor) VALUES (?, ?, ?, ?)"
                            + " ON CONFLICT DO NOTHING",
                    namespace,
                    schema(table),
                    name(table),
                    actor);
            audit(connection, added, namespace, table, "paused", actor);
            return added > 0;
        });
    }

    boolean resume(String namespace, Optional<TableName> table, String actor) {
        return transactions.run(where(namespace, table), "resuming it", connection -> {
            int removed = Sql.update(connection, "DELETE FROM firn.pause" + ONE, namespace, schema(table), name(table));
            audit(connection, removed, namespace, table, "resumed", actor);
            return removed > 0;
        });
    }

    List<Pause> of(String namespace) {
        return transactions.run(
                namespace,
                "listing its pauses",
                connection -> Sql.list(
                        connection,
                        row -> new Pause(
                                row.getString("table_name") == null
                                        ? Optional.empty()
                                        : Optional.of(new TableName(
                                                row.getString("table_schema"), row.getString("table_name"))),
                                Sql.instant(row, "paused_at"),
                                row.getString("actor")),
                        "SELECT table_schema, table_name, paused_at, actor FROM firn.pause WHERE namespace = ?"
                                + " ORDER BY table_schema NULLS FIRST, table_name",
                        namespace));
    }

    private static void audit(
            Connection connection,
            int changed,
            String namespace,
            Optional<TableName> table,
            String action,
            String actor)
            throws SQLException {
        if (changed > 0) {
            AuditTrail.write(
                    connection,
                    new AuditEntry(namespace, table, Optional.empty(), action, OptionalLong.empty(), Map.of(), actor));
        }
    }

    private static String where(String namespace, Optional<TableName> table) {
        return namespace + table.map(name -> "/" + name).orElse("");
    }

    private static String schema(Optional<TableName> table) {
        return table.map(TableName::schema).orElse(null);
    }

    private static String name(Optional<TableName> table) {
        return table.map(TableName::name).orElse(null);
    }
}
