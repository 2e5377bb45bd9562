package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.athena.glue.SyncedTable;
import dev.firn.config.CatalogSync;
import dev.firn.config.NamespaceConfig;
import dev.firn.store.ObjectStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Glue Data Catalog, as far as the configuration wants it told by whatever archives: after each chunk, and of every
 * table once more; and by what removes copies that expire. After a failure it is left alone until that, so that a catalog
 * that does not answer keeps no chunk waiting. Safe for use by several threads.
 */
final class EngineCatalog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EngineCatalog.class);

    private final String namespace;
    private final boolean wanted;
    private final Supplier<AthenaSync> opening;

    /** How many chunks of each table were published, and up to which of them the catalog was told. */
    private final Map<TableName, Long> published = new ConcurrentHashMap<>();

    private final Map<TableName, Long> toldOf = new ConcurrentHashMap<>();
    private volatile boolean failing;
    private AthenaSync sync;

    EngineCatalog(NamespaceConfig config, ObjectStore store, Surroundings surroundings) {
        this.namespace = config.name();
        this.wanted = config.athena().sync() == CatalogSync.ON;
        this.opening = () -> AthenaSync.over(config, store, surroundings);
    }

    /** A chunk of this table was published. */
    void published(TableName table) {
        published.merge(table, 1L, Long::sum);
        if (wanted && !failing) {
            tell(table);
        }
    }

    /** What becomes of tables whose last telling failed, or that were not told of yet. */
    void catchUp(TableName table) {
        if (wanted && !Objects.equals(toldOf.get(table), published.getOrDefault(table, 0L))) {
            tell(table);
        }
    }

    /** What becomes of each table at the end of a pass, or after something of it expired. */
    List<SyncedTable> tellAll(Collection<TableName> tables) {
        return wanted ? tables.stream().map(this::tell).toList() : List.of();
    }

    private SyncedTable tell(TableName table) {
        // What is published from here on may not be in it, whoever else tells of the table meanwhile.
        long upTo = published.getOrDefault(table, 0L);
        SyncedTable synced = told(table);
        synced.changes().forEach(change -> LOG.info("{}: {}", synced.name(), change));
        failing = synced.failure().isPresent();
        if (failing) {
            LOG.warn("{}", synced.failure().get().getMessage());
            toldOf.remove(table);
        } else {
            toldOf.merge(table, upTo, Math::max);
        }
        return synced;
    }

    /** Whatever goes wrong, the copy of which is told is safe, and the chunk it is of goes its way. */
    private SyncedTable told(TableName table) {
        try {
            return opened().sync(table);
        } catch (RuntimeException e) {
            FirnException failure = e instanceof FirnException known
                    ? known
                    : new FirnException(
                            Category.PASSING,
                            namespace + "/" + table,
                            "telling the Glue Data Catalog of it: %s; the archive is not concerned".formatted(e),
                            "`archiver athena sync` tries again",
                            e);
            return new SyncedTable(table, table.toString(), List.of(), Optional.of(failure));
        }
    }

    /** Only when there is something to tell: most that is done with a namespace archives nothing. */
    private synchronized AthenaSync opened() {
        if (sync == null) {
            sync = opening.get();
        }
        return sync;
    }

    @Override
    public synchronized void close() {
        if (sync != null) {
            sync.close();
        }
    }
}
