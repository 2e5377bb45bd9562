package dev.firn.archiver.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.archiver.http.ServiceView.NamespaceView;
import dev.firn.archiver.http.ServiceView.Readiness;
import dev.firn.console.Json;
import dev.firn.lifecycle.DatabaseReading;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers for health checks. The program is alive as long as it answers: a database that is down is no reason to start it
 * again. It is ready as long as it can work on one namespace: a broken one does not take the others' page away.
 */
final class Health {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final ServiceView view;
    private final Clock clock;
    private final Map<String, CompletableFuture<DatabaseReading>> asked = new ConcurrentHashMap<>();

    Health(ServiceView view, Clock clock) {
        this.view = view;
        this.clock = clock;
    }

    Response live() {
        ServiceView.About about = view.about();
        ObjectNode root = Json.object();
        root.put("status", about.stopping() ? "stopping" : "up");
        root.put("version", about.version());
        root.put("node", about.node());
        root.put("startedAt", about.startedAt().toString());
        root.put(
                "uptimeSeconds",
                Duration.between(about.startedAt(), clock.instant()).toSeconds());
        return Response.json(200, root);
    }

    Response ready(Request request) {
        Optional<String> name = request.parameter("namespace");
        List<NamespaceView> asked = wanted(name);
        if (name.isPresent() && asked.isEmpty()) {
            return unknown(name.get());
        }
        boolean stopping = view.about().stopping();
        boolean ready =
                !stopping && asked.stream().anyMatch(namespace -> namespace.readiness() instanceof Readiness.Ready);
        ObjectNode root = Json.object();
        root.put("ready", ready);
        if (stopping) {
            root.put("stopping", true);
        }
        view.about().problem().ifPresent(problem -> Json.putFailure(root.putObject("configurationProblem"), problem));
        ArrayNode namespaces = root.putArray("namespaces");
        asked.forEach(namespace -> put(namespaces.addObject(), namespace));
        return Response.json(ready ? 200 : 503, root);
    }

    /** The same wherever it is told. */
    static void put(ObjectNode node, NamespaceView namespace) {
        node.put("namespace", namespace.name());
        if (namespace.readiness() instanceof Readiness.NotReady notReady) {
            node.put("ready", false);
            node.put("since", notReady.since().toString());
            Json.putFailure(node, notReady.why());
        } else if (namespace.readiness() instanceof Readiness.Ready ready) {
            node.put("ready", true);
            node.put("since", ready.since().toString());
        }
        node.put("activity", namespace.activity().kind().word());
        if (!namespace.activity().detail().isEmpty()) {
            node.put("activityDetail", namespace.activity().detail());
        }
        namespace
                .configuration()
                .ifPresent(problem -> Json.putFailure(node.putObject("configurationProblem"), problem));
    }

    /** Of the only namespace, or of the one asked for; else of each by its name. */
    Response timescaledb(Request request) {
        Optional<String> name = request.parameter("namespace");
        List<NamespaceView> asked = wanted(name);
        if (asked.isEmpty()) {
            return unknown(name.orElse("any"));
        }
        List<CompletableFuture<DatabaseReading>> readings =
                asked.stream().map(namespace -> reading(namespace.name())).toList();
        ObjectNode root = Json.object();
        boolean connected = true;
        for (int i = 0; i < asked.size(); i++) {
            DatabaseReading reading = readings.get(i).join();
            connected &= reading.connected();
            put(asked.size() == 1 ? root : root.putObject(asked.get(i).name()), reading);
        }
        return Response.json(connected ? 200 : 503, root);
    }

    private static void put(ObjectNode node, DatabaseReading reading) {
        node.put("connected", reading.connected());
        node.put("version", reading.version().orElse(null));
        node.put("hypertables", reading.hypertables());
        node.put("compressionEnabled", reading.compressionEnabled() > 0);
        node.put("continuousAggregates", reading.continuousAggregates());
    }

    /** However many ask, one connection asks a database. */
    private CompletableFuture<DatabaseReading> reading(String namespace) {
        return asked.computeIfAbsent(namespace, name -> {
            CompletableFuture<DatabaseReading> reading = new CompletableFuture<>();
            Thread thread = new Thread(() -> read(name, reading), "firn-http-database");
            thread.setDaemon(true);
            thread.start();
            return reading;
        });
    }

    private void read(String namespace, CompletableFuture<DatabaseReading> reading) {
        DatabaseReading found = DatabaseReading.none("it was not asked");
        try {
            found = view.database(namespace, PATIENCE);
        } finally {
            asked.remove(namespace);
            reading.complete(found);
        }
    }

    private List<NamespaceView> wanted(Optional<String> name) {
        return view.namespaces().stream()
                .filter(namespace -> name.isEmpty() || name.get().equals(namespace.name()))
                .toList();
    }

    private Response unknown(String name) {
        ObjectNode root = Json.object();
        root.put("error", "there is no namespace '%s' here".formatted(name));
        ArrayNode known = root.putArray("namespaces");
        view.namespaces().forEach(namespace -> known.add(namespace.name()));
        return Response.json(404, root);
    }
}
