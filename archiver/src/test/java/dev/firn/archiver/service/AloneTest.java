package dev.firn.archiver.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.firn.lifecycle.Surroundings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a service says that can reach no database. */
class AloneTest {

    private final Logger log = (Logger) LoggerFactory.getLogger(Service.class.getPackageName());
    private final Level usual = log.getLevel();
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            said.add(event.getFormattedMessage());
        }
    };
    private Site site;

    @BeforeEach
    void open(@TempDir Path home) throws Exception {
        site = new Site(home);
        site.write(
                "namespaces/one.conf",
                """
                database { url = "jdbc:postgresql://127.0.0.1:1/none", user = firn, connect-timeout = 1s }
                location { url = "file:/nowhere" }
                tables { events.messages { archive-after = 1d } }
                """);
        appender.start();
        log.addAppender(appender);
        log.setLevel(Level.INFO);
    }

    @AfterEach
    void close() {
        log.setLevel(usual);
        log.detachAppender(appender);
        site.close();
    }

    @Test
    void maintenanceThatIsDueMeanwhileIsSaidToBeDoneLater() {
        site.service("service.sweep = 1d");

        try (Service service = site.start(Surroundings.real())) {
            site.await(() -> said("one: sweep is due, and done once the namespace is open: ") == 1);
            assertThat(service.namespaces().find("one").orElseThrow().isOpen()).isFalse();
            assertThat(said).noneMatch(line -> line.contains(" is done now"));
        }
    }

    @Test
    void aChangeThatOnlyARestartBringsIsSaidOnceEachTime() {
        String started = "service.reload-every = 200ms, http.port = 0";
        site.write("firn.conf", started);
        try (Service service = site.start(Surroundings.real())) {
            site.write("firn.conf", started + ", service.threads = 3");
            service.reload();
            assertThat(said(", which this service took at its start")).isZero();

            site.write("firn.conf", "service.reload-every = 300ms, http { port = 1, address = localhost }");
            service.reload();
            service.reload();
            assertThat(said(
                            "firn.conf: service.reload-every, http.address, http.port changed, which this service took at"
                                    + " its start: what it said then holds on"))
                    .isEqualTo(1);

            site.write("firn.conf", "service.reload-every = 400ms, http { port = 1, address = localhost }");
            service.reload();
            assertThat(said(", which this service took at its start")).isEqualTo(2);

            site.write(
                    "firn.conf",
                    started
                            + "\nservice { cluster = true, cluster-database { url = \"jdbc:postgresql://127.0.0.1:1/x\", user = x } }");
            service.reload();
            assertThat(said("firn.conf: service.cluster, service.cluster-database changed, which"))
                    .isEqualTo(1);

            site.write("firn.conf", started);
            service.reload();
            assertThat(said("firn.conf says again what this service was started with"))
                    .isEqualTo(1);
        }
    }

    private int said(String text) {
        return (int) said.stream().filter(line -> line.contains(text)).count();
    }
}
