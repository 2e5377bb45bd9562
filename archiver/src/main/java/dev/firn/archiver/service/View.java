package dev.firn.archiver.service;

import dev.firn.FirnException;
import dev.firn.Version;
import dev.firn.archiver.http.ServiceView;
import dev.firn.catalog.Pause;
import dev.firn.lifecycle.DatabaseReading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the service tells of itself, of what it knows already. */
final class View implements ServiceView {

    private final Service service;

    View(Service service) {
        this.service = service;
    }

    @Override
    public About about() {
        return new About(
                service.startedAt(),
                Version.text(),
                service.node(),
                service.isClustered(),
                service.hands().isStopping(),
                service.nodes(),
                Optional.of(service.counts()),
                service.problem());
    }

    @Override
    public List<NamespaceView> namespaces() {
        return service.namespaces().all().stream().map(this::of).toList();
    }

    private NamespaceView of(ServedNamespace namespace) {
        return new NamespaceView(
                namespace.name(),
                readiness(namespace, service),
                namespace.misconfigured(),
                activity(namespace),
                namespace.lastStatus().read().map(read -> new ReadStatus(read.at(), read.status())),
                namespace.watcher().work(),
                namespace.watcher().failures(),
                service.timetable().next(namespace.name()));
    }

    private static Readiness readiness(ServedNamespace namespace, Service service) {
        Optional<FirnException> waiting = service.waiting();
        if (waiting.isPresent()) {
            return new Readiness.NotReady(service.startedAt(), waiting.get());
        }
        Instant since = namespace.since();
        if (namespace.isOpen()) {
            return new Readiness.Ready(since);
        }
        FirnException why = namespace
                .failure()
                .or(namespace::misconfigured)
                .orElseGet(() -> new FirnException(
                        FirnException.Category.PASSING,
                        namespace.name(),
                        "opening it: not done yet; nothing was changed",
                        "nothing to do: it is opened a moment after the start"));
        return new Readiness.NotReady(since, why);
    }

    private static Activity activity(ServedNamespace namespace) {
        List<Pause> pauses = namespace.pauses();
        if (!pauses.isEmpty()) {
            return new Activity(
                    Activity.Kind.PAUSED, pauses.stream().map(Pause::toString).collect(Collectors.joining("; ")));
        }
        if (namespace.config().isPresent() && !namespace.isInWindow()) {
            return new Activity(
                    Activity.Kind.OUTSIDE_WINDOW,
                    "%s, %s".formatted(namespace.window().orElseThrow(), namespace.timeZone()));
        }
        return namespace
                .hindrance()
                .map(why -> new Activity(Activity.Kind.STANDBY_LAGS, why.what()))
                .orElse(Activity.ACTIVE);
    }

    @Override
    public DatabaseReading database(String name, Duration timeout) {
        return service.namespaces()
                .find(name)
                .flatMap(ServedNamespace::config)
                .map(config -> DatabaseReading.take(config, timeout))
                .orElseGet(() -> DatabaseReading.none("its configuration has problems"));
    }
}
