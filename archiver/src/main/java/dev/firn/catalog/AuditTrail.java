package dev.firn.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firn.TableName;
import dev.firn.TimeRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** Writes entries of the audit trail, in the transaction that does what they tell of. */
final class AuditTrail {

    static final String DROPPED = "dropped";
    static final String RESTORED = "restored";

    private static final ObjectMapper JSON = new ObjectMapper();

    private AuditTrail() {}

    static void write(Connection connection, AuditEntry entry) throws SQLException {
        TimeRange range = entry.range().orElse(null);
        Sql.update(
                connection,
                "INSERT INTO firn.audit (namespace, table_schema, table_name, range_start, range_end, range_text,"
                        + " action, token, detail, actor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS jsonb), ?)",
                entry.namespace(),
                entry.table().map(TableName::schema).orElse(null),
                entry.table().map(TableName::name).orElse(null),
                range == null ? null : range.start(),
                range == null ? null : range.end(),
                range == null ? null : range.toString(),
                entry.action(),
                entry.token().isPresent() ? entry.token().getAsLong() : null,
                json(entry.detail()),
                entry.actor());
    }

    /** Whether something was done under a claim: its token belongs to no other, ever. */
    static boolean tells(Connection connection, ChunkKey key, long token, String action) throws SQLException {
        return Sql.exists(
                connection,
                "SELECT 1 FROM firn.audit WHERE " + ChunkKey.MATCHES + " AND token = ? AND action = ?",
                key.values(token, action));
    }

    private static String json(Map<String, ?> detail) {
        try {
            // jsonb cannot hold U+0000; Jackson writes it as an escape, so it is taken out of the escaped form
            return JSON.writeValueAsString(detail).replace("\\u0000", "\\ufffd");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a detail of an audit entry: " + detail, e);
        }
    }
}
