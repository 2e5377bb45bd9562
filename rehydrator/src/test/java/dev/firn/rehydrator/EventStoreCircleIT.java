package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.TableName;
import dev.firn.testing.Eventodb;
import dev.firn.testing.Firn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The event store, written to as an application writes: {@code conf/namespaces/default.conf}. */
class EventStoreCircleIT extends FullCircleContract {

    private static final int STREAMS = 12;
    private static final int OLD = 900;

    private Eventodb store;

    @Override
    String namespace() {
        return "default";
    }

    /** Copying alone is what is shipped. */
    @Override
    String edit(String configuration) {
        return configuration.replace("drop-after = never", "drop-after = 90d");
    }

    @Override
    List<TableName> tables() {
        return List.of(Eventodb.MESSAGES);
    }

    @Override
    List<String> span() {
        return List.of("2024-01-01", "2024-02-01");
    }

    @Override
    List<Long> left() {
        return List.of((long) STREAMS / 2);
    }

    @Override
    void fill() throws SQLException {
        store = Eventodb.create(application.owner());
        if (application.hypertables()) {
            application.execute(
                    """
                    CREATE MATERIALIZED VIEW tsdb_default.messages_daily WITH (timescaledb.continuous) AS
                    SELECT time_bucket('1 day', time) AS day, type, count(*) AS messages, max(global_position) AS last
                    FROM tsdb_default.messages GROUP BY 1, 2 WITH NO DATA""");
        } else {
            application.execute("SELECT tsdb_default.create_partitions('2024-01-04', '2024-01-25')");
        }
        // All that a test has to do with the time at which write_message writes.
        application.execute(
                "ALTER TABLE tsdb_default.messages ALTER time SET DEFAULT current_setting('test.now')::timestamptz");
        application.execute(
                """
                DO $$ BEGIN
                  FOR i IN 0..%d - 1 LOOP
                    PERFORM set_config('test.now', (timestamptz '2024-01-04 00:00Z' + i * interval '33 minutes')::text, true);
                    PERFORM tsdb_default.write_message(md5('message ' || i)::uuid::varchar, 'account-' || i %% %d,
                      (ARRAY['Opened', 'Deposited', 'Withdrawn'])[1 + i %% 3],
                      jsonb_build_object('amount', i / 3.0, 'note', repeat('x', i %% 200)),
                      CASE WHEN i %% 4 > 0 THEN jsonb_build_object('correlationStreamName', 'transfer-' || i / 10) END,
                      i / %2$d - 1);
                  END LOOP;
                END $$"""
                        .formatted(OLD, STREAMS));
        application.execute("ALTER TABLE tsdb_default.messages ALTER time SET DEFAULT now()");
        for (int stream = 0; stream < STREAMS; stream += 2) {
            Eventodb.write(application.owner(), "account-" + stream, OLD / STREAMS - 1);
        }
        store.compressAll();
        application.refresh();
    }

    @Override
    List<String> questions() {
        List<String> questions = new ArrayList<>();
        for (int stream = 0; stream < STREAMS; stream += 3) {
            String name = "'account-" + stream + "'";
            questions.add("SELECT tsdb_default.stream_version(%s)".formatted(name));
            questions.add("SELECT * FROM tsdb_default.get_stream_messages(%s, 0, -1)".formatted(name));
            questions.add("SELECT * FROM tsdb_default.get_stream_messages(%s, 30, 10)".formatted(name));
            questions.add("SELECT * FROM tsdb_default.get_last_stream_message(%s)".formatted(name));
            questions.add("SELECT * FROM tsdb_default.get_last_stream_message(%s, 'Opened')".formatted(name));
        }
        questions.add("SELECT * FROM tsdb_default.get_category_messages('account')");
        questions.add("SELECT * FROM tsdb_default.get_category_messages('account', 400, 50, 'transfer')");
        questions.add("SELECT * FROM tsdb_default.get_category_messages('account', 1, -1, NULL, 1, 3)");
        questions.add("SELECT range_start, range_end, is_compressed, message_count FROM tsdb_default.get_chunks()");
        return questions;
    }

    /** As README says: a run, and then the functions that know of archived streams. */
    @Override
    void prepare(Firn firn) throws SQLException {
        assertThat(firn.run("run", namespace()).all()).contains("SELECT eventodb_store.attach_firn('tsdb_default')");
        store.attach();
    }

    @Override
    void whileAway(Firn firn) throws SQLException {
        for (int stream = 0; stream < STREAMS; stream++) {
            assertThat(Eventodb.version(application.owner(), "account-" + stream))
                    .isEqualTo(OLD / STREAMS - (stream % 2 == 0 ? 0 : 1));
        }
        assertThat(Eventodb.read(application.owner(), "account-0", OLD / STREAMS, 10))
                .hasSize(1);
        assertThatThrownBy(() -> Eventodb.read(application.owner(), "account-0", 0, 10))
                .hasMessageContaining("positions 0 to %d of stream account-0".formatted(OLD / STREAMS - 1))
                .hasMessageContaining("rehydrate default tsdb_default.messages --from 2024-01-04");
        assertThatThrownBy(() -> Eventodb.readCategory(application.owner(), "account", 1, 10))
                .hasMessageContaining("are archived");
    }
}
