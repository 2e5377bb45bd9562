package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.LogContext;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.archive.Archive;
import dev.firn.archive.ArchiveLayout;
import dev.firn.archive.Fence;
import dev.firn.catalog.ArchivedChunk;
import dev.firn.catalog.Catalog;
import dev.firn.catalog.Claim;
import dev.firn.catalog.DatabaseFailures;
import dev.firn.catalog.ExpiredCopies;
import dev.firn.catalog.Hold;
import dev.firn.catalog.Pause;
import dev.firn.catalog.RebuildReport;
import dev.firn.catalog.RegisteredNamespace;
import dev.firn.catalog.Requests;
import dev.firn.config.Age;
import dev.firn.config.CatalogSync;
import dev.firn.config.Configuration;
import dev.firn.config.NamespaceConfig;
import dev.firn.config.ServiceConfig;
import dev.firn.config.Share;
import dev.firn.config.TableConfig;
import dev.firn.lifecycle.TablesToRestore.Listed;
import dev.firn.source.Chunk;
import dev.firn.source.ChunkSource;
import dev.firn.source.EventStores;
import dev.firn.source.SiblingTables;
import dev.firn.source.Sources;
import dev.firn.source.Table;
import dev.firn.source.TableClock;
import dev.firn.store.ObjectStore;
import dev.firn.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A namespace with its database, its store and its catalogue open: everything that can be asked of it. */
public final class OpenNamespace implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OpenNamespace.class);

    private static final Duration RAISED_EVERY = Duration.ofMinutes(15);

    private final NamespaceConfig config;
    private final ServiceConfig settings;
    private final Surroundings surroundings;
    private final DatabasePool database;
    private final ObjectStore store;
    private final Catalog catalog;
    private final ChunkSource source;
    private final RegisteredNamespace registered;
    private final String holder;
    private final EngineCatalog engines;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, Threads.daemon("firn-claims"));
    private Instant raised = Instant.MIN;
    private final Optional<Standby> standby;
    private final StandbyLag lag;

    private OpenNamespace(
            Configuration configuration,
            NamespaceConfig config,
            Surroundings surroundings,
            DatabasePool database,
            ObjectStore store)
            throws SQLException {
        this.config = config;
        this.settings = configuration.service();
        this.surroundings = surroundings;
        this.database = database;
        this.store = store;
        this.catalog = Catalog.open(database.connections());
        this.registered = catalog.namespace(config.name())
                .filter(namespace -> namespace.location().isPresent())
                .orElseThrow(() -> notInitialised(config.name()));
        TwiceOwned.refuse(catalog, config.name(), configuration.rivals(config.name()));
        this.holder = Holders.name(surroundings);
        this.lag = new StandbyLag(config, database.connections(), surroundings.pauses());
        this.engines = new EngineCatalog(config, store, surroundings);
        try (Connection connection = database.connections().getConnection()) {
            this.source = Sources.detect(connection);
        }
        this.standby = Standby.of(config, settings.serve().chunksPerDatabase());
    }

    /** Opens the only namespace of this configuration that has this name. */
    public static OpenNamespace open(Configuration configuration, String name, Surroundings surroundings) {
        NamespaceConfig config = configuration.namespace(name);
        surroundings.throttle().limit(configuration.service().limits().bytesPerSecond());
        DatabasePool database =
                DatabasePool.open(config, configuration.service().serve().chunksPerDatabase());
        ObjectStore store = null;
        try {
            store = Stores.open(StoreSettingsOf.location(config.location()), surroundings.requests());
            return new OpenNamespace(configuration, config, surroundings, database, store);
        } catch (SQLException | RuntimeException e) {
            if (store != null) {
                store.close();
            }
            database.close();
            throw e instanceof SQLException sql
                    ? Failures.of(name, "opening the namespace; nothing was changed", sql)
                    : (RuntimeException) e;
        }
    }

    /**
     * The same for a service, to which nobody says that an event store has a new namespace: one that comes from a template is
     * made ready here, if all that takes is a part of catalogue and location that nobody has.
     */
    public static OpenNamespace serve(Configuration configuration, String name, Surroundings surroundings) {
        try {
            return open(configuration, name, surroundings);
        } catch (NotInitialisedException e) {
            if (configuration.namespace(name).template().isEmpty()) {
                throw e;
            }
            Initialiser.Report made = new Initialiser(configuration, name, surroundings).join();
            LOG.info("{}", made.text());
            return open(configuration, name, surroundings);
        }
    }

    /** Why no chunk is to be begun just now, though some may be due: a standby is too far behind. Asked before each. */
    public Optional<HinderedException> hindrance() {
        return lag.hindrance();
    }

    /** What it was opened with. */
    public NamespaceConfig config() {
        return config;
    }

    /** What a pass would do. Changes nothing. */
    public NamespacePlan plan(Optional<TableName> only) {
        List<TablePlan> plans = new ArrayList<>();
        for (TableConfig table : tables(only)) {
            try {
                plans.add(new TableSurvey(work(table, currentEpoch()), surroundings).plan(false, true));
            } catch (SQLException e) {
                plans.add(refused(table, Failures.of(where(table), "planning; nothing was changed", e)));
            } catch (FirnException e) {
                plans.add(refused(table, e));
            }
        }
        return new NamespacePlan(config.name(), source.info(), store.url(), plans);
    }

    /** One pass, now. */
    public PassSummary run(RunOptions options, Progress progress) {
        Collection<TableConfig> tables = tables(options.table());
        String epoch = fence().raise();
        // First: whoever waits for a range does not want it to wait for others to go, nor to go itself just now.
        List<RequestResult> requests = options.chunk().isEmpty()
                ? restoreRequested(options.table(), options.retryFailed(), progress)
                : List.of();
        try (Pass pass = new Pass(worker(progress), options, engines)) {
            for (TableConfig table : tables) {
                try {
                    pass.run(work(table, epoch));
                } catch (SQLException e) {
                    pass.refuse(
                            table.name(),
                            Failures.of(where(table), "looking for due chunks; nothing of it was changed", e));
                } catch (FirnException e) {
                    pass.refuse(table.name(), e);
                }
            }
            return pass.finish(requests, tables.stream().map(TableConfig::name).toList());
        }
    }

    /**
     * The first half of a pass over one table, for a service that gives chunks to many hands: keeps the fence up, settles
     * what was left behind, and answers what is due. May be called for several tables, and while chunks are in work.
     */
    public Enumeration enumerate(TableName name, Progress progress) {
        TableConfig table = config.table(name);
        List<ChunkResult> settled = Collections.synchronizedList(new ArrayList<>());
        try {
            TableWork work = work(table, keepFenceUp());
            TablePlan plan = new Enumerator(work, worker(progress), RunOptions.ALL, settled::add).plan();
            engines.catchUp(name);
            List<TimeRange> due = ChunkChoice.of(work, plan, RunOptions.ALL).stream()
                    .map(Chunk::range)
                    .toList();
            return new Enumeration(name, due, plan.alarms(), settled);
        } catch (SQLException e) {
            throw Failures.of(where(table), "looking for due chunks; nothing of it was changed", e);
        }
    }

    /**
     * The whole way of one chunk, if it still is due: claim, copy, proof, publication, and the drop where that is due too.
     * May be called by several threads at once. What fails becomes the result and is left alone for a while; where it is a
     * {@link HinderedException}, it would be the same with the next chunk, and is no failure of this one.
     *
     * @throws HinderedException where something is in the way of beginning any chunk
     */
    public ChunkResult work(TableName name, TimeRange range, Progress progress) {
        TableConfig table = config.table(name);
        Worker worker = worker(progress);
        Instant started = surroundings.clock().instant();
        return LogContext.answering(config.name(), name, range, () -> {
            try {
                TableWork work = work(table, currentEpoch());
                Optional<Chunk> due = new TableSurvey(work, surroundings).due(range);
                if (due.isEmpty()) {
                    return worker.left(work, range, started);
                }
                lag.requireNone();
                return worked(work, due.get(), worker);
            } catch (SQLException e) {
                throw Failures.of(where(table) + " " + range, "looking it up; nothing was changed", e);
            }
        });
    }

    private ChunkResult worked(TableWork work, Chunk chunk, Worker worker) {
        try (ChunkTask task = new ChunkTask(work, chunk, worker, Optional.empty())) {
            ChunkResult result = task.run();
            if (task.wasCopied()) {
                engines.published(result.table());
            }
            return result;
        }
    }

    /** How long a claim outlives the last sign of life of its worker. */
    public Duration lease() {
        return settings.claim().lease();
    }

    /** Until when another worker's claim on this range holds, unless it is renewed; nothing where nobody has one. */
    public Optional<Instant> claimedUntil(TableName table, TimeRange range) {
        return catalog.claims(config.name()).stream()
                .filter(claim -> claim.key().table().equals(table))
                .filter(claim -> claim.key().range().overlaps(range))
                .map(Claim::expiresAt)
                .max(Comparator.naturalOrder());
    }

    /** Makes sure that database, catalogue and store are there, and that the archive still is this catalogue's. */
    public void keepFence() {
        keepFenceUp();
    }

    /** A fork of the database is shut out once per pass; a service begins one for each table, and all the time. */
    private synchronized String keepFenceUp() {
        Instant now = surroundings.clock().instant();
        if (raised.equals(Instant.MIN) || !now.isBefore(raised.plus(RAISED_EVERY))) {
            String epoch = fence().raise();
            raised = now;
            return epoch;
        }
        fence().check();
        return currentEpoch();
    }

    private Worker worker(Progress progress) {
        return new Worker(holder, timer, progress, surroundings);
    }

    /** Where the rows are now. */
    public NamespaceStatus status(Optional<TableName> only) {
        Optional<AthenaSync> catalogs = config.athena().sync() == CatalogSync.OFF
                ? Optional.empty()
                : Optional.of(AthenaSync.over(config, store, surroundings));
        try {
            return status(only, catalogs);
        } finally {
            catalogs.ifPresent(AthenaSync::close);
        }
    }

    private NamespaceStatus status(Optional<TableName> only, Optional<AthenaSync> catalogs) {
        List<NamespaceStatus.TableStatus> found = new ArrayList<>();
        for (TableConfig table : tables(only)) {
            try {
                found.add(new StatusReader(work(table, currentEpoch()), catalogs).read());
            } catch (SQLException e) {
                found.add(StatusReader.refused(table, Failures.of(where(table), "reading its status", e)));
            } catch (FirnException e) {
                found.add(StatusReader.refused(table, e));
            }
        }
        return new NamespaceStatus(config.name(), source.info(), store.url(), found, pauses(), Uncovered.NONE);
    }

    /** The same of all tables, and what the configuration does not know. */
    public NamespaceStatus status(Neighbours neighbours) {
        return status(Optional.empty()).with(uncovered(neighbours));
    }

    private Uncovered uncovered(Neighbours neighbours) {
        try (Connection connection = database.connections().getConnection()) {
            List<TableName> registered = EventStores.registered(connection);
            if (registered.isEmpty()) {
                return Uncovered.NONE;
            }
            List<TableName> tables = registered.stream()
                    .filter(table -> !neighbours.tables().contains(table)
                            && !config.tables().containsKey(table))
                    .toList();
            return new Uncovered(
                    tables, neighbours.problem().map(why -> "the configuration is not known as a whole: " + why));
        } catch (SQLException e) {
            return new Uncovered(
                    List.of(), Optional.of("its event store was not asked: " + DatabaseFailures.reason(e)));
        }
    }

    /** Brings archived ranges back into their tables. */
    public RestoreSummary restore(RestoreOptions options, Progress progress) {
        TablesToRestore tables = new TablesToRestore(config.name(), options.tables());
        Map<TableName, Listed> listed = list(tables, options.tables(), options.span(), "nothing was loaded");
        tables.requireAny(!listed.isEmpty());
        List<RestoreSummary.Result> results = new ArrayList<>();
        try (Restore restore = new Restore(holder, options, progress, surroundings)) {
            listed.forEach((name, found) -> tables.attempt(
                            name,
                            "bringing it back; each range of it is back whole, or not at all",
                            table -> restore.run(found.work(), found.pieces()))
                    .ifPresent(results::addAll));
        }
        return new RestoreSummary(results, tables.refused(), tables.nothingArchived());
    }

    /** What is archived of each of these tables, once it is known that all of it can be read now. */
    private Map<TableName, Listed> list(
            TablesToRestore tables, Collection<TableName> names, PositionSpan span, String done) {
        names.forEach(config::table);
        Map<TableName, Listed> listed = new LinkedHashMap<>();
        for (TableName name : names) {
            tables.attempt(name, "looking for what is to be brought back; %s of it".formatted(done), table -> {
                        TableWork work = work(config.table(table), currentEpoch());
                        return new Listed(work, Restore.pieces(work, span));
                    })
                    .ifPresent(found -> listed.put(name, found));
        }
        RestingFiles resting = new RestingFiles(store, config.name());
        listed.values().forEach(found -> resting.lookAtWhatComesBack(found.work(), found.pieces()));
        resting.requireNone("bringing it back", done);
        return listed;
    }

    /**
     * Creates these tables where the database lacks them, from the archive alone, and makes the catalogue know what is
     * archived of them. Answers what a person should know of what was made.
     */
    public List<String> create(Collection<TableName> tables, Progress progress) {
        tables.forEach(config::table);
        fence().check();
        List<String> notes = new ArrayList<>();
        TableRecovery recovery = new TableRecovery(config.name(), database.connections(), source.info(), holder);
        for (TableName name : tables) {
            try {
                Archive archive = new Archive(store, new ArchiveLayout(config.name(), name), surroundings.faults());
                notes.addAll(recovery.create(name, archive).orElse(List.of(name + " was there already")));
                recovery.settle(work(config.table(name), currentEpoch()), progress, surroundings);
            } catch (SQLException e) {
                throw Failures.of(
                        where(config.table(name)), "creating it from the archive; running it again goes on", e);
            }
        }
        return notes;
    }

    /**
     * Brings back what was asked for with {@code firn.rehydrate()}; who does so announces it on {@link Requests#CHANNEL}.
     *
     * @param only what was asked for of this table
     * @param impatient also what failed a short while ago
     */
    public List<RequestResult> restoreRequested(Optional<TableName> only, boolean impatient, Progress progress) {
        // A fork of the database has the requests too, and is not to answer them.
        fence().check();
        try (RequestedRestores restores = new RequestedRestores(
                config.name(),
                catalog.requests(),
                name -> work(config.table(name), currentEpoch()),
                holder,
                settings.claim(),
                progress,
                surroundings)) {
            return restores.run(only, impatient);
        }
    }

    /** Loads archived rows of one table, all or some of them, into a table beside it. */
    public RestoreSummary restoreBeside(RestoreOptions options, Beside beside, Progress progress) {
        TableConfig table = only(options, beside);
        try (Restore restore = new Restore(holder, options, progress, surroundings)) {
            return new RestoreSummary(restore.run(work(table, currentEpoch()), beside));
        } catch (SQLException e) {
            throw Failures.of(where(table), "making a table for archived rows; nothing was changed", e);
        }
    }

    private TableConfig only(RestoreOptions options, Beside beside) {
        TableConfig table = config.table(options.tables().get(0));
        TableName name = beside.table(table.name());
        if (options.tables().size() > 1 || config.tables().containsKey(name)) {
            throw new FirnException(
                    Category.REFUSED,
                    where(table),
                    config.tables().containsKey(name)
                            ? "loading archived rows into %s: that table is archived itself, and only ever receives whole chunks of its own; nothing was changed"
                                    .formatted(name)
                            : "loading archived rows of %d tables into one; nothing was changed"
                                    .formatted(options.tables().size()),
                    "give each table a table of its own, which the configuration does not name");
        }
        return table;
    }

    /**
     * What {@link #restore} would do. Changes nothing.
     *
     * @param create after {@link #create}
     */
    public RestoreForecast forecast(RestoreOptions options, boolean create) {
        TablesToRestore tables = new TablesToRestore(config.name(), options.tables());
        List<RestoreForecast.Range> ranges = new ArrayList<>();
        List<TableName> there = new ArrayList<>(options.tables());
        if (create) {
            there.removeAll(forecastLacking(tables, options, ranges));
        }
        list(tables, there, options.span(), "nothing was changed").forEach((name, found) -> tables.attempt(
                        name, "looking for what would be brought back; nothing was changed", table -> new Forecasts(
                                        found.work(),
                                        options,
                                        surroundings.clock().instant())
                                .ofTable(found.pieces()))
                .ifPresent(ranges::addAll));
        tables.requireAny(!ranges.isEmpty());
        return new RestoreForecast(ranges, tables.refused(), tables.nothingArchived());
    }

    /** Answers which of the tables the database lacks, and adds what would be loaded into them. */
    private List<TableName> forecastLacking(
            TablesToRestore tables, RestoreOptions options, List<RestoreForecast.Range> ranges) {
        TableRecovery recovery = new TableRecovery(config.name(), database.connections(), source.info(), holder);
        List<TableName> lacking = new ArrayList<>();
        for (TableName name : options.tables()) {
            config.table(name);
            tables.attempt(name, "looking whether it would be created; nothing was changed", table -> {
                        if (!recovery.isLacking(table)) {
                            return List.<RestoreForecast.Range>of();
                        }
                        lacking.add(table);
                        Archive archive =
                                new Archive(store, new ArchiveLayout(config.name(), table), surroundings.faults());
                        return recovery.forecast(table, archive, store, options.span());
                    })
                    .ifPresent(ranges::addAll);
        }
        return lacking;
    }

    /**
     * What {@link #restoreBeside} would do. Changes nothing.
     *
     * @param create after {@link #create}
     */
    public RestoreForecast forecastBeside(RestoreOptions options, Beside beside, boolean create) {
        TableConfig table = only(options, beside);
        try {
            TablesToRestore tables = new TablesToRestore(config.name(), options.tables());
            List<RestoreForecast.Range> ranges = new ArrayList<>();
            if (!create || forecastLacking(tables, options, ranges).isEmpty()) {
                ranges.addAll(new Forecasts(
                                work(table, currentEpoch()),
                                options,
                                surroundings.clock().instant())
                        .ofSibling(beside));
            }
            tables.requireAny(!ranges.isEmpty());
            return new RestoreForecast(ranges, Map.of(), Map.of());
        } catch (SQLException e) {
            throw Failures.of(where(table), "looking for what would be loaded; nothing was changed", e);
        }
    }

    /** Ends the holds on what came back of these ranges; the next pass drops what is unchanged. Answers which. */
    public List<TimeRange> release(TableName table, PositionSpan span) {
        config.table(table);
        List<TimeRange> released = new ArrayList<>();
        for (Hold hold : catalog.holds(config.name(), table)) {
            TimeRange range = hold.key().range();
            if (range.overlaps(span.resolve(range.kind()))) {
                catalog.liftHold(hold.key(), holder);
                released.add(range);
            }
        }
        return released;
    }

    /** Stops work on the namespace, or on a table of it, on all nodes; answers false where it was stopped already. */
    public boolean pause(Optional<TableName> table) {
        table.ifPresent(config::table);
        return catalog.pause(config.name(), table, holder);
    }

    /** Ends just that pause; answers false where there was none. */
    public boolean resume(Optional<TableName> table) {
        return catalog.resume(config.name(), table, holder);
    }

    /** What a person stopped until further notice. */
    public List<Pause> pauses() {
        return catalog.pauses(config.name());
    }

    /** Every live copy that overlaps the span, by table and range. */
    public List<ArchivedCopy> archived(Optional<TableName> only, PositionSpan span) {
        return new ArchivedCopies(config.name(), catalog, store, surroundings).list(tables(only), span);
    }

    /** What {@link #expire} would do. Changes nothing. */
    public ExpirySummary expiry(Optional<TableName> only) {
        return expiring(only, table -> true, currentEpoch(), Expirer::forecast);
    }

    /**
     * Removes the copies of ranges that are older than their table's {@code expire-after}: the only thing that removes
     * archived rows for good. Refused to a copy of the database.
     */
    public ExpirySummary expire(Optional<TableName> only) {
        return expire(only, table -> true);
    }

    /** The same of all tables that may be; each is asked for when its turn comes. */
    public ExpirySummary expire(Predicate<TableName> may) {
        return expire(Optional.empty(), may);
    }

    private ExpirySummary expire(Optional<TableName> only, Predicate<TableName> may) {
        boolean any = tables(only).stream().anyMatch(OpenNamespace::expires);
        if (!any) {
            return new ExpirySummary(List.of(), Map.of(), List.of());
        }
        ExpirySummary expired = expiring(only, may, fence().raise(), Expirer::run);
        return new ExpirySummary(expired.ranges(), expired.refused(), engines.tellAll(expired.touched()));
    }

    private interface Expiring {
        List<ExpirySummary.Result> of(Expirer expirer) throws SQLException;
    }

    private ExpirySummary expiring(Optional<TableName> only, Predicate<TableName> may, String epoch, Expiring doing) {
        List<ExpirySummary.Result> results = new ArrayList<>();
        Map<TableName, FirnException> refused = new LinkedHashMap<>();
        ScheduledExecutorService timer = Timers.ofClaims();
        try {
            for (TableConfig table : tables(only)) {
                if (expires(table)) {
                    try {
                        if (may.test(table.name())) {
                            results.addAll(doing.of(new Expirer(work(table, epoch), holder, timer, surroundings)));
                        }
                    } catch (SQLException e) {
                        refused.put(table.name(), Failures.of(where(table), "looking for what is to expire", e));
                    } catch (FirnException e) {
                        refused.put(table.name(), e);
                    }
                }
            }
        } finally {
            timer.shutdownNow();
        }
        return new ExpirySummary(results, refused, List.of());
    }

    private static boolean expires(TableConfig table) {
        return !(table.expireAfter() instanceof Age.Never);
    }

    /** Proves archived copies again. */
    public ScrubSummary scrub(Optional<TableName> only, Optional<String> chunk, Progress progress) {
        return new Scrub(config.name(), store, catalog, progress, surroundings).run(tables(only), chunk);
    }

    /** Proves a share of the archive again, by bytes: the copies whose last proof is the oldest. */
    public ScrubSummary scrub(Optional<TableName> only, Share share, Progress progress) {
        return new Scrub(config.name(), store, catalog, progress, surroundings).run(tables(only), share);
    }

    /** The same with the share that is configured, of all tables that may be. */
    public ScrubSummary scrub(Predicate<TableName> may, Progress progress) {
        List<TableConfig> tables = config.tables().values().stream()
                .filter(table -> may.test(table.name()))
                .toList();
        return new Scrub(config.name(), store, catalog, progress, surroundings)
                .run(tables, settings.scrub().share());
    }

    /** Clears away what dead programs left, in the store and in the database. Refused to a copy of the database. */
    public SweepSummary sweep(Optional<TableName> only, boolean dryRun) {
        return sweep(only, settings.janitor().minAge(), dryRun);
    }

    /** The same of all tables that may be; each is asked for when its turn comes. */
    public SweepSummary sweep(Predicate<TableName> may) {
        return sweep(Optional.empty(), may, settings.janitor().minAge(), false);
    }

    SweepSummary sweep(Optional<TableName> only, Duration minAge, boolean dryRun) {
        return sweep(only, table -> true, minAge, dryRun);
    }

    private SweepSummary sweep(Optional<TableName> only, Predicate<TableName> may, Duration minAge, boolean dryRun) {
        fence().check();
        Instant old = StoreClock.now(store, config.name(), surroundings.token()).minus(minAge);
        Janitor.Orders orders = new Janitor.Orders(minAge, old, dryRun);
        List<SweepSummary.Item> items = new ArrayList<>(new ProbeLeftovers(store, config.name(), orders).sweep());
        Map<TableName, FirnException> refused = new LinkedHashMap<>();
        for (TableConfig table : tables(only)) {
            try {
                if (may.test(table.name())) {
                    items.addAll(new Janitor(work(table, currentEpoch()), holder, orders, surroundings.clock()).run());
                }
            } catch (SQLException e) {
                refused.put(table.name(), Failures.of(where(table), "looking for what was left behind", e));
            } catch (FirnException e) {
                refused.put(table.name(), e);
            }
        }
        return new SweepSummary(items, refused);
    }

    /** Makes the catalogue anew from what the store holds. */
    public RebuildReport rebuildCatalog() {
        fence().check();
        RebuildReport report =
                catalog.rebuild(config.name(), config.tables().keySet(), this::inStore, this::expiredInStore, holder);
        recoverHeads();
        return report;
    }

    /** They too are made from the store: until they are here, an application that needs them writes nothing. */
    private void recoverHeads() {
        for (TableConfig table : config.tables().values()) {
            if (table.writePath().isPresent()) {
                try (Connection connection = database.connections().getConnection()) {
                    TableWork work = work(table, currentEpoch());
                    new HeadRecovery(work).catchUp(source.chunks(connection, work.table()));
                } catch (SQLException e) {
                    throw Failures.of(where(table), "making the heads of its streams; the catalogue is rebuilt", e);
                }
            }
        }
    }

    private List<ArchivedChunk> inStore(TableName table) {
        return new Archive(store, new ArchiveLayout(config.name(), table), surroundings.faults())
                .manifests().stream()
                        .map(manifest -> ArchivedChunks.of(manifest, OptionalLong.empty()))
                        .toList();
    }

    private List<ExpiredCopies> expiredInStore(TableName table) {
        return new Archive(store, new ArchiveLayout(config.name(), table), surroundings.faults())
                .expiries().stream()
                        .map(expiry -> ExpiredRanges.of(config.name(), expiry))
                        .toList();
    }

    private Collection<TableConfig> tables(Optional<TableName> only) {
        return only.map(name -> (Collection<TableConfig>) List.of(config.table(name)))
                .orElseGet(() -> config.tables().values());
    }

    TableWork work(TableConfig table, String epoch) throws SQLException {
        try (Connection connection = database.connections().getConnection()) {
            Table described = source.table(connection, table.name());
            SiblingTables.requireNone(connection, described);
            if (!table.archiveAfter().fits(described.timeKind())) {
                throw new FirnException(
                        Category.CONFIGURATION,
                        where(table),
                        "archive-after = %s, and its time column %s is %s; nothing of it was changed"
                                .formatted(
                                        table.archiveAfter(),
                                        described.timeColumn(),
                                        described.timeKind().catalogueName()),
                        "give an age in time for timestamps and dates, and a whole number for integers");
            }
            return new TableWork(
                    config.name(),
                    settings,
                    config.database(),
                    table,
                    described,
                    TableClock.now(connection, described),
                    source,
                    database.connections(),
                    store,
                    new Archive(store, new ArchiveLayout(config.name(), table.name()), surroundings.faults()),
                    catalog,
                    fence(),
                    registered.location().map(RegisteredNamespace.Location::id).orElseThrow(),
                    epoch,
                    surroundings.drops(),
                    standby,
                    lag);
        }
    }

    /** As the catalogue has it now: while this namespace is open, others move it on. */
    private String currentEpoch() {
        return catalog.namespace(config.name())
                .flatMap(RegisteredNamespace::epoch)
                .orElseThrow(() -> notInitialised(config.name()));
    }

    private Fence fence() {
        return Fences.of(catalog, store, registered, surroundings);
    }

    private TablePlan refused(TableConfig table, FirnException why) {
        return new TablePlan(table.name(), List.of(), List.of(), Optional.of(why.what() + ". HINT: " + why.hint()));
    }

    private String where(TableConfig table) {
        return config.name() + "/" + table.name();
    }

    private static FirnException notInitialised(String name) {
        return new NotInitialisedException(name);
    }

    /** Its database has a catalogue that does not know it. */
    private static final class NotInitialisedException extends FirnException {

        private static final long serialVersionUID = 1;

        NotInitialisedException(String name) {
            super(
                    Category.REFUSED,
                    name,
                    "opening it: its database has no catalogue of this namespace; nothing was changed",
                    "run `archiver init " + name + "` first");
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        standby.ifPresent(Standby::close);
        engines.close();
        store.close();
        database.close();
    }
}
