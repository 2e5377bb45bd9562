package dev.firn.lifecycle;

import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.catalog.ChunkState;
import dev.firn.catalog.Placed;
import dev.firn.source.Chunk;
import dev.firn.source.ChunkLoader;
import dev.firn.source.Conflicts;
import dev.firn.source.IndexedRows;
import dev.firn.source.LeftOut;
import dev.firn.source.Moved;
import dev.firn.source.OnConflict;
import dev.firn.source.Placement;
import dev.firn.source.ReadyChunk;
import dev.firn.source.StagedRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Puts what was staged of a range into the table: whole, where nothing lies over the range; else the parts that are free
 * become chunks of their own bounds, and the rest is added to the chunks that are there. Then the range is no chunk that
 * could be told from others by its bounds, and the record of it says what {@link TakeOut} needs to know. A copy whose rows
 * are there already ({@link StandingCopy}) is not added again.
 */
final class Placing {

    private final TableWork work;
    private final ChunkLoader loader;
    private final ArchivedPiece piece;
    private final RestoreOptions options;
    private final List<StagedRows> staged;
    private final Optional<StagedRows> standing;
    private final LeftOut away;
    private final Conflicts conflicts;
    private final Placement placement;
    private final List<ReadyChunk> ready = new ArrayList<>();

    /**
     * What became of the rows.
     *
     * @param chunks that hold them
     * @param placed empty where they are a chunk of their own, whole
     */
    record Result(List<Chunk> chunks, Optional<Placed> placed, List<String> notes) {

        Result {
            chunks = List.copyOf(chunks);
            notes = List.copyOf(notes);
        }
    }

    private Placing(
            TableWork work,
            ChunkLoader loader,
            ArchivedPiece piece,
            RestoreOptions options,
            List<StagedRows> staged,
            Optional<StagedRows> standing,
            LeftOut away,
            Conflicts conflicts,
            Placement placement) {
        this.work = work;
        this.loader = loader;
        this.piece = piece;
        this.options = options;
        this.staged = List.copyOf(staged);
        this.standing = standing;
        this.away = away;
        this.conflicts = conflicts;
        this.placement = placement;
    }

    /**
     * Does beforehand what takes long, where nobody waits for it.
     *
     * @param first of what was staged, with the indexes that it has by now
     */
    static Placing prepare(
            Connection connection,
            TableWork work,
            ChunkLoader loader,
            ArchivedPiece piece,
            RestoreOptions options,
            List<StagedRows> staged,
            IndexedRows first)
            throws SQLException {
        Optional<StagedRows> standing = StandingCopy.find(connection, work, piece, staged);
        LeftOut away = new RivalCopies(connection, loader, staged, standing).settle(options.onConflict());
        // Nobody brings back or archives what overlaps this range while it is claimed.
        Conflicts conflicts = new Conflicts(
                OnConflict.valueOf(options.onConflict().name()), new ArchivedBeside(work, piece.range()).notDropped());
        Placing placing = new Placing(
                work,
                loader,
                piece,
                options,
                staged,
                standing,
                away,
                conflicts,
                loader.placement(connection, piece.range()));
        if (placing.placement.isFree()) {
            placing.ready.add(loader.ready(connection, first, placing.compresses()));
        } else {
            placing.ready.addAll(placing.split(connection, staged.get(0), placing.placement.free()));
        }
        return placing;
    }

    /** Whether it was prepared for what lies there now. */
    boolean fits(Connection connection) throws SQLException {
        Placement now = loader.placement(connection, piece.range());
        return now.free().equals(placement.free()) && oids(now).equals(oids(placement));
    }

    private static List<Long> oids(Placement placement) {
        return placement.overlapping().stream().map(Chunk::oid).toList();
    }

    /** In the transaction that makes it visible. */
    Result place(Connection connection) throws SQLException {
        Set<Chunk> chunks = new LinkedHashSet<>();
        List<String> notes = new ArrayList<>();
        List<Long> leftOut = new ArrayList<>(away.kept());
        if (!leftOut.isEmpty()) {
            notes.add("%d archived rows stay away: another copy has different ones with their keys"
                    .formatted(leftOut.size()));
        }
        for (int copy = 0; copy < staged.size(); copy++) {
            StagedRows rows = staged.get(copy);
            Placement now = copy == 0 ? placement : loader.placement(connection, piece.range());
            for (ReadyChunk part : copy == 0 ? ready : split(connection, rows, now.free())) {
                chunks.add(attach(connection, part));
            }
            LeftOut ofCopy = new LeftOut();
            for (Chunk there : now.overlapping()) {
                if (!standing.equals(Optional.of(rows))) {
                    add(connection, rows, there, ofCopy, notes);
                }
                chunks.add(there);
            }
            leftOut.addAll(ofCopy.kept());
            // An equal row that is there on account of another copy must stay when this one goes.
            if (copy > 0 || standing.isPresent() || sharesItsPlace()) {
                leftOut.addAll(ofCopy.equal());
            }
        }
        if (!placement.isFree()) {
            notes.add("in %d chunks of other bounds or with other rows".formatted(chunks.size()));
        }
        boolean alone = placement.isFree() && leftOut.isEmpty();
        return new Result(
                List.copyOf(chunks),
                alone
                        ? Optional.empty()
                        : Optional.of(new Placed(piece.keys(), piece.rows() - leftOut.size(), leftOut)),
                notes);
    }

    private List<ReadyChunk> split(Connection connection, StagedRows rows, List<TimeRange> free) throws SQLException {
        List<ReadyChunk> parts = new ArrayList<>();
        for (TimeRange part : free) {
            if (loader.count(connection, rows, part) > 0) {
                parts.add(
                        loader.ready(connection, loader.split(connection, rows, part, parts.size() + 1), compresses()));
            }
        }
        return parts;
    }

    private Chunk attach(Connection connection, ReadyChunk part) throws SQLException {
        Manifest first = piece.copies().get(0);
        String relation = first.source().relation();
        Optional<String> formerName =
                placement.isFree() ? Optional.of(relation.substring(relation.indexOf('.') + 1)) : Optional.empty();
        return loader.attach(connection, part, compresses(), formerName);
    }

    private boolean compresses() {
        return options.compress() && piece.copies().get(0).source().compressed();
    }

    private void add(Connection connection, StagedRows rows, Chunk into, LeftOut leftOut, List<String> notes)
            throws SQLException {
        Moved moved = loader.move(connection, rows, into, conflicts, leftOut);
        if (moved.equal() + moved.keptLive() + moved.replaced() > 0) {
            notes.add(
                    "%s: %d rows added, %d were there already, %d gave way to others in the table, %d of those gave way"
                            .formatted(rows, moved.added(), moved.equal(), moved.keptLive(), moved.replaced()));
        }
    }

    /** Whether other archived rows may be in the same chunks. */
    private boolean sharesItsPlace() {
        return work.catalog().chunks(work.namespace(), work.table().name()).stream()
                .anyMatch(row -> row.state() == ChunkState.RESTORED
                        && !row.key().range().equals(piece.range())
                        && row.key().range().overlaps(piece.range()));
    }
}
