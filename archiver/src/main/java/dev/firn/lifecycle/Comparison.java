package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.archive.Manifest;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import dev.firn.catalog.Claim;
import dev.firn.copy.Digest;
import dev.firn.source.Chunk;
import dev.firn.source.Fingerprint;
import dev.firn.types.Column;
import dev.firn.types.RowBatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Compares a chunk with a copy that was published before: by fingerprint where that can tell, else by reading all of it. */
final class Comparison {

    /** What came out. */
    sealed interface Result {

        /** They hold the same rows. */
        record Equal(EqualCopy copy) implements Result {}

        /** The very chunk that was copied, with later changes. */
        record Changed() implements Result {}

        /**
         * Other rows, and nothing says how they came about.
         *
         * @param rows that the chunk has
         * @param comparable whether the columns allow to tell; otherwise its rows may be the same
         * @param fingerprint of what was looked at
         */
        record Divergent(long rows, boolean comparable, Fingerprint fingerprint) implements Result {}
    }

    private final TableWork work;
    private final Claim claim;
    private final Progress progress;
    private final Surroundings surroundings;

    Comparison(TableWork work, Claim claim, Progress progress, Surroundings surroundings) {
        this.work = work;
        this.claim = claim;
        this.progress = progress;
        this.surroundings = surroundings;
    }

    Result compare(Chunk chunk, Manifest manifest) {
        try {
            Optional<EqualCopy> untouched = EqualCopy.ifUntouched(manifest, fingerprint(chunk));
            if (untouched.isPresent()) {
                return new Result.Equal(untouched.get());
            }
            try (RowExport export = RowExport.open(work, chunk, claim, surroundings)) {
                return compare(export, manifest);
            }
        } catch (SQLException e) {
            throw work.failure(chunk.range(), "comparing it with its copy; nothing was dropped", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FirnException(
                    Category.PASSING,
                    work.where(chunk.range()),
                    "comparing it with its copy: interrupted; nothing was dropped",
                    "the next run starts it again",
                    e);
        }
    }

    private Fingerprint fingerprint(Chunk chunk) throws SQLException {
        try (Connection connection = work.connections().getConnection()) {
            return work.source().fingerprint(connection, work.table(), chunk);
        }
    }

    private Result compare(RowExport export, Manifest manifest) throws SQLException, InterruptedException {
        Fingerprint fingerprint = export.what().ofChunk().orElseThrow();
        List<Column> columns =
                TableDescriptions.columns(export.table(), manifest.description().columns());
        boolean asArchived = sameColumns(columns, manifest.description().columns());
        Optional<ChunkRow.LoadedAs> loadedAs = loadedAs(manifest, columns);
        if (asArchived || loadedAs.isPresent()) {
            Digest digest = drain(export, columns);
            Optional<EqualCopy> equal = asArchived
                    ? EqualCopy.ifEqual(manifest, digest, fingerprint)
                            .or(() -> equalToAll(manifest, digest, fingerprint))
                    : Optional.empty();
            equal = equal.or(() -> loadedAs.flatMap(loaded ->
                    EqualCopy.ifAsLoaded(work.archive().liveOf(manifest.range()), loaded, digest, fingerprint)));
            if (equal.isPresent()) {
                return new Result.Equal(equal.get());
            }
        }
        return isItself(manifest, fingerprint)
                        && !Remains.none(
                                work,
                                export.session().connection(),
                                export.session().chunk(),
                                manifest,
                                export.what().rows())
                ? new Result.Changed()
                : new Result.Divergent(export.what().rows(), asArchived || loadedAs.isPresent(), fingerprint);
    }

    /** Not if the range came back beside rows that were archived from this very chunk: then it holds more than them. */
    private boolean isItself(Manifest manifest, Fingerprint now) {
        boolean cameBack = work.catalog()
                .chunk(work.key(manifest.range()))
                .filter(row -> row.state() == ChunkState.RESTORED)
                .isPresent();
        return !cameBack && FingerprintText.sameChunk(manifest.source().fingerprint(), now);
    }

    /** What was loaded back, if the table's columns are still those it had then. */
    private Optional<ChunkRow.LoadedAs> loadedAs(Manifest manifest, List<Column> columns) {
        return work.catalog()
                .chunk(work.key(manifest.range()))
                .flatMap(ChunkRow::loadedAs)
                .filter(loaded -> loaded.columns().equals(StagedDigest.names(columns)))
                .filter(loaded -> work.archive().liveOf(manifest.range()).stream()
                        .allMatch(copy -> work.archive().isPromoted(copy)));
    }

    /** A range that came back holds what its copy and all additions to it hold. */
    private Optional<EqualCopy> equalToAll(Manifest latest, Digest digest, Fingerprint fingerprint) {
        List<Manifest> all = work.archive().liveOf(latest.range());
        boolean comparable = all.size() > 1
                && all.stream()
                        .allMatch(copy -> work.archive().isPromoted(copy)
                                && sameColumns(
                                        copy.description().columns(),
                                        latest.description().columns()));
        return comparable ? EqualCopy.ifEqual(latest, all, digest, fingerprint) : Optional.empty();
    }

    /** Numbers and ids may differ between databases; what the digest runs over may not. */
    static boolean sameColumns(List<Column> now, List<Column> then) {
        return now.size() == then.size()
                && java.util.stream.IntStream.range(0, now.size())
                        .allMatch(i -> now.get(i).name().equals(then.get(i).name())
                                && now.get(i).type().equals(then.get(i).type()));
    }

    private Digest drain(RowExport export, List<Column> columns) throws SQLException, InterruptedException {
        RowBatch only = new RowBatch(
                columns.size(),
                work.settings().copy().batchRows(),
                work.settings().copy().batchBytes());
        RowSink nowhere = new RowSink() {
            @Override
            public RowBatch takeEmpty() {
                only.clear();
                return only;
            }

            @Override
            public void give(RowBatch batch) {
                // Digested already; emptied when it is taken again.
            }
        };
        return export.stream(
                columns, nowhere, new Meter(progress, work.table().name(), export.range(), Progress.Work.COMPARE));
    }
}
