package dev.firn.archiver.http;

import dev.firn.archiver.StatusView;
import dev.firn.archiver.http.ServiceView.Activity;
import dev.firn.archiver.http.ServiceView.Failure;
import dev.firn.archiver.http.ServiceView.InProgress;
import dev.firn.archiver.http.ServiceView.NamespaceView;
import dev.firn.archiver.http.ServiceView.NextRun;
import dev.firn.archiver.http.ServiceView.Readiness;
import dev.firn.lifecycle.NamespaceStatus.TableStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/**
 * The page for people, made anew for each who asks. It does not load itself again unless it is asked to in its address:
 * who reads a table wants it to stay.
 */
final class StatusPage {

    private static final int SHORTEST_REFRESH = 5;
    private static final int USUAL_REFRESH = 15;
    private static final int MOST_NEXT = 8;

    private final ServiceView view;
    private final Clock clock;

    StatusPage(ServiceView view, Clock clock) {
        this.view = view;
        this.clock = clock;
    }

    Response answer(Request request) {
        Html html = new Html();
        Instant now = clock.instant();
        OptionalInt refresh = refresh(request);
        ServiceView.About about = view.about();
        List<NamespaceView> namespaces = view.namespaces();
        html.open("html", "lang", "en").open("head");
        html.empty("meta", "charset", "utf-8");
        html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.empty("meta", "name", "color-scheme", "content", "light dark");
        refresh.ifPresent(seconds -> html.empty("meta", "http-equiv", "refresh", "content", Integer.toString(seconds)));
        html.element("title", "Firn on " + about.node());
        html.empty("link", "rel", "stylesheet", "href", "style.css");
        html.close().line().open("body").line();
        Patterns.define(html);
        header(html, about, namespaces, now, refresh);
        html.open("main").line();
        about.problem()
                .ifPresent(problem ->
                        Problems.draw(html, "problem", "firn.conf is broken; what was read before holds on.", problem));
        if (namespaces.isEmpty()) {
            html.element("p", "No namespace is configured.");
        } else {
            Patterns.legend(html);
        }
        int number = 0;
        for (NamespaceView namespace : namespaces) {
            namespace(html, namespace, "n" + ++number, now);
        }
        html.close().line();
        html.open("footer")
                .element("p", "As of " + Moments.show(now) + ". This page changes nothing.")
                .close();
        html.close().close();
        return new Response(200, Response.HTML, html + "\n");
    }

    private static OptionalInt refresh(Request request) {
        return request.parameter("refresh")
                .filter(text -> text.matches("[0-9]{1,4}"))
                .map(text -> OptionalInt.of(Math.max(SHORTEST_REFRESH, Integer.parseInt(text))))
                .orElse(OptionalInt.empty());
    }

    private static void header(
            Html html, ServiceView.About about, List<NamespaceView> namespaces, Instant now, OptionalInt refresh) {
        long ready = namespaces.stream()
                .filter(namespace -> namespace.readiness() instanceof Readiness.Ready)
                .count();
        html.open("header").open("h1").text("Firn ");
        if (about.stopping()) {
            badge(html, "bad", "stopping");
        }
        badge(
                html,
                ready == namespaces.size() ? "good" : "bad",
                "%d of %d %s ready"
                        .formatted(ready, namespaces.size(), namespaces.size() == 1 ? "namespace" : "namespaces"));
        html.close();
        html.open("p", "class", "quiet");
        html.text("%s, %s%s, up for %s"
                .formatted(
                        about.version(),
                        about.node(),
                        about.clustered() ? " in a cluster" : "",
                        Moments.duration(Duration.between(about.startedAt(), now))));
        about.jobs()
                .ifPresent(jobs -> html.text(", %d of %d threads at work".formatted(jobs.running(), jobs.threads())));
        html.close();
        if (!about.nodes().isEmpty()) {
            nodes(html, about, now);
        }
        html.open("nav")
                .element(
                        "a",
                        refresh.isPresent() ? "stop reloading" : "reload every %d s".formatted(USUAL_REFRESH),
                        "href",
                        refresh.isPresent() ? "?" : "?refresh=" + USUAL_REFRESH)
                .element("a", "JSON", "href", "status")
                .element("a", "metrics", "href", "metrics")
                .close()
                .close()
                .line();
    }

    private static void nodes(Html html, ServiceView.About about, Instant now) {
        html.open("ul", "class", "nodes", "aria-label", "Nodes of the cluster");
        for (ServiceView.Node node : about.nodes()) {
            html.open("li")
                    .text("%s%s, seen ".formatted(node.name(), node.name().equals(about.node()) ? " (this one)" : ""))
                    .element(
                            "time",
                            Moments.duration(Duration.between(node.lastSeen(), now)) + " ago",
                            "datetime",
                            node.lastSeen().toString())
                    .close();
        }
        html.close();
    }

    private static void namespace(Html html, NamespaceView namespace, String id, Instant now) {
        html.open("section", "class", "namespace", "id", id).open("h2").text(namespace.name() + " ");
        if (namespace.readiness() instanceof Readiness.Ready) {
            badge(html, "good", "ready");
        } else {
            badge(html, "bad", "not ready");
        }
        if (namespace.activity().kind() != Activity.Kind.ACTIVE) {
            badge(html, "idle", namespace.activity().kind().word());
        }
        html.close();
        namespace
                .status()
                .ifPresent(read -> html.element(
                        "p",
                        "%s, archive %s, read %s ago"
                                .formatted(
                                        read.status().source(),
                                        read.status().location(),
                                        Moments.duration(Duration.between(read.at(), now))),
                        "class",
                        "quiet"));
        namespace
                .status()
                .flatMap(read -> StatusView.uncovered(read.status().uncovered()))
                .ifPresent(text -> Problems.draw(html, "warning", "warning", text, ""));
        if (!namespace.activity().detail().isEmpty()) {
            html.element("p", namespace.activity().detail(), "class", "quiet");
        }
        if (namespace.readiness() instanceof Readiness.NotReady notReady) {
            Problems.draw(html, "problem", "Not ready since " + Moments.show(notReady.since()) + ".", notReady.why());
        }
        namespace
                .configuration()
                .ifPresent(problem -> Problems.draw(
                        html, "problem", "Its configuration is broken; what was read before holds on.", problem));
        html.line();
        new WorkList(html, now).draw(namespace.work());
        namespace.status().ifPresent(read -> {
            int number = 0;
            for (TableStatus table : read.status().tables()) {
                List<InProgress> work = namespace.work().stream()
                        .filter(each -> each.table().equals(table.table()))
                        .toList();
                new TableSection(html, now).draw(id + "t" + ++number, table, work);
            }
        });
        failures(html, namespace.failures(), now);
        next(html, namespace.next(), now);
        html.close().line();
    }

    private static void badge(Html html, String kind, String text) {
        html.element("span", text, "class", "badge " + kind);
    }

    private static void failures(Html html, List<Failure> failures, Instant now) {
        if (failures.isEmpty()) {
            return;
        }
        html.element("h3", "Last errors");
        for (Failure failure : failures) {
            Problems.draw(
                    html,
                    "failure",
                    "%s, %s ago."
                            .formatted(
                                    Moments.show(failure.at()), Moments.duration(Duration.between(failure.at(), now))),
                    failure.failure());
        }
    }

    private static void next(Html html, List<NextRun> next, Instant now) {
        if (next.isEmpty()) {
            return;
        }
        html.element("h3", "Next").open("ul", "class", "next");
        next.stream().limit(MOST_NEXT).forEach(run -> html.open("li")
                .element("time", Moments.show(run.at()), "datetime", run.at().toString())
                .text(" in %s: %s%s"
                        .formatted(
                                Moments.duration(Duration.between(now, run.at())),
                                run.table().map(table -> table + " ").orElse(""),
                                run.what()))
                .close());
        html.close().line();
    }
}
