package dev.firn.archiver.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.archiver.StatusView;
import dev.firn.archiver.http.ServiceView.Failure;
import dev.firn.archiver.http.ServiceView.InProgress;
import dev.firn.archiver.http.ServiceView.NamespaceView;
import dev.firn.archiver.http.ServiceView.NextRun;
import dev.firn.console.Json;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code /status}: everything that the page shows, for programs; tables as in {@code archiver status --json}. */
final class StatusDocument {

    private final ServiceView view;
    private final Clock clock;

    StatusDocument(ServiceView view, Clock clock) {
        this.view = view;
        this.clock = clock;
    }

    Response answer(Request request) {
        Optional<String> only = request.parameter("namespace");
        List<NamespaceView> wanted = view.namespaces().stream()
                .filter(namespace -> only.isEmpty() || only.get().equals(namespace.name()))
                .toList();
        ObjectNode root = Json.object();
        putAbout(root.putObject("service"));
        ArrayNode namespaces = root.putArray("namespaces");
        wanted.forEach(namespace -> put(namespaces.addObject(), namespace));
        return Response.json(only.isPresent() && wanted.isEmpty() ? 404 : 200, root);
    }

    private void putAbout(ObjectNode node) {
        ServiceView.About about = view.about();
        node.put("version", about.version());
        node.put("node", about.node());
        node.put("clustered", about.clustered());
        node.put("startedAt", about.startedAt().toString());
        node.put("stopping", about.stopping());
        node.put("now", clock.instant().toString());
        if (about.clustered()) {
            ArrayNode nodes = node.putArray("nodes");
            about.nodes().forEach(each -> {
                ObjectNode told = nodes.addObject();
                told.put("name", each.name());
                told.put("lastSeen", each.lastSeen().toString());
                told.put("thisNode", each.name().equals(about.node()));
            });
        }
        about.problem().ifPresent(problem -> Json.putFailure(node.putObject("configurationProblem"), problem));
        about.jobs().ifPresent(jobs -> {
            ObjectNode told = node.putObject("jobs");
            told.put("scheduled", jobs.scheduled());
            told.put("running", jobs.running());
            told.put("threads", jobs.threads());
            told.put("executed", jobs.executed());
            told.put("misfired", jobs.misfired());
        });
    }

    private void put(ObjectNode node, NamespaceView namespace) {
        Health.put(node, namespace);
        ArrayNode work = node.putArray("work");
        namespace.work().forEach(each -> put(work.addObject(), each));
        ArrayNode failures = node.putArray("failures");
        namespace.failures().forEach(each -> put(failures.addObject(), each));
        ArrayNode next = node.putArray("next");
        namespace.next().forEach(each -> put(next.addObject(), each));
        namespace.status().ifPresent(read -> {
            node.put("statusReadAt", read.at().toString());
            StatusView.put(node.putObject("status"), read.status());
        });
    }

    private void put(ObjectNode node, InProgress work) {
        node.put("table", work.table().toString());
        Json.putRange(node, work.range());
        node.put("work", Counters.word(work.what()));
        node.put("rows", work.rows());
        node.put("bytes", work.bytes());
        if (work.expectedRows() > 0) {
            node.put("expectedRows", work.expectedRows());
        }
        node.put("since", work.since().toString());
        Pace pace = Pace.of(work, clock.instant());
        node.put("rowsPerSecond", Math.round(pace.rowsPerSecond()));
        pace.left().map(Duration::toSeconds).ifPresent(seconds -> node.put("secondsLeft", seconds));
    }

    private static void put(ObjectNode node, Failure failure) {
        node.put("at", failure.at().toString());
        failure.table().ifPresent(table -> node.put("table", table.toString()));
        failure.range().ifPresent(range -> Json.putRange(node, range));
        Json.putFailure(node, failure.failure());
    }

    private static void put(ObjectNode node, NextRun next) {
        node.put("at", next.at().toString());
        next.table().ifPresent(table -> node.put("table", table.toString()));
        node.put("what", next.what());
    }
}
