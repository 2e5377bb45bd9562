package dev.firn.catalog;

import dev.firn.FirnException;
import dev.firn.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Remembers when copies were last proven again, by the database's clock, and which did not prove. */
final class Scrubs {

    private final Transactions transactions;

    Scrubs(Transactions transactions) {
        this.transactions = transactions;
    }

    /** @param failure empty where it proved */
    void record(String namespace, TableName table, String manifestKey, Optional<FirnException> failure) {
        transactions.run(
                namespace + "/" + table,
                "recording whether " + manifestKey + " proved again",
                connection -> Sql.update(
                        connection,
                        "INSERT INTO firn.scrub AS s (namespace, manifest_key, table_schema, table_name, tried_at, proven_at,"
                                + " failed_at, failure_message, failure_hint) VALUES (?, ?, ?, ?, clock_timestamp(),"
                                + " CASE WHEN ? THEN clock_timestamp() END, CASE WHEN NOT ? THEN clock_timestamp() END, ?, ?)"
                                + " ON CONFLICT (namespace, manifest_key) DO UPDATE SET tried_at = excluded.tried_at,"
                                + " proven_at = coalesce(excluded.proven_at, s.proven_at),"
                                + " failed_at = CASE WHEN excluded.failed_at IS NOT NULL"
                                + " THEN coalesce(s.failed_at, excluded.failed_at) END,"
                                + " failure_message = excluded.failure_message, failure_hint = excluded.failure_hint",
                        namespace,
                        manifestKey,
                        table.schema(),
                        table.name(),
                        failure.isEmpty(),
                        failure.isEmpty(),
                        failure.map(FirnException::what).orElse(null),
                        failure.map(FirnException::hint).orElse(null)));
    }

    Map<String, ScrubRecord> of(String namespace, TableName table) {
        List<ScrubRecord> found = transactions.run(
                namespace + "/" + table,
                "listing when its copies were last proven",
                connection -> Sql.list(
                        connection,
                        Scrubs::read,
                        "SELECT manifest_key, tried_at, failed_at, failure_message, failure_hint FROM firn.scrub"
                                + " WHERE namespace = ? AND table_schema = ? AND table_name = ?",
                        namespace,
                        table.schema(),
                        table.name()));
        Map<String, ScrubRecord> byKey = new HashMap<>();
        found.forEach(record -> byKey.put(record.manifestKey(), record));
        return Map.copyOf(byKey);
    }

    private static ScrubRecord read(ResultSet row) throws SQLException {
        String message = row.getString("failure_message");
        return new ScrubRecord(
                row.getString("manifest_key"),
                Sql.instant(row, "tried_at"),
                message == null
                        ? Optional.empty()
                        : Optional.of(new ScrubRecord.Failure(
                                Sql.instant(row, "failed_at"), message, row.getString("failure_hint"))));
    }
}
