package dev.firn.testing;

import dev.firn.testing.FaultyHttp.Fault;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** One connection of a client and its twin to the store: passes HTTP/1.1 on, one request after the other. */
final class FaultyConnection {

    private static final int CHUNKED = -1;
    private static final int TO_THE_END = -2;

    private final FaultyHttp rules;
    private final Socket client;
    private final InputStream fromClient;
    private final OutputStream toClient;
    private final InputStream fromStore;
    private final OutputStream toStore;

    FaultyConnection(FaultyHttp rules, Socket client, Socket store) throws IOException {
        this.rules = rules;
        this.client = client;
        this.fromClient = new BufferedInputStream(client.getInputStream(), 1 << 16);
        this.toClient = client.getOutputStream();
        this.fromStore = new BufferedInputStream(store.getInputStream(), 1 << 16);
        this.toStore = store.getOutputStream();
    }

    /** The first lines of a request or an answer, as they came. */
    private record Head(String firstLine, Map<String, String> headers, byte[] raw) {

        String word(int index) {
            return firstLine.split(" ", -1)[index];
        }

        boolean has(String name, String value) {
            return value.equals(headers.getOrDefault(name, "").toLowerCase(Locale.ROOT));
        }
    }

    void serve() throws IOException {
        while (true) {
            Head request = head(fromClient);
            RequestClass kind = RequestClass.of(request.word(0), request.word(1), request.headers());
            try (PassedRequests.OnItsWay onItsWay = rules.passed(kind).begin()) {
                if (!serve(request, kind, onItsWay)) {
                    return;
                }
            }
        }
    }

    /** Answers whether the connection can be used again. */
    private boolean serve(Head request, RequestClass kind, PassedRequests.OnItsWay onItsWay) throws IOException {
        Fault fault = rules.next(kind).orElse(null);
        long length = request.headers().containsKey("transfer-encoding")
                ? CHUNKED
                : Long.parseLong(request.headers().getOrDefault("content-length", "0"));
        if (request.has("expect", "100-continue")) {
            toClient.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        }
        PassedRequests counted = rules.passed(kind);
        counted.lastHeaders = request.headers();
        Optional<FaultyHttp.Refusal> refusal = rules.refusal(kind);
        if (refusal.isPresent()) {
            pass(fromClient, OutputStream.nullOutputStream(), length, Long.MAX_VALUE, new AtomicLong());
            onItsWay.close();
            error(refusal.get().status(), refusal.get().code(), request);
            return true;
        }
        if (fault == Fault.ERROR_500 || fault == Fault.SLOW_DOWN || fault == Fault.NO_ANSWER) {
            pass(fromClient, OutputStream.nullOutputStream(), length, Long.MAX_VALUE, new AtomicLong());
            onItsWay.close();
            refuse(fault, request);
            return true;
        }
        if (fault == Fault.CUT_REQUEST && length == 0) {
            return false;
        }
        toStore.write(withoutExpect(request));
        if (fault == Fault.CUT_REQUEST) {
            pass(fromClient, toStore, length, length / 2, counted.bytesToStore);
            return false;
        }
        pass(fromClient, toStore, length, Long.MAX_VALUE, counted.bytesToStore);
        toStore.flush();
        return answer(request, kind, fault, onItsWay);
    }

    private void refuse(Fault fault, Head request) throws IOException {
        if (fault == Fault.NO_ANSWER) {
            while (fromClient.read() >= 0) {
                // The client says nothing more until it gives up.
            }
            throw new EOFException("the client gave up");
        }
        error(
                fault == Fault.SLOW_DOWN ? "503 Slow Down" : "500 Error",
                fault == Fault.SLOW_DOWN ? "SlowDown" : "InternalError",
                request);
    }

    private void error(String status, String code, Head request) throws IOException {
        String body =
                "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>injected</Message></Error>".formatted(code);
        String head = "HTTP/1.1 %s\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n"
                .formatted(status, body.length());
        boolean bodiless = request.word(0).equals("HEAD");
        toClient.write((bodiless ? head : head + body).getBytes(StandardCharsets.ISO_8859_1));
        toClient.flush();
    }

    /** Answers whether the connection can be used again. */
    private boolean answer(Head request, RequestClass kind, Fault fault, PassedRequests.OnItsWay onItsWay)
            throws IOException {
        PassedRequests counted = rules.passed(kind);
        OutputStream out = rules.brake().map(brake -> brake.on(toClient)).orElse(toClient);
        Head answer = head(fromStore);
        while (answer.word(1).startsWith("1")) {
            answer = head(fromStore);
        }
        long length = answerLength(request, answer);
        if (fault == Fault.LOST_ANSWER
                || fault == Fault.ERROR_AFTER_SUCCESS
                || (fault == Fault.CUT_ANSWER && length == 0)) {
            pass(fromStore, OutputStream.nullOutputStream(), length, Long.MAX_VALUE, counted.bytesFromStore);
            if (fault == Fault.ERROR_AFTER_SUCCESS) {
                error("500 Error", "InternalError", request);
            }
            return fault == Fault.ERROR_AFTER_SUCCESS && length != TO_THE_END;
        }
        if (length == 0) {
            onItsWay.close();
        }
        out.write(withHeaders(answer, rules.headers(kind)));
        if (fault == Fault.CUT_ANSWER) {
            pass(fromStore, out, length, length < 0 ? 1 : length / 2, counted.bytesFromStore);
            out.flush();
            return false;
        }
        pass(fromStore, out, length, Long.MAX_VALUE, counted.bytesFromStore, onItsWay::close);
        out.flush();
        return length != TO_THE_END && !answer.has("connection", "close") && !client.isClosed();
    }

    private static long answerLength(Head request, Head answer) {
        String status = answer.word(1);
        if (request.word(0).equals("HEAD") || status.equals("204") || status.equals("304")) {
            return 0;
        }
        if (answer.has("transfer-encoding", "chunked")) {
            return CHUNKED;
        }
        String length = answer.headers().get("content-length");
        return length == null ? TO_THE_END : Long.parseLong(length);
    }

    private static byte[] withHeaders(Head answer, Map<String, String> headers) {
        String raw = new String(answer.raw(), StandardCharsets.ISO_8859_1);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            raw = raw.replaceFirst("(?i)\r\n" + header.getKey() + ":[^\r]*", "");
            int end = raw.length() - "\r\n".length();
            raw = raw.substring(0, end) + header.getKey() + ": " + header.getValue() + "\r\n\r\n";
        }
        return raw.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] withoutExpect(Head request) {
        String raw = new String(request.raw(), StandardCharsets.ISO_8859_1);
        return raw.replaceFirst("(?i)\r\nexpect: *100-continue", "").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Head head(InputStream in) throws IOException {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        String first = line(in, raw);
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in, raw); !line.isEmpty(); line = line(in, raw)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new Head(first, headers, raw.toByteArray());
    }

    private static String line(InputStream in, ByteArrayOutputStream raw) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("hung up");
            }
            line.write(b);
        }
        line.write('\n');
        raw.write(line.toByteArray());
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }

    /**
     * Passes a body on, but no more than {@code most} bytes of it. Bytes are counted before they are passed: who has
     * received them finds them counted.
     */
    private static void pass(InputStream from, OutputStream to, long length, long most, AtomicLong counted)
            throws IOException {
        pass(from, to, length, most, counted, () -> {});
    }

    /** @param beforeLast is run before the last of it is passed */
    private static void pass(
            InputStream from, OutputStream to, long length, long most, AtomicLong counted, Runnable beforeLast)
            throws IOException {
        if (length == CHUNKED) {
            passChunks(from, to, most, counted);
            return;
        }
        byte[] buffer = new byte[1 << 16];
        long rest = Math.min(length == TO_THE_END ? Long.MAX_VALUE : length, most);
        while (rest > 0) {
            int read = from.read(buffer, 0, (int) Math.min(buffer.length, rest));
            if (read < 0) {
                if (length == TO_THE_END) {
                    return;
                }
                throw new EOFException("hung up");
            }
            counted.addAndGet(read);
            rest -= read;
            if (rest == 0) {
                beforeLast.run();
            }
            to.write(buffer, 0, read);
        }
    }

    private static void passChunks(InputStream from, OutputStream to, long most, AtomicLong counted)
            throws IOException {
        long passed = 0;
        while (true) {
            ByteArrayOutputStream raw = new ByteArrayOutputStream();
            String size = line(from, raw);
            to.write(raw.toByteArray());
            int chunk = Integer.parseInt(size.replaceFirst(";.*", ""), 16);
            if (chunk == 0) {
                ByteArrayOutputStream trailer = new ByteArrayOutputStream();
                while (!line(from, trailer).isEmpty()) {
                    // Trailers belong to the body.
                }
                to.write(trailer.toByteArray());
                return;
            }
            if (passed + chunk > most) {
                return;
            }
            counted.addAndGet(chunk);
            to.write(from.readNBytes(chunk + 2));
            passed += chunk;
        }
    }
}
