-- For plain PostgreSQL, before the other files of this folder: what makes their partitions. With TimescaleDB it is not
-- needed. Run create_partitions from time to time: a row finds no place where its partition is missing.

-- Cut as TimescaleDB cuts chunks, by multiples of the interval since 1970, so that an archive of the one fits the other.
CREATE OR REPLACE FUNCTION public.create_partitions(_table regclass, _interval interval, _from timestamptz, _to timestamptz)
  RETURNS integer LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  _width bigint := extract(epoch FROM _interval);
  _number bigint := floor(extract(epoch FROM _from) / extract(epoch FROM _interval));
  _schema name;
  _name name;
  _partition text;
  _created integer := 0;
BEGIN
  SELECT n.nspname, c.relname INTO _schema, _name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = _table;
  WHILE to_timestamp(_number * _width) < _to LOOP
    _partition := format('%I.%I', _schema,
      _name || to_char(to_timestamp(_number * _width) AT TIME ZONE 'UTC', '_YYYY_MM_DD'));
    IF to_regclass(_partition) IS NULL THEN
      EXECUTE format('CREATE TABLE %s PARTITION OF %s FOR VALUES FROM (%L) TO (%L)',
        _partition, _table, to_timestamp(_number * _width), to_timestamp((_number + 1) * _width));
      _created := _created + 1;
    END IF;
    _number := _number + 1;
  END LOOP;
  RETURN _created;
END
$$;
COMMENT ON FUNCTION public.create_partitions(regclass, interval, timestamptz, timestamptz) IS
  'Makes the partitions of this width, whole days, that are missing between two times.';
