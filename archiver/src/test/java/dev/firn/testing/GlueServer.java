package dev.firn.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.firn.athena.glue.GlueSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/**
 * A Glue Data Catalog on the loopback interface: it speaks Glue's protocol, keeps what it is told, and remembers every
 * request. What it is told to do besides comes before the request is carried out, or in its place.
 */
public final class GlueServer implements AutoCloseable {

    private static final String TARGET = "AWSGlue.";
    private static final String ACCESS_KEY = "AKIAGLUETEST";
    private static final String SECRET = "secret-of-glue-test";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** What becomes of a request. */
    public enum Fault {
        /** Not carried out: too many requests. */
        THROTTLED(400, "ThrottlingException", "Rate exceeded"),
        /** Not carried out: something is wrong with Glue. */
        BROKEN(500, "InternalServiceException", "An internal error occurred"),
        /** Not carried out: the key has no right to it. */
        DENIED(400, "AccessDeniedException", "User is not authorized to perform this action"),
        /** Carried out, and not answered: the connection ends. */
        LOST(0, "", ""),
        /** Not carried out, and not answered: the connection stays as it is until it heals. */
        SILENT(0, "", "");

        private final int status;
        private final String code;
        private final String message;

        Fault(int status, String code, String message) {
            this.status = status;
            this.code = code;
            this.message = message;
        }
    }

    /** A request as it came in. */
    public record Request(String operation, JsonNode body) {}

    private final HttpServer server;
    private final GlueState state = new GlueState();
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Deque<Runnable>> before = new HashMap<>();
    private final Map<String, Deque<Fault>> faults = new HashMap<>();
    private final Map<String, Fault> always = new HashMap<>();
    private CountDownLatch silence = new CountDownLatch(1);

    public GlueServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "glue");
            thread.setDaemon(true);
            return thread;
        }));
        server.start();
    }

    /** The n-th request of this kind from now on that has no fault yet gets this one; called again, the next one. */
    public synchronized void fail(String operation, Fault... inTurn) {
        faults.computeIfAbsent(operation, unused -> new ArrayDeque<>()).addAll(List.of(inTurn));
    }

    /** All requests of this kind, or of every kind for {@code *}. */
    public synchronized void failAll(String operation, Fault fault) {
        always.put(operation, fault);
    }

    public synchronized void heal() {
        faults.clear();
        always.clear();
        before.clear();
        silence.countDown();
        silence = new CountDownLatch(1);
    }

    /** Runs something before the next request of this kind is carried out. */
    public synchronized void before(String operation, Runnable action) {
        before.computeIfAbsent(operation, unused -> new ArrayDeque<>()).add(action);
    }

    /** How many partitions a page has. */
    public void pagesOf(int partitions) {
        state.pagesOf(partitions);
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** Every request that changes something, by its name. */
    public List<String> writes() {
        return requests().stream()
                .map(Request::operation)
                .filter(name -> !name.startsWith("Get") && !name.startsWith("BatchGet"))
                .toList();
    }

    public List<JsonNode> bodies(String operation) {
        return requests().stream()
                .filter(request -> request.operation().equals(operation))
                .map(Request::body)
                .toList();
    }

    public void forget() {
        requests.clear();
    }

    /** A table or a view as it is kept. */
    public Optional<JsonNode> table(String database, String name) {
        return state.table(database, name);
    }

    public Set<String> databases() {
        return state.databases();
    }

    /** Values and what they are registered with. */
    public Map<String, JsonNode> partitions(String database, String table) {
        return state.partitions(database, table);
    }

    /** Carries a request out as if somebody else had sent it; it is not remembered. Quotes may be single ones throughout. */
    public void asSomebodyElse(String operation, String json) {
        try {
            state.carryOut(operation, MAPPER.readTree(json.startsWith("{'") ? json.replace('\'', '"') : json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public String accessKeyId() {
        return ACCESS_KEY;
    }

    public String secretAccessKey() {
        return SECRET;
    }

    /** How to reach it, with short waits. */
    public GlueSettings settings() {
        return new GlueSettings(
                Optional.of(endpoint()),
                "eu-central-1",
                Optional.empty(),
                Optional.of(new GlueSettings.AccessKey(ACCESS_KEY, SECRET, Optional.empty())),
                true,
                new GlueSettings.Patience(4, Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofSeconds(20)));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String target = Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-Amz-Target"))
                    .orElse("");
            String operation = target.startsWith(TARGET) ? target.substring(TARGET.length()) : target;
            JsonNode request = MAPPER.readTree(body);
            requests.add(new Request(operation, request));
            if (!isSigned(exchange)) {
                refuse(exchange, 403, "MissingAuthenticationTokenException", "Missing Authentication Token");
                return;
            }
            Optional<Fault> fault = next(operation);
            if (fault.isPresent() && fault.get() == Fault.SILENT) {
                beSilent();
                return;
            }
            if (fault.isPresent() && fault.get() != Fault.LOST) {
                refuse(exchange, fault.get().status, fault.get().code, fault.get().message);
                return;
            }
            carryOut(exchange, operation, request, fault.isEmpty());
        }
    }

    private void beSilent() {
        CountDownLatch end;
        synchronized (this) {
            end = silence;
        }
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void carryOut(HttpExchange exchange, String operation, JsonNode request, boolean answering)
            throws IOException {
        try {
            ObjectNode answer = state.carryOut(operation, request);
            if (answering) {
                send(exchange, 200, MAPPER.writeValueAsString(answer));
            }
        } catch (GlueState.Refusal e) {
            if (answering) {
                refuse(exchange, 400, e.code(), e.getMessage());
            }
        }
    }

    private static boolean isSigned(HttpExchange exchange) {
        String authorization = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .orElse("");
        return authorization.matches(
                        "AWS4-HMAC-SHA256 Credential=" + ACCESS_KEY
                                + "/\\d{8}/eu-central-1/glue/aws4_request, SignedHeaders=[^,]*host[^,]*, Signature=[0-9a-f]{64}")
                && exchange.getRequestHeaders().containsKey("X-Amz-Date");
    }

    private Optional<Fault> next(String operation) {
        Runnable action;
        Fault fault;
        synchronized (this) {
            action = before.getOrDefault(operation, new ArrayDeque<>()).poll();
            fault = faults.getOrDefault(operation, new ArrayDeque<>()).poll();
            if (fault == null) {
                fault = always.getOrDefault(operation, always.get("*"));
            }
        }
        if (action != null) {
            action.run();
        }
        return Optional.ofNullable(fault);
    }

    private static void refuse(HttpExchange exchange, int status, String code, String message) throws IOException {
        send(
                exchange,
                status,
                MAPPER.writeValueAsString(
                        MAPPER.createObjectNode().put("__type", code).put("Message", message)));
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    /** The names of all operations that were asked for. */
    public Set<String> operations() {
        Set<String> names = new TreeSet<>();
        requests().forEach(request -> names.add(request.operation()));
        return names;
    }

    @Override
    public void close() {
        heal();
        server.stop(0);
    }
}
