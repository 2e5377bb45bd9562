package dev.firn.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.firn.store.S3Settings;
import dev.firn.store.S3Settings.AccessKey;
import dev.firn.store.S3Settings.Endpoint;
import dev.firn.store.S3Settings.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A bucket that knows answers to questions about itself, word for word as S3 documents them, and holds nothing. */
public final class AnsweringS3 implements AutoCloseable {

    private static final String EMPTY_LISTING =
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>answers</Name><Prefix/>
            <KeyCount>0</KeyCount><MaxKeys>1</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>""";

    private static final String ERROR =
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <Error><Code>%s</Code><Message>%s</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>""";

    private final HttpServer server;
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();

    private record Reply(int status, String xml) {}

    public AnsweringS3() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException("no port to listen on", e);
        }
        server.createContext("/", this::answer);
        server.start();
        answer("list-type", EMPTY_LISTING);
    }

    /**
     * From now on.
     *
     * @param question what the query of the request starts with: {@code lifecycle}, {@code versioning}, {@code list-type}
     */
    public void answer(String question, String xml) {
        replies.put(question, new Reply(200, xml));
    }

    public void refuse(String question, int status, String code, String message) {
        replies.put(question, new Reply(status, ERROR.formatted(code, message)));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
        Reply reply = replies.getOrDefault(
                query.split("[=&]", 2)[0], new Reply(501, ERROR.formatted("NotImplemented", "not known here")));
        byte[] body = reply.xml().getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(reply.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** How to reach a location in the bucket, with one attempt at everything. */
    public S3Settings settings(String prefix) {
        return new S3Settings(
                "answers",
                prefix,
                new Endpoint(
                        Optional.of(URI.create(
                                "http://127.0.0.1:" + server.getAddress().getPort())),
                        "us-east-1",
                        true),
                Optional.of(new AccessKey("id-of-a-test", "secret-of-a-test", Optional.empty())),
                S3Settings.Writing.DEFAULT,
                new Patience(
                        1,
                        Duration.ofMillis(10),
                        Duration.ofMillis(50),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(40)));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
