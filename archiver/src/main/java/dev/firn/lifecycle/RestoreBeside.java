package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.LogContext;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.catalog.Claim;
import dev.firn.lifecycle.RestoreSummary.Outcome;
import dev.firn.lifecycle.RestoreSummary.Result;
import dev.firn.lifecycle.SiblingLoad.Loaded;
import dev.firn.source.RowFilter;
import dev.firn.source.SiblingTable;
import dev.firn.source.SiblingTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads archived rows of one table into a table beside it: whole ranges, or as much of them as is asked for. */
final class RestoreBeside {

    private static final Logger LOG = LoggerFactory.getLogger(RestoreBeside.class);

    private final String holder;
    private final RestoreOptions options;
    private final Progress progress;
    private final Surroundings surroundings;
    private final ScheduledExecutorService timer;

    RestoreBeside(
            String holder,
            RestoreOptions options,
            Progress progress,
            Surroundings surroundings,
            ScheduledExecutorService timer) {
        this.holder = holder;
        this.options = options;
        this.progress = progress;
        this.surroundings = surroundings;
        this.timer = timer;
    }

    List<Result> run(TableWork work, Beside beside) throws SQLException {
        List<ArchivedPiece> pieces = Restore.pieces(work, options.span());
        RowFilter filter;
        try (Connection connection = work.connections().getConnection()) {
            connection.setAutoCommit(false);
            filter = RowFilter.of(connection, work.table(), beside.wheres());
            connection.rollback();
        }
        requireReadable(work, pieces, options.span(), filter);
        SiblingLoad load;
        try (Connection connection = work.connections().getConnection()) {
            connection.setAutoCommit(false);
            SiblingTable sibling = SiblingTables.prepare(
                    connection,
                    work.source(),
                    work.table(),
                    beside.table(work.table().name()),
                    work.namespace());
            connection.commit();
            load = new SiblingLoad(work, sibling, filter, options, progress, surroundings);
        }
        List<Result> results = new ArrayList<>();
        for (List<ArchivedPiece> group : ArchivedPiece.grouped(pieces)) {
            List<Result> loaded = LogContext.answering(
                    work.namespace(), work.table().name(), ArchivedPiece.covered(group), () -> run(work, load, group));
            loaded.forEach(progress::restored);
            results.addAll(loaded);
        }
        return results;
    }

    /** Wherever its rows are besides: what is loaded into a table beside the original is read from the store. */
    static void requireReadable(TableWork work, List<ArchivedPiece> pieces, PositionSpan span, RowFilter filter) {
        RestingFiles resting = new RestingFiles(work.store(), work.namespace());
        for (ArchivedPiece piece : pieces) {
            for (Manifest copy : piece.copies()) {
                resting.look(
                        work.table().name(), CopyPart.of(copy, span, filter).files());
            }
        }
        resting.requireNone("loading it into a table beside its own", "nothing was loaded");
    }

    private List<Result> run(TableWork work, SiblingLoad load, List<ArchivedPiece> listed) {
        Instant started = surroundings.clock().instant();
        TimeRange covered = ArchivedPiece.covered(listed);
        try {
            Optional<Claim> claim = work.catalog()
                    .claim(
                            work.key(covered),
                            holder,
                            Claim.Purpose.RESTORE,
                            work.settings().claim().lease());
            if (claim.isEmpty()) {
                return results(work, listed, Outcome.LEFT, started, List.of(), Optional.empty());
            }
            try (HeldClaim held =
                    new HeldClaim(work.catalog(), claim.get(), work.settings().claim(), timer)) {
                surroundings.faults().reached(RestoreSteps.CLAIMED);
                MissingManifests missing = new MissingManifests(work);
                listed.forEach(missing::requireNone);
                List<ArchivedPiece> pieces = stillThese(work, listed, covered);
                List<Loaded> loaded = load.run(pieces, held);
                LOG.info("{}: loaded into {}", work.where(covered), load);
                return results(work, pieces, Outcome.RESTORED, started, loaded, Optional.empty());
            }
        } catch (FirnException e) {
            return failed(work, listed, started, e);
        } catch (SQLException e) {
            return failed(
                    work,
                    listed,
                    started,
                    work.failure(covered, "loading it into %s; nothing of it was changed".formatted(load), e));
        }
    }

    /** Late rows may have been archived since they were listed; under the claim nothing is any more. */
    private List<ArchivedPiece> stillThese(TableWork work, List<ArchivedPiece> listed, TimeRange covered) {
        List<ArchivedPiece> now =
                ArchivedPiece.byTime(ArchivedPiece.overlapping(work.archive().live(), options.span())).stream()
                        .filter(piece -> piece.range().overlaps(covered))
                        .toList();
        boolean same = now.stream()
                .map(ArchivedPiece::range)
                .toList()
                .equals(listed.stream().map(ArchivedPiece::range).toList());
        if (!same) {
            throw new FirnException(
                    Category.PASSING,
                    work.where(covered),
                    "looking for what is to be loaded: other ranges were archived there meanwhile; nothing was changed",
                    "run it again");
        }
        return now;
    }

    private List<Result> failed(TableWork work, List<ArchivedPiece> pieces, Instant started, FirnException failure) {
        LOG.warn("{}", failure.getMessage());
        return results(work, pieces, Outcome.FAILED, started, List.of(), Optional.of(failure));
    }

    private List<Result> results(
            TableWork work,
            List<ArchivedPiece> pieces,
            Outcome outcome,
            Instant started,
            List<Loaded> loaded,
            Optional<FirnException> failure) {
        Duration took = Duration.between(started, surroundings.clock().instant());
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            Optional<Loaded> of = loaded.isEmpty() ? Optional.empty() : Optional.of(loaded.get(i));
            List<String> notes = new ArrayList<>();
            if (of.isPresent()) {
                notes.add(note(of.get()));
                LeftBehind.note(work.table(), pieces.get(i).copies()).ifPresent(notes::add);
            }
            results.add(new Result(
                    work.table().name(),
                    pieces.get(i).range(),
                    outcome,
                    of.map(Loaded::rows).orElse(0L),
                    of.map(Loaded::bytes).orElse(0L),
                    took,
                    notes,
                    // Told once, though it is about all of them.
                    i == 0 || failure.isEmpty() ? failure : Optional.empty()));
        }
        return results;
    }

    private static String note(Loaded loaded) {
        return loaded.whole()
                ? "all %d rows of it were read, and proven against the manifest".formatted(loaded.read())
                : ("%d rows were read: their pages proven by checksum, the files by size and number of rows, what"
                                + " was loaded against what was read; no digest of the whole")
                        .formatted(loaded.read());
    }
}
