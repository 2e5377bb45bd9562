package dev.firn.lifecycle;

import dev.firn.archive.Manifest;
import dev.firn.catalog.Claim;
import dev.firn.source.ChunkLoader;
import dev.firn.source.Leftover;
import dev.firn.source.LoadOrigin;
import dev.firn.source.StagedRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the copies of a claimed range are loaded and proven while nobody sees them. Closing it removes what is left there,
 * and what workers that died over this table have left.
 */
final class StagingArea implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StagingArea.class);
    private static final Duration SILENT_AT_MOST = Duration.ofMinutes(5);

    private final TableWork work;
    private final ChunkLoader loader;
    private final Claim claim;
    private final Connection connection;
    private final LoadOrigin origin;

    private StagingArea(TableWork work, Claim claim, Connection connection, LoadOrigin origin) {
        this.work = work;
        this.loader = work.source().loader(work.table());
        this.claim = claim;
        this.connection = connection;
        this.origin = origin;
    }

    static StagingArea open(TableWork work, Claim claim) throws SQLException {
        Connection connection = work.connections().getConnection();
        try {
            settle(connection);
            return new StagingArea(work, claim, connection, LoadOrigin.begin(connection));
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** A process that sleeps over its locks must not keep a table's owner from them for ever. */
    static void settle(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET idle_in_transaction_session_timeout = " + SILENT_AT_MOST.toMillis());
        }
        connection.commit();
    }

    /** Not in autocommit, and READ COMMITTED. */
    Connection connection() {
        return connection;
    }

    ChunkLoader loader() {
        return loader;
    }

    /** What a person should know of how its writes are marked. */
    Optional<String> note() {
        return origin.note();
    }

    List<StagedRows> load(List<Manifest> copies, Progress progress, Surroundings surroundings) throws SQLException {
        List<StagedRows> staged = new ArrayList<>();
        for (Unproven rows : loadUnproven(copies, progress, surroundings)) {
            staged.add(prove(rows));
        }
        return staged;
    }

    /** Rows that lie in the database, and nobody has compared them with the manifest yet. */
    record Unproven(StagingLoad load, StagedRows rows) {}

    List<Unproven> loadUnproven(List<Manifest> copies, Progress progress, Surroundings surroundings)
            throws SQLException {
        List<Unproven> loaded = new ArrayList<>();
        for (Manifest copy : copies) {
            StagingLoad load = new StagingLoad(work, loader, copy, progress, surroundings);
            loaded.add(new Unproven(load, load.load(connection, RestoreTokens.of(work, claim, loaded.size()))));
        }
        return loaded;
    }

    StagedRows prove(Unproven rows) throws SQLException {
        rows.load().prove(connection, rows.rows());
        return rows.rows();
    }

    @Override
    public void close() throws SQLException {
        try (connection;
                origin) {
            forget(work, connection, OptionalLong.of(claim.token()));
        }
    }

    /** Removes what workers left that died over this table, also where nothing more is to be loaded. */
    static void sweep(TableWork work) throws SQLException {
        try (Connection connection = work.connections().getConnection()) {
            connection.setAutoCommit(false);
            forget(work, connection, OptionalLong.empty());
        }
    }

    /** @param own token of a claim whose holder is done with it */
    private static void forget(TableWork work, Connection connection, OptionalLong own) {
        ChunkLoader loader = work.source().loader(work.table());
        try {
            connection.rollback();
            // Listed before the claims are: whoever makes a staging table later has his claim by then.
            List<Leftover> leftovers = loader.leftovers(connection);
            if (leftovers.isEmpty()) {
                connection.rollback();
                return;
            }
            List<Long> alive = work.catalog().tokensInForce(work.namespace()).stream()
                    .filter(token -> own.isEmpty() || token != own.getAsLong())
                    .toList();
            for (Leftover leftover : leftovers) {
                if (alive.stream().noneMatch(token -> RestoreTokens.isOf(token, leftover.token()))) {
                    loader.drop(connection, leftover);
                }
                connection.commit();
            }
        } catch (SQLException | RuntimeException e) {
            // The next one over this table removes them.
            LOG.warn(
                    "{}/{}: staging tables could not be removed: {}",
                    work.namespace(),
                    work.table().name(),
                    e.getMessage());
        }
    }
}
