package dev.firn.archiver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a service over real namespaces answers, in each state that a chunk can be in. */
@RequiresTimescale
class StatusServiceIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private static Path home;

    private static EveryState given;

    @BeforeAll
    static void bringAChunkIntoEachState() throws SQLException {
        given = new EveryState(home);
    }

    @AfterAll
    static void close() throws SQLException {
        if (given != null) {
            given.close();
        }
    }

    @Test
    void isAliveWhateverBecomesOfItsNamespaces() {
        HttpResponse<String> answer = given.service.get("/health/live");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).path("status").asText()).isEqualTo("up");
        assertThat(json(answer).path("node").asText()).isEqualTo("node-1");
    }

    @Test
    void isReadyAsLongAsItCanWorkOnOneNamespaceAndSaysWhyNotOnAnother() {
        HttpResponse<String> all = given.service.get("/health/ready");

        assertThat(all.statusCode()).isEqualTo(200);
        assertThat(json(all).path("ready").asBoolean()).isTrue();
        JsonNode broken = json(all).path("namespaces").path(0);
        assertThat(broken.path("namespace").asText()).isEqualTo(EveryState.BROKEN);
        assertThat(broken.path("ready").asBoolean()).isFalse();
        assertThat(broken.path("error").asText()).contains("connecting to jdbc:postgresql://127.0.0.1:1/gone as firn");
        assertThat(broken.path("hint").asText()).contains("see that the database is up");
        assertThat(given.service.get("/health/ready?namespace=broken").statusCode())
                .isEqualTo(503);
        assertThat(given.service
                        .get("/health/ready?namespace=" + Firn.NAMESPACE)
                        .statusCode())
                .isEqualTo(200);
        assertThat(given.service.get("/health/ready?namespace=other").statusCode())
                .isEqualTo(404);
    }

    @Test
    void tellsOfTimescaleDbExactlyWhatMonitoringAsksFor() {
        HttpResponse<String> answer = given.service.get("/health/timescaledb?namespace=" + Firn.NAMESPACE);

        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode root = json(answer);
        assertThat(root.fieldNames())
                .toIterable()
                .containsExactly("connected", "version", "hypertables", "compressionEnabled", "continuousAggregates");
        assertThat(root.path("connected").asBoolean()).isTrue();
        assertThat(root.path("version").asText()).matches("2[.]\\d+[.]\\d+");
        assertThat(root.path("hypertables").asInt()).isEqualTo(2);
        assertThat(root.path("compressionEnabled").booleanValue()).isTrue();
        assertThat(root.path("continuousAggregates").asInt()).isZero();
    }

    @Test
    void tellsOfEachNamespacesTimescaleDbByItsName() {
        HttpResponse<String> answer = given.service.get("/health/timescaledb");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(json(answer).fieldNames()).toIterable().containsExactly(EveryState.BROKEN, Firn.NAMESPACE);
        JsonNode broken = json(answer).path(EveryState.BROKEN);
        assertThat(broken.path("connected").asBoolean(true)).isFalse();
        assertThat(broken.path("version").isNull()).isTrue();
        assertThat(broken.path("hypertables").asInt(-1)).isZero();
        assertThat(json(answer).path(Firn.NAMESPACE).path("connected").asBoolean())
                .isTrue();
    }

    @Test
    void theStatusHoldsWhatTheCommandPrints() throws JsonProcessingException {
        JsonNode served = json(given.service.get("/status"));
        JsonNode printed = MAPPER.readTree(
                given.firn.succeed("status", Firn.NAMESPACE, "--json").out());

        assertThat(served.path("service").path("jobs").path("threads").asInt()).isEqualTo(4);
        JsonNode namespace = served.path("namespaces").path(1);
        assertThat(namespace.path("namespace").asText()).isEqualTo(Firn.NAMESPACE);
        assertThat(withoutAges(namespace.path("status"))).isEqualTo(withoutAges(printed));
        JsonNode failure = namespace.path("failures").path(0);
        assertThat(failure.path("table").asText()).isEqualTo("events.messages");
        assertThat(failure.path("from").asText()).isEqualTo("2024-02-01");
        assertThat(failure.path("error").asText()).contains("a value of 4010 bytes, more than max-value-size");
        assertThat(failure.path("hint").asText()).isNotEmpty();
        assertThat(given.service.get("/status?namespace=other").statusCode()).isEqualTo(404);
    }

    @Test
    void countsChunksByStateAndWhatWasDone() {
        String text = given.service.get("/metrics").body();

        String table = "namespace=\"test\",table=\"events.messages\"";
        assertThat(text)
                .contains("firn_chunks{namespace=\"test\",state=\"hot\",table=\"events.messages\"} 1.0")
                .contains("firn_chunks{namespace=\"test\",state=\"compressed\",table=\"events.messages\"} 3.0")
                .contains("firn_chunks{namespace=\"test\",state=\"archived\",table=\"events.messages\"} 1.0")
                .contains("firn_chunks{namespace=\"test\",state=\"late_rows\",table=\"events.messages\"} 1.0")
                .contains("firn_chunks{namespace=\"test\",state=\"restored\",table=\"events.messages\"} 1.0")
                .contains("firn_chunks{namespace=\"test\",state=\"dropped\",table=\"events.messages\"} 1.0")
                .contains("firn_chunks_due{" + table + "} 4.0")
                .contains("firn_chunks_failed{" + table + "} 1.0")
                .contains("firn_chunks_vanished{" + table + "} 0.0")
                .contains("firn_proofs_failed_total{" + table + "} 0.0")
                .contains("firn_archive_rows{" + table + "} 1200.0")
                .contains(
                        "firn_chunks_processed_total{namespace=\"test\",outcome=\"dropped\",table=\"events.messages\"} 3.0")
                .contains(
                        "firn_chunks_processed_total{namespace=\"test\",outcome=\"failed\",table=\"events.messages\"} 1.0")
                .contains("firn_work_rows_total{" + table + ",work=\"load\"} 300.0")
                .contains("firn_namespace_ready{namespace=\"broken\"} 0.0")
                .contains("firn_namespace_ready{namespace=\"test\"} 1.0")
                .contains("firn_jobs_executed_total 21.0");
        for (String stage : List.of("copy", "prove", "publish", "promote", "drop", "load", "attach")) {
            assertThat(value(text, "firn_stage_seconds_count{namespace=\"test\",stage=\"" + stage + "\""))
                    .as(stage)
                    .isPositive();
        }
        assertThat(value(text, "firn_archive_lag_seconds{" + table))
                .as("the second week, which is due again, is older than 90 weeks")
                .isGreaterThan(90 * 7 * 86400.0);
        assertThat(value(text, "firn_archive_overdue_seconds{" + table))
                .isCloseTo(value(text, "firn_archive_lag_seconds{" + table) - 30 * 86400.0, within(1e-3));
        assertThat(value(text, "firn_archive_compression_ratio{" + table)).isPositive();
        assertThat(value(text, "firn_database_freed_bytes_total{" + table)).isPositive();
        assertThat(text).contains("jvm_memory_used_bytes").contains("process_uptime_seconds");
        assertThat(text).doesNotContain("2024-");
    }

    @Test
    void speaksOpenMetricsToWhoAsksForIt() {
        HttpResponse<String> plain = given.service.get("/metrics");
        HttpResponse<String> open = given.service.send(
                "GET", "/metrics", "Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");

        assertThat(plain.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(plain.body()).doesNotContain("# EOF");
        assertThat(open.headers().firstValue("Content-Type"))
                .hasValue("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(open.body()).endsWith("# EOF\n");
    }

    @Test
    void showsNoPasswordAnywhere() {
        for (String path :
                List.of("/", "/status", "/metrics", "/health/ready", "/health/timescaledb", "/health/live")) {
            assertThat(given.service.get(path).body()).as(path).doesNotContain("kept-secret");
        }
    }

    private static double value(String text, String start) {
        return text.lines()
                .filter(line -> line.startsWith(start))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(start + " in\n" + text));
    }

    /** Two that were read at different moments differ in what grows with time. */
    private static JsonNode withoutAges(JsonNode status) {
        JsonNode copy = status.deepCopy();
        copy.path("tables").forEach(table -> ((ObjectNode) table).remove(List.of("lagSeconds", "overdueSeconds")));
        return copy;
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return MAPPER.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer.body(), e);
        }
    }
}
