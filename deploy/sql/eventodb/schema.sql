-- The event store: one schema for each namespace, with the table messages and the functions to write and read it. On a
-- database with TimescaleDB it is a hypertable, compressed by stream; without, declarative partitions of a week.
--
--     psql -X -v ON_ERROR_STOP=1 -d <database> -f schema.sql
--     SELECT eventodb_store.create_namespace('default');        -- schema tsdb_default
--
-- May be run again. A store whose history Firn archives needs firn.sql, beside this file, as well.

CREATE SCHEMA IF NOT EXISTS eventodb_store;

CREATE TABLE IF NOT EXISTS eventodb_store.namespaces (
  id text PRIMARY KEY,
  token_hash text NOT NULL UNIQUE,
  schema_name text NOT NULL UNIQUE,
  description text,
  created_at bigint NOT NULL,
  metadata jsonb
);
COMMENT ON TABLE eventodb_store.namespaces IS 'The namespaces of this store, and the schema of each.';
COMMENT ON COLUMN eventodb_store.namespaces.token_hash IS 'SHA-256 of the token that lets a client in.';
COMMENT ON COLUMN eventodb_store.namespaces.created_at IS 'Seconds since 1970.';

-- Creates the schema of a namespace, or what is missing in it. Without a token's hash one is taken whose token nobody knows.
CREATE OR REPLACE FUNCTION eventodb_store.create_namespace(
  _id text, _token_hash text DEFAULT NULL, _description text DEFAULT NULL) RETURNS text
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $create$
DECLARE
  _name text := 'tsdb_' || _id;
BEGIN
  EXECUTE replace($tables$
    CREATE SCHEMA IF NOT EXISTS {schema};
    CREATE SEQUENCE IF NOT EXISTS {schema}.messages_global_position_seq;
    $tables$, '{schema}', quote_ident(_name));
  IF to_regclass(format('%I.messages', _name)) IS NULL THEN
    PERFORM eventodb_store.create_messages(_name);
  END IF;
  PERFORM eventodb_store.create_functions(_name);
  INSERT INTO eventodb_store.namespaces (id, token_hash, schema_name, description, created_at)
  VALUES (_id, coalesce(_token_hash, encode(sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 'hex')), _name, _description,
    extract(epoch FROM now())::bigint)
  ON CONFLICT (id) DO NOTHING;
  RETURN _name;
END
$create$;

CREATE OR REPLACE FUNCTION eventodb_store.create_messages(_name text) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $create$
DECLARE
  _timescale text := (SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                      WHERE e.extname = 'timescaledb');
BEGIN
  EXECUTE replace($tables$
    CREATE TABLE {schema}.messages (
      time timestamptz NOT NULL DEFAULT now(),
      global_position bigint NOT NULL DEFAULT nextval('{schema}.messages_global_position_seq'),
      position bigint NOT NULL,
      stream_name text NOT NULL,
      type text NOT NULL,
      data jsonb,
      metadata jsonb,
      id uuid NOT NULL DEFAULT gen_random_uuid()
    )$tables$ || CASE WHEN _timescale IS NOT NULL THEN '' ELSE ' PARTITION BY RANGE (time)' END, '{schema}', quote_ident(_name));
  IF _timescale IS NOT NULL THEN
    EXECUTE format(
      'SELECT %s.create_hypertable(%L, %L, chunk_time_interval => interval ''7 days'', create_default_indexes => false)',
      _timescale, format('%I.messages', _name), 'time');
  END IF;
  -- A unique index must hold the time. That no two rows take one position is write_message's doing, and its lock's.
  EXECUTE replace($indexes$
    CREATE UNIQUE INDEX messages_stream_position_time ON {schema}.messages (stream_name, position, time);
    CREATE UNIQUE INDEX messages_id_time ON {schema}.messages (id, time);
    CREATE INDEX messages_stream_position ON {schema}.messages (stream_name, position);
    CREATE INDEX messages_category_global ON {schema}.messages (split_part(stream_name, '-', 1), global_position);
    CREATE INDEX messages_global_position ON {schema}.messages (global_position);
    CREATE INDEX messages_correlation ON {schema}.messages ((metadata->>'correlationStreamName'), global_position)
      WHERE metadata->>'correlationStreamName' IS NOT NULL;
    $indexes$, '{schema}', quote_ident(_name));
  IF _timescale IS NOT NULL THEN
    EXECUTE replace($compression$
      ALTER TABLE {schema}.messages SET (timescaledb.compress, timescaledb.compress_segmentby = 'stream_name',
        timescaledb.compress_orderby = 'position, global_position, time DESC')
      $compression$, '{schema}', quote_ident(_name));
  END IF;
END
$create$;

CREATE OR REPLACE FUNCTION eventodb_store.create_functions(_name text) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $create$
BEGIN
  EXECUTE replace($functions$
    CREATE OR REPLACE FUNCTION {schema}.hash_64(_value text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
      SELECT ('x' || left(md5(_value), 16))::bit(64)::bigint
    $$;
    CREATE OR REPLACE FUNCTION {schema}.category(_stream_name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
      SELECT split_part(_stream_name, '-', 1)
    $$;
    CREATE OR REPLACE FUNCTION {schema}.id(_stream_name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
      SELECT CASE WHEN strpos(_stream_name, '-') > 0 THEN substr(_stream_name, strpos(_stream_name, '-') + 1) END
    $$;
    CREATE OR REPLACE FUNCTION {schema}.cardinal_id(_stream_name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
      SELECT split_part({schema}.id(_stream_name), '+', 1)
    $$;
    CREATE OR REPLACE FUNCTION {schema}.acquire_lock(_stream_name text) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
    DECLARE
      _hash bigint := {schema}.hash_64({schema}.category(_stream_name));
    BEGIN
      PERFORM pg_advisory_xact_lock(_hash);
      RETURN _hash;
    END
    $$;
    $functions$, '{schema}', quote_ident(_name));
  -- Where firn.sql has put its own in place, those stay: it is for firn.sql to bring them up to date.
  IF to_regprocedure(format('%I.firn_write_message(varchar, text, text, jsonb, jsonb, bigint)', _name)) IS NULL THEN
    PERFORM eventodb_store.create_write_and_read(_name);
  END IF;
  PERFORM eventodb_store.create_operator_functions(_name);
END
$create$;

CREATE OR REPLACE FUNCTION eventodb_store.create_write_and_read(_name text) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $create$
BEGIN
  EXECUTE replace($functions$
    -- Not LANGUAGE sql: called by write_message it would keep, until the transaction ends, a plan that does not know of a
    -- chunk that the transaction has made, and number two messages of one stream alike.
    CREATE OR REPLACE FUNCTION {schema}.stream_version(_stream_name text) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
    BEGIN
      RETURN (SELECT coalesce(max(m.position), -1) FROM {schema}.messages m WHERE m.stream_name = _stream_name);
    END
    $$;

    CREATE OR REPLACE FUNCTION {schema}.write_message(
      _id varchar, _stream_name text, _type text, _data jsonb, _metadata jsonb DEFAULT NULL,
      _expected_version bigint DEFAULT NULL) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
    DECLARE
      _version bigint;
    BEGIN
      PERFORM {schema}.acquire_lock(_stream_name);
      _version := {schema}.stream_version(_stream_name);
      IF _expected_version <> _version THEN
        RAISE EXCEPTION 'Wrong expected version: % (Stream: %, Stream Version: %)', _expected_version, _stream_name, _version
          USING ERRCODE = 'P0003';
      END IF;
      INSERT INTO {schema}.messages (id, stream_name, type, position, data, metadata)
      VALUES (_id::uuid, _stream_name, _type, _version + 1, _data, _metadata);
      RETURN _version + 1;
    END
    $$;

    CREATE OR REPLACE FUNCTION {schema}.get_stream_messages(
      _stream_name text, _position bigint DEFAULT 0, _batch_size bigint DEFAULT 1000, _condition text DEFAULT NULL)
      RETURNS TABLE (id uuid, stream_name text, type text, "position" bigint, global_position bigint, data jsonb,
        metadata jsonb, "time" timestamptz) LANGUAGE plpgsql STABLE AS $$
    BEGIN
      RETURN QUERY
      SELECT m.id, m.stream_name, m.type, m.position, m.global_position, m.data, m.metadata, m.time
      FROM {schema}.messages m
      WHERE m.stream_name = _stream_name AND m.position >= _position
      ORDER BY m.position
      LIMIT nullif(_batch_size, -1);
    END
    $$;

    CREATE OR REPLACE FUNCTION {schema}.get_category_messages(
      _category_name text, _position bigint DEFAULT 1, _batch_size bigint DEFAULT 1000, _correlation text DEFAULT NULL,
      _consumer_group_member bigint DEFAULT NULL, _consumer_group_size bigint DEFAULT NULL, _condition text DEFAULT NULL)
      RETURNS TABLE (id uuid, stream_name text, type text, "position" bigint, global_position bigint, data jsonb,
        metadata jsonb, "time" timestamptz) LANGUAGE plpgsql STABLE AS $$
    BEGIN
      RETURN QUERY
      SELECT m.id, m.stream_name, m.type, m.position, m.global_position, m.data, m.metadata, m.time
      FROM {schema}.messages m
      WHERE (coalesce(_category_name, '') = '' OR split_part(m.stream_name, '-', 1) = _category_name)
        AND m.global_position >= _position
        AND (_correlation IS NULL OR split_part(m.metadata->>'correlationStreamName', '-', 1) = _correlation)
        AND (_consumer_group_member IS NULL OR _consumer_group_size IS NULL
          OR abs({schema}.hash_64({schema}.cardinal_id(m.stream_name)) % _consumer_group_size) = _consumer_group_member)
      ORDER BY m.global_position
      LIMIT nullif(_batch_size, -1);
    END
    $$;

    CREATE OR REPLACE FUNCTION {schema}.get_last_stream_message(_stream_name text, _type text DEFAULT NULL)
      RETURNS TABLE (id uuid, stream_name text, type text, "position" bigint, global_position bigint, data jsonb,
        metadata jsonb, "time" timestamptz) LANGUAGE plpgsql STABLE AS $$
    BEGIN
      RETURN QUERY
      SELECT m.id, m.stream_name, m.type, m.position, m.global_position, m.data, m.metadata, m.time
      FROM {schema}.messages m
      WHERE m.stream_name = _stream_name AND (_type IS NULL OR m.type = _type)
      ORDER BY m.position DESC
      LIMIT 1;
    END
    $$;

    -- Nothing says that anything is archived: firn.sql puts one in front of this that knows.
    CREATE OR REPLACE FUNCTION {schema}.drop_chunks_older_than(_interval interval) RETURNS SETOF text
      LANGUAGE plpgsql VOLATILE AS $$
    BEGIN
      RAISE EXCEPTION 'nothing of {schema} is archived, so nothing is dropped'
        USING ERRCODE = 'FIRN3', HINT = 'Let Firn archive the table, and run firn.sql.';
    END
    $$;
    $functions$, '{schema}', quote_ident(_name));
END
$create$;

CREATE OR REPLACE FUNCTION eventodb_store.create_operator_functions(_name text) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $create$
DECLARE
  _timescale text := (SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                      WHERE e.extname = 'timescaledb');
BEGIN
  IF _timescale IS NOT NULL THEN
    EXECUTE replace(replace(replace($functions$
      CREATE OR REPLACE FUNCTION {schema}.chunks()
        RETURNS TABLE (relation regclass, range_start timestamptz, range_end timestamptz, is_compressed boolean)
        LANGUAGE sql STABLE AS $$
        SELECT format('%I.%I', c.chunk_schema, c.chunk_name)::regclass, c.range_start, c.range_end, c.is_compressed
        FROM timescaledb_information.chunks c
        WHERE c.hypertable_schema = {literal} AND c.hypertable_name = 'messages'
      $$;

      CREATE OR REPLACE FUNCTION {schema}.compress_chunks_older_than(_interval interval)
        RETURNS TABLE (chunk_name text, compressed boolean) LANGUAGE plpgsql VOLATILE AS $$
      DECLARE
        _chunk regclass;
      BEGIN
        FOR _chunk IN
          SELECT c.relation FROM {schema}.chunks() c
          WHERE NOT c.is_compressed AND c.range_end < now() - _interval ORDER BY c.range_start
        LOOP
          PERFORM {timescale}.compress_chunk(_chunk);
          chunk_name := (SELECT relname FROM pg_class WHERE oid = _chunk);
          compressed := true;
          RETURN NEXT;
        END LOOP;
      END
      $$;
      $functions$, '{schema}', quote_ident(_name)), '{literal}', quote_literal(_name)), '{timescale}', _timescale);
  ELSE
    EXECUTE replace($functions$
      CREATE OR REPLACE FUNCTION {schema}.chunks()
        RETURNS TABLE (relation regclass, range_start timestamptz, range_end timestamptz, is_compressed boolean)
        LANGUAGE sql STABLE AS $$
        SELECT c.oid::regclass, bound[1]::timestamptz, bound[2]::timestamptz, false
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid,
          LATERAL regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''(.*)''\) TO \(''(.*)''\)') AS bound
        WHERE i.inhparent = '{schema}.messages'::regclass
      $$;

      -- A partition is not compressed: nothing to do.
      CREATE OR REPLACE FUNCTION {schema}.compress_chunks_older_than(_interval interval)
        RETURNS TABLE (chunk_name text, compressed boolean) LANGUAGE sql STABLE AS $$
        SELECT NULL::text, false WHERE false
      $$;

      -- Weeks as TimescaleDB cuts them, so that an archive of the one fits the other.
      CREATE OR REPLACE FUNCTION {schema}.create_partitions(_from timestamptz, _to timestamptz) RETURNS integer
        LANGUAGE plpgsql VOLATILE AS $$
      DECLARE
        _week bigint := floor(extract(epoch FROM _from) / 604800);
        _name text;
        _created integer := 0;
      BEGIN
        WHILE to_timestamp(_week * 604800) < _to LOOP
          _name := 'messages_' || to_char(to_timestamp(_week * 604800) AT TIME ZONE 'UTC', 'YYYY_MM_DD');
          IF to_regclass('{schema}.' || _name) IS NULL THEN
            EXECUTE format('CREATE TABLE {schema}.%I PARTITION OF {schema}.messages FOR VALUES FROM (%L) TO (%L)',
              _name, to_timestamp(_week * 604800), to_timestamp((_week + 1) * 604800));
            _created := _created + 1;
          END IF;
          _week := _week + 1;
        END LOOP;
        RETURN _created;
      END
      $$;
      SELECT {schema}.create_partitions(now() - interval '1 week', now() + interval '8 weeks');
      $functions$, '{schema}', quote_ident(_name));
  END IF;
  EXECUTE replace($functions$
    CREATE OR REPLACE FUNCTION {schema}.get_chunks()
      RETURNS TABLE (chunk_name text, range_start timestamptz, range_end timestamptz, is_compressed boolean,
        size_bytes bigint, message_count bigint) LANGUAGE sql STABLE AS $$
      SELECT (SELECT relname::text FROM pg_class WHERE oid = c.relation), c.range_start, c.range_end, c.is_compressed,
        pg_total_relation_size(c.relation),
        (SELECT count(*) FROM {schema}.messages m WHERE m.time >= c.range_start AND m.time < c.range_end)
      FROM {schema}.chunks() c
      ORDER BY c.range_start DESC
    $$;
    $functions$, '{schema}', quote_ident(_name));
END
$create$;
