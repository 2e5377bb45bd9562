-- Measured values, by week, compressed after a month. conf/namespaces/datapoints.conf archives them. A hypertable with
-- TimescaleDB; without, declarative partitions (run partitions.sql, beside this file, before).
--
--     psql -X -v ON_ERROR_STOP=1 -d <database> -f datapoint.sql

DO $create$
DECLARE
  _timescale text := (SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                      WHERE e.extname = 'timescaledb');
BEGIN
  IF to_regclass('public.datapoint') IS NOT NULL THEN
    RETURN;
  END IF;
  EXECUTE $table$
    CREATE TABLE public.datapoint (
      id uuid NOT NULL DEFAULT gen_random_uuid(),
      timestamp timestamptz NOT NULL,
      source varchar(100) NOT NULL,
      value double precision,
      attributes jsonb,
      -- With the time, as every unique key of a hypertable.
      PRIMARY KEY (id, timestamp)
    )$table$ || CASE WHEN _timescale IS NULL THEN ' PARTITION BY RANGE (timestamp)' ELSE '' END;
  CREATE INDEX datapoint_source ON public.datapoint (source, timestamp);
  IF _timescale IS NULL THEN
    PERFORM public.create_partitions('public.datapoint', '7 days', now() - interval '7 days', now() + interval '56 days');
    RETURN;
  END IF;
  EXECUTE format(
    'SELECT %s.create_hypertable(''public.datapoint'', ''timestamp'', chunk_time_interval => interval ''7 days'')',
    _timescale);
  -- Values of one source compress well together, and a query names its source.
  ALTER TABLE public.datapoint SET (timescaledb.compress, timescaledb.compress_segmentby = 'source',
    timescaledb.compress_orderby = 'timestamp, id');
  EXECUTE format('SELECT %s.add_compression_policy(''public.datapoint'', interval ''1 month'')', _timescale);
END
$create$;
