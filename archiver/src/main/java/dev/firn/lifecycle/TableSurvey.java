package dev.firn.lifecycle;

import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.catalog.ArchivedChunk;
import dev.firn.catalog.ChunkRow;
import dev.firn.lifecycle.guards.Guards;
import dev.firn.lifecycle.guards.Objection;
import dev.firn.source.Chunk;
import dev.firn.source.DropHazards;
import dev.firn.source.RetentionPolicies;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Looks at everything that a decision needs: the chunks, the store, the catalogue. Changes nothing. */
final class TableSurvey {

    private final TableWork work;
    private final Surroundings surroundings;

    TableSurvey(TableWork work, Surroundings surroundings) {
        this.work = work;
        this.surroundings = surroundings;
    }

    /**
     * What a pass would do.
     *
     * @param insists whether chunks are looked at again that failed, or were left alone for a person to decide on
     * @param showing for people: rows are counted too, where that is cheap, in compressed chunks, and what a pass tries, to
     *     be refused in so many words, is shown as what comes of it
     */
    TablePlan plan(boolean insists, boolean showing) throws SQLException {
        List<Manifest> live = work.archive().live();
        List<ChunkRow> rows =
                work.catalog().chunks(work.namespace(), work.table().name());
        double ratio = ratio(rows);
        try (Connection connection = work.connections().getConnection()) {
            TableAlarms alarms = new TableAlarms(work);
            Planner planner = new Planner(
                    work, known(live, rows, alarms.retention(connection)), look(connection, showing), insists);
            List<PlannedChunk> planned = new ArrayList<>();
            List<Chunk> chunks = work.source().chunks(connection, work.table());
            for (Chunk chunk : chunks) {
                // Counting waits for whoever works on the chunk, for as long as that takes.
                boolean cheap = showing
                        && chunk.compressed()
                        && DropHazards.worker(connection, chunk).isEmpty();
                planned.add(new PlannedChunk(
                        chunk,
                        planner.decide(chunk),
                        cheap ? OptionalLong.of(work.source().countRows(connection, chunk)) : OptionalLong.empty(),
                        Double.isNaN(ratio)
                                ? OptionalLong.empty()
                                : OptionalLong.of(Math.round(ratio * chunk.bytes()))));
            }
            return new TablePlan(
                    work.table().name(), planned, alarms.of(connection, chunks, rows, live), Optional.empty());
        }
    }

    /** The chunk of exactly this range, if a pass would take it up now. */
    Optional<Chunk> due(TimeRange range) throws SQLException {
        List<Manifest> live = work.archive().live();
        List<ChunkRow> rows =
                work.catalog().chunks(work.namespace(), work.table().name());
        try (Connection connection = work.connections().getConnection()) {
            Optional<Chunk> chunk = work.source().chunkAt(connection, work.table(), range);
            if (chunk.isEmpty()) {
                return Optional.empty();
            }
            RetentionPolicies retention = new TableAlarms(work).retention(connection);
            Decision decision =
                    new Planner(work, known(live, rows, retention), look(connection, false), false).decide(chunk.get());
            return decision.isWork() ? chunk : Optional.empty();
        }
    }

    private Planner.Look look(Connection connection, boolean showing) throws SQLException {
        Guards guards = work.guards();
        Optional<Objection> always = showing ? work.writePathGuard().objection(connection) : Optional.empty();
        return new Planner.Look() {
            @Override
            public Optional<Objection> objection(Chunk chunk) throws SQLException {
                return always.isPresent() ? always : guards.objection(connection, chunk);
            }

            @Override
            public boolean isStill(Chunk chunk, String fingerprint) throws SQLException {
                return DropHazards.worker(connection, chunk).isPresent()
                        || FingerprintText.of(work.source().fingerprint(connection, work.table(), chunk))
                                .equals(fingerprint);
            }
        };
    }

    private Planner.Known known(List<Manifest> live, List<ChunkRow> rows, RetentionPolicies retention) {
        Map<TimeRange, ChunkRow> byRange = new TreeMap<>();
        rows.forEach(row -> byRange.put(row.key().range(), row));
        return new Planner.Known(
                live,
                byRange,
                work.catalog().claims(work.namespace()),
                work.catalog().holds(work.namespace(), work.table().name()),
                retention,
                surroundings.clock().instant());
    }

    /** Bytes in the store for each byte in the database, of the chunks archived before. */
    private static double ratio(List<ChunkRow> rows) {
        long before = 0;
        long archived = 0;
        for (ChunkRow row : rows) {
            for (ArchivedChunk copy : row.copies()) {
                if (copy.bytesBefore().isPresent()) {
                    before += copy.bytesBefore().getAsLong();
                    archived += copy.bytes();
                }
            }
        }
        return before == 0 ? Double.NaN : (double) archived / before;
    }
}
