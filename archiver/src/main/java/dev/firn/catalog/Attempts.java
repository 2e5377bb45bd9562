package dev.firn.catalog;

import dev.firn.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Which copies of a chunk were begun, so that what the dead ones left in the store is known. */
final class Attempts {

    private final Transactions transactions;

    Attempts(Transactions transactions) {
        this.transactions = transactions;
    }

    void record(Claim claim, String attempt) {
        transactions.run(claim.key(), "recording the attempt " + attempt, connection -> {
            Claims.requireHeld(connection, claim, "recording the attempt " + attempt);
            Chunks.ensureKnown(connection, claim.key());
            Sql.update(
                    connection,
                    "INSERT INTO firn.attempt (namespace, table_schema, table_name, range_start, range_end, attempt,"
                            + " token, holder) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    claim.key().values(attempt, claim.token(), claim.holder()));
            return Sql.update(connection, "UPDATE firn.claim SET attempt = ? WHERE token = ?", attempt, claim.token());
        });
    }

    List<Attempt> of(ChunkKey key) {
        return transactions.run(
                key,
                "listing its attempts",
                connection -> Sql.list(
                        connection,
                        row -> new Attempt(
                                key,
                                row.getString("attempt"),
                                row.getLong("token"),
                                row.getString("holder"),
                                Sql.instant(row, "begun_at")),
                        "SELECT attempt, token, holder, begun_at FROM firn.attempt WHERE " + ChunkKey.MATCHES
                                + " ORDER BY token, begun_at",
                        key.values()));
    }

    /** A range that is not known to have come back has come back at the beginning of time. */
    List<Attempt> sinceItCameBack(ChunkKey key) {
        Instant cameBack = transactions.run(key, "looking when it came back", connection -> Sql.list(
                        connection,
                        row -> Sql.optionalInstant(row, "came_back"),
                        "SELECT max(happened_at) AS came_back FROM firn.audit WHERE " + ChunkKey.MATCHES
                                + " AND action = ?",
                        key.values(AuditTrail.RESTORED))
                .get(0)
                .orElse(Instant.MIN));
        return of(key).stream()
                .filter(attempt -> attempt.begunAt().isAfter(cameBack))
                .toList();
    }

    /** Those of a table that were begun that long ago, by the database's clock. */
    List<Attempt> olderThan(String namespace, TableName table, Duration age) {
        return transactions.run(
                namespace + "/" + table,
                "listing old attempts",
                connection -> Sql.list(
                        connection,
                        row -> new Attempt(
                                new ChunkKey(namespace, table, Sql.range(row)),
                                row.getString("attempt"),
                                row.getLong("token"),
                                row.getString("holder"),
                                Sql.instant(row, "begun_at")),
                        "SELECT c.range_kind, range_start, range_end, a.attempt, a.token, a.holder, a.begun_at"
                                + " FROM firn.attempt a"
                                + " JOIN firn.chunk c USING (namespace, table_schema, table_name, range_start, range_end)"
                                + " WHERE namespace = ? AND table_schema = ? AND table_name = ?"
                                + " AND a.begun_at <= clock_timestamp() - ? * interval '1 millisecond'"
                                + " ORDER BY a.token, a.begun_at",
                        namespace,
                        table.schema(),
                        table.name(),
                        age.toMillis()));
    }

    void forget(ChunkKey key, String attempt) {
        transactions.run(
                key,
                "forgetting the attempt " + attempt,
                connection -> Sql.update(
                        connection,
                        "DELETE FROM firn.attempt WHERE " + ChunkKey.MATCHES + " AND attempt = ?",
                        key.values(attempt)));
    }
}
