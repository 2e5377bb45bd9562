package dev.firn.lifecycle;

import dev.firn.StreamHead;
import dev.firn.TimeRange;
import dev.firn.archive.Expiry;
import dev.firn.archive.Manifest;
import dev.firn.archive.Presence;
import dev.firn.catalog.ChunkState;
import dev.firn.catalog.HeadWriter;
import dev.firn.catalog.WritePath;
import dev.firn.config.WritePathConfig;
import dev.firn.source.Chunk;
import dev.firn.source.HeadColumns;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes heads from the store where no drop of Firn kept them: the chunk was dropped by somebody else or before the table
 * had a write path, or the catalogue was lost. Only then does it say that the heads of the table are known.
 */
final class HeadRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(HeadRecovery.class);

    private final TableWork work;

    HeadRecovery(TableWork work) {
        this.work = work;
    }

    static WritePath register(TableWork work, WritePathConfig config) {
        return work.catalog()
                .registerWritePath(
                        work.namespace(),
                        work.table().name(),
                        config.onArchived().name().toLowerCase(Locale.ROOT));
    }

    /** The columns that the configuration names, if the table has them. */
    static HeadColumns columns(TableWork work, WritePathConfig config) {
        return HeadColumns.of(work.table(), config.stream(), config.position(), config.globalPosition());
    }

    /** @param chunks that the database has */
    void catchUp(Collection<Chunk> chunks) throws SQLException {
        Optional<WritePathConfig> config = work.config().writePath();
        if (config.isEmpty()) {
            return;
        }
        columns(work, config.get());
        Set<TimeRange> inDatabase = chunks.stream().map(Chunk::range).collect(Collectors.toSet());
        WritePath path = register(work, config.get());
        Set<String> headed = work.catalog().headedCopies(work.namespace());
        boolean all = true;
        for (Manifest manifest : work.archive().live()) {
            boolean missing = !headed.contains(manifest.key()) && wasDropped(manifest.range(), inDatabase);
            if (missing && isOnItsWay(manifest)) {
                all &= isInDatabase(manifest.range(), inDatabase);
            } else if (missing) {
                LOG.info("{}: reading from the archive where its streams end", manifest);
                HeadWriter writer = work.catalog().keepHeadsLater(path);
                new ArchivedHeads(work.store(), manifest, config.get()).writeTo(writer);
                writer.finish(work.key(manifest.range()), manifest.key());
            }
        }
        for (Expiry expiry : work.archive().expiries()) {
            if (!headed.contains(expiry.key()) && expiry.heads().isPresent()) {
                LOG.info("{}: reading where its streams ended", expiry);
                HeadWriter writer = work.catalog().keepHeadsLater(path);
                new HeadsFile(work).read(expiry.heads().get(), some -> {
                    // A stream may come again further down.
                    for (StreamHead head : some) {
                        writer.add(head);
                    }
                    writer.flush();
                });
                writer.finish(work.key(expiry.range()), expiry.key());
            } else if (expiry.heads().isEmpty() && !path.known()) {
                LOG.warn("{}: the table had no write-path then, so where its streams ended is not known", expiry);
            }
        }
        if (!path.known() && all) {
            work.catalog().recordHeadsKnown(path);
        }
    }

    /**
     * Published and not yet in place: by Firn nothing was dropped on the strength of it, and its worker may have died. Whoever
     * puts it in place has its heads read then.
     */
    private boolean isOnItsWay(Manifest manifest) {
        return work.archive().presence(manifest) == Presence.PROMOTABLE;
    }

    private boolean isInDatabase(TimeRange range, Set<TimeRange> inDatabase) {
        return inDatabase.contains(range)
                || work.catalog()
                        .chunk(work.key(range))
                        .filter(row -> row.state() == ChunkState.RESTORED)
                        .isPresent();
    }

    /** Also where a chunk of later rows has taken its place, or where it came back beside such. */
    private boolean wasDropped(TimeRange range, Set<TimeRange> inDatabase) {
        return !inDatabase.contains(range)
                || work.catalog()
                        .chunk(work.key(range))
                        .filter(row -> row.droppedAt().isPresent() || row.state() == ChunkState.RESTORED)
                        .isPresent();
    }
}
