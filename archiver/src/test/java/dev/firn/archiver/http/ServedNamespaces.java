package dev.firn.archiver.http;

import dev.firn.FirnException;
import dev.firn.config.Configuration;
import dev.firn.config.ServiceConfig;
import dev.firn.lifecycle.DatabaseReading;
import dev.firn.lifecycle.OpenNamespace;
import dev.firn.lifecycle.Progress;
import dev.firn.lifecycle.RestoreOptions;
import dev.firn.lifecycle.RunOptions;
import dev.firn.lifecycle.Surroundings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Open namespaces, the status read of each, and the server over them: a service without anything that runs by itself. */
final class ServedNamespaces implements ServiceView, AutoCloseable {

    static final Instant STARTED = Instant.parse("2026-11-28T00:00:00Z");

    private final Clock clock = Clock.systemUTC();
    private final ServiceMetrics metrics = new ServiceMetrics(clock);
    private final Map<String, Served> served = new TreeMap<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private final StatusServer server;
    private volatile boolean stopping;
    private volatile Activity activity = Activity.ACTIVE;

    private record Served(
            Optional<Configuration> configuration,
            Optional<OpenNamespace> namespace,
            NamespaceWatch watch,
            Readiness readiness,
            Optional<ReadStatus> status) {}

    ServedNamespaces() {
        server = StatusServer.start(new ServiceConfig.Http(true, "127.0.0.1", 0), this, metrics, clock);
    }

    /** As it is configured there; one that cannot be opened is served as not ready. */
    void open(Path conf, String name) {
        Configuration configuration = Configuration.namespace(conf, name);
        NamespaceWatch watch = metrics.watch(name);
        Surroundings surroundings =
                new Surroundings(clock, new SecureRandom(), dev.firn.FaultPoints.NONE).counting(metrics.requests(name));
        try {
            OpenNamespace namespace = OpenNamespace.open(configuration, name, surroundings);
            served.put(
                    name,
                    new Served(
                            Optional.of(configuration),
                            Optional.of(namespace),
                            watch,
                            new Readiness.Ready(STARTED),
                            Optional.empty()));
            refresh(name);
        } catch (FirnException e) {
            watch.failed(Optional.empty(), Optional.empty(), e);
            served.put(
                    name,
                    new Served(
                            Optional.of(configuration),
                            Optional.empty(),
                            watch,
                            new Readiness.NotReady(STARTED, e),
                            Optional.empty()));
        }
    }

    void run(String name, RunOptions options, Progress also) {
        Served found = served.get(name);
        found.namespace().orElseThrow().run(options, Progress.both(found.watch(), also));
        refresh(name);
    }

    void restore(String name, RestoreOptions options) {
        Served found = served.get(name);
        found.namespace().orElseThrow().restore(options, found.watch());
        refresh(name);
    }

    /** The configuration is read again, as it is after a file was changed. */
    void reopen(Path conf, String name) {
        Served before = served.get(name);
        before.namespace().ifPresent(OpenNamespace::close);
        Configuration configuration = Configuration.namespace(conf, name);
        served.put(
                name,
                new Served(
                        Optional.of(configuration),
                        Optional.of(OpenNamespace.open(configuration, name, Surroundings.real())),
                        before.watch(),
                        before.readiness(),
                        before.status()));
        refresh(name);
    }

    void refresh(String name) {
        Served found = served.get(name);
        served.put(
                name,
                new Served(
                        found.configuration(),
                        found.namespace(),
                        found.watch(),
                        found.readiness(),
                        found.namespace()
                                .map(namespace ->
                                        new ReadStatus(clock.instant(), namespace.status(Optional.empty())))));
    }

    /** Whether all of them are let work. */
    void activity(Activity now) {
        activity = now;
    }

    void stop() {
        stopping = true;
    }

    @Override
    public About about() {
        return new About(
                STARTED,
                "1.2.3",
                "node-1",
                false,
                stopping,
                List.of(),
                Optional.of(new Jobs(7, 1, 4, 21, 0)),
                Optional.empty());
    }

    @Override
    public List<NamespaceView> namespaces() {
        return served.entrySet().stream()
                .map(entry -> new NamespaceView(
                        entry.getKey(),
                        entry.getValue().readiness(),
                        Optional.empty(),
                        activity,
                        entry.getValue().status(),
                        entry.getValue().watch().work(),
                        entry.getValue().watch().failures(),
                        List.of(new NextRun(
                                Optional.empty(),
                                "looks for due chunks",
                                clock.instant().plusSeconds(3600)))))
                .toList();
    }

    @Override
    public DatabaseReading database(String namespace, Duration timeout) {
        return DatabaseReading.take(
                served.get(namespace).configuration().orElseThrow().namespace(namespace), timeout);
    }

    URI address() {
        return server.address();
    }

    HttpResponse<String> get(String path) {
        return send("GET", path);
    }

    HttpResponse<String> send(String method, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.address().resolve(path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(20));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        server.close();
        metrics.close();
        served.values().forEach(each -> each.namespace().ifPresent(OpenNamespace::close));
    }
}
