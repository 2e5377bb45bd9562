-- Traces of flows, in three tables that grow old at different ages: sessions (90 days), the traces in them (30 days), the
-- events of each trace (7 days), and what remains of the events for good: aggregates by hour and by day.
-- conf/namespaces/flow-traces.conf archives them. Hypertables with TimescaleDB; without, declarative partitions (run
-- partitions.sql, beside this file, before) and no aggregates: a plain view would forget what is dropped.
--
--     psql -X -v ON_ERROR_STOP=1 -d <database> -f flow_traces.sql

DO $create$
DECLARE
  _timescale text := (SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                      WHERE e.extname = 'timescaledb');
  _partitioned text := CASE WHEN _timescale IS NULL THEN ' PARTITION BY RANGE (%s)' ELSE '' END;
  _each record;
BEGIN
  IF to_regclass('public.flow_traces') IS NOT NULL THEN
    RETURN;
  END IF;
  -- Every key holds the time, as it must; no foreign keys between the tables: an old trace outlives its events.
  EXECUTE $table$
    CREATE TABLE public.flow_trace_sessions (
      session_id uuid NOT NULL DEFAULT gen_random_uuid(),
      started_at timestamptz NOT NULL DEFAULT now(),
      ended_at timestamptz,
      client text NOT NULL,
      labels text[] NOT NULL DEFAULT '{}',
      PRIMARY KEY (session_id, started_at)
    )$table$ || format(_partitioned, 'started_at');
  EXECUTE $table$
    CREATE TABLE public.flow_traces (
      trace_id uuid NOT NULL DEFAULT gen_random_uuid(),
      session_id uuid NOT NULL,
      started_at timestamptz NOT NULL DEFAULT now(),
      flow text NOT NULL,
      status text NOT NULL,
      input jsonb,
      PRIMARY KEY (trace_id, started_at)
    )$table$ || format(_partitioned, 'started_at');
  EXECUTE $table$
    CREATE TABLE public.flow_trace_events (
      trace_id uuid NOT NULL,
      seq integer NOT NULL,
      at timestamptz NOT NULL DEFAULT now(),
      session_id uuid NOT NULL,
      node text NOT NULL,
      kind text NOT NULL,
      elapsed_ms double precision,
      state jsonb,
      PRIMARY KEY (trace_id, seq, at)
    )$table$ || format(_partitioned, 'at');
  CREATE INDEX flow_traces_session ON public.flow_traces (session_id, started_at);
  CREATE INDEX flow_trace_events_session ON public.flow_trace_events (session_id, at);
  FOR _each IN
    SELECT * FROM (VALUES
      ('public.flow_trace_sessions', 'started_at', interval '7 days', 'client', 'started_at, session_id', interval '14 days'),
      ('public.flow_traces', 'started_at', interval '1 day', 'flow', 'session_id, started_at, trace_id', interval '3 days'),
      ('public.flow_trace_events', 'at', interval '1 day', 'session_id', 'at, trace_id, seq', interval '2 days')
    ) AS t (name, time, width, segment_by, order_by, compressed_after)
  LOOP
    IF _timescale IS NULL THEN
      PERFORM public.create_partitions(_each.name::regclass, _each.width, now() - _each.width, now() + 8 * _each.width);
    ELSE
      EXECUTE format('SELECT %s.create_hypertable(%L, %L, chunk_time_interval => %L::interval)',
        _timescale, _each.name, _each.time, _each.width);
      EXECUTE format('ALTER TABLE %s SET (timescaledb.compress, timescaledb.compress_segmentby = %L,'
        ' timescaledb.compress_orderby = %L)', _each.name, _each.segment_by, _each.order_by);
      EXECUTE format('SELECT %s.add_compression_policy(%L, %L::interval)', _timescale, _each.name, _each.compressed_after);
      -- No add_retention_policy: the ages are drop-after in the configuration, and hold for what is archived only.
    END IF;
  END LOOP;
  IF _timescale IS NULL THEN
    RETURN;
  END IF;
  EXECUTE format($view$
    CREATE MATERIALIZED VIEW public.flow_trace_events_hourly WITH (timescaledb.continuous) AS
    SELECT %1$s.time_bucket('1 hour', at) AS hour, node, kind, count(*) AS events, sum(elapsed_ms) AS elapsed_ms,
      max(elapsed_ms) AS slowest_ms
    FROM public.flow_trace_events GROUP BY 1, 2, 3 WITH NO DATA
    $view$, _timescale);
  -- Of the hours: a day is cheap, and can be computed again while the events are gone.
  EXECUTE format($view$
    CREATE MATERIALIZED VIEW public.flow_trace_events_daily WITH (timescaledb.continuous) AS
    SELECT %1$s.time_bucket('1 day', hour) AS day, node, kind, sum(events) AS events, sum(elapsed_ms) AS elapsed_ms,
      max(slowest_ms) AS slowest_ms
    FROM public.flow_trace_events_hourly GROUP BY 1, 2, 3 WITH NO DATA
    $view$, _timescale);
  -- Each starts later than events are dropped (7 days): a policy that looks further back would compute hours again, from
  -- nothing, once a late event falls into them.
  EXECUTE format($policy$
    SELECT %1$s.add_continuous_aggregate_policy('public.flow_trace_events_hourly', start_offset => interval '3 days',
      end_offset => interval '1 hour', schedule_interval => interval '30 minutes'),
      %1$s.add_continuous_aggregate_policy('public.flow_trace_events_daily', start_offset => interval '6 days',
      end_offset => interval '1 day', schedule_interval => interval '30 minutes')
    $policy$, _timescale);
END
$create$;

-- How every node of a session stood at a moment: its last event until then.
CREATE OR REPLACE FUNCTION public.flow_state_at(_session uuid, _at timestamptz)
  RETURNS TABLE (trace_id uuid, node text, since timestamptz, kind text, state jsonb)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT ON (e.trace_id, e.node) e.trace_id, e.node, e.at, e.kind, e.state
  FROM public.flow_trace_events e
  WHERE e.session_id = _session AND e.at <= _at
  ORDER BY e.trace_id, e.node, e.at DESC, e.seq DESC
$$;

-- All that happened in a session, in the order in which it did.
CREATE OR REPLACE FUNCTION public.flow_replay(_session uuid)
  RETURNS TABLE (client text, flow text, at timestamptz, trace_id uuid, seq integer, node text, kind text, state jsonb)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.client, t.flow, e.at, e.trace_id, e.seq, e.node, e.kind, e.state
  FROM public.flow_trace_sessions s
  JOIN public.flow_traces t ON t.session_id = s.session_id
  JOIN public.flow_trace_events e ON e.session_id = s.session_id AND e.trace_id = t.trace_id
  WHERE s.session_id = _session
  ORDER BY e.at, e.trace_id, e.seq
$$;

-- A session in steps of 5 seconds.
CREATE OR REPLACE FUNCTION public.flow_time_line(_session uuid)
  RETURNS TABLE (at timestamptz, traces bigint, events bigint, elapsed_ms double precision, kinds text[])
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT to_timestamp(floor(extract(epoch FROM e.at) / 5) * 5), count(DISTINCT e.trace_id), count(*),
    sum(e.elapsed_ms ORDER BY e.at, e.trace_id, e.seq), array_agg(DISTINCT e.kind)
  FROM public.flow_trace_events e
  WHERE e.session_id = _session
  GROUP BY 1
  ORDER BY 1
$$;
