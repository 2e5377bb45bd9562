package dev.firn.archiver.service;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.LogContext;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.archiver.http.NamespaceWatch;
import dev.firn.catalog.Pause;
import dev.firn.config.Configuration;
import dev.firn.config.NamespaceConfig;
import dev.firn.config.Schedule;
import dev.firn.config.ServeConfig;
import dev.firn.config.Window;
import dev.firn.lifecycle.HinderedException;
import dev.firn.lifecycle.OpenNamespace;
import dev.firn.lifecycle.Surroundings;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A namespace that is opened when it is first needed, and again after a failure, later each time. A changed configuration
 * opens it anew, while what is in work under the old one ends under that.
 */
final class ServedNamespace implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServedNamespace.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /** Tables of it that are looked at at once. */
    static final int MOST_LOOKS = 2;

    private final String name;
    private final Surroundings surroundings;
    private final NamespaceWatch watcher;
    private final Consumer<ServedNamespace> nowOpen;
    private final Semaphore looks = new Semaphore(MOST_LOOKS);
    private final ReentrantLock opening = new ReentrantLock();
    private final LastStatus lastStatus = new LastStatus();

    // All below under this object's lock.
    private Optional<Configuration> wanted = Optional.empty();
    private Opened opened;
    private FirnException failure;
    private Instant since;
    private Instant retryAt = Instant.MIN;
    private int failures;
    private boolean closed;
    private Optional<FirnException> misconfigured = Optional.empty();
    private List<Pause> pauses = List.of();
    private final AtomicBoolean leftSome = new AtomicBoolean();
    private Optional<HinderedException> hindrance = Optional.empty();
    private final SetBack setBack = new SetBack();

    /** It is no failure: whoever opens it calls for the others. */
    private static final class NotNowException extends FirnException {

        private static final long serialVersionUID = 1;

        NotNowException(String where, String what, String hint) {
            super(Category.PASSING, where, what, hint);
        }
    }

    /** One that is open, as long as somebody uses it. */
    private static final class Opened {
        private final Configuration configuration;
        private final OpenNamespace namespace;
        private int users;
        private boolean retired;

        Opened(Configuration configuration, OpenNamespace namespace) {
            this.configuration = configuration;
            this.namespace = namespace;
        }

        void close() {
            namespace.close();
        }
    }

    /** @param nowOpen called each time it was opened, by the thread that did */
    ServedNamespace(String name, Surroundings surroundings, NamespaceWatch watcher, Consumer<ServedNamespace> nowOpen) {
        this.nowOpen = nowOpen;
        this.name = name;
        this.surroundings = surroundings;
        this.watcher = watcher;
        this.since = surroundings.clock().instant();
    }

    String name() {
        return name;
    }

    Semaphore looks() {
        return looks;
    }

    NamespaceWatch watcher() {
        return watcher;
    }

    /** From now on this configuration holds; another one than before is tried at once. */
    void configure(Configuration configuration) {
        Opened old = null;
        synchronized (this) {
            if (wanted.equals(Optional.of(configuration))) {
                return;
            }
            wanted = Optional.of(configuration);
            retryAt = Instant.MIN;
            failures = 0;
            setBack.forget();
            if (opened != null && !opened.configuration.equals(configuration)) {
                old = retire();
            }
        }
        closeIfIdle(old);
    }

    /** What is wrong with its file while that before holds on, or while it never was right. */
    void misconfigured(Optional<FirnException> problem) {
        synchronized (this) {
            boolean same = misconfigured.map(FirnException::getMessage).equals(problem.map(FirnException::getMessage));
            boolean mended = misconfigured.isPresent() && problem.isEmpty();
            misconfigured = problem;
            if (same) {
                return;
            }
            if (mended) {
                LogContext.on(name, () -> LOG.info("{}: its file is right again", name));
            }
        }
        problem.ifPresent(why -> {
            LogContext.on(name, () -> LOG.warn("{}", why.getMessage()));
            watcher.failed(Optional.empty(), Optional.empty(), why);
        });
    }

    synchronized Optional<FirnException> misconfigured() {
        return misconfigured;
    }

    /** What a person stopped, asked of the catalogue. */
    List<Pause> pauses(OpenNamespace open) {
        List<Pause> now = open.pauses();
        synchronized (this) {
            pauses = now;
        }
        return now;
    }

    /** What a person had stopped when somebody last asked. */
    synchronized List<Pause> pauses() {
        return pauses;
    }

    boolean isPaused(OpenNamespace open, TableName table) {
        return pauses(open).stream().anyMatch(pause -> pause.covers(table));
    }

    /** Whether a standby is too far behind, asked of the database; said where that changes. */
    Optional<HinderedException> hindrance(OpenNamespace open) {
        Optional<HinderedException> now = open.hindrance();
        boolean began;
        synchronized (this) {
            began = hindrance.isEmpty() && now.isPresent();
            if (hindrance.isPresent() && now.isEmpty()) {
                LOG.info("{}: standbys have caught up", name);
            }
            hindrance = now;
        }
        if (began) {
            LOG.warn("{}", now.get().getMessage());
            if (now.get().category() != Category.PASSING) {
                watcher.failed(Optional.empty(), Optional.empty(), now.get());
            }
        }
        return now;
    }

    /** A chunk was left, which a look at its table had found, because of what stops all of them. */
    void leftOne() {
        leftSome.set(true);
    }

    /** Whether some were left since this was last asked: then the end of what stopped them may have been seen before. */
    boolean hasLeftSome() {
        return leftSome.getAndSet(false);
    }

    /** What was in the way of all chunks when somebody last asked, or had one begun. */
    synchronized Optional<HinderedException> hindrance() {
        return hindrance.or(() -> setBack.at(surroundings.clock().instant()));
    }

    /** A chunk was begun in vain, which told what is in the way of it; so it would be with the next. */
    void setBack(HinderedException why, Instant begun) {
        setBack.again(why, begun, surroundings.clock().instant())
                .ifPresent(until -> LOG.warn("{}: no chunk of it is begun before {}: {}", name, until, why.what()));
    }

    boolean isSetBack() {
        return setBack.at(surroundings.clock().instant()).isPresent();
    }

    /** A piece of work failed as a whole; a namespace that is not ready has said so once. */
    void couldNot(Optional<TableName> table, Optional<TimeRange> range, RuntimeException why) {
        if (why instanceof NotNowException || why == failure().orElse(null)) {
            return;
        }
        if (why instanceof FirnException known) {
            LOG.warn("{}", known.getMessage());
            watcher.failed(table, range, known);
            return;
        }
        LOG.error("{}: an error that Firn does not know", name, why);
        watcher.failed(
                table,
                range,
                new FirnException(
                        Category.DATA,
                        name,
                        "working on it: %s; nothing was dropped".formatted(why),
                        "this is an error of Firn itself: please report it with the log",
                        why));
    }

    /** As it holds now; nothing while its file was never read without a problem. */
    synchronized Optional<NamespaceConfig> config() {
        return wanted.map(configuration -> configuration.namespace(name));
    }

    synchronized Optional<ServeConfig> serve() {
        return wanted.map(configuration -> configuration.service().serve());
    }

    Schedule schedule(TableName table) {
        return config().map(config -> config.tables().get(table))
                .flatMap(config -> config.schedule())
                .orElseGet(() -> serve().orElseThrow().schedule());
    }

    /** When one of the things is done that are done for the whole of it. */
    Schedule schedule(Maintenance task) {
        return config().flatMap(config -> task.own().apply(config.hours()))
                .orElseGet(() -> task.usual().apply(serve().orElseThrow().upkeep()));
    }

    ZoneId timeZone() {
        return config().flatMap(config -> config.hours().timeZone())
                .orElseGet(() -> serve().orElseThrow().timeZone());
    }

    Optional<Window> window() {
        return config().flatMap(config -> config.hours().window()).or(() -> serve().flatMap(ServeConfig::window));
    }

    /** Whether chunks may be taken up at this time of the day. */
    boolean isInWindow() {
        return window().map(window -> window.contains(
                        surroundings.clock().instant().atZone(timeZone()).toLocalTime()))
                .orElse(true);
    }

    /** What its database is called where permits are counted: namespaces with one database share them. */
    String database() {
        return config().map(config -> config.database().url().replaceFirst("\\?.*", ""))
                .orElse(name);
    }

    /**
     * Does something with the open namespace, which stays open for as long.
     *
     * @throws FirnException where it cannot be opened, or not yet again; and whatever the work throws
     */
    <T> T use(Function<OpenNamespace, T> work) {
        Opened using = take();
        try {
            return work.apply(using.namespace);
        } finally {
            giveBack(using);
        }
    }

    /** Its database, its store or its catalogue failed as a whole: it is opened anew after a while. */
    void failed(FirnException why) {
        if (why instanceof NotNowException) {
            // Another thread was just opening it, and has by now.
            return;
        }
        Opened old;
        synchronized (this) {
            remember(why);
            old = opened == null ? null : retire();
        }
        closeIfIdle(old);
    }

    /** Why it is not ready, if it is not. */
    synchronized Optional<FirnException> failure() {
        return Optional.ofNullable(failure);
    }

    synchronized boolean isOpen() {
        return opened != null;
    }

    /** When it became ready, or ceased to be. */
    synchronized Instant since() {
        return since;
    }

    /** Whether it would be worth a try to open it. */
    synchronized boolean isDue() {
        return !closed
                && opened == null
                && wanted.isPresent()
                && !surroundings.clock().instant().isBefore(retryAt);
    }

    LastStatus lastStatus() {
        return lastStatus;
    }

    private Opened take() {
        Configuration configuration;
        synchronized (this) {
            requireTry();
            if (opened != null) {
                opened.users++;
                return opened;
            }
            configuration = wanted.orElseThrow();
        }
        // Whoever waits for a database that does not answer shall not have others wait with him.
        if (!opening.tryLock()) {
            throw notNow("another thread is just opening it");
        }
        try {
            return open(configuration);
        } finally {
            opening.unlock();
        }
    }

    private void requireTry() {
        if (closed || wanted.isEmpty()) {
            throw notNow(closed ? "the service is stopping" : "its file has problems");
        }
        if (opened == null && failure != null && surroundings.clock().instant().isBefore(retryAt)) {
            throw failure;
        }
    }

    private Opened open(Configuration configuration) {
        Opened made = null;
        try {
            OpenNamespace namespace = OpenNamespace.serve(configuration, name, surroundings);
            made = new Opened(configuration, namespace);
            namespace.keepFence();
        } catch (FirnException e) {
            if (made != null) {
                made.close();
            }
            synchronized (this) {
                remember(e);
            }
            throw e;
        }
        synchronized (this) {
            if (closed || !wanted.equals(Optional.of(configuration))) {
                made.close();
                throw notNow("its configuration changed meanwhile");
            }
            if (failure != null) {
                LogContext.on(name, () -> LOG.info("{}: open again", name));
            }
            opened = made;
            opened.users++;
            failure = null;
            failures = 0;
            since = surroundings.clock().instant();
        }
        nowOpen.accept(this);
        return made;
    }

    private void remember(FirnException why) {
        Instant now = surroundings.clock().instant();
        if (failure == null || !failure.getMessage().equals(why.getMessage())) {
            LogContext.on(name, () -> LOG.warn("{}", why.getMessage()));
            watcher.failed(Optional.empty(), Optional.empty(), why);
        }
        if (failure == null) {
            since = now;
        }
        failure = why;
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 10));
        retryAt = now.plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
        failures++;
    }

    private Opened retire() {
        Opened old = opened;
        old.retired = true;
        opened = null;
        return old;
    }

    private void giveBack(Opened used) {
        boolean last;
        synchronized (this) {
            used.users--;
            last = used.retired && used.users == 0;
        }
        if (last) {
            used.close();
        }
    }

    private void closeIfIdle(Opened old) {
        boolean idle;
        synchronized (this) {
            idle = old != null && old.users == 0;
        }
        if (idle) {
            old.close();
        }
    }

    private NotNowException notNow(String why) {
        return new NotNowException(
                name, "opening it: " + why + "; nothing was changed", "nothing to do: it is tried again");
    }

    /** Closes it under the hands of whoever uses it. */
    void cut() {
        Opened inUse;
        synchronized (this) {
            closed = true;
            inUse = opened;
        }
        if (inUse != null) {
            inUse.close();
        }
    }

    /** Lets nobody in any more; what is in use is closed by whoever uses it last. */
    @Override
    public void close() {
        Opened old;
        synchronized (this) {
            closed = true;
            old = opened == null ? null : retire();
        }
        closeIfIdle(old);
    }
}
