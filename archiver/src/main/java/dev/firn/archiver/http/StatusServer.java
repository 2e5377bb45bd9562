package dev.firn.archiver.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.config.ServiceConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves what {@link Pages} tells, on threads of its own and with a bound on each thing that a client can ask for or hold
 * back: whatever clients do, the work goes on.
 */
public final class StatusServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatusServer.class);

    /** Each may be held up by a client that sends slowly, until the limits below end it. */
    private static final int THREADS = 32;

    private static final int WAITING = 256;
    private static final int BACKLOG = 64;

    static {
        // The JDK reads these once. Without them it waits for the rest of a request for ever.
        limit("sun.net.httpserver.maxReqTime", "10");
        limit("sun.net.httpserver.maxRspTime", "60");
        limit("jdk.httpserver.maxConnections", "512");
    }

    private static void limit(String property, String seconds) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, seconds);
        }
    }

    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final Pages pages;

    private StatusServer(HttpServer server, Pages pages) {
        this.server = server;
        this.pages = pages;
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                1,
                TimeUnit.MINUTES,
                new LinkedBlockingQueue<>(WAITING),
                task -> {
                    Thread thread = new Thread(task, "firn-http");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy()); // such a connection is closed for its silence
        threads.allowCoreThreadTimeOut(true);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
    }

    /**
     * Listens from now on, whether or not a namespace is ready.
     *
     * @throws FirnException when it cannot listen there
     */
    public static StatusServer start(
            ServiceConfig.Http settings, ServiceView view, ServiceMetrics metrics, Clock clock) {
        String where = settings.address() + ":" + settings.port();
        HttpServer server;
        try {
            server = HttpServer.create(
                    new InetSocketAddress(InetAddress.getByName(settings.address()), settings.port()), BACKLOG);
        } catch (IOException e) {
            throw new FirnException(
                    Category.CONFIGURATION,
                    "http " + where,
                    "listening for health checks and the status page: %s; nothing was started"
                            .formatted(e.getMessage()),
                    "see which program has that port, or set http.address and http.port in firn.conf",
                    e);
        }
        StatusServer started = new StatusServer(server, new Pages(view, metrics, clock));
        server.start();
        LOG.info("status page, health and metrics at {}", started.address());
        return started;
    }

    /** Where it listens, with the port that was free. */
    public URI address() {
        InetSocketAddress bound = server.getAddress();
        String host = bound.getAddress().getHostAddress();
        return URI.create("http://%s:%d/".formatted(host.contains(":") ? "[" + host + "]" : host, bound.getPort()));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            boolean head = method.equals("HEAD");
            if (!head && !method.equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                send(exchange, Response.text(405, "Only GET and HEAD: nothing can be changed here."), false);
                return;
            }
            send(exchange, answer(Request.of(exchange)), head);
        }
    }

    private Response answer(Request request) {
        try {
            return pages.answer(request);
        } catch (RuntimeException e) {
            // Told here only: what went wrong may hold more than whoever asks should read.
            LOG.warn("answering {}: {}", request.path().replaceAll("[^\\x20-\\x7e]", "?"), e.toString(), e);
            return Response.text(500, "An error of Firn itself; its log tells more.");
        }
    }

    private static void send(HttpExchange exchange, Response response, boolean head) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", response.type());
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        if (head) {
            headers.set("Content-Length", Integer.toString(response.body().length));
            exchange.sendResponseHeaders(response.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(response.status(), response.body().length == 0 ? -1 : response.body().length);
        exchange.getResponseBody().write(response.body());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
