-- What pipelines report: a row for each event, with a large document, by day. conf/namespaces/pipeline-events.conf archives
-- it. A hypertable with TimescaleDB; without, declarative partitions (run partitions.sql, beside this file, before).
--
--     psql -X -v ON_ERROR_STOP=1 -d <database> -f pipeline_events.sql

CREATE TABLE IF NOT EXISTS public.pipelines (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL UNIQUE,
  -- Shorter than archive-after, so that what is archived is what nobody wanted gone; see purge_pipeline_events().
  retention interval CHECK (retention < interval '90 days')
);
COMMENT ON COLUMN public.pipelines.retention IS 'Age at which events of the pipeline are deleted for good; null keeps them, and lets them be archived.';

DO $create$
DECLARE
  _timescale text := (SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                      WHERE e.extname = 'timescaledb');
BEGIN
  IF to_regclass('public.pipeline_events') IS NOT NULL THEN
    RETURN;
  END IF;
  -- PRIMARY KEY (id) alone fails on a hypertable: "cannot create a unique index without the column "ingested_at" (used in
  -- partitioning)", and so it does on partitions. Each chunk has an index of its own, which sees no other chunk's rows;
  -- only with the time in the key, which says in which chunk a row is, does unique in every chunk mean unique in the table.
  -- That no two rows share an id is the sequence's doing.
  EXECUTE $table$
    CREATE TABLE public.pipeline_events (
      id bigserial,
      ingested_at timestamptz NOT NULL DEFAULT now(),
      pipeline_id uuid NOT NULL,
      run_id uuid NOT NULL,
      payload jsonb NOT NULL,
      PRIMARY KEY (id, ingested_at)
    )$table$ || CASE WHEN _timescale IS NULL THEN ' PARTITION BY RANGE (ingested_at)' ELSE '' END;
  IF _timescale IS NOT NULL THEN
    EXECUTE format(
      'SELECT %s.create_hypertable(''public.pipeline_events'', ''ingested_at'', chunk_time_interval => interval ''1 day'')',
      _timescale);
  ELSE
    PERFORM public.create_partitions('public.pipeline_events', '1 day', now() - interval '1 day', now() + interval '7 days');
  END IF;
  CREATE INDEX pipeline_events_pipeline ON public.pipeline_events (pipeline_id, ingested_at);
  -- For chunks that are not compressed yet, and again for those that rehydrate --no-compress brings back.
  CREATE INDEX pipeline_events_payload ON public.pipeline_events USING gin (payload jsonb_path_ops);
  IF _timescale IS NOT NULL THEN
    -- By pipeline: one pipeline's events lie together, and its retention takes whole batches.
    ALTER TABLE public.pipeline_events SET (timescaledb.compress, timescaledb.compress_segmentby = 'pipeline_id',
      timescaledb.compress_orderby = 'ingested_at, id');
    EXECUTE format('SELECT %s.add_compression_policy(''public.pipeline_events'', interval ''7 days'')', _timescale);
    -- No add_retention_policy: it would drop whole days of all pipelines, archived or not. Firn drops by drop-after.
  END IF;
END
$create$;

-- Retention per pipeline, for a daily job. A pipeline at a time, by values that the planner knows: with a join it would
-- decompress every chunk.
CREATE OR REPLACE FUNCTION public.purge_pipeline_events() RETURNS bigint
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  _pipeline record;
  _deleted bigint;
  _all bigint := 0;
BEGIN
  FOR _pipeline IN SELECT id, now() - retention AS until FROM public.pipelines WHERE retention IS NOT NULL ORDER BY id LOOP
    EXECUTE format('DELETE FROM public.pipeline_events WHERE pipeline_id = %L AND ingested_at < %L',
      _pipeline.id, _pipeline.until);
    GET DIAGNOSTICS _deleted = ROW_COUNT;
    _all := _all + _deleted;
  END LOOP;
  RETURN _all;
END
$$;
COMMENT ON FUNCTION public.purge_pipeline_events() IS 'Deletes the events that have outlived the retention of their pipeline. What Firn has archived and dropped by then, it cannot reach.';
