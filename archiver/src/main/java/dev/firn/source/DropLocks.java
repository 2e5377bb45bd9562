package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The checks and locks that come before a drop, the same for chunks and for partitions. */
final class DropLocks {

    private final Connection connection;
    private final Chunk chunk;

    DropLocks(Connection connection, Chunk chunk) {
        this.connection = connection;
        this.chunk = chunk;
    }

    /** Under REPEATABLE READ a row that came late stays unseen, and the look under the lock proves nothing. */
    void requireReadCommitted() throws SQLException {
        if (connection.getAutoCommit()
                || !Query.text(connection, "SHOW transaction_isolation").equals("read committed")) {
            throw new IllegalStateException(chunk + ": the drop needs one READ COMMITTED transaction");
        }
    }

    /** TimescaleDB before 2.29.1 lets any role drop a chunk: ownership is checked here. */
    void requireOwnership(Table table) throws SQLException {
        List<String> notOurs = Query.texts(
                connection,
                """
                SELECT format('%s belongs to %I', oid::regclass, pg_get_userbyid(relowner)) FROM pg_class
                WHERE oid IN (?::oid, ?::oid) AND NOT pg_has_role(relowner, 'USAGE')""",
                table.oid(),
                chunk.oid());
        if (!notOurs.isEmpty()) {
            throw new FirnException(
                    Category.REFUSED,
                    chunk.toString(),
                    "dropping it takes its owner's rights, and %s does not have them: %s; nothing was dropped"
                            .formatted(Query.text(connection, "SELECT current_user"), String.join(", ", notOurs)),
                    "make the role a member of the owner: see `archiver init` or deploy/sql/roles.sql");
        }
    }

    /** Keeps a lock attempt short, also where the caller has set nothing. */
    void limitWait() throws SQLException {
        LockWaits.limit(connection);
    }

    /** Every way of dropping takes these locks anyway; taken first, no upgrade can deadlock with the application. */
    void lockReferencedTables(Table table) throws SQLException {
        List<TableName> referenced = Query.list(
                connection,
                """
                SELECT DISTINCT n.nspname, r.relname, r.oid
                FROM pg_constraint c JOIN pg_class r ON r.oid = c.confrelid JOIN pg_namespace n ON n.oid = r.relnamespace
                WHERE c.contype = 'f' AND c.conrelid IN (?::oid, ?::oid) ORDER BY r.oid""",
                DropLocks::name,
                table.oid(),
                chunk.oid());
        for (TableName name : referenced) {
            lock(name, "which a foreign key of it refers to");
        }
    }

    void lock(TableName relation, String why) throws SQLException {
        try {
            Query.execute(connection, "LOCK TABLE ONLY " + relation.quoted() + " IN ACCESS EXCLUSIVE MODE");
        } catch (SQLException e) {
            throw busy(e, "locking " + relation + ", " + why).orElseThrow(() -> e);
        }
    }

    /** The failure as "busy", where it says that somebody else holds a lock or was faster. */
    Optional<ChunkBusyException> busy(SQLException failure, String doing) {
        return LockWaits.busy(failure, chunk.toString(), doing);
    }

    void requireLocked(long relation) throws SQLException {
        boolean held = Query.one(
                connection,
                """
                SELECT EXISTS (
                  SELECT FROM pg_locks
                  WHERE locktype = 'relation' AND relation = ?::oid AND pid = pg_backend_pid()
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    AND mode = 'AccessExclusiveLock' AND granted)""",
                row -> row.getBoolean(1),
                relation);
        if (!held) {
            throw new IllegalStateException(chunk + ": dropping without the lock");
        }
    }

    /** What was dropped is gone, relation and twin. */
    void requireGone() throws SQLException {
        long twin = chunk.twin().map(Chunk.Twin::oid).orElse(chunk.oid());
        List<String> left = Query.texts(
                connection,
                "SELECT oid::regclass::text FROM pg_class WHERE oid IN (?::oid, ?::oid)",
                chunk.oid(),
                twin);
        if (!left.isEmpty()) {
            throw new FirnException(
                    Category.DATA,
                    chunk.toString(),
                    "the database answered that it was dropped, yet %s is still there; the transaction is not committed"
                            .formatted(String.join(", ", left)),
                    "report this with the versions of PostgreSQL and TimescaleDB");
        }
    }

    private static TableName name(ResultSet row) throws SQLException {
        return new TableName(row.getString(1), row.getString(2));
    }
}
