package dev.firn.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.S3Server;
import dev.firn.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the program logs of a pass over a database, of which one chunk fails, in each of the two forms. */
class LogFormsIT {

    @TempDir
    private Path home;

    private TestDatabase database;
    private S3Server s3;
    private Firn firn;

    @BeforeEach
    void oneChunkOfTwoFails() throws SQLException {
        database = TestDatabase.create();
        s3 = S3Server.start();
        try (Connection owner = database.owner();
                Statement statement = owner.createStatement()) {
            EventStore events = EventStore.create(owner, "events", 2);
            events.fillWeeks(owner, 5, 2, 200);
            statement.execute("UPDATE events.messages SET data = jsonb_build_object('x', repeat('x', 4000))"
                    + " WHERE time < '2024-01-05'");
            events.compressAll(owner);
        }
        firn = Firn.configure(
                        database,
                        home,
                        s3.settings("logs"),
                        s3.settings("logs"),
                        "events.messages { archive-after = 1d, max-value-size = 2KiB }")
                .init();
    }

    @AfterEach
    void close() {
        s3.close();
        database.close();
    }

    @Test
    void writesOneObjectALineForALogPipeline() throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        ObjectMapper mapper = new ObjectMapper();
        for (String line : log("json")) {
            lines.add(mapper.readTree(line));
        }

        JsonNode failed = lines.stream()
                .filter(line -> line.path("message").asText().contains("max-value-size"))
                .findFirst()
                .orElseThrow();
        assertThat(failed.path("timestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d[.]\\d+Z");
        assertThat(failed.path("level").asText()).isEqualTo("WARN");
        assertThat(failed.path("logger").asText()).isEqualTo("dev.firn.lifecycle.Worker");
        assertThat(failed.path("namespace").asText()).isEqualTo(Firn.NAMESPACE);
        assertThat(failed.path("table").asText()).isEqualTo("events.messages");
        assertThat(failed.path("range").asText()).isEqualTo("[2024-01-04, 2024-01-11)");
        assertThat(failed.path("message").asText()).doesNotContain("HINT").doesNotContain("\n");
        assertThat(failed.path("hint").asText()).startsWith("raise max-value-size");
        assertThat(lines)
                .filteredOn(line -> line.path("message").asText().contains("copying"))
                .hasSizeGreaterThan(1)
                .allSatisfy(line -> assertThat(line.has("namespace") && line.has("table") && line.has("range"))
                        .as(line.toString())
                        .isTrue());
        assertThat(lines)
                .as("also what the second thread of a chunk says")
                .anyMatch(line -> line.path("message").asText().contains("proving")
                        && line.path("range").asText().equals("[2024-01-11, 2024-01-18)"));
    }

    @Test
    void writesLinesForATerminalThatNameTheNamespaceToo() throws Exception {
        List<String> lines = log("");

        assertThat(lines)
                .anyMatch(
                        line -> line.matches("\\S+Z WARN {2}test/events.messages \\[2024-01-04, 2024-01-11\\): copying"
                                + " column data .* nothing was archived and nothing dropped"))
                .contains("HINT: raise max-value-size, and the heap with it, or shrink the value")
                .anyMatch(line -> line.matches(
                        "\\S+Z INFO {2}test/events.messages \\[2024-01-11, 2024-01-18\\): copying, 200 rows"));
    }

    /** What a run writes to its standard error, in which no secret may be. */
    private List<String> log(String format) throws IOException, InterruptedException {
        Path out = home.resolve("out");
        Path log = home.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-Dlogback.configurationFile=logback.xml",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "dev.firn.archiver.Main",
                        "--conf",
                        firn.conf().toString(),
                        "run",
                        Firn.NAMESPACE)
                .redirectOutput(out.toFile())
                .redirectError(log.toFile());
        builder.environment().put("FIRN_LOG", format);
        Process process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        String written = Files.readString(log);
        assertThat(Files.readString(out)).as(written).contains("1 dropped, 1 failed");
        assertThat(written + Files.readString(out))
                .doesNotContain(s3.accessKey().secret())
                .doesNotContain("password");
        return written.lines().toList();
    }
}
