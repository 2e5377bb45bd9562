package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.athena.glue.GlueCatalog;
import dev.firn.athena.glue.GlueSettings;
import dev.firn.athena.glue.SyncedTable;
import dev.firn.config.AthenaConfig;
import dev.firn.config.Configuration;
import dev.firn.config.LocationConfig;
import dev.firn.config.NamespaceConfig;
import dev.firn.config.Secret;
import dev.firn.store.ObjectStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * Keeps the Glue Data Catalog in step with a namespace's archive. What it cannot do is told in its answers and never
 * thrown: that queries see something late is no reason to archive any less. Safe for use by several threads.
 */
public final class AthenaSync implements AutoCloseable {

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(20);

    private final ArchivedTables archived;
    private final GlueCatalog catalog;
    private final boolean ownsStore;

    private AthenaSync(ArchivedTables archived, GlueCatalog catalog, boolean ownsStore) {
        this.archived = archived;
        this.catalog = catalog;
        this.ownsStore = ownsStore;
    }

    /** For a program that has nothing of the namespace open; its database is not asked. */
    public static AthenaSync open(Configuration configuration, String namespace, Surroundings surroundings) {
        NamespaceConfig config = configuration.namespace(namespace);
        if (!(config.location() instanceof LocationConfig.S3)) {
            throw new FirnException(
                    Category.REFUSED,
                    namespace,
                    "telling the Glue Data Catalog of it: its archive lies in a directory, which Athena does not read;"
                            + " nothing was changed",
                    "`archiver athena ddl` prints SQL for engines that read directories");
        }
        GlueCatalog catalog = GlueCatalog.open(settings(config));
        try {
            return new AthenaSync(ArchivedTables.open(configuration, namespace, surroundings), catalog, true);
        } catch (RuntimeException e) {
            catalog.close();
            throw e;
        }
    }

    /** For whoever has the store open, and keeps it so. */
    static AthenaSync over(NamespaceConfig config, ObjectStore store, Surroundings surroundings) {
        return new AthenaSync(
                ArchivedTables.over(config, store, surroundings), GlueCatalog.open(settings(config)), false);
    }

    /** Makes the catalog show a table as it is archived now. */
    public SyncedTable sync(TableName table) {
        return catalog.sync(archived.forCatalog(table));
    }

    /** What {@link #sync} would change. Changes nothing. */
    public SyncedTable forecast(TableName table) {
        return catalog.forecast(archived.forCatalog(table));
    }

    /** The names of all configured tables, or of the one that is asked for. */
    public List<TableName> names(Optional<TableName> only) {
        return archived.names(only);
    }

    private static GlueSettings settings(NamespaceConfig config) {
        AthenaConfig athena = config.athena();
        return new GlueSettings(
                athena.endpoint(),
                region(config),
                athena.catalogId(),
                athena.credentials()
                        .map(given -> new GlueSettings.AccessKey(
                                given.accessKeyId().reveal(),
                                given.secretAccessKey().reveal(),
                                given.sessionToken().map(Secret::reveal))),
                athena.views(),
                new GlueSettings.Patience(athena.attempts(), FIRST_BACKOFF, LONGEST_BACKOFF, athena.requestTimeout()));
    }

    private static String region(NamespaceConfig config) {
        if (config.athena().region().isPresent()) {
            return config.athena().region().get();
        }
        try {
            return DefaultAwsRegionProviderChain.builder().build().getRegion().id();
        } catch (SdkClientException e) {
            throw new FirnException(
                    Category.CONFIGURATION,
                    config.name(),
                    "looking for the region of the Glue Data Catalog: neither the configuration nor the environment says"
                            + " it; nothing was started",
                    "set athena.region or location.region in the namespace's file, or AWS_REGION",
                    e);
        }
    }

    @Override
    public void close() {
        catalog.close();
        if (ownsStore) {
            archived.close();
        }
    }
}
