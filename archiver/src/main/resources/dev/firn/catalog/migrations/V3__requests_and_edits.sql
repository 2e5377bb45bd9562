-- What users ask for from SQL, and what was found of ranges that came back. Requests are here alone, not in the store: a
-- rebuild of the catalogue leaves them as they are, and whoever loses the whole schema asks again.

CREATE TABLE firn.request (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  namespace text NOT NULL REFERENCES firn.namespace (name),
  table_schema text NOT NULL,
  table_name text NOT NULL,
  range_kind text NOT NULL CHECK (range_kind IN ('timestamptz', 'timestamp', 'date', 'int2', 'int4', 'int8')),
  range_start bigint NOT NULL,
  range_end bigint NOT NULL,
  range_text text NOT NULL,
  keep text CHECK (keep ~ '^([0-9]{1,14}s|forever)$'),
  state text NOT NULL DEFAULT 'asked'
    CHECK (state IN ('asked', 'working', 'done', 'refused', 'failed', 'cancelled')),
  requested_by name NOT NULL DEFAULT session_user,
  requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  cancel_asked_at timestamptz,
  tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
  retry_after timestamptz NOT NULL DEFAULT clock_timestamp(),
  begun_at timestamptz,
  ended_at timestamptz,
  holder text,
  token bigint UNIQUE,
  renewed_at timestamptz,
  expires_at timestamptz,
  failure_category text,
  failure_message text,
  failure_hint text,
  CHECK (range_start < range_end),
  CHECK ((state = 'working') = (token IS NOT NULL AND holder IS NOT NULL AND expires_at IS NOT NULL)),
  CHECK ((state IN ('asked', 'working')) = (ended_at IS NULL))
);
-- Asking twice is asking once, while the first is open.
CREATE UNIQUE INDEX request_open ON firn.request
  (namespace, table_schema, table_name, range_start, range_end, coalesce(keep, '')) WHERE state IN ('asked', 'working');
COMMENT ON TABLE firn.request IS 'What was asked for with firn.rehydrate(), and how far it is.';
COMMENT ON COLUMN firn.request.id IS 'Running number, which firn.rehydrate() answers.';
COMMENT ON COLUMN firn.request.namespace IS 'The namespace whose archive has it.';
COMMENT ON COLUMN firn.request.table_schema IS 'Schema of the table.';
COMMENT ON COLUMN firn.request.table_name IS 'Name of the table.';
COMMENT ON COLUMN firn.request.range_kind IS 'Type of the table''s time column.';
COMMENT ON COLUMN firn.request.range_start IS 'Start of what was asked for.';
COMMENT ON COLUMN firn.request.range_end IS 'End of it, exclusive.';
COMMENT ON COLUMN firn.request.range_text IS 'The same for people, in UTC.';
COMMENT ON COLUMN firn.request.keep IS 'How long it is left alone once it is back, in seconds, or forever; null for the table''s keep-restored.';
COMMENT ON COLUMN firn.request.state IS 'asked: waits for the service; working: in work; done: back; refused: cannot be, see the hint; failed: the archive or Firn is at fault; cancelled.';
COMMENT ON COLUMN firn.request.requested_by IS 'The role that was logged in; not for the caller to choose.';
COMMENT ON COLUMN firn.request.requested_at IS 'When it was first asked for.';
COMMENT ON COLUMN firn.request.cancel_asked_at IS 'Since when the worker is to stop before the next range.';
COMMENT ON COLUMN firn.request.tries IS 'How often it was taken up.';
COMMENT ON COLUMN firn.request.retry_after IS 'Not taken up again before.';
COMMENT ON COLUMN firn.request.begun_at IS 'When it was first taken up.';
COMMENT ON COLUMN firn.request.ended_at IS 'When it came to its end; null while it is open.';
COMMENT ON COLUMN firn.request.holder IS 'Who works on it: host, process and a random part.';
COMMENT ON COLUMN firn.request.token IS 'Fencing token: only the worker with this token may write here.';
COMMENT ON COLUMN firn.request.renewed_at IS 'When the worker last gave a sign of life.';
COMMENT ON COLUMN firn.request.expires_at IS 'From when on anybody may take it over, by the clock of the database.';
COMMENT ON COLUMN firn.request.failure_category IS 'Kind of the last failure.';
COMMENT ON COLUMN firn.request.failure_message IS 'What the last failure said.';
COMMENT ON COLUMN firn.request.failure_hint IS 'What to do about it.';

CREATE TABLE firn.request_range (
  request bigint NOT NULL REFERENCES firn.request (id) ON DELETE CASCADE,
  range_start bigint NOT NULL,
  range_end bigint NOT NULL,
  range_text text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'loading', 'restored', 'there', 'left', 'failed')),
  rows bigint NOT NULL CHECK (rows >= 0),
  bytes bigint NOT NULL CHECK (bytes >= 0),
  rows_loaded bigint NOT NULL DEFAULT 0 CHECK (rows_loaded >= 0),
  note text,
  PRIMARY KEY (request, range_start, range_end),
  CHECK (range_start < range_end)
);
COMMENT ON TABLE firn.request_range IS 'The archived ranges that a request brings back, whole.';
COMMENT ON COLUMN firn.request_range.request IS 'The request.';
COMMENT ON COLUMN firn.request_range.range_start IS 'Start of the chunk''s range.';
COMMENT ON COLUMN firn.request_range.range_end IS 'End of the chunk''s range.';
COMMENT ON COLUMN firn.request_range.range_text IS 'The range for people, in UTC.';
COMMENT ON COLUMN firn.request_range.state IS 'waiting; loading; restored: back; there: was in the database already; left: another worker is at it; failed.';
COMMENT ON COLUMN firn.request_range.rows IS 'Rows that its copies hold.';
COMMENT ON COLUMN firn.request_range.bytes IS 'Bytes of its copies in the store.';
COMMENT ON COLUMN firn.request_range.rows_loaded IS 'Rows loaded so far, none of which is seen before all are.';
COMMENT ON COLUMN firn.request_range.note IS 'What a person should know besides.';

ALTER TABLE firn.chunk
  ADD restored_columns text[],
  ADD restored_digest text CHECK (restored_digest ~ '^[0-9a-f]{32}$'),
  ADD edit_kind text CHECK (edit_kind IN ('edited', 'emptied', 'narrower', 'unknown')),
  ADD edit_fingerprint text,
  ADD edit_found_at timestamptz,
  ADD CHECK ((restored_columns IS NULL) = (restored_digest IS NULL)),
  ADD CHECK ((edit_kind IS NULL) = (edit_fingerprint IS NULL) AND (edit_kind IS NULL) = (edit_found_at IS NULL));
COMMENT ON COLUMN firn.chunk.restored_columns IS 'The table''s columns when it was loaded back, if they were not those it was archived with.';
COMMENT ON COLUMN firn.chunk.restored_digest IS 'What its rows digested to in those columns when they were loaded.';
COMMENT ON COLUMN firn.chunk.edit_kind IS 'What was found when its hold had ended: edited; emptied: all rows are gone; narrower: edited, and the table lacks columns that are archived; unknown: columns changed too much to tell.';
COMMENT ON COLUMN firn.chunk.edit_fingerprint IS 'Fingerprint of the chunk that this was found of: while it is the same, nobody looks again.';
COMMENT ON COLUMN firn.chunk.edit_found_at IS 'When it was found.';

CREATE FUNCTION firn.as_position(range_kind text, given text) RETURNS bigint
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' AS $$
DECLARE
  _time timestamptz;
  _since interval;
BEGIN
  IF range_kind NOT IN ('timestamptz', 'timestamp', 'date') THEN
    RETURN given::bigint;
  END IF;
  _time := given::timestamptz;
  IF NOT isfinite(_time) THEN
    RETURN CASE WHEN _time > timestamptz 'epoch' THEN 9223372036854775807 ELSE -9223372036854775808 END;
  END IF;
  -- Days and parts of a day, each exact: the whole in seconds would be a rounded number before PostgreSQL 14.
  _since := (_time AT TIME ZONE 'UTC') - timestamp 'epoch';
  RETURN extract(day FROM _since)::bigint * 86400000000 + extract(hour FROM _since)::bigint * 3600000000
    + extract(minute FROM _since)::bigint * 60000000 + extract(microseconds FROM _since)::bigint;
EXCEPTION WHEN data_exception THEN
  RAISE EXCEPTION '''%'' is no position of a table by %', given, range_kind
    USING ERRCODE = 'invalid_parameter_value',
      HINT = CASE WHEN range_kind IN ('timestamptz', 'timestamp', 'date')
        THEN 'Give a date (2024-12-05) or a time (2024-12-05 06:00, 2024-12-05 06:00+01); UTC unless an offset is given.'
        ELSE 'Give a whole number.' END;
END
$$;
COMMENT ON FUNCTION firn.as_position(text, text) IS 'A time or number as a person gives it, as a position of a range.';

CREATE FUNCTION firn.as_text(range_kind text, range_position bigint) RETURNS text
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT regexp_replace(firn.as_argument(range_kind, range_position), 'T00:00:00\.000000Z$', '')
$$;
COMMENT ON FUNCTION firn.as_text(text, bigint) IS 'A position of a range for people.';

CREATE FUNCTION firn.as_keep(given text) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET intervalstyle = 'postgres' AS $$
DECLARE
  _keep interval;
BEGIN
  IF given IS NULL OR lower(btrim(given)) = 'forever' THEN
    RETURN lower(btrim(given));
  END IF;
  -- A mere number would be taken for seconds, and months have no length.
  IF given !~ '[a-zA-Z:]' THEN
    RAISE EXCEPTION 'no unit' USING ERRCODE = 'data_exception';
  END IF;
  _keep := given::interval;
  IF extract(year FROM _keep) <> 0 OR extract(month FROM _keep) <> 0
      OR _keep < interval '0' OR _keep > interval '365000 days' THEN
    RAISE EXCEPTION 'out of bounds' USING ERRCODE = 'data_exception';
  END IF;
  RETURN ceil(extract(epoch FROM _keep))::bigint || 's';
EXCEPTION WHEN data_exception THEN
  RAISE EXCEPTION 'keep => ''%'': this is not how long a range can be kept', given
    USING ERRCODE = 'invalid_parameter_value', HINT = 'Give days, weeks or hours (''7 days'', ''12 hours''), or ''forever''.';
END
$$;
COMMENT ON FUNCTION firn.as_keep(text) IS 'How long a range is to be kept, as requests have it.';

-- SECURITY DEFINER: who may ask for rows need not be allowed to write the books. What they get is nothing that they could
-- not read before the rows were dropped; what it takes is work and space, so it is for those alone who were granted it.
CREATE FUNCTION firn.rehydrate(table_name text, range_from text, range_to text, keep text DEFAULT NULL, namespace text DEFAULT NULL)
  RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  _name text[];
  _keep text;
  _known text[];
  _kind text;
  _start bigint;
  _end bigint;
  _id bigint;
  _is_new boolean;
BEGIN
  IF rehydrate.table_name IS NULL OR rehydrate.range_from IS NULL OR rehydrate.range_to IS NULL THEN
    RAISE EXCEPTION 'firn.rehydrate: table, start and end of the range are needed'
      USING ERRCODE = 'null_value_not_allowed', HINT = 'SELECT firn.rehydrate(''schema.table'', ''2024-12-01'', ''2024-12-15'')';
  END IF;
  _name := parse_ident(rehydrate.table_name);
  IF cardinality(_name) <> 2 THEN
    RAISE EXCEPTION '''%'' is not a table with its schema', rehydrate.table_name
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Name it as schema.table.';
  END IF;
  _keep := firn.as_keep(rehydrate.keep);
  SELECT array_agg(DISTINCT c.namespace ORDER BY c.namespace), min(c.range_kind) INTO _known, _kind
  FROM firn.chunk c
  WHERE c.table_schema = _name[1] AND c.table_name = _name[2]
    AND (rehydrate.namespace IS NULL OR c.namespace = rehydrate.namespace)
    AND EXISTS (
      SELECT FROM firn.copy p
      WHERE (p.namespace, p.table_schema, p.table_name) = (c.namespace, c.table_schema, c.table_name)
        AND p.superseded_by IS NULL);
  IF _known IS NULL THEN
    RAISE EXCEPTION '%.%: nothing of it is archived%', quote_ident(_name[1]), quote_ident(_name[2]),
        coalesce(format(' by namespace %L', rehydrate.namespace), '')
      USING ERRCODE = 'invalid_parameter_value',
        HINT = 'firn.archived_ranges shows what is. Names are folded to lower case unless they are in double quotes.';
  ELSIF cardinality(_known) > 1 THEN
    RAISE EXCEPTION '%.%: several namespaces have archived it: %', quote_ident(_name[1]), quote_ident(_name[2]),
        array_to_string(_known, ', ')
      USING ERRCODE = 'invalid_parameter_value', HINT = format('Say which: namespace => %L', _known[1]);
  END IF;
  _start := firn.as_position(_kind, rehydrate.range_from);
  _end := firn.as_position(_kind, rehydrate.range_to);
  IF _start >= _end THEN
    RAISE EXCEPTION 'the range from % to % is empty', rehydrate.range_from, rehydrate.range_to
      USING ERRCODE = 'invalid_parameter_value', HINT = 'The end is exclusive: it must lie after the start.';
  END IF;
  IF NOT EXISTS (
    SELECT FROM firn.copy p
    WHERE (p.namespace, p.table_schema, p.table_name) = (_known[1], _name[1], _name[2])
      AND p.superseded_by IS NULL AND p.range_start < _end AND p.range_end > _start)
  THEN
    RAISE EXCEPTION '%.%: nothing is archived from % to %', quote_ident(_name[1]), quote_ident(_name[2]),
        firn.as_text(_kind, _start), firn.as_text(_kind, _end)
      USING ERRCODE = 'invalid_parameter_value', HINT = 'firn.archived_ranges shows what is.';
  END IF;
  IF (SELECT count(*) FROM firn.request r WHERE r.namespace = _known[1] AND r.state IN ('asked', 'working')) >= 1000 THEN
    RAISE EXCEPTION 'namespace %: 1000 requests are open', _known[1]
      USING ERRCODE = 'program_limit_exceeded', HINT = 'See that the service runs, or `archiver run`; firn.requests shows how far it is.';
  END IF;
  INSERT INTO firn.request AS r (namespace, table_schema, table_name, range_kind, range_start, range_end, range_text, keep)
  VALUES (_known[1], _name[1], _name[2], _kind, _start, _end,
    format('[%s, %s)', firn.as_text(_kind, _start), firn.as_text(_kind, _end)), _keep)
  ON CONFLICT (namespace, table_schema, table_name, range_start, range_end, coalesce(keep, ''))
    WHERE state IN ('asked', 'working')
    -- Somebody is waiting for it: no pause any more, and no end before it is done.
    DO UPDATE SET retry_after = least(r.retry_after, clock_timestamp()), cancel_asked_at = NULL
  RETURNING r.id, r.xmax = 0 INTO _id, _is_new;
  IF _is_new THEN
    INSERT INTO firn.audit (namespace, table_schema, table_name, range_start, range_end, range_text, action, detail, actor)
    SELECT r.namespace, r.table_schema, r.table_name, r.range_start, r.range_end, r.range_text, 'asked for',
      jsonb_strip_nulls(jsonb_build_object('request', r.id, 'keep', r.keep)), 'firn.rehydrate'
    FROM firn.request r WHERE r.id = _id;
  END IF;
  PERFORM pg_notify('firn_requests', _known[1]);
  RETURN _id;
END
$$;
COMMENT ON FUNCTION firn.rehydrate(text, text, text, text, text) IS 'Asks for every archived chunk that overlaps the range to be loaded back, and answers the number of the request in firn.requests. The end is exclusive; times are UTC unless they say otherwise; keep says how long it is left alone then.';

CREATE FUNCTION firn.rehydrate(table_name text, range_from timestamptz, range_to timestamptz, keep text DEFAULT NULL, namespace text DEFAULT NULL)
  RETURNS bigint LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' AS $$
  SELECT firn.rehydrate($1, $2::text, $3::text, $4, $5)
$$;
COMMENT ON FUNCTION firn.rehydrate(text, timestamptz, timestamptz, text, text) IS 'The same for values that are times already.';

CREATE FUNCTION firn.rehydrate(table_name text, range_from bigint, range_to bigint, keep text DEFAULT NULL, namespace text DEFAULT NULL)
  RETURNS bigint LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
  SELECT firn.rehydrate($1, $2::text, $3::text, $4, $5)
$$;
COMMENT ON FUNCTION firn.rehydrate(text, bigint, bigint, text, text) IS 'The same for a table that counts its time in numbers.';

CREATE FUNCTION firn.cancel_request(id bigint) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  _it firn.request;
BEGIN
  SELECT * INTO _it FROM firn.request r WHERE r.id = cancel_request.id FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no request %', cancel_request.id
      USING ERRCODE = 'invalid_parameter_value', HINT = 'firn.requests shows those there are.';
  END IF;
  -- Within this function the current user is the owner of the schema.
  IF NOT pg_has_role(session_user, current_user, 'MEMBER') AND NOT EXISTS (
    SELECT FROM pg_roles WHERE rolname = _it.requested_by AND pg_has_role(session_user, oid, 'MEMBER'))
  THEN
    RAISE EXCEPTION 'request % is of %', _it.id, _it.requested_by
      USING ERRCODE = 'insufficient_privilege', HINT = 'That role can cancel it, and the owner of schema firn.';
  END IF;
  IF _it.state = 'asked' OR _it.state = 'working' AND _it.expires_at <= clock_timestamp() THEN
    UPDATE firn.request r
    SET state = 'cancelled', ended_at = clock_timestamp(), holder = NULL, token = NULL, expires_at = NULL
    WHERE r.id = _it.id;
    INSERT INTO firn.audit (namespace, table_schema, table_name, range_start, range_end, range_text, action, detail, actor)
    VALUES (_it.namespace, _it.table_schema, _it.table_name, _it.range_start, _it.range_end, _it.range_text,
      'request cancelled', jsonb_build_object('request', _it.id), 'firn.cancel_request');
    RETURN 'cancelled';
  ELSIF _it.state = 'working' THEN
    UPDATE firn.request r SET cancel_asked_at = coalesce(r.cancel_asked_at, clock_timestamp()) WHERE r.id = _it.id;
    RETURN 'stopping';
  END IF;
  RETURN _it.state;
END
$$;
COMMENT ON FUNCTION firn.cancel_request(bigint) IS 'Ends a request: at once, or before its next range where one is in work (stopping). What is back stays until its hold ends. Answers the state it has then.';

REVOKE ALL ON FUNCTION firn.rehydrate(text, text, text, text, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION firn.rehydrate(text, timestamptz, timestamptz, text, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION firn.rehydrate(text, bigint, bigint, text, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION firn.cancel_request(bigint) FROM PUBLIC;

CREATE FUNCTION firn.may_read(table_schema text, table_name text) RETURNS boolean
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  -- By the names in the catalogue: to_regclass() fails for whoever may not use the schema.
  SELECT coalesce(bool_or(has_table_privilege(t.oid, 'SELECT')), false)
  FROM pg_class t JOIN pg_namespace s ON s.oid = t.relnamespace
  WHERE s.nspname = $1 AND t.relname = $2
$$;
COMMENT ON FUNCTION firn.may_read(text, text) IS 'Whether the caller may read a table; false too where there is none.';

-- As before, but for everybody, whatever other schemas he may not use.
CREATE OR REPLACE VIEW firn.archived_ranges WITH (security_barrier) AS
SELECT c.namespace, c.table_schema, c.table_name, c.range_kind, c.range_start, c.range_end, c.state,
  firn.as_time(c.range_kind, c.range_start) AS range_from, firn.as_time(c.range_kind, c.range_end) AS range_to
FROM firn.chunk c
WHERE EXISTS (
    SELECT FROM firn.copy p
    WHERE (p.namespace, p.table_schema, p.table_name, p.range_start, p.range_end)
      = (c.namespace, c.table_schema, c.table_name, c.range_start, c.range_end) AND p.superseded_by IS NULL)
  AND firn.may_read(c.table_schema, c.table_name);

-- What a failure says may quote rows (two of one key), so it is for those alone who may read the table.
CREATE VIEW firn.requests WITH (security_barrier) AS
SELECT r.id, r.namespace, r.table_schema, r.table_name, r.range_text,
  firn.as_time(r.range_kind, r.range_start) AS range_from, firn.as_time(r.range_kind, r.range_end) AS range_to,
  r.range_start, r.range_end, r.keep,
  CASE WHEN r.state = 'working' AND r.cancel_asked_at IS NOT NULL THEN 'stopping' ELSE r.state END AS state,
  g.ranges, g.ranges_back, g.rows, g.rows_loaded, g.bytes, g.bytes_loaded,
  r.requested_by, r.requested_at, r.begun_at, r.ended_at, r.tries,
  CASE WHEN r.state = 'asked' AND r.tries > 0 THEN r.retry_after END AS next_try_at,
  r.holder, r.expires_at <= clock_timestamp() AS lapsed,
  CASE WHEN may_read THEN r.failure_message END AS message,
  CASE WHEN may_read THEN r.failure_hint END AS hint,
  g.detail
FROM firn.request r
CROSS JOIN LATERAL (SELECT firn.may_read(r.table_schema, r.table_name) AS may_read OFFSET 0) reader
CROSS JOIN LATERAL (
  SELECT count(*) AS ranges, count(*) FILTER (WHERE state IN ('restored', 'there')) AS ranges_back,
    coalesce(sum(rows), 0) AS rows, coalesce(sum(rows_loaded), 0) AS rows_loaded,
    coalesce(sum(bytes), 0) AS bytes, coalesce(sum(bytes) FILTER (WHERE state = 'restored'), 0) AS bytes_loaded,
    coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('range', range_text, 'state', state, 'rows', rows,
      'rows_loaded', rows_loaded, 'bytes', bytes, 'note', CASE WHEN may_read THEN note END)) ORDER BY range_start), '[]') AS detail
  FROM firn.request_range WHERE request = r.id
) g;
COMMENT ON VIEW firn.requests IS 'What was asked for with firn.rehydrate(), and how far it is.';
COMMENT ON COLUMN firn.requests.id IS 'Number of the request.';
COMMENT ON COLUMN firn.requests.namespace IS 'The namespace.';
COMMENT ON COLUMN firn.requests.table_schema IS 'Schema of the table.';
COMMENT ON COLUMN firn.requests.table_name IS 'Name of the table.';
COMMENT ON COLUMN firn.requests.range_text IS 'What was asked for, for people, in UTC.';
COMMENT ON COLUMN firn.requests.range_from IS 'Start of what was asked for; null where the time column is an integer.';
COMMENT ON COLUMN firn.requests.range_to IS 'End of it, exclusive; null where the time column is an integer.';
COMMENT ON COLUMN firn.requests.range_start IS 'Start: microseconds since 1970 UTC, or the integer.';
COMMENT ON COLUMN firn.requests.range_end IS 'End, exclusive; same unit.';
COMMENT ON COLUMN firn.requests.keep IS 'How long it is left alone once it is back; null for the table''s keep-restored.';
COMMENT ON COLUMN firn.requests.state IS 'asked, working, stopping (a cancelled one, before its next range), done, refused, failed or cancelled.';
COMMENT ON COLUMN firn.requests.ranges IS 'Archived ranges that overlap it; 0 until it is taken up.';
COMMENT ON COLUMN firn.requests.ranges_back IS 'Those that are in the database.';
COMMENT ON COLUMN firn.requests.rows IS 'Rows of all of them.';
COMMENT ON COLUMN firn.requests.rows_loaded IS 'Rows loaded so far; those of a range are seen once all of them are.';
COMMENT ON COLUMN firn.requests.bytes IS 'Bytes of all of them in the store.';
COMMENT ON COLUMN firn.requests.bytes_loaded IS 'Bytes of those that were loaded.';
COMMENT ON COLUMN firn.requests.requested_by IS 'The role that asked.';
COMMENT ON COLUMN firn.requests.requested_at IS 'When it first asked.';
COMMENT ON COLUMN firn.requests.begun_at IS 'When work on it began.';
COMMENT ON COLUMN firn.requests.ended_at IS 'When it ended; null while it is open.';
COMMENT ON COLUMN firn.requests.tries IS 'How often it was taken up.';
COMMENT ON COLUMN firn.requests.next_try_at IS 'Not before this it is tried again; asking again ends the pause.';
COMMENT ON COLUMN firn.requests.holder IS 'Who works on it.';
COMMENT ON COLUMN firn.requests.lapsed IS 'Whether the worker has been silent for too long: the next one takes over.';
COMMENT ON COLUMN firn.requests.message IS 'What last went wrong, for whoever may read the table.';
COMMENT ON COLUMN firn.requests.hint IS 'What to do about it.';
COMMENT ON COLUMN firn.requests.detail IS 'The single ranges and how far each is.';

-- As before, and with the way from within SQL in the hint.
CREATE OR REPLACE FUNCTION firn.report_archived(_schema text, _table text, _what text, _after bigint, _before bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  _path record;
  _from text;
  _to text;
  _hint text;
BEGIN
  SELECT namespace, on_archived INTO _path FROM firn.write_paths WHERE table_schema = _schema AND table_name = _table;
  IF _path.on_archived = 'silent' THEN
    RETURN;
  END IF;
  SELECT firn.as_argument(min(range_kind), min(range_start)), firn.as_argument(min(range_kind), max(range_end))
  INTO _from, _to
  FROM firn.away
  WHERE table_schema = _schema AND table_name = _table
    AND coalesce(last_global_position > _after, true) AND coalesce(first_global_position < _before, true);
  IF _from IS NULL THEN
    RETURN; -- whatever is missing was not dropped by Firn, or is back: it was deleted
  END IF;
  _hint := format('rehydrate %1$s %2$I.%3$I --from %4$s --to %5$s; from SQL: SELECT firn.rehydrate(%6$L, %4$L, %5$L)',
    _path.namespace, _schema, _table, _from, _to, format('%I.%I', _schema, _table));
  IF _path.on_archived = 'notice' THEN
    RAISE NOTICE '%.%: % archived, and not in this answer', _schema, _table, _what USING HINT = _hint;
  ELSE
    RAISE EXCEPTION '%.%: % archived, so the answer would be a shorter history than there is', _schema, _table, _what
      USING ERRCODE = 'FIRN1', HINT = _hint;
  END IF;
END
$$;
