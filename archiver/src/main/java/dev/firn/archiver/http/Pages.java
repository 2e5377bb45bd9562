package dev.firn.archiver.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;

/** What is found at which address. */
final class Pages {

    private static final String STYLE_TYPE = "text/css; charset=utf-8";

    private final ServiceView view;
    private final ServiceMetrics metrics;
    private final Health health;
    private final StatusDocument document;
    private final StatusPage page;
    private final byte[] style = style();

    Pages(ServiceView view, ServiceMetrics metrics, Clock clock) {
        this.view = view;
        this.metrics = metrics;
        this.health = new Health(view, clock);
        this.document = new StatusDocument(view, clock);
        this.page = new StatusPage(view, clock);
    }

    Response answer(Request request) {
        return switch (request.path()) {
            case "/" -> page.answer(request);
            case "/style.css" -> new Response(200, STYLE_TYPE, style);
            case "/status" -> document.answer(request);
            case "/metrics" -> metrics.scrape(view, request.accept());
            case "/health/live" -> health.live();
            case "/health/ready" -> health.ready(request);
            case "/health/timescaledb" -> health.timescaledb(request);
            default ->
                Response.text(
                        404, "Not here. There are / /status /metrics /health/live /health/ready /health/timescaledb");
        };
    }

    private static byte[] style() {
        try (InputStream in = Pages.class.getResourceAsStream("style.css")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("reading style.css from the jar", e);
        }
    }
}
