package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.archive.Manifest;
import dev.firn.config.Configuration;
import dev.firn.testing.EventStore;
import dev.firn.testing.FaultyHttp;
import dev.firn.testing.Firn;
import dev.firn.testing.RequestClass;
import dev.firn.testing.S3Server;
import dev.firn.testing.TestDatabase;
import dev.firn.types.Where;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What one stream out of a chunk costs, measured at the store. The chunk is half as large as one of ordinary size, and so are
 * its pages: what counts is how many there are.
 */
class FewBytesIT {

    private static final int STREAMS = 5_000;
    private static final int EVENTS = 250_000;

    @TempDir
    private Path home;

    @Test
    void oneStreamOfFiveThousandIsAFewPagesOfItsChunk() throws Exception {
        try (S3Server server = S3Server.start();
                FaultyHttp proxy = FaultyHttp.before(server);
                TestDatabase database = TestDatabase.create();
                Connection owner = database.owner()) {
            EventStore events = EventStore.create(owner, "events", 1);
            events.fill(
                    owner,
                    3,
                    EventStore.FIRST_WEEK,
                    EventStore.FIRST_WEEK.plus(EventStore.WEEK),
                    EVENTS,
                    STREAMS,
                    EventStore.Payload.LIFELIKE);
            if (events.hypertable()) {
                events.compressAll(owner);
            } else {
                // As a compressed chunk lies: stream by stream.
                execute(owner, "CREATE INDEX by_stream ON events.messages_2024_01_04 (stream_name, position)");
                execute(owner, "CLUSTER events.messages_2024_01_04 USING by_stream");
            }
            Firn firn = Firn.configure(
                            database,
                            home,
                            server.settings("few", proxy.endpoint()),
                            server.settings("few"),
                            """
                            events.messages {
                              archive-after = 1d, drop-after = never
                              parquet { page-rows = 10000, page-size = 512KiB }
                            }""")
                    .init();
            firn.succeed("run", Firn.NAMESPACE);
            Manifest manifest = firn.live(events.table()).get(0);
            for (String stream : List.of("account-4711", "account-17", "account-999")) {
                proxy.resetCounts();

                RestoreSummary summary = load(firn, stream);

                long read = proxy.bytesFromStore(RequestClass.GET_RANGE);
                assertThat(summary.exitCode()).isZero();
                assertThat(summary.ranges().get(0).bytes()).isEqualTo(read);
                assertThat(count(owner, "events.one WHERE stream_name = '%s'".formatted(stream)))
                        .isEqualTo(EVENTS / STREAMS);
                assertThat(read).isPositive().isLessThan(manifest.bytes() / 20);
            }
        }
    }

    private static RestoreSummary load(Firn firn, String stream) {
        try (OpenNamespace open = OpenNamespace.open(
                Configuration.namespace(firn.conf(), Firn.NAMESPACE), Firn.NAMESPACE, Surroundings.real())) {
            return open.restoreBeside(
                    new RestoreOptions(
                            List.of(new TableName("events", "messages")),
                            PositionSpan.ALL,
                            Optional.empty(),
                            true,
                            RestoreOptions.Conflict.REFUSE),
                    new Beside("one", List.of(Where.parse("stream_name=" + stream))),
                    Progress.NONE);
        }
    }

    private static long count(Connection connection, String from) throws Exception {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + from)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void execute(Connection connection, String sql) throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
