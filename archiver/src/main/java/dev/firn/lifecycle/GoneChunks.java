package dev.firn.lifecycle;

import dev.firn.LogContext;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import dev.firn.catalog.Claim;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Archived ranges whose chunk is not in the database, though nothing says that Firn dropped it: somebody else did, or the
 * catalogue was lost. Their copies are put in place, since no chunk will ever come by to do it, and the books are mended.
 * Where chunks of other bounds lie over such a range, its rows are looked for in them first ({@link LostRange}).
 */
final class GoneChunks {

    private static final Logger LOG = LoggerFactory.getLogger(GoneChunks.class);

    private final TableWork work;
    private final String holder;
    private final Progress progress;
    private final Surroundings surroundings;
    private final boolean insists;
    private final boolean madeAnew;
    private boolean found;

    /**
     * @param insists whether ranges that failed are looked at again before their pause is over
     * @param madeAnew the table was lost and is empty: that no chunk is there is known, and no surprise
     */
    GoneChunks(
            TableWork work,
            String holder,
            Progress progress,
            Surroundings surroundings,
            boolean insists,
            boolean madeAnew) {
        this.work = work;
        this.holder = holder;
        this.progress = progress;
        this.surroundings = surroundings;
        this.insists = insists;
        this.madeAnew = madeAnew;
    }

    /**
     * Answers whether rows were found in chunks of other bounds: what was planned for those does not hold any more.
     *
     * @param failed told of each range that could not be settled; the others are
     */
    boolean settle(Set<TimeRange> inDatabase, BiConsumer<TimeRange, RuntimeException> failed) {
        Set<TimeRange> archived = new TreeSet<>();
        work.archive().live().forEach(manifest -> archived.add(manifest.range()));
        archived.removeAll(inDatabase);
        Set<TimeRange> placed =
                work.catalog().placed(work.namespace(), work.table().name()).keySet();
        for (TimeRange range : archived) {
            boolean covered = inDatabase.stream().anyMatch(range::overlaps);
            try {
                if (!covered || !placed.contains(range)) {
                    LogContext.on(work.namespace(), work.table().name(), range, () -> settle(range, covered));
                }
            } catch (RuntimeException e) {
                failed.accept(range, e);
            }
        }
        return found;
    }

    /** @param covered whether chunks of other bounds lie over it: to look into them takes long */
    private void settle(TimeRange range, boolean covered) {
        Optional<ChunkRow> row = work.catalog().chunk(work.key(range));
        boolean known = row.isPresent() && row.get().state() == ChunkState.DROPPED;
        if (known && !covered && row.get().failure().isPresent()) {
            // Its drop was carried out, but its worker did not learn of that; nobody tries it again, who could succeed.
            work.catalog().clearFailure(work.key(range));
        }
        boolean backingOff = covered
                && !insists
                && row.flatMap(ChunkRow::failure)
                        .filter(failure -> BackOff.holds(work, failure))
                        .isPresent();
        if (!known && !backingOff) {
            work.catalog()
                    .claim(
                            work.key(range),
                            holder,
                            Claim.Purpose.ARCHIVE,
                            work.settings().claim().lease())
                    .ifPresent(claim -> settle(range, claim));
        }
    }

    /** The list of chunks is older than the claim: in between somebody may have brought the range back. */
    private boolean isBack(TimeRange range) {
        try (Connection connection = work.connections().getConnection()) {
            return work.source().chunkAt(connection, work.table(), range).isPresent();
        } catch (SQLException e) {
            throw work.failure(range, "looking whether it is in the database; nothing was changed", e);
        }
    }

    /** Or to drop it: the claim that was waited for may have been that of the drop. */
    private boolean isKnownToBeGone(TimeRange range) {
        return isSaidToBe(range, ChunkState.DROPPED);
    }

    private boolean isSaidToBe(TimeRange range, ChunkState state) {
        return work.catalog()
                .chunk(work.key(range))
                .filter(row -> row.state() == state)
                .isPresent();
    }

    private void settle(TimeRange range, Claim claim) {
        try {
            if (isBack(range) || isKnownToBeGone(range)) {
                return;
            }
            boolean cameBack = isSaidToBe(range, ChunkState.RESTORED);
            List<Manifest> copies = work.archive().liveOf(range);
            copies.forEach(copy -> work.catalog().recordUnseen(claim, ArchivedChunks.of(copy, OptionalLong.empty())));
            work.fence().check();
            for (Manifest copy : copies) {
                new Clearing(work).after(work.archive().promote(copy));
            }
            if (new LostRange(work, range, progress, surroundings).isInOtherChunks(claim, cameBack)) {
                found = true;
                LOG.warn("{}: archived, and found in chunks of other bounds", work.where(range));
                return;
            }
            if (madeAnew) {
                work.catalog().recordMadeAnew(claim, "its table was created from the archive");
                return;
            }
            LOG.warn("{}: archived, and not in the database, though Firn did not record a drop", work.where(range));
            work.catalog().recordFoundDropped(claim, "the chunk is not in the database");
        } finally {
            work.catalog().release(claim);
        }
    }
}
