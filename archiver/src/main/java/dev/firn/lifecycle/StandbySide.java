package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.catalog.Catalog;
import dev.firn.catalog.Claim;
import dev.firn.catalog.DatabaseFailures;
import dev.firn.source.Chunk;
import dev.firn.source.ChunkBusyException;
import dev.firn.source.ExportLimits;
import dev.firn.source.ExportSession;
import dev.firn.source.Fingerprint;
import dev.firn.source.StandbyServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;

/**
 * Reads a chunk on a standby. What it shows counts once it shows a sign that was written on the primary after the primary's
 * chunk was looked at: then it has replayed this very primary, up to there at least, and neither a position in the log nor an
 * identifier could say as much of a copy that went another way. And what it shows must be the very tuples that the primary
 * showed. So the fingerprint is the primary's, server and all, and holds for what was read.
 */
final class StandbySide implements ReadSide {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final String NOTHING_DONE = "; nothing was archived and nothing dropped";

    private final TableWork work;
    private final Standby standby;
    private final Claim claim;
    private final Surroundings surroundings;
    private String where;
    private Fingerprint shown;

    StandbySide(TableWork work, Standby standby, Claim claim, Surroundings surroundings) {
        this.work = work;
        this.standby = standby;
        this.claim = claim;
        this.surroundings = surroundings;
        this.where = work.namespace();
    }

    @Override
    public DataSource connections() {
        return standby.connections();
    }

    @Override
    public Connection connect(Chunk chunk) throws SQLException, InterruptedException {
        where = work.where(chunk.range());
        Connection connection = standby.connect();
        try {
            try (Connection primary = work.connections().getConnection()) {
                requireStandby(primary, connection);
                shown = work.source().fingerprint(primary, work.table(), chunk);
            }
            surroundings.faults().reached(Steps.SHOWN);
            await(connection, work.catalog().sign(claim, work.settings().claim().lease()));
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw explained(e);
        } catch (RuntimeException | InterruptedException e) {
            connection.close();
            throw e;
        }
    }

    private void requireStandby(Connection primary, Connection connection) throws SQLException {
        try {
            StandbyServer.requireStandbyOf(primary, connection, where, standby.name());
        } catch (FirnException e) {
            throw HinderedException.of(e);
        }
    }

    /** In no transaction: each look is at what is there by then, and holds nothing back. */
    private void await(Connection connection, Instant sign) throws SQLException, InterruptedException {
        long began = surroundings.pauses().nanoTime();
        Duration pause = FIRST_PAUSE;
        while (!Catalog.shows(connection, claim, sign)) {
            if (surroundings.pauses().nanoTime() - began >= standby.patience().toNanos()) {
                throw tooLate(connection);
            }
            surroundings.pauses().pause(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private HinderedException tooLate(Connection connection) throws SQLException {
        try (Connection primary = work.connections().getConnection()) {
            String how = "it was promoted meanwhile";
            var replay = StandbyServer.replay(connection);
            if (replay.isPresent()) {
                how = "%s at %s, %d KiB behind"
                        .formatted(
                                replay.get().paused() ? "replay is paused" : "it is",
                                replay.get().position(),
                                StandbyServer.behind(primary, replay.get()) >> 10);
            }
            return new HinderedException(
                    Category.PASSING,
                    where,
                    "reading it from %s: within database.read-wait = %d s it did not replay what the primary had written (%s)"
                                    .formatted(
                                            standby.name(), standby.patience().toSeconds(), how)
                            + NOTHING_DONE,
                    "the next run waits again. See pg_stat_replication on the primary and pg_stat_wal_receiver on the standby;"
                            + " without database.read-url the primary is read");
        }
    }

    @Override
    public ExportSession snapshot(Connection connection, Chunk chunk, ExportLimits limits) throws SQLException {
        return ExportSession.openOnStandby(connection, work.source(), work.table(), chunk, limits);
    }

    /** A URL may lead to one of several, and a process number means another process on each. */
    @Override
    public Connection second(Connection first) throws SQLException {
        Connection second = standby.connect();
        if (!StandbyServer.sameServer(first, second)) {
            second.close();
            throw new HinderedException(
                    Category.REFUSED,
                    where,
                    "reading it from %s: two connections led to two servers".formatted(standby.name()) + NOTHING_DONE,
                    "give database.read-url one host, or several without loadBalanceHosts");
        }
        return second;
    }

    @Override
    public Fingerprint agreed(Fingerprint seen) {
        if (!seen.sameTuples(shown)) {
            throw new ChunkBusyException(
                    where,
                    "reading it from %s: it shows other rows than the primary did just before, which were written meanwhile"
                                    .formatted(standby.name())
                            + NOTHING_DONE,
                    null);
        }
        return shown;
    }

    /** Its snapshot would hold all the same, but what is the primary now is an open question. */
    @Override
    public void requireStillGood(Connection connection) throws SQLException {
        if (!StandbyServer.isInRecovery(connection)) {
            throw new HinderedException(
                    Category.PASSING,
                    where,
                    "reading it from %s: it was promoted meanwhile".formatted(standby.name()) + NOTHING_DONE,
                    "see that database.url leads to the primary of now, and database.read-url to a standby of it");
        }
    }

    @Override
    public SQLException explained(SQLException failure) {
        if (RecoveryConflictException.isOne(failure)) {
            throw new RecoveryConflictException(where, DatabaseFailures.reason(failure), failure);
        }
        return failure;
    }

    @Override
    public String note() {
        return ", read on a standby";
    }
}
