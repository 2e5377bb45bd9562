package dev.firn.catalog;

import dev.firn.TableName;
import dev.firn.TimeRange;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One thing that was done, for the audit trail.
 *
 * @param action a word or two: {@code archived}, {@code dropped}
 * @param token of the claim it was done under
 * @param detail evidence by name; values are strings, numbers, booleans or lists of them
 * @param actor which program did it: host, process and a random part
 */
public record AuditEntry(
        String namespace,
        Optional<TableName> table,
        Optional<TimeRange> range,
        String action,
        OptionalLong token,
        Map<String, ?> detail,
        String actor) {

    public AuditEntry {
        Objects.requireNonNull(token, "token");
        if (namespace.isEmpty() || action.isEmpty() || actor.isEmpty()) {
            throw new IllegalArgumentException("audit of '%s' in '%s' by '%s'".formatted(action, namespace, actor));
        }
        if (range.isPresent() && table.isEmpty()) {
            throw new IllegalArgumentException("audit of '%s': a range %s of no table".formatted(action, range.get()));
        }
        detail = Map.copyOf(detail);
    }

    /** Something done to a whole namespace. */
    public static AuditEntry ofNamespace(String namespace, String action, Map<String, ?> detail, String actor) {
        return new AuditEntry(
                namespace, Optional.empty(), Optional.empty(), action, OptionalLong.empty(), detail, actor);
    }

    /** Something done to a chunk by whoever holds it. */
    public static AuditEntry of(Claim claim, String action, Map<String, ?> detail) {
        ChunkKey key = claim.key();
        return new AuditEntry(
                key.namespace(),
                Optional.of(key.table()),
                Optional.of(key.range()),
                action,
                OptionalLong.of(claim.token()),
                detail,
                claim.holder());
    }

    /** Something done to a chunk without a claim. */
    public static AuditEntry of(ChunkKey key, String action, Map<String, ?> detail, String actor) {
        return new AuditEntry(
                key.namespace(),
                Optional.of(key.table()),
                Optional.of(key.range()),
                action,
                OptionalLong.empty(),
                detail,
                actor);
    }
}
