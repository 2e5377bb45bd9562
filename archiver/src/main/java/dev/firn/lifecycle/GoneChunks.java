package dev.firn.lifecycle;

import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.archive.Promoted;
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
 */
final class GoneChunks {

    private static final Logger LOG = LoggerFactory.getLogger(GoneChunks.class);

    private final TableWork work;
    private final String holder;
    private final boolean madeAnew;

    GoneChunks(TableWork work, String holder) {
        this(work, holder, false);
    }

    /** @param madeAnew the table was lost and is empty: that no chunk is there is known, and no surprise */
    GoneChunks(TableWork work, String holder, boolean madeAnew) {
        this.work = work;
        this.holder = holder;
        this.madeAnew = madeAnew;
    }

    /** @param failed told of each range that could not be settled; the others are */
    void settle(Set<TimeRange> inDatabase, BiConsumer<TimeRange, RuntimeException> failed) {
        Set<TimeRange> archived = new TreeSet<>();
        work.archive().live().forEach(manifest -> archived.add(manifest.range()));
        archived.removeAll(inDatabase);
        for (TimeRange range : archived) {
            try {
                settle(range);
            } catch (RuntimeException e) {
                failed.accept(range, e);
            }
        }
    }

    private void settle(TimeRange range) {
        Optional<ChunkRow> row = work.catalog().chunk(work.key(range));
        boolean known = row.isPresent() && row.get().state() == ChunkState.DROPPED;
        if (!known) {
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

    private void settle(TimeRange range, Claim claim) {
        try {
            if (isBack(range)) {
                return;
            }
            List<Manifest> copies = work.archive().liveOf(range);
            copies.forEach(copy -> work.catalog().recordArchived(claim, ArchivedChunks.of(copy, OptionalLong.empty())));
            work.fence().check();
            for (Manifest copy : copies) {
                Promoted promoted = work.archive().promote(copy);
                work.archive().cleaner().dropIncoming(promoted);
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
