package dev.firn.lifecycle;

import com.zaxxer.hikari.HikariDataSource;
import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.catalog.Claim;
import dev.firn.copy.Digest;
import dev.firn.source.Chunk;
import dev.firn.source.ExportLimits;
import dev.firn.source.ExportSession;
import dev.firn.source.Guest;
import dev.firn.source.Table;
import dev.firn.types.Codecs;
import dev.firn.types.Column;
import dev.firn.types.ColumnCodec;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows as one snapshot sees them: described, fingerprinted and counted when it is opened, and then streamed out by
 * {@code COPY (SELECT …) TO STDOUT (FORMAT binary)}. What was streamed must be exactly what was counted.
 */
final class RowExport implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RowExport.class);
    private static final Duration GUEST_LOOKS_EVERY = Duration.ofSeconds(1);
    private static final Duration IDLE_AT_MOST = Duration.ofMinutes(10);

    private final TableWork work;
    private final Surroundings surroundings;
    private final ReadSide side;
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private final Connection connection;
    private final ExportSession session;
    private final Guest guest;
    private final String database;
    private final Table table;
    private final ExportSubject subject;
    private final Exported what;

    private RowExport(TableWork work, ExportSubject subject, ReadSide side, Surroundings surroundings)
            throws SQLException, InterruptedException {
        this.work = work;
        this.surroundings = surroundings;
        this.side = side;
        this.subject = subject;
        ExportLimits limits = new ExportLimits(
                work.database().statementTimeout(),
                work.database().lockTimeout(),
                IDLE_AT_MOST,
                work.database().snapshotMaxAge());
        try {
            connection = opened(subject.connect(side));
            session = opened(subject.snapshot(side, connection, limits));
            Connection watching = opened(side.second(connection));
            guest = opened(Guest.watch(watching, session, limits, GUEST_LOOKS_EVERY));
            database = connection.getCatalog();
            table = work.source().table(connection, work.table().name());
            what = subject.look(side, table, session);
        } catch (SQLException e) {
            close();
            throw side.explained(e);
        } catch (InterruptedException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** @param claim of the chunk, under which a standby is waited for */
    static RowExport open(TableWork work, Chunk chunk, Claim claim, Surroundings surroundings)
            throws SQLException, InterruptedException {
        return new RowExport(
                work, new ExportSubject.OfChunk(work, chunk), ReadSide.of(work, claim, surroundings), surroundings);
    }

    /** Of what lies in chunks of other bounds. */
    static RowExport open(TableWork work, ExportSubject.OfRange subject, Surroundings surroundings)
            throws SQLException, InterruptedException {
        return new RowExport(work, subject, new ReadSide.OnPrimary(work), surroundings);
    }

    /** The database that is read. */
    String database() {
        return database;
    }

    /** The table as the snapshot sees it. */
    Table table() {
        return table;
    }

    ExportSession session() {
        return session;
    }

    TimeRange range() {
        return subject.range();
    }

    Exported what() {
        return what;
    }

    /** How a manifest calls where it was read. */
    String readFrom() {
        return work.source().info() + side.note();
    }

    /** Streams every row once into the sink, and answers what they digest to. */
    Digest stream(List<Column> columns, RowSink sink, Meter meter) throws SQLException, InterruptedException {
        List<ColumnCodec> codecs = Codecs.of(columns);
        List<String> selected = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            selected.add(codecs.get(i)
                    .selectExpression(TableName.quote(columns.get(i).name())));
        }
        Digest digest = Digest.EMPTY;
        try (meter) {
            meter.start(what.rows());
            for (String select : what.select().of(selected)) {
                digest = digest.plus(copy(
                        select, new CopyPump(work, range(), columns, codecs, meter, surroundings.throttle()), sink));
            }
            side.requireStillGood(connection);
        } catch (SQLException e) {
            if (RecoveryConflictException.isOne(e)) {
                // The standby ends the session next, while it is still in a transaction.
                giveUpConnection();
            }
            throw explained(e);
        }
        requireWhole(digest);
        return digest;
    }

    private Digest copy(String select, CopyPump pump, RowSink sink) throws SQLException, InterruptedException {
        CopyOut copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (" + select + ") TO STDOUT (FORMAT binary)");
        try {
            surroundings.faults().reached(Steps.COPY);
            return pump.run(copy, sink);
        } finally {
            if (copy.isActive()) {
                giveUpConnection();
            }
        }
    }

    /** Stops whatever the session runs; called by another thread. */
    void cancel() {
        try {
            connection.unwrap(PGConnection.class).cancelQuery();
        } catch (SQLException e) {
            LOG.warn("{}: the COPY could not be cancelled: {}", work.where(range()), e.getMessage());
        }
    }

    /** The count comes from the chunk's own books, not from how SELECT reads it: a setting can halve the latter. */
    private void requireWhole(Digest digest) {
        if (digest.rows() != what.rows()) {
            FirnException notWhole = new FirnException(
                    Category.DATA,
                    work.where(range()),
                    "reading it: SELECT gave %d rows, its heap and the metadata of its batches say %d; nothing was"
                                    .formatted(digest.rows(), what.rows())
                            + " archived and nothing dropped",
                    "this database does not read its compressed chunk whole: compare `SELECT count(*)` of the chunk in a"
                            + " fresh session, and look for unusual timescaledb settings or an unfinished upgrade");
            throw subject.explain(what, notWhole);
        }
    }

    private SQLException explained(SQLException cause) {
        SQLException left = side.explained(cause);
        if (guest.reason().isEmpty()) {
            return left;
        }
        throw new FirnException(
                Category.PASSING,
                work.where(range()),
                "reading it: given up, because %s; nothing was archived and nothing dropped"
                        .formatted(guest.reason().get()),
                "nothing to do: Firn tries again later",
                cause);
    }

    /**
     * A COPY that is cut short leaves rows unread, and the driver does not read past them: whoever got the connection next
     * would take them for answers. So it is closed, and the server stopped first, which else would fill its buffers.
     */
    private void giveUpConnection() {
        cancel();
        resources.remove(session);
        try {
            connection.abort(Runnable::run);
            side.connections().unwrap(HikariDataSource.class).evictConnection(connection);
        } catch (SQLException e) {
            LOG.warn("{}: closing the connection of a COPY cut short: {}", work.where(range()), e.getMessage());
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        resources.push(resource);
        return resource;
    }

    /** Ends the snapshot; there is nothing to commit. */
    @Override
    public void close() {
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception e) {
                LOG.debug("closing an export: {}", e.getMessage());
            }
        }
    }
}
