package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.archive.Manifest;
import dev.firn.archive.Manifest.DataFile;
import dev.firn.catalog.ArchivedChunk;
import dev.firn.catalog.ChunkRow;
import dev.firn.lifecycle.RestoreForecast.Range;
import dev.firn.lifecycle.RestoreForecast.Step;
import dev.firn.parquet.ParquetTable;
import dev.firn.parquet.PartialReader;
import dev.firn.source.Chunk;
import dev.firn.source.RowFilter;
import dev.firn.source.SiblingTable;
import dev.firn.source.SiblingTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Looks what bringing ranges of one table back would take, by the same questions that doing it asks first. */
final class Forecasts {

    private final TableWork work;
    private final RestoreOptions options;
    private final Instant now;

    Forecasts(TableWork work, RestoreOptions options, Instant now) {
        this.work = work;
        this.options = options;
        this.now = now;
    }

    /** @param pieces all that is archived of the span */
    List<Range> ofTable(List<ArchivedPiece> pieces) throws SQLException {
        List<Range> ranges = new ArrayList<>();
        ReturnGuards guards = Restore.guards(work, pieces);
        Instant until = options.until(work.config(), now);
        for (ArchivedPiece piece : pieces) {
            List<String> notes = new ArrayList<>();
            Step step = Step.LOAD;
            Optional<FirnException> obstacle = Optional.empty();
            try {
                if (Whereabouts.of(work, piece) == Whereabouts.THERE) {
                    step = Step.THERE;
                    guards.requireLasting(piece.range(), Restore.longer(Restore.held(work, piece), until));
                } else {
                    new MissingManifests(work).requireNone(piece);
                    guards.require(piece.range(), until);
                    notes.addAll(mixed(piece));
                    LeftBehind.note(work.table(), piece.copies()).ifPresent(notes::add);
                }
            } catch (FirnException e) {
                step = Step.IN_THE_WAY;
                obstacle = Optional.of(e);
            }
            ranges.add(range(piece, step, piece.rows(), step == Step.LOAD ? piece.bytes() : 0, notes, obstacle));
        }
        return ranges;
    }

    private List<String> mixed(ArchivedPiece piece) throws SQLException {
        try (Connection connection = work.connections().getConnection()) {
            List<Chunk> over = work.source()
                    .loader(work.table())
                    .placement(connection, piece.range())
                    .overlapping();
            return over.isEmpty()
                    ? List.of()
                    : List.of("rows would be added to %d chunks that lie over it now".formatted(over.size()));
        }
    }

    List<Range> ofSibling(Beside beside) throws SQLException {
        List<ArchivedPiece> pieces = Restore.pieces(work, options.span());
        RowFilter filter;
        Optional<SiblingTable> sibling;
        try (Connection connection = work.connections().getConnection()) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            filter = RowFilter.of(connection, work.table(), beside.wheres());
            sibling = SiblingTables.find(
                    connection,
                    work.source(),
                    work.table(),
                    beside.table(work.table().name()));
            connection.rollback();
        }
        RestoreBeside.requireReadable(work, pieces, options.span(), filter);
        List<Range> ranges = new ArrayList<>();
        for (ArchivedPiece piece : pieces) {
            ranges.add(ofSibling(piece, filter, sibling.isPresent()));
        }
        return ranges;
    }

    private Range ofSibling(ArchivedPiece piece, RowFilter filter, boolean siblingIsThere) {
        long rows = 0;
        long bytes = 0;
        for (Manifest copy : piece.copies()) {
            CopyPart part = CopyPart.of(copy, options.span(), filter);
            ParquetTable parquet =
                    ParquetTable.of(copy.table(), copy.description().columns());
            for (DataFile file : part.files()) {
                if (part.isWhole()) {
                    rows += file.rows();
                    bytes += file.content().size();
                    continue;
                }
                try (PartialReader reader = PartialReader.open(
                        work.store(), file.key(), file.content().size(), file.rows(), parquet, part.conditions())) {
                    rows += reader.rowsChosen();
                    bytes += reader.bytesChosen();
                }
            }
        }
        List<String> notes = new ArrayList<>();
        if (!siblingIsThere) {
            notes.add("the table would be made");
        }
        LeftBehind.note(work.table(), piece.copies()).ifPresent(notes::add);
        return range(piece, Step.LOAD, rows, bytes, notes, Optional.empty());
    }

    private Range range(
            ArchivedPiece piece,
            Step step,
            long rows,
            long bytes,
            List<String> notes,
            Optional<FirnException> obstacle) {
        return new Range(
                work.table().name(),
                piece.range(),
                step,
                piece.copies().size(),
                rows,
                bytes,
                databaseBytes(piece, rows),
                notes,
                obstacle);
    }

    private OptionalLong databaseBytes(ArchivedPiece piece, long rows) {
        List<ArchivedChunk> copies = work.catalog()
                .chunk(work.key(piece.range()))
                .map(ChunkRow::copies)
                .orElse(List.of());
        boolean known = !copies.isEmpty()
                && copies.stream().allMatch(copy -> copy.bytesBefore().isPresent());
        if (!known || piece.rows() == 0) {
            return OptionalLong.empty();
        }
        double before = copies.stream()
                .mapToLong(copy -> copy.bytesBefore().getAsLong())
                .sum();
        return OptionalLong.of(Math.round(before * rows / piece.rows()));
    }
}
