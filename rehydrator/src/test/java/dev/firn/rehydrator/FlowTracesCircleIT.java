package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.testing.Firn;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Three tables that grow old at different ages, and come back together: {@code conf/namespaces/flow-traces.conf}. */
class FlowTracesCircleIT extends FullCircleContract {

    private static final TableName SESSIONS = new TableName("public", "flow_trace_sessions");
    private static final TableName TRACES = new TableName("public", "flow_traces");
    private static final TableName EVENTS = new TableName("public", "flow_trace_events");

    /** Of the sessions, in days: older than all that is kept, than traces, than events, and young. */
    private static final List<Integer> AGES = List.of(110, 50, 15, 1);

    private static final int TRACES_EACH = 4;
    private static final int EVENTS_EACH = 150;

    /** Of the nodes by hour; {@code %s} is the width of a bucket. */
    private static final String BUCKETS =
            """
            SELECT * FROM (
              SELECT time_bucket('%s', at), node, kind, count(*), sum(elapsed_ms), max(elapsed_ms)
              FROM public.flow_trace_events GROUP BY 1, 2, 3) m ORDER BY m""";

    private final LocalDate today = LocalDate.now(ZoneOffset.UTC);

    @Override
    String namespace() {
        return "flow-traces";
    }

    @Override
    List<TableName> tables() {
        return List.of(SESSIONS, TRACES, EVENTS);
    }

    @Override
    List<String> span() {
        return List.of(today.minusDays(111).toString(), today.minusDays(2).toString());
    }

    @Override
    List<Long> left() {
        return List.of(3L, 2L * TRACES_EACH, 1L * TRACES_EACH * EVENTS_EACH);
    }

    @Override
    void fill() throws SQLException {
        application.script("flow_traces.sql");
        for (int age : AGES) {
            fill(age, today.minusDays(age));
        }
        application.runPolicies("policy_compression");
        application.runPolicies("policy_refresh_continuous_aggregate");
        application.refresh();
        // After the aggregates were computed, and into a compressed chunk: refresh-first has something to do.
        application.execute(
                """
                INSERT INTO public.flow_trace_events (trace_id, seq, at, session_id, node, kind, elapsed_ms)
                VALUES (md5('late')::uuid, 0, '%s 09:10Z', %s, 'node-1', 'late', 0.5)"""
                        .formatted(today.minusDays(15), session(15)));
    }

    private void fill(int age, LocalDate day) throws SQLException {
        application.makeRoom(SESSIONS, "7 days", day + "Z", day.plusDays(1) + "Z");
        application.makeRoom(TRACES, "1 day", day + "Z", day.plusDays(1) + "Z");
        application.makeRoom(EVENTS, "1 day", day + "Z", day.plusDays(1) + "Z");
        application.execute(
                """
                INSERT INTO public.flow_trace_sessions (session_id, started_at, ended_at, client, labels)
                VALUES (%1$s, '%2$s 09:00Z', '%2$s 09:30Z', 'client-%3$d', '{prod,NULL,"a b"}');
                INSERT INTO public.flow_traces (trace_id, session_id, started_at, flow, status, input)
                SELECT md5('trace %3$d/' || t)::uuid, %1$s, timestamptz '%2$s 09:00Z' + t * interval '3 minutes',
                  'flow-' || t %% 2, CASE t WHEN 2 THEN 'failed' ELSE 'done' END, jsonb_build_object('t', t)
                FROM generate_series(0, %4$d - 1) t;
                INSERT INTO public.flow_trace_events (trace_id, seq, at, session_id, node, kind, elapsed_ms, state)
                SELECT md5('trace %3$d/' || t)::uuid, n,
                  timestamptz '%2$s 09:00Z' + t * interval '3 minutes' + n * interval '400 milliseconds', %1$s,
                  'node-' || n %% 6, (ARRAY['enter', 'progress', 'leave'])[1 + n %% 3], n * 0.25,
                  CASE WHEN n %% 3 > 0 THEN jsonb_build_object('progress', n, 'trace', t) END
                FROM generate_series(0, %4$d - 1) t, generate_series(0, %5$d - 1) n"""
                        .formatted(session(age), day, age, TRACES_EACH, EVENTS_EACH));
    }

    private static String session(int age) {
        return "md5('session %d')::uuid".formatted(age);
    }

    @Override
    List<String> questions() {
        LocalDate oldest = today.minusDays(110);
        return List.of(
                "SELECT * FROM public.flow_state_at(%s, '%s 09:04:30Z')".formatted(session(110), oldest),
                "SELECT * FROM public.flow_state_at(%s, '%s 09:01Z')".formatted(session(15), today.minusDays(15)),
                "SELECT * FROM public.flow_replay(%s)".formatted(session(110)),
                "SELECT * FROM public.flow_replay(%s)".formatted(session(50)),
                "SELECT * FROM public.flow_time_line(%s)".formatted(session(110)),
                "SELECT * FROM public.flow_time_line(%s)".formatted(session(1)),
                "SELECT * FROM public.flow_trace_sessions ORDER BY started_at");
    }

    /** The late event too, which they do not hold yet. */
    @Override
    Map<String, List<String>> truth(Map<String, List<String>> stored) throws SQLException {
        if (!application.hypertables()) {
            return stored;
        }
        Map<String, List<String>> truth = Map.of(
                "flow_trace_events_hourly", application.answers(BUCKETS.formatted("1 hour")),
                "flow_trace_events_daily", application.answers(BUCKETS.formatted("1 day")));
        for (String view : truth.keySet()) {
            assertThat(truth.get(view))
                    .as(view)
                    .hasSize(stored.get(view).size() + 1)
                    .containsAll(stored.get(view));
        }
        return truth;
    }

    @Override
    void whileAway(Firn firn) throws SQLException {
        assertThat(application.answers("SELECT * FROM public.flow_replay(%s)".formatted(session(110))))
                .isEmpty();
        assertThat(application.answers("SELECT * FROM public.flow_time_line(%s)".formatted(session(1))))
                .isNotEmpty();
        aSessionComesBackOfWhichOneTableAloneIsArchived(firn);
    }

    private void aSessionComesBackOfWhichOneTableAloneIsArchived(Firn firn) {
        Rehydrate rehydrate = new Rehydrate(firn);
        String[] session = {
            namespace(),
            SESSIONS.toString(),
            TRACES.toString(),
            EVENTS.toString(),
            "--from",
            today.minusDays(15).toString(),
            "--to",
            today.minusDays(14).toString(),
            "--dry-run"
        };
        String nothing = "%s: nothing is archived there";

        assertThat(rehydrate.succeed(session).out())
                .contains("1 to load", nothing.formatted(SESSIONS), nothing.formatted(TRACES))
                .doesNotContain(nothing.formatted(EVENTS));
        assertThat(rehydrate.succeed(Arrays.copyOf(session, session.length - 1)).out())
                .contains("1 brought back", "0 failed", nothing.formatted(SESSIONS), nothing.formatted(TRACES));
        session[5] = today.minusDays(3).toString();
        session[7] = today.minusDays(2).toString();
        for (int options = 0; options < 2; options++) {
            Firn.Ran none = rehydrate.run(Arrays.copyOf(session, session.length - options));
            assertThat(none.exitCode()).as(none.all()).isEqualTo(3);
            assertThat(none.err()).contains("nothing is archived there; nothing was loaded");
        }
    }
}
