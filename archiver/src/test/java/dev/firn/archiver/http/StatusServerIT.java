package dev.firn.archiver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.config.ServiceConfig;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the server treats whoever asks, and a service with nothing but plain PostgreSQL, or with nothing at all. */
class StatusServerIT {

    private static final String EVERYWHERE =
            "/,/status,/metrics,/style.css,/health/live,/health/ready,/health/timescaledb";

    @TempDir
    private Path home;

    private final ServedNamespaces service = new ServedNamespaces();

    @AfterEach
    void close() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
    void takesNothingButQuestions(String method) {
        for (String path : EVERYWHERE.split(",", -1)) {
            HttpResponse<String> answer = service.send(method, path);

            assertThat(answer.statusCode()).as(path).isEqualTo(405);
            assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD");
        }
    }

    @Test
    void tellsTheHeadAloneToWhoAsksForThat() {
        for (String path : List.of("/", "/status", "/metrics", "/health/live")) {
            HttpResponse<String> head = service.send("HEAD", path);

            assertThat(head.statusCode()).as(path).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(head.headers().firstValueAsLong("Content-Length").orElse(0))
                    .isPositive();
        }
    }

    @Test
    void letsABrowserLoadNothingFromElsewhereAndRunNothing() {
        for (String path : EVERYWHERE.split(",", -1)) {
            HttpResponse<String> answer = service.get(path);

            assertThat(answer.headers().firstValue("X-Content-Type-Options"))
                    .as(path)
                    .hasValue("nosniff");
            assertThat(answer.headers().firstValue("Content-Security-Policy"))
                    .hasValueSatisfying(policy -> assertThat(policy)
                            .startsWith("default-src 'none'; style-src 'self';")
                            .doesNotContain("unsafe"));
            assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        }
    }

    @Test
    void saysWhatThereIsToWhoLooksElsewhere() {
        HttpResponse<String> answer = service.get("/health");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("/health/live").doesNotContain("<");
        assertThat(service.get("/../etc/passwd").statusCode()).isEqualTo(404);
        assertThat(service.get("/status?namespace=%25zz").statusCode()).isEqualTo(404);
    }

    @Test
    void answersOthersWhileClientsSendNothingMore() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                Socket socket = new Socket(
                        service.address().getHost(), service.address().getPort());
                socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x".getBytes(StandardCharsets.US_ASCII));
                slow.add(socket);
            }

            assertThat(service.get("/health/live").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void isNotReadyWithoutANamespaceOrOnceItStops() throws SQLException {
        assertThat(service.get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(service.get("/").body()).contains("No namespace is configured.");

        try (TestDatabase database = plain()) {
            assertThat(service.get("/health/ready").statusCode()).isEqualTo(200);
            service.stop();
            assertThat(service.get("/health/ready").statusCode()).isEqualTo(503);
            assertThat(service.get("/health/live").statusCode())
                    .as("it is not to be killed while it ends its work")
                    .isEqualTo(200);
            assertThat(database.name()).isNotEmpty();
        }
    }

    @Test
    void tellsThatPlainPostgreSqlHasNoTimescaleDb() throws SQLException {
        try (TestDatabase database = plain()) {
            HttpResponse<String> answer = service.get("/health/timescaledb");

            assertThat(answer.statusCode()).as(database.name()).isEqualTo(200);
            assertThat(answer.body().replaceAll("\\s", ""))
                    .isEqualTo("{\"connected\":true,\"version\":null,\"hypertables\":0,\"compressionEnabled\":false,"
                            + "\"continuousAggregates\":0}");
            assertThat(service.get("/metrics").body())
                    .contains("firn_chunks{namespace=\"test\",state=\"hot\",table=\"events.messages\"} 2.0")
                    .doesNotContain("firn_continuous_aggregate_lag_seconds{");
            assertThat(service.get("/").body()).contains("2 chunks: 2 hot");
        }
    }

    @Test
    void saysWhichPortIsTaken() {
        int port = service.address().getPort();
        ServiceConfig.Http taken = new ServiceConfig.Http(true, "127.0.0.1", port);
        try (ServiceMetrics metrics = new ServiceMetrics(Clock.systemUTC())) {
            assertThatThrownBy(() -> StatusServer.start(taken, service, metrics, Clock.systemUTC()))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("http 127.0.0.1:%d: listening for health checks", port)
                    .hasMessageContaining("HINT: see which program has that port");
        }
    }

    private TestDatabase plain() throws SQLException {
        TestDatabase database = TestDatabase.plain();
        try (Connection owner = database.owner()) {
            EventStore.partitioned(owner, "events", 2).fillWeeks(owner, 1, 2, 50);
        }
        Firn firn = Firn.configure(database, home, "events.messages { archive-after = 1d }")
                .init();
        service.open(firn.conf(), Firn.NAMESPACE);
        return database;
    }
}
