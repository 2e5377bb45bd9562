package dev.firn.source;

/**
 * What relations take. Measuring one waits for whoever has it locked for himself, for as long as that takes; such a one
 * counts as nothing, so that plans and status answer while a job is at work.
 */
final class Sizes {

    private Sizes() {}

    /** SQL for the bytes of the relation with this OID, with its indexes. */
    static String unlessLocked(String oid) {
        return """
               coalesce(CASE WHEN NOT EXISTS (
                   SELECT FROM pg_locks held
                   WHERE held.locktype = 'relation' AND held.relation = %1$s AND held.mode = 'AccessExclusiveLock'
                     AND held.pid <> pg_backend_pid()
                     AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
                 THEN pg_total_relation_size(%1$s) END, 0)"""
                .formatted(oid);
    }
}
