package dev.firn.athena;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The three tables of {@code deploy/sql/examples/flow_traces.sql}, and what people ask of them, in PostgreSQL and elsewhere. */
final class FlowTraces {

    static final List<String> TABLES =
            List.of("public.flow_trace_sessions", "public.flow_traces", "public.flow_trace_events");

    private static final String MOMENT = "2024-02-01 09:04:30";

    private static final String TYPE = "timestamp(6)";

    private FlowTraces() {}

    /** Two sessions on two days, of four traces each; all of it archived. */
    static void fill(QueriedArchive archive) throws SQLException {
        Connection owner = archive.owner();
        boolean partitions = Queries.rows(owner, "SELECT FROM pg_extension WHERE extname = 'timescaledb'")
                .isEmpty();
        if (partitions) {
            Queries.execute(owner, example("partitions.sql"));
        }
        Queries.execute(owner, example("flow_traces.sql"));
        for (String day : List.of("2024-02-01", "2024-02-02")) {
            if (partitions) {
                for (String table : TABLES) {
                    Queries.execute(
                            owner,
                            "SELECT public.create_partitions('%s', '1 day', '%sZ', '%s 23:00Z')"
                                    .formatted(table, day, day));
                }
            }
            Queries.execute(
                    owner,
                    """
                    INSERT INTO public.flow_trace_sessions (session_id, started_at, ended_at, client, labels)
                    VALUES (md5('%1$s')::uuid, '%1$s 09:00Z', '%1$s 09:30Z', 'client', '{prod,NULL,"a b"}')"""
                            .formatted(day),
                    """
                    INSERT INTO public.flow_traces (trace_id, session_id, started_at, flow, status, input)
                    SELECT md5('%1$s/' || t)::uuid, md5('%1$s')::uuid, timestamptz '%1$s 09:00Z' + t * interval '3 minutes',
                      'flow-' || t %% 2, CASE t WHEN 2 THEN 'failed' ELSE 'done' END, jsonb_build_object('t', t)
                    FROM generate_series(0, 3) t"""
                            .formatted(day),
                    """
                    INSERT INTO public.flow_trace_events (trace_id, seq, at, session_id, node, kind, elapsed_ms, state)
                    SELECT md5('%1$s/' || t)::uuid, n,
                      timestamptz '%1$s 09:00Z' + t * interval '3 minutes' + n * interval '400.001 milliseconds', md5('%1$s')::uuid,
                      'node-' || n %% 6, (ARRAY['enter', 'progress', 'leave'])[1 + n %% 3], n * 0.25,
                      CASE WHEN n %% 3 > 0 THEN jsonb_build_object('progress', n, 'trace', t) END
                    FROM generate_series(0, 3) t, generate_series(0, 149) n"""
                            .formatted(day));
        }
        for (String table : TABLES) {
            if (!partitions) {
                Queries.execute(
                        owner,
                        "SELECT compress_chunk(chunk, if_not_compressed => true) FROM show_chunks('%s') chunk"
                                .formatted(table));
            }
            archive.archive(table);
        }
    }

    private static String example(String name) {
        try {
            return Files.readString(Path.of("../deploy/sql/examples").resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How every node of the first session stood at a moment, all that happened in it, and its time line by 5 seconds. */
    static List<List<List<String>>> answers(Engine engine, String session) throws SQLException {
        return List.of(
                engine.rows(
                        """
                        SELECT trace_id, node, %s, kind, state FROM (
                          SELECT *, row_number() OVER (PARTITION BY trace_id, node ORDER BY at DESC, seq DESC) AS nth
                          FROM firn_test.public_flow_trace_events WHERE session_id = '%s' AND at <= TIMESTAMP '%s') e
                        WHERE nth = 1 ORDER BY trace_id, node"""
                                .formatted(engine.exactText("at", TYPE), session, MOMENT)),
                engine.rows(
                        """
                        SELECT s.client, t.flow, %s, e.trace_id, e.seq, e.node, e.kind, e.state
                        FROM firn_test.public_flow_trace_sessions s
                        JOIN firn_test.public_flow_traces t ON t.session_id = s.session_id
                        JOIN firn_test.public_flow_trace_events e ON e.session_id = s.session_id AND e.trace_id = t.trace_id
                        WHERE s.session_id = '%s' ORDER BY e.at, e.trace_id, e.seq"""
                                .formatted(engine.exactText("e.at", TYPE), session)),
                engine.rows(
                        """
                        SELECT %s, step, traces, events, %s, kinds FROM (
                          SELECT date_trunc('minute', at) AS minute, CAST(floor(second(at) / 5) * 5 AS bigint) AS step,
                                 count(DISTINCT trace_id) AS traces, count(*) AS events, sum(elapsed_ms) AS elapsed_ms,
                                 array_join(array_sort(array_agg(DISTINCT kind)), ',') AS kinds
                          FROM firn_test.public_flow_trace_events WHERE session_id = '%s' GROUP BY 1, 2) steps
                        ORDER BY minute, step"""
                                .formatted(
                                        engine.exactText("minute", TYPE),
                                        engine.asText("CAST(elapsed_ms AS decimal(20, 2))"),
                                        session)));
    }

    /** The same by the functions of the application. */
    static List<List<List<String>>> answers(Connection owner, String session) throws SQLException {
        return List.of(
                Queries.rows(
                        owner,
                        "SELECT trace_id, node, %s, kind, state FROM public.flow_state_at('%s', '%sZ')"
                                .formatted(Probe.postgresText("since", TYPE), session, MOMENT)),
                Queries.rows(
                        owner,
                        "SELECT client, flow, %s, trace_id, seq, node, kind, state FROM public.flow_replay('%s')"
                                .formatted(Probe.postgresText("at", TYPE), session)),
                Queries.rows(
                        owner,
                        """
                        SELECT %s, extract(second FROM at)::int, traces, events, elapsed_ms::decimal(20, 2),
                               array_to_string(kinds, ',')
                        FROM public.flow_time_line('%s') ORDER BY at"""
                                .formatted(Probe.postgresText("date_trunc('minute', at)", TYPE), session)));
    }

    static String session(Connection owner) throws SQLException {
        return Queries.value(owner, "SELECT md5('2024-02-01')::uuid");
    }
}
