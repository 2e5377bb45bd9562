package dev.firn.archiver.service;

import dev.firn.FirnException;
import dev.firn.archiver.http.ServiceMetrics;
import dev.firn.archiver.http.ServiceView;
import dev.firn.archiver.http.Watcher;
import dev.firn.config.LiveConfiguration;
import dev.firn.config.NamespaceRegistry;
import dev.firn.config.ServeConfig;
import dev.firn.config.ServiceConfig;
import dev.firn.lifecycle.EventStoreRegistry;
import dev.firn.lifecycle.Surroundings;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.impl.matchers.GroupMatcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code archiver serve}: works on all namespaces until it is stopped. Whatever ends it, in whatever order, each chunk is in
 * a state from which the next start, or another node, goes on.
 */
public final class Service implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Service.class);

    private static final NamespaceRegistry REGISTRY = new EventStoreRegistry();

    /** So many are free even where all namespaces are at all that they can be at. */
    private static final int SPARE_THREADS = 4;

    /** What is not a chunk: looks at tables, requests, and each kind of maintenance. */
    private static final int THREADS_OF_A_NAMESPACE = ServedNamespace.MOST_LOOKS + 1 + Maintenance.ALL.size();

    private static final int MOST_THREADS = 400;

    /** Until interrupted work must have ended, and again after its connections were cut. */
    private static final Duration LAST_GRACE = Duration.ofSeconds(10);

    private final Path conf;
    private final Surroundings surroundings;
    private final String node;
    private final Instant startedAt;
    private final Namespaces namespaces;
    private final Scheduler scheduler;
    private final Hands hands = new Hands();
    private final Permits permits = new Permits();
    private final Timetable timetable;
    private final Misfires misfires = new Misfires();
    private final Optional<ClusterDatabase> cluster;
    private final Workers workers;
    private final Statuses statuses;
    private final Tending tending;
    private final Arrears arrears;
    private final TakenAtStart takenAtStart;
    private volatile LiveConfiguration live;
    private volatile Optional<FirnException> waiting = Optional.empty();
    private boolean unsettled;
    private volatile List<ServiceView.Node> nodes = List.of();
    private final AtomicBoolean stopped = new AtomicBoolean();

    private Service(
            Path conf,
            Surroundings surroundings,
            ServiceMetrics metrics,
            Watcher.Each others,
            LiveConfiguration live,
            Optional<ClusterDatabase> cluster) {
        this.conf = conf;
        this.surroundings = surroundings;
        this.live = live;
        this.startedAt = surroundings.clock().instant();
        this.node = surroundings.holder();
        ServeConfig serve = live.service().serve();
        this.cluster = cluster;
        Schedulers.Made made = Schedulers.make(serve, cluster, node, threads(live));
        this.scheduler = made.scheduler();
        this.workers = made.workers();
        this.namespaces = new Namespaces(surroundings, metrics, others, this::nowOpen);
        this.statuses = new Statuses(namespaces, surroundings.clock());
        Line line = new Line(scheduler);
        this.arrears = new Arrears(scheduler);
        this.takenAtStart = new TakenAtStart(live.service());
        Desk desk = new Desk(namespaces, scheduler, line, permits, hands, arrears, statuses, surroundings);
        this.timetable = new Timetable(scheduler, line);
        this.tending = new Tending(this);
        try {
            scheduler.setJobFactory(desk);
            scheduler.getListenerManager().addTriggerListener(misfires);
        } catch (SchedulerException e) {
            throw Schedulers.failure("starting the scheduler; nothing was started", e);
        }
    }

    private static int threads(LiveConfiguration live) {
        return Math.min(
                MOST_THREADS,
                live.service().serve().threads()
                        + THREADS_OF_A_NAMESPACE * live.namespaces().size()
                        + SPARE_THREADS);
    }

    /**
     * Starts it; it works on threads of its own.
     *
     * @param metrics counts what is done
     * @param others told of everything, too
     * @throws FirnException where {@code firn.conf} is broken or the cluster's database does not let it in: a broken
     *     namespace is told, and the others are worked on; a database that is away is waited for
     */
    public static Service start(Path conf, Surroundings surroundings, ServiceMetrics metrics, Watcher.Each others) {
        LiveConfiguration live = LiveConfiguration.read(conf, REGISTRY);
        Optional<ClusterDatabase> cluster = live.service().serve().cluster().map(ClusterDatabase::of);
        Service service = null;
        try {
            service = new Service(conf, surroundings, metrics, others, live, cluster);
            service.begin();
            return service;
        } catch (SchedulerException | RuntimeException e) {
            if (service != null) {
                service.close();
            }
            cluster.ifPresent(ClusterDatabase::close);
            throw e instanceof SchedulerException failed
                    ? Schedulers.failure("starting; nothing was started", failed)
                    : (RuntimeException) e;
        }
    }

    private void begin() throws SchedulerException {
        namespaces.configure(live);
        try {
            cluster.ifPresent(ClusterDatabase::prepare);
            serve();
        } catch (FirnException e) {
            if (!e.category().worthRetrying()) {
                throw e;
            }
            waiting = Optional.of(e);
            LOG.warn("{}: it is waited for: {}", node, e.getMessage());
        }
        tending.start(live.service().serve().reloadEvery());
    }

    private void serve() throws SchedulerException {
        timetable.settle(namespaces, surroundings.clock().instant());
        scheduler.start();
        LOG.info(
                "{}: serving {}, {} chunks at once{}",
                node,
                live.namespaces().keySet(),
                live.service().serve().threads(),
                live.service().serve().cluster().isPresent() ? ", with the other nodes of its cluster" : "");
    }

    /** Looks at the files again, and brings everything into line with them. */
    synchronized void reload() {
        LiveConfiguration before = live;
        LiveConfiguration now = before.again(conf, REGISTRY);
        live = now;
        if (!now.problem()
                .map(FirnException::getMessage)
                .equals(before.problem().map(FirnException::getMessage))) {
            now.problem()
                    .ifPresentOrElse(
                            problem -> LOG.warn("{}", problem.getMessage()),
                            () -> LOG.info("firn.conf is right again"));
        }
        takenAtStart.look(now.service()).ifPresent(LOG::warn);
        workers.limit(threads(now));
        namespaces.configure(now);
        if (waiting.isPresent()) {
            tryToServe();
            return;
        }
        cluster.ifPresent(this::lookAt);
        try {
            timetable.settle(namespaces, surroundings.clock().instant());
            settled();
        } catch (SchedulerException e) {
            unsettled(Schedulers.failure("bringing jobs into line; it is tried again", e));
        }
    }

    /** What its cluster's database lacked when it started may be there now. */
    private void tryToServe() {
        try {
            cluster.orElseThrow().prepare();
            serve();
            waiting = Optional.empty();
            settled();
        } catch (FirnException e) {
            waiting = Optional.of(e);
            LOG.debug("{}", e.getMessage());
        } catch (SchedulerException e) {
            unsettled(Schedulers.failure("starting its jobs; it is tried again", e));
        }
    }

    /** Said once, however often it is tried. */
    private void unsettled(FirnException why) {
        if (unsettled || stopped.get()) {
            LOG.debug("{}", why.getMessage());
        } else {
            LOG.warn("{}", why.getMessage());
        }
        unsettled = true;
    }

    private void settled() {
        if (unsettled) {
            LOG.info("{}: jobs are in line again", node);
        }
        unsettled = false;
    }

    private void nowOpen(ServedNamespace namespace) {
        if (waiting.isEmpty()) {
            timetable.lookNow(namespace);
            arrears.settle(namespace);
        }
    }

    /** What all jobs wait for, which are not started before it is there. */
    Optional<FirnException> waiting() {
        return waiting;
    }

    Namespaces namespaces() {
        return namespaces;
    }

    Timetable timetable() {
        return timetable;
    }

    Statuses statuses() {
        return statuses;
    }

    Permits permits() {
        return permits;
    }

    Hands hands() {
        return hands;
    }

    /** What it tells of itself. */
    public ServiceView view() {
        return new View(this);
    }

    Instant startedAt() {
        return startedAt;
    }

    String node() {
        return node;
    }

    /** Sees that the jobs have a place to be in, and which nodes there are. */
    private void lookAt(ClusterDatabase database) {
        try {
            database.mend();
            nodes = database.nodes();
        } catch (SQLException e) {
            LOG.debug("the cluster's database: {}", e.getMessage());
        }
    }

    /** Nodes of the cluster, as they were when somebody last asked. */
    List<ServiceView.Node> nodes() {
        return nodes;
    }

    boolean isClustered() {
        return cluster.isPresent();
    }

    /** What is wrong with {@code firn.conf} while what it said before holds on. */
    Optional<FirnException> problem() {
        return live.problem();
    }

    Scheduler scheduler() {
        return scheduler;
    }

    ServiceView.Jobs counts() {
        long executed = 0;
        try {
            executed = scheduler.getMetaData().getNumberOfJobsExecuted();
        } catch (SchedulerException e) {
            LOG.debug("counting jobs: {}", e.getMessage());
        }
        return new ServiceView.Jobs(timetable.known(), hands.busy(), workers.limit(), executed, misfires.count());
    }

    /** Names of the jobs that come again and again. */
    Set<String> jobs() {
        try {
            Set<String> names = new TreeSet<>();
            scheduler
                    .getJobKeys(GroupMatcher.jobGroupEquals(TableId.ENUMERATIONS))
                    .forEach(key -> names.add(key.getName()));
            return names;
        } catch (SchedulerException e) {
            throw Schedulers.failure("listing jobs", e);
        }
    }

    /** What firn.conf says, as it holds now. */
    public ServiceConfig settings() {
        return live.service();
    }

    /** How long chunks in work may go on once it is to stop. */
    public Duration stopTimeout() {
        return live.service().serve().stopTimeout();
    }

    /**
     * Takes no more work, lets go on what is in work for so long, then interrupts it, and closes everything. Answers
     * whether all of it ended by itself.
     */
    public boolean stop(Duration timeout) {
        if (stopped.getAndSet(true)) {
            return true;
        }
        LOG.info("stopping: {} in work may go on for {}", hands.busy(), timeout);
        hands.stop();
        tending.close();
        statuses.close();
        boolean done = false;
        try {
            scheduler.standby();
            done = hands.await(timeout);
            if (!done) {
                LOG.info("stopping: {} in work are interrupted; the next start goes on", hands.busy());
                hands.interrupt();
                if (!hands.await(LAST_GRACE)) {
                    namespaces.cut();
                    hands.await(LAST_GRACE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            hands.interrupt();
        } catch (SchedulerException e) {
            LOG.warn(
                    "{}",
                    Schedulers.failure("stopping; what is in work goes on at the next start", e)
                            .getMessage());
        }
        end();
        return done;
    }

    private void end() {
        namespaces.close();
        try {
            scheduler.shutdown(hands.busy() == 0);
        } catch (SchedulerException e) {
            LOG.warn("{}", Schedulers.failure("ending the scheduler", e).getMessage());
        }
        LOG.info("stopped");
    }

    /** At once: what is in work is interrupted. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
