package dev.firn.lifecycle;

import dev.firn.catalog.Claim;
import dev.firn.source.Chunk;
import dev.firn.source.ExportLimits;
import dev.firn.source.ExportSession;
import dev.firn.source.Fingerprint;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Where one chunk is read: on the primary, or on a standby. Asked in the order of its methods. Whatever it is, the fingerprint
 * that it answers in the end is one of the primary's, since the drop compares it with another one of the primary.
 */
sealed interface ReadSide permits ReadSide.OnPrimary, StandbySide {

    /** The side that the configuration asks for. */
    static ReadSide of(TableWork work, Claim claim, Surroundings surroundings) {
        return work.standby()
                .<ReadSide>map(standby -> new StandbySide(work, standby, claim, surroundings))
                .orElseGet(() -> new OnPrimary(work));
    }

    /** Its connections, which all lead to one server or are given back by {@link #second}. */
    DataSource connections();

    /** A connection on which a snapshot taken now is good. */
    Connection connect(Chunk chunk) throws SQLException, InterruptedException;

    ExportSession snapshot(Connection connection, Chunk chunk, ExportLimits limits) throws SQLException;

    /** Another connection to the server of the first one. */
    Connection second(Connection first) throws SQLException;

    /**
     * What the drop is to compare with.
     *
     * @param seen in the snapshot
     */
    Fingerprint agreed(Fingerprint seen);

    /** Looks once more, after everything was read and before the snapshot ends. */
    void requireStillGood(Connection connection) throws SQLException;

    /** The failure as one of this side, where it is one. */
    SQLException explained(SQLException failure);

    /** How a manifest calls it, after the database's version. */
    String note();

    /** The ordinary one. */
    record OnPrimary(TableWork work) implements ReadSide {

        @Override
        public DataSource connections() {
            return work.connections();
        }

        @Override
        public Connection connect(Chunk chunk) throws SQLException {
            return work.connections().getConnection();
        }

        @Override
        public ExportSession snapshot(Connection connection, Chunk chunk, ExportLimits limits) throws SQLException {
            return ExportSession.open(connection, work.source(), work.table(), chunk, limits);
        }

        @Override
        public Connection second(Connection first) throws SQLException {
            return work.connections().getConnection();
        }

        @Override
        public Fingerprint agreed(Fingerprint seen) {
            return seen;
        }

        @Override
        public void requireStillGood(Connection connection) {
            // Who restarts it ends the session, too.
        }

        @Override
        public SQLException explained(SQLException failure) {
            return failure;
        }

        @Override
        public String note() {
            return "";
        }
    }
}
