package dev.firn.archiver.service;

import dev.firn.LogContext;
import dev.firn.lifecycle.Neighbours;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads where the rows of each open namespace are, for whoever asks this node: on a beat of its own, since neither a window
 * nor a pause, nor a table that cannot be looked at, nor that another node does the work makes what is shown less true.
 */
final class Statuses implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Statuses.class);

    /** So many databases that do not answer hold up the status of no other. */
    private static final int THREADS = 4;

    private final Namespaces namespaces;
    private final Clock clock;
    private final ExecutorService hands = Executors.newFixedThreadPool(THREADS, Tending.daemon("firn-status"));
    private volatile boolean closed;

    Statuses(Namespaces namespaces, Clock clock) {
        this.namespaces = namespaces;
        this.clock = clock;
    }

    /** Somebody was at work on it, whatever came of that. */
    void outdated(ServedNamespace namespace) {
        namespace.lastStatus().outdated();
        readIfDue(namespace);
    }

    /** May be called as often as one likes: a status costs a listing for each table, and stands for a while. */
    void readIfDue(ServedNamespace namespace) {
        if (closed || !namespace.isOpen() || !namespace.lastStatus().begin(clock.instant())) {
            return;
        }
        try {
            hands.execute(() -> LogContext.on(namespace.name(), () -> read(namespace)));
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: closed before its status was read", namespace.name());
        }
    }

    private void read(ServedNamespace namespace) {
        LastStatus status = namespace.lastStatus();
        boolean answered = false;
        try {
            status.begun(clock.instant());
            namespace.use(open -> {
                status.read(clock.instant(), open.status(Neighbours.of(namespaces.configured(), open.config())));
                return null;
            });
            answered = true;
        } catch (RuntimeException e) {
            if (closed) {
                LOG.debug("{}: closed while its status was read", namespace.name(), e);
            } else {
                namespace.couldNot(Optional.empty(), Optional.empty(), e);
            }
        } finally {
            status.ended(clock.instant(), answered);
        }
    }

    @Override
    public void close() {
        closed = true;
        hands.shutdownNow();
    }
}
