package dev.firn.archiver.service;

import dev.firn.FirnException;
import dev.firn.LogContext;
import dev.firn.TableName;
import dev.firn.catalog.Pause;
import dev.firn.lifecycle.OpenNamespace;
import dev.firn.lifecycle.RequestBell;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes on beside the jobs: files are looked at for changes, broken namespaces are tried again, the end of a pause and
 * the beginning of a window are noticed, and requests are heard as they are made.
 */
final class Tending implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Tending.class);

    /** So many namespaces that do not answer hold up no other. */
    private static final int THREADS = 4;

    private static final Duration LISTENING = Duration.ofSeconds(1);
    private static final Duration PAUSE_OF_THE_DEAF = Duration.ofSeconds(30);

    private final Service service;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(daemon("firn-tending"));
    private final ExecutorService hands = Executors.newFixedThreadPool(THREADS, daemon("firn-tending"));
    private final Set<ServedNamespace> inHand = ConcurrentHashMap.newKeySet();
    private final Map<ServedNamespace, AtWork> atWork = new ConcurrentHashMap<>();
    private final Map<ServedNamespace, Thread> ears = new ConcurrentHashMap<>();
    private volatile boolean closed;
    private volatile Future<?> looking;

    /**
     * What may be worked on.
     *
     * @param may whether anything that is not paused
     * @param paused tables, and nothing for the namespace as a whole
     */
    private record AtWork(boolean may, Set<Optional<TableName>> paused) {

        static final AtWork NOT = new AtWork(false, Set.of());

        boolean any() {
            return may && !paused.contains(Optional.<TableName>empty());
        }

        boolean isMoreThan(AtWork before) {
            return any() && !(before.any() && paused.containsAll(before.paused));
        }
    }

    Tending(Service service) {
        this.service = service;
    }

    void start(Duration every) {
        looking = timer.scheduleWithFixedDelay(this::tend, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tend() {
        try {
            service.reload();
            for (ServedNamespace namespace : service.namespaces().all()) {
                if (inHand.add(namespace)) {
                    hands.execute(() -> LogContext.on(namespace.name(), () -> tend(namespace)));
                }
                ears.computeIfAbsent(namespace, this::listener);
            }
            atWork.keySet().retainAll(service.namespaces().all());
            ears.keySet().retainAll(service.namespaces().all());
        } catch (RejectedExecutionException e) {
            LOG.debug("closed while it looked at the configuration");
        } catch (RuntimeException e) {
            if (closed) {
                LOG.debug("closed while it looked at the configuration", e);
            } else {
                LOG.error("looking at the configuration; it is tried again", e);
            }
        }
    }

    /** Opens it if it is to be tried again, and asks what keeps it from work, which also tells whether it is still there. */
    void tend(ServedNamespace namespace) {
        try {
            if (namespace.isOpen() || namespace.isDue()) {
                namespace.use(open -> {
                    ask(namespace, open);
                    return null;
                });
            }
            AtWork now = new AtWork(
                    namespace.isOpen()
                            && namespace.isInWindow()
                            && namespace.hindrance().isEmpty(),
                    namespace.pauses().stream().map(Pause::table).collect(Collectors.toSet()));
            AtWork before = atWork.put(namespace, now);
            boolean leftSome = now.any() && namespace.hasLeftSome();
            service.statuses().readIfDue(namespace);
            boolean mayLook = service.waiting().isEmpty();
            if (mayLook && (leftSome || (before != null && now.isMoreThan(before)))) {
                service.timetable().lookNow(namespace);
            }
        } catch (FirnException e) {
            atWork.put(namespace, AtWork.NOT);
            if (namespace.isOpen() && !closed) {
                namespace.failed(e);
            }
        } catch (RuntimeException e) {
            if (closed) {
                LOG.debug("{}: closed while it was tended to", namespace.name(), e);
            } else {
                LOG.error("{}: tending to it; it is tried again", namespace.name(), e);
            }
        } finally {
            inHand.remove(namespace);
        }
    }

    /** One question that is not answered is no end of the namespace: what was known holds on, if all else is there. */
    private static void ask(ServedNamespace namespace, OpenNamespace open) {
        try {
            namespace.pauses(open);
        } catch (FirnException e) {
            open.keepFence();
            LOG.warn("{}: what is paused is not known just now, and asked again ({})", namespace.name(), e.what());
        }
        namespace.hindrance(open);
    }

    private Thread listener(ServedNamespace namespace) {
        Thread thread =
                daemon("firn-requests").newThread(() -> LogContext.on(namespace.name(), () -> listen(namespace)));
        thread.start();
        return thread;
    }

    private void listen(ServedNamespace namespace) {
        try {
            while (!closed && service.namespaces().all().contains(namespace)) {
                listenOnce(namespace);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until the connection is lost or the namespace is configured otherwise. */
    private void listenOnce(ServedNamespace namespace) throws InterruptedException {
        var config = namespace.config();
        if (!namespace.isOpen() || config.isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(LISTENING.toMillis());
            return;
        }
        try (RequestBell bell = new RequestBell(config.get())) {
            while (!closed && config.equals(namespace.config()) && namespace.isOpen()) {
                if (bell.await(LISTENING) && service.waiting().isEmpty()) {
                    service.timetable().requestsNow(namespace.name());
                }
            }
        } catch (SQLException e) {
            LOG.debug(
                    "{}: requests are not heard for now, but looked for in time: {}", namespace.name(), e.getMessage());
            TimeUnit.MILLISECONDS.sleep(PAUSE_OF_THE_DEAF.toMillis());
        }
    }

    static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public void close() {
        closed = true;
        if (looking != null) {
            looking.cancel(true);
        }
        timer.shutdownNow();
        hands.shutdownNow();
        ears.values().forEach(Thread::interrupt);
    }
}
