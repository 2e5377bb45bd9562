package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.TableName;
import dev.firn.testing.Eventodb;
import dev.firn.testing.Firn;
import java.sql.SQLException;
import java.util.List;

/** Events of pipelines by day, some of which are kept for good and some not: {@code conf/namespaces/pipeline-events.conf}. */
class PipelineEventsCircleIT extends FullCircleContract {

    private static final TableName EVENTS = new TableName("public", "pipeline_events");
    private static final int A_DAY = 288;

    @Override
    String namespace() {
        return "pipeline-events";
    }

    @Override
    List<TableName> tables() {
        return List.of(EVENTS);
    }

    @Override
    List<String> span() {
        return List.of("2024-01-04", "2024-01-07");
    }

    @Override
    List<Long> left() {
        return List.of(1L);
    }

    @Override
    void fill() throws SQLException {
        application.script("pipeline_events.sql");
        requireThatThePlainKeyFails();
        application.makeRoom(EVENTS, "1 day", "2024-01-04", "2024-01-07");
        application.execute(
                """
                INSERT INTO public.pipelines (id, name, retention)
                SELECT md5('pipeline ' || i)::uuid, 'pipeline ' || i, CASE i WHEN 2 THEN interval '30 days' END
                FROM generate_series(0, 2) i;
                INSERT INTO public.pipeline_events (ingested_at, pipeline_id, run_id, payload)
                SELECT timestamptz '2024-01-04 00:00Z' + i * interval '5 minutes', md5('pipeline ' || i %% 3)::uuid,
                  md5('run ' || i / 12)::uuid,
                  jsonb_build_object('step', i %% 12, 'tags', jsonb_build_array('t' || i %% 9, NULL), 'ratio', i / 7.0,
                    'log', (SELECT string_agg(md5(i || '/' || n), ' ') FROM generate_series(1, 1 + i %% 120) n))
                FROM generate_series(0, 3 * %d - 1) i;
                INSERT INTO public.pipeline_events (pipeline_id, run_id, payload)
                VALUES (md5('pipeline 1')::uuid, md5('now')::uuid, '{}')"""
                        .formatted(A_DAY));
        // The retention of one of three pipelines has passed for all of these days.
        assertThat(purge()).isEqualTo(A_DAY);
        application.runPolicies("policy_compression");
    }

    /** Why the key holds the time: the comment in the script. */
    private void requireThatThePlainKeyFails() {
        assertThatThrownBy(() -> application.execute(
                        application.hypertables()
                                ? "CREATE TABLE public.plain (id bigserial PRIMARY KEY, ingested_at timestamptz NOT NULL);"
                                        + " SELECT create_hypertable('public.plain', 'ingested_at')"
                                : "CREATE TABLE public.plain (id bigserial PRIMARY KEY, ingested_at timestamptz NOT NULL)"
                                        + " PARTITION BY RANGE (ingested_at)"))
                .hasMessageContaining(
                        application.hypertables()
                                ? "cannot create a unique index without the column \"ingested_at\" (used in partitioning)"
                                : "unique constraint on partitioned table must include all partitioning columns");
    }

    @Override
    List<String> questions() {
        return List.of(
                """
                SELECT p.name, count(e.id), min(e.id), max(e.ingested_at), md5(string_agg(e.payload::text, '' ORDER BY e.id))
                FROM public.pipelines p LEFT JOIN public.pipeline_events e ON e.pipeline_id = p.id GROUP BY 1 ORDER BY 1""",
                "SELECT * FROM public.pipeline_events WHERE run_id = md5('run 30')::uuid ORDER BY id",
                "SELECT id FROM public.pipeline_events WHERE payload @> '{\"tags\": [\"t4\"]}' ORDER BY id",
                "SELECT id, ingested_at FROM public.pipeline_events WHERE id IN (100, 500, 865) ORDER BY id");
    }

    @Override
    void whenBack(Firn firn) throws SQLException {
        assertThat(purge()).as("rows that retention takes from what came back").isZero();
        assertThat(Eventodb.number(application.owner(), "SELECT nextval('public.pipeline_events_id_seq')"))
                .hasValueSatisfying(next -> assertThat(next).isGreaterThan(3 * A_DAY + 1));
    }

    private long purge() throws SQLException {
        return Eventodb.number(application.owner(), "SELECT public.purge_pipeline_events()")
                .orElseThrow();
    }
}
