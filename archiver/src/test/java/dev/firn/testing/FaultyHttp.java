package dev.firn.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A proxy between a client and an S3 server that lets the chosen requests fail, and counts all of them. Requests pass
 * unchanged, so that their signatures stay valid.
 */
public final class FaultyHttp implements AutoCloseable {

    /** How a request fails. */
    public enum Fault {
        /** Not carried out; the answer is 500. */
        ERROR_500,
        /** Not carried out; the answer is 503 SlowDown. */
        SLOW_DOWN,
        /** Not carried out, and not answered either. */
        NO_ANSWER,
        /** The connection is cut in the middle of the request's body (or before its head is whole, if it has none). */
        CUT_REQUEST,
        /** Carried out; the connection is cut in the middle of the answer's body (or before the answer, if it has none). */
        CUT_ANSWER,
        /** Carried out; the connection is cut before the answer. */
        LOST_ANSWER,
        /** Carried out; the answer is 500 all the same. */
        ERROR_AFTER_SUCCESS
    }

    private static final int ALWAYS = 0;

    private final URI target;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Map<RequestClass, Map<Integer, Fault>> faults = new EnumMap<>(RequestClass.class);
    private final Map<RequestClass, Map<Integer, Runnable>> before = new EnumMap<>(RequestClass.class);
    private final Map<RequestClass, Map<String, String>> headers = new EnumMap<>(RequestClass.class);
    private final Map<RequestClass, Refusal> refusals = new EnumMap<>(RequestClass.class);
    private final Map<RequestClass, Integer> sinceRuled = new EnumMap<>(RequestClass.class);
    private final Map<RequestClass, PassedRequests> passed = new EnumMap<>(RequestClass.class);
    private final Map<Fault, Long> done = new EnumMap<>(Fault.class);
    private volatile Optional<Brake> brake = Optional.empty();
    private volatile boolean closed;

    /** An answer that S3 gives in place of what was asked for. */
    record Refusal(String status, String code) {}

    private FaultyHttp(URI target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        for (RequestClass one : RequestClass.values()) {
            passed.put(one, new PassedRequests());
        }
    }

    /** Stands in front of the server, on a free port of the loopback interface. */
    public static FaultyHttp before(S3Server server) {
        try {
            FaultyHttp proxy = new FaultyHttp(server.endpoint());
            Thread acceptor = new Thread(proxy::accept, "faulty-http");
            acceptor.setDaemon(true);
            acceptor.start();
            return proxy;
        } catch (IOException e) {
            throw new IllegalStateException("no port to listen on", e);
        }
    }

    /** What clients take for the server. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** The n-th request of that class from now on fails, counted from 1. */
    public synchronized void failNth(RequestClass requests, int n, Fault fault) {
        sinceRuled.put(requests, 0);
        faults.computeIfAbsent(requests, unused -> new HashMap<>()).put(n, fault);
    }

    /** All requests of that class fail from now on. */
    public synchronized void failAll(RequestClass requests, Fault fault) {
        failNth(requests, ALWAYS, fault);
    }

    /** Runs something just before the n-th request of that class from now on is passed on. */
    public synchronized void beforeNth(RequestClass requests, int n, Runnable action) {
        sinceRuled.put(requests, 0);
        before.computeIfAbsent(requests, unused -> new HashMap<>()).put(n, action);
    }

    /** Answers to requests of that class have this header from now on, whatever the store says there. */
    public synchronized void answerWith(RequestClass requests, String name, String value) {
        headers.computeIfAbsent(requests, unused -> new HashMap<>()).put(name, value);
    }

    /** Requests of that class are not carried out from now on, but answered with this status and S3's word for it. */
    public synchronized void refuseAll(RequestClass requests, String status, String code) {
        refusals.put(requests, new Refusal(status, code));
    }

    /** Everything is answered as slowly as this from now on. */
    public void slowDown(Brake by) {
        brake = Optional.of(by);
    }

    Optional<Brake> brake() {
        return brake;
    }

    synchronized Map<String, String> headers(RequestClass requests) {
        return Map.copyOf(headers.getOrDefault(requests, Map.of()));
    }

    synchronized Optional<Refusal> refusal(RequestClass requests) {
        return Optional.ofNullable(refusals.get(requests));
    }

    /** Lets everything pass again. Counts go on. */
    public synchronized void heal() {
        headers.clear();
        refusals.clear();
        faults.clear();
        before.clear();
        brake = Optional.empty();
    }

    /** How often which fault befell a request, from the beginning on. */
    public synchronized Map<Fault, Long> faultsDone() {
        return Map.copyOf(done);
    }

    /** Begins to count anew. */
    public void resetCounts() {
        passed.values().forEach(PassedRequests::reset);
    }

    public long requests(RequestClass requests) {
        return passed.get(requests).requests.get();
    }

    /** How many requests of that class were on their way at the same time, at most. */
    public int mostAtOnce(RequestClass requests) {
        return passed.get(requests).mostAtOnce();
    }

    /** Bytes of bodies sent to the store. */
    public long bytesToStore(RequestClass requests) {
        return passed.get(requests).bytesToStore.get();
    }

    /** Bytes of bodies that came from the store. */
    public long bytesFromStore(RequestClass requests) {
        return passed.get(requests).bytesFromStore.get();
    }

    /** A header of the latest request of that class. */
    public Optional<String> lastHeader(RequestClass requests, String lowerCaseName) {
        return Optional.ofNullable(passed.get(requests).lastHeaders.get(lowerCaseName));
    }

    /** What is to become of a request that just came in. */
    Optional<Fault> next(RequestClass requests) {
        Runnable action;
        Fault fault;
        synchronized (this) {
            int n = sinceRuled.merge(requests, 1, Integer::sum);
            action = before.getOrDefault(requests, Map.of()).get(n);
            Map<Integer, Fault> ruled = faults.getOrDefault(requests, Map.of());
            fault = ruled.getOrDefault(n, ruled.get(ALWAYS));
            if (fault != null) {
                done.merge(fault, 1L, Long::sum);
            }
        }
        passed(requests).requests.incrementAndGet();
        if (action != null) {
            action.run();
        }
        return Optional.ofNullable(fault);
    }

    PassedRequests passed(RequestClass requests) {
        return passed.get(requests);
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listener.accept();
                open.add(client);
                Thread worker = new Thread(() -> serve(client), "faulty-http-connection");
                worker.setDaemon(true);
                worker.start();
            } catch (IOException e) {
                if (!closed) {
                    throw new IllegalStateException("the proxy cannot listen any more", e);
                }
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket store = new Socket(target.getHost(), target.getPort())) {
            open.add(store);
            client.setTcpNoDelay(true);
            store.setTcpNoDelay(true);
            new FaultyConnection(this, client, store).serve();
        } catch (IOException e) {
            // One side hung up: so does the other.
        } finally {
            open.remove(client);
            open.removeIf(Socket::isClosed);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException("the proxy did not stop", e);
        }
    }
}
