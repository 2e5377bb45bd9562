package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.source.Chunk;
import dev.firn.source.ChunkBusyException;
import dev.firn.source.ExportLimits;
import dev.firn.source.ExportSession;
import dev.firn.source.Fingerprint;
import dev.firn.source.RangeRows;
import dev.firn.source.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What an export reads. Asked in the order of its methods. */
sealed interface ExportSubject {

    TimeRange range();

    /** A connection on which a snapshot taken now is good. */
    Connection connect(ReadSide side) throws SQLException, InterruptedException;

    ExportSession snapshot(ReadSide side, Connection connection, ExportLimits limits) throws SQLException;

    /** Describes and counts what is to be read, in the snapshot. */
    Exported look(ReadSide side, Table table, ExportSession session) throws SQLException;

    /** Why rows are missing from what was read. */
    FirnException explain(Exported what, FirnException notWhole);

    /** One chunk, the whole of it. */
    record OfChunk(TableWork work, Chunk chunk) implements ExportSubject {

        @Override
        public TimeRange range() {
            return chunk.range();
        }

        @Override
        public Connection connect(ReadSide side) throws SQLException, InterruptedException {
            return side.connect(chunk);
        }

        @Override
        public ExportSession snapshot(ReadSide side, Connection connection, ExportLimits limits) throws SQLException {
            return side.snapshot(connection, chunk, limits);
        }

        @Override
        public Exported look(ReadSide side, Table table, ExportSession session) throws SQLException {
            Chunk now = session.chunk();
            Fingerprint fingerprint = side.agreed(work.source().fingerprint(session.connection(), table, now));
            return new Exported(
                    columns -> List.of(work.source().selectRows(table, now, columns)),
                    work.source().countRows(session.connection(), now),
                    now.relation().toString(),
                    now.compressed(),
                    FingerprintText.of(fingerprint),
                    Optional.of(fingerprint));
        }

        @Override
        public FirnException explain(Exported what, FirnException notWhole) {
            return ShortReads.explain(work, range(), what.ofChunk().orElseThrow(), notWhole);
        }
    }

    /**
     * What lies of an archived range in chunks of other bounds, on the primary.
     *
     * @param chunks all that lie over the range
     * @param needed what was seen of those that held rows of it. Where one is gone by now, or was emptied, that is no edit,
     *     also if rows came since
     * @param former the copy that tells what the range was called, and whether it was compressed
     */
    record OfRange(TableWork work, TimeRange range, List<Chunk> chunks, List<PlacedPart> needed, Manifest former)
            implements ExportSubject {

        public OfRange {
            chunks = List.copyOf(chunks);
            needed = List.copyOf(needed);
        }

        @Override
        public Connection connect(ReadSide side) throws SQLException {
            if (!oids(chunks)
                    .containsAll(oids(needed.stream().map(PlacedPart::chunk).toList()))) {
                throw busy("a chunk over it is gone meanwhile");
            }
            return work.connections().getConnection();
        }

        @Override
        public ExportSession snapshot(ReadSide side, Connection connection, ExportLimits limits) throws SQLException {
            return ExportSession.open(connection, work.source(), work.table(), chunks, limits);
        }

        @Override
        public Exported look(ReadSide side, Table table, ExportSession session) throws SQLException {
            Connection connection = session.connection();
            requireAllOf(
                    work.source().loader(table).placement(connection, range).overlapping());
            RangeRows rows = RangeRows.count(connection, work.source(), table, range, session.chunks());
            requireNoFewer(rows);
            return new Exported(
                    rows::selects,
                    rows.rows(),
                    former.source().relation(),
                    former.source().compressed(),
                    evidence(session.chunks()),
                    Optional.empty());
        }

        /** Not to be taken for the fingerprint of a chunk, ever: what it begins with tells. */
        private static String evidence(List<Chunk> chunks) {
            return chunks.stream()
                    .map(chunk -> "%s %d".formatted(chunk.relation(), chunk.oid()))
                    .collect(Collectors.joining(", ", "rows in chunks of other bounds: ", ""));
        }

        private void requireAllOf(List<Chunk> now) {
            if (!oids(now).equals(oids(chunks))) {
                throw busy("other chunks lie over it by now");
            }
        }

        private void requireNoFewer(RangeRows rows) {
            Map<Long, Long> now = new HashMap<>();
            rows.parts().forEach(part -> now.put(part.chunk().oid(), part.rows()));
            for (PlacedPart part : needed) {
                if (now.getOrDefault(part.chunk().oid(), 0L) < part.found().live()) {
                    throw busy("a chunk over it has fewer rows than a moment ago");
                }
            }
        }

        private ChunkBusyException busy(String why) {
            return new ChunkBusyException(
                    work.where(range),
                    "reading what lies of it in chunks of other bounds: %s; nothing was archived and nothing dropped"
                            .formatted(why),
                    null);
        }

        private static List<Long> oids(List<Chunk> chunks) {
            return chunks.stream().map(Chunk::oid).collect(Collectors.toList());
        }

        /** It was counted in this very snapshot, by reading. */
        @Override
        public FirnException explain(Exported what, FirnException notWhole) {
            return notWhole;
        }
    }
}
