package dev.firn.console;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.LogContext;
import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** One line of the log for programs, and what goes before a line of that for people. */
class JsonLinesTest {

    private static final TableName TABLE = new TableName("events", "messages");
    private static final TimeRange RANGE = new TimeRange(TimeKind.BIGINT, 1, 5);

    @Test
    void keepsAFailureWithItsStackOnOneLine() throws IOException {
        FirnException failure = new FirnException(
                Category.DATA, "a/b.c", "reading \"it\"\nback", "look\nat it", new IllegalStateException("why"));
        LoggingEvent event = event(failure.getMessage(), failure);
        event.setMDCPropertyMap(Map.of("table", "b.c", "level", "shadowed"));

        String line = new String(new JsonLines().encode(event), StandardCharsets.UTF_8);

        assertThat(line).endsWith("}\n").hasLineCount(1);
        JsonNode json = new ObjectMapper().readTree(line);
        assertThat(json.path("message").asText()).isEqualTo("a/b.c: reading \"it\" back");
        assertThat(json.path("hint").asText()).isEqualTo("look at it");
        assertThat(json.path("level").asText()).isEqualTo("ERROR");
        assertThat(json.path("table").asText()).isEqualTo("b.c");
        assertThat(json.path("stack").asText())
                .contains("dev.firn.FirnException")
                .contains("Caused by: java.lang.IllegalStateException: why");
    }

    @Test
    void putsBeforeALineOnlyWhatItDoesNotSayItself() {
        assertThat(subject("anything")).isEqualTo("ns/events.messages [1, 5): ");
        assertThat(subject("events.messages [1, 5): copying")).isEqualTo("ns/");
        assertThat(subject("ns/events.messages [1, 5): copying")).isEmpty();
        assertThat(new LogSubject().convert(event("anything", null))).isEmpty();
    }

    @Test
    void whatAThreadIsAtWorkOnGoesWithItsTasksAndEndsWithThem() throws InterruptedException {
        AtomicReference<Map<String, String>> there = new AtomicReference<>();

        LogContext.on(
                "outer",
                () -> LogContext.on("ns", TABLE, RANGE, () -> {
                    Thread other = new Thread(LogContext.carried(() -> there.set(MDC.getCopyOfContextMap())));
                    other.start();
                    join(other);
                    assertThat(MDC.get(LogContext.NAMESPACE)).isEqualTo("ns");
                }));

        assertThat(there.get())
                .containsOnly(
                        Map.entry("namespace", "ns"),
                        Map.entry("table", "events.messages"),
                        Map.entry("range", "[1, 5)"));
        assertThat(MDC.get(LogContext.NAMESPACE)).isNull();
        assertThat(MDC.get(LogContext.RANGE)).isNull();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String subject(String message) {
        LoggingEvent event = event(message, null);
        event.setMDCPropertyMap(Map.of("namespace", "ns", "table", TABLE.toString(), "range", RANGE.toString()));
        return new LogSubject().convert(event);
    }

    private static LoggingEvent event(String message, Throwable failure) {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        return new LoggingEvent("here", context.getLogger("dev.firn.x"), Level.ERROR, message, failure, null);
    }
}
