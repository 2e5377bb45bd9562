-- Write continuity: an application that numbers the rows of a stream by the last one it finds must find that number also
-- when the rows have been dropped. Heads are written by the drop's own transaction, and read by the application's write
-- path; losing them restarts its streams, so the archiver makes them anew from the store before it says that they are known.

CREATE TABLE firn.write_path (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  namespace text NOT NULL REFERENCES firn.namespace (name),
  table_schema text NOT NULL,
  table_name text NOT NULL,
  on_archived text NOT NULL CHECK (on_archived IN ('error', 'notice', 'silent')),
  known_since timestamptz,
  UNIQUE (table_schema, table_name)
);
COMMENT ON TABLE firn.write_path IS 'Tables whose application goes on from the last position of a stream. One namespace for each: the application knows its table, not the namespace.';
COMMENT ON COLUMN firn.write_path.id IS 'Short key for the heads, of which there are as many as streams.';
COMMENT ON COLUMN firn.write_path.namespace IS 'The namespace that archives the table.';
COMMENT ON COLUMN firn.write_path.table_schema IS 'Schema of the table.';
COMMENT ON COLUMN firn.write_path.table_name IS 'Name of the table.';
COMMENT ON COLUMN firn.write_path.on_archived IS 'What a reader of archived positions gets: error, notice or silent.';
COMMENT ON COLUMN firn.write_path.known_since IS 'Since when the heads of all dropped chunks are here; null while they are being made from the store, and nobody may number rows.';

CREATE TABLE firn.stream_head (
  write_path integer NOT NULL REFERENCES firn.write_path (id) ON DELETE CASCADE,
  -- "C", so that a category is a range of the key, and the order in which droppers lock rows is the same everywhere.
  stream text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  global_position bigint,
  PRIMARY KEY (write_path, stream)
);
COMMENT ON TABLE firn.stream_head IS 'The last positions of each stream that has had rows dropped. They only ever rise.';
COMMENT ON COLUMN firn.stream_head.write_path IS 'Which table the stream is in.';
COMMENT ON COLUMN firn.stream_head.stream IS 'Name of the stream.';
COMMENT ON COLUMN firn.stream_head.position IS 'Highest position among its dropped rows.';
COMMENT ON COLUMN firn.stream_head.global_position IS 'Highest global position among its dropped rows; null where the table has none.';

CREATE TABLE firn.headed_copy (
  namespace text NOT NULL REFERENCES firn.namespace (name),
  manifest_key text NOT NULL,
  kept_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (namespace, manifest_key)
);
COMMENT ON TABLE firn.headed_copy IS 'Copies whose streams have their heads here. Apart from the copies, which a rebuild makes anew: reading the heads of all of them from the store takes long.';
COMMENT ON COLUMN firn.headed_copy.namespace IS 'The namespace.';
COMMENT ON COLUMN firn.headed_copy.manifest_key IS 'Key of the copy''s manifest in the store.';
COMMENT ON COLUMN firn.headed_copy.kept_at IS 'When the heads were kept: by the drop, or later from the store.';

ALTER TABLE firn.chunk
  ADD first_global_position bigint,
  ADD last_global_position bigint;
COMMENT ON COLUMN firn.chunk.first_global_position IS 'Lowest global position among the rows dropped; null where it is not known.';
COMMENT ON COLUMN firn.chunk.last_global_position IS 'Highest global position among the rows dropped; null where it is not known.';

-- What the application reads, which runs under roles that Firn does not know: whoever may read the table may know where
-- its streams end. A view's privileges are its owner's, and has_table_privilege() asks for the caller.

CREATE VIEW firn.write_paths WITH (security_barrier) AS
SELECT id, namespace, table_schema, table_name, on_archived
FROM firn.write_path
WHERE known_since IS NOT NULL
  AND has_table_privilege(to_regclass(format('%I.%I', table_schema, table_name)), 'SELECT');
COMMENT ON VIEW firn.write_paths IS 'Tables of which every dropped stream has its head here, for whoever may read the table.';
COMMENT ON COLUMN firn.write_paths.id IS 'Key of the heads.';
COMMENT ON COLUMN firn.write_paths.namespace IS 'The namespace that archives the table.';
COMMENT ON COLUMN firn.write_paths.table_schema IS 'Schema of the table.';
COMMENT ON COLUMN firn.write_paths.table_name IS 'Name of the table.';
COMMENT ON COLUMN firn.write_paths.on_archived IS 'What a reader of archived positions gets.';

CREATE VIEW firn.stream_heads WITH (security_barrier) AS
SELECT w.table_schema, w.table_name, h.stream, h.position, h.global_position
FROM firn.write_path w JOIN firn.stream_head h ON h.write_path = w.id
WHERE has_table_privilege(to_regclass(format('%I.%I', w.table_schema, w.table_name)), 'SELECT');
COMMENT ON VIEW firn.stream_heads IS 'Where streams with dropped rows end, for whoever may read the table.';
COMMENT ON COLUMN firn.stream_heads.table_schema IS 'Schema of the table.';
COMMENT ON COLUMN firn.stream_heads.table_name IS 'Name of the table.';
COMMENT ON COLUMN firn.stream_heads.stream IS 'Name of the stream.';
COMMENT ON COLUMN firn.stream_heads.position IS 'Highest position among its dropped rows.';
COMMENT ON COLUMN firn.stream_heads.global_position IS 'Highest global position among its dropped rows.';

CREATE VIEW firn.away WITH (security_barrier) AS
SELECT w.namespace, c.table_schema, c.table_name, c.range_kind, c.range_start, c.range_end,
  c.first_global_position, c.last_global_position
FROM firn.write_path w JOIN firn.chunk c USING (namespace, table_schema, table_name)
WHERE c.dropped_at IS NOT NULL AND c.state <> 'restored'
  AND has_table_privilege(to_regclass(format('%I.%I', w.table_schema, w.table_name)), 'SELECT');
COMMENT ON VIEW firn.away IS 'Ranges of tables with a write path that were dropped and not loaded back, for whoever may read the table.';
COMMENT ON COLUMN firn.away.namespace IS 'The namespace.';
COMMENT ON COLUMN firn.away.table_schema IS 'Schema of the table.';
COMMENT ON COLUMN firn.away.table_name IS 'Name of the table.';
COMMENT ON COLUMN firn.away.range_kind IS 'Type of the table''s time column.';
COMMENT ON COLUMN firn.away.range_start IS 'Start of the range.';
COMMENT ON COLUMN firn.away.range_end IS 'End of the range, exclusive.';
COMMENT ON COLUMN firn.away.first_global_position IS 'Lowest global position among the rows dropped; null where it is not known.';
COMMENT ON COLUMN firn.away.last_global_position IS 'Highest global position among the rows dropped; null where it is not known.';

CREATE VIEW firn.archived_ranges WITH (security_barrier) AS
SELECT c.namespace, c.table_schema, c.table_name, c.range_kind, c.range_start, c.range_end, c.state,
  firn.as_time(c.range_kind, c.range_start) AS range_from, firn.as_time(c.range_kind, c.range_end) AS range_to
FROM firn.chunk c
WHERE EXISTS (
    SELECT FROM firn.copy p
    WHERE (p.namespace, p.table_schema, p.table_name, p.range_start, p.range_end)
      = (c.namespace, c.table_schema, c.table_name, c.range_start, c.range_end) AND p.superseded_by IS NULL)
  AND has_table_privilege(to_regclass(format('%I.%I', c.table_schema, c.table_name)), 'SELECT');
COMMENT ON VIEW firn.archived_ranges IS 'Ranges of which a proven copy exists, for whoever may read the table.';
COMMENT ON COLUMN firn.archived_ranges.namespace IS 'The namespace.';
COMMENT ON COLUMN firn.archived_ranges.table_schema IS 'Schema of the table.';
COMMENT ON COLUMN firn.archived_ranges.table_name IS 'Name of the table.';
COMMENT ON COLUMN firn.archived_ranges.range_kind IS 'Type of the table''s time column.';
COMMENT ON COLUMN firn.archived_ranges.range_start IS 'Start of the range.';
COMMENT ON COLUMN firn.archived_ranges.range_end IS 'End of the range, exclusive.';
COMMENT ON COLUMN firn.archived_ranges.state IS 'archived: also still in the database; dropped: on the store alone; restored: loaded back.';
COMMENT ON COLUMN firn.archived_ranges.range_from IS 'Start of the range as a time; null for integer ranges.';
COMMENT ON COLUMN firn.archived_ranges.range_to IS 'End of the range as a time; null for integer ranges.';

-- A position as the command line of `rehydrate` takes it.
CREATE FUNCTION firn.as_argument(range_kind text, range_position bigint) RETURNS text
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN firn.as_time(range_kind, range_position) IS NULL THEN range_position::text
    WHEN isfinite(firn.as_time(range_kind, range_position))
      THEN to_char(firn.as_time(range_kind, range_position) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    ELSE firn.as_time(range_kind, range_position)::text
  END
$$;
COMMENT ON FUNCTION firn.as_argument(text, bigint) IS 'A position of a range as an argument of a command.';

-- The one place that says no. Called after the rows were read, by a statement of its own: what was dropped before the rows
-- were read is then known to have been.
CREATE FUNCTION firn.report_archived(_schema text, _table text, _what text, _after bigint, _before bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  _path record;
  _from text;
  _to text;
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
  IF _path.on_archived = 'notice' THEN
    RAISE NOTICE '%.%: % archived, and not in this answer', _schema, _table, _what
      USING HINT = format('rehydrate %s %I.%I --from %s --to %s', _path.namespace, _schema, _table, _from, _to);
  ELSE
    RAISE EXCEPTION '%.%: % archived, so the answer would be a shorter history than there is', _schema, _table, _what
      USING ERRCODE = 'FIRN1',
        HINT = format('rehydrate %s %I.%I --from %s --to %s', _path.namespace, _schema, _table, _from, _to);
  END IF;
END
$$;
COMMENT ON FUNCTION firn.report_archived(text, text, text, bigint, bigint) IS 'Raises or notes, as the table''s on-archived says, that rows between two global positions are archived; nothing if no such range is away.';

CREATE FUNCTION firn.require_positions(
  _schema text, _table text, _stream text, _first bigint, _last bigint, _after bigint, _before bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  _head record;
BEGIN
  PERFORM firn.require_known(_schema, _table);
  SELECT position, global_position INTO _head FROM firn.stream_heads
  WHERE table_schema = _schema AND table_name = _table AND stream = _stream;
  IF _head.position >= _first THEN
    PERFORM firn.report_archived(_schema, _table,
      format('positions %s to %s of stream %s, or some of them, are', _first, least(_last, _head.position), _stream),
      _after, least(_before, _head.global_position + 1));
  END IF;
END
$$;
COMMENT ON FUNCTION firn.require_positions(text, text, text, bigint, bigint, bigint, bigint) IS 'For a reader that found none of these positions of a stream, between two global positions: reports them if they are archived.';

CREATE FUNCTION firn.require_category(_schema text, _table text, _category text, _first bigint, _last bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM firn.require_known(_schema, _table);
  IF EXISTS (
    SELECT FROM firn.away a
    WHERE a.table_schema = _schema AND a.table_name = _table
      AND coalesce(a.last_global_position >= _first, true) AND coalesce(a.first_global_position <= _last, true)
      AND EXISTS (
        SELECT FROM firn.stream_heads h
        WHERE h.table_schema = _schema AND h.table_name = _table
          AND coalesce(h.global_position >= greatest(_first, a.first_global_position), true)
          -- One range of the key: "." is what follows "-".
          AND h.stream >= coalesce(_category, '') AND (coalesce(_category, '') = ''
            OR h.stream < _category || '.' AND split_part(h.stream, '-', 1) = _category)))
  THEN
    PERFORM firn.report_archived(_schema, _table,
      format('messages %sfrom global position %s on, or some of them, are',
        CASE WHEN coalesce(_category, '') = '' THEN '' ELSE format('of category %s ', _category) END, _first),
      _first - 1, CASE WHEN _last = 9223372036854775807 THEN _last ELSE _last + 1 END);
  END IF;
END
$$;
COMMENT ON FUNCTION firn.require_category(text, text, text, bigint, bigint) IS 'For a reader of a category (or of all) who was given what is there between two global positions: reports if some of it is archived.';

-- Without its heads a table's streams would start anew: better that nobody writes or reads until they are here.
CREATE FUNCTION firn.require_known(_schema text, _table text) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM firn.write_paths WHERE table_schema = _schema AND table_name = _table;
  IF NOT FOUND THEN
    RAISE EXCEPTION '%.%: where its archived streams end is not known here, or not to %', _schema, _table, current_user
      USING ERRCODE = 'FIRN2',
        HINT = 'Set write-path for the table and run `archiver run`: it makes the heads from the archive where they were lost.'
          ' Whoever uses the table needs SELECT on it.';
  END IF;
  -- A transaction with one snapshot for all its statements sees neither rows that were dropped since nor that they were.
  IF current_setting('transaction_isolation') <> 'read committed' AND EXISTS (
    SELECT FROM pg_inherits
    WHERE inhparent = to_regclass(format('%I.%I', _schema, _table)) AND has_table_privilege(inhrelid, 'SELECT') IS NULL)
  THEN
    RAISE EXCEPTION '%.%: rows were archived and dropped since this transaction began', _schema, _table
      USING ERRCODE = 'serialization_failure', HINT = 'Run the transaction again.';
  END IF;
END
$$;
COMMENT ON FUNCTION firn.require_known(text, text) IS 'Raises where the heads of a table are not known, or a snapshot is older than the last drop.';
