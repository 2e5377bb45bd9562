-- Archived copies that were removed because of their age, and when copies were last proven. Both are known from the store,
-- the one for good; the other is only an order, and losing it costs nothing but that some are proven again sooner.

ALTER TABLE firn.chunk DROP CONSTRAINT chunk_state_check;
ALTER TABLE firn.chunk ADD CONSTRAINT chunk_state_check
  CHECK (state IN ('copying', 'archived', 'dropped', 'restored', 'expired'));
COMMENT ON COLUMN firn.chunk.state IS 'copying: begun; archived: a proven copy is published; dropped: archived, and gone from the database; restored: loaded back; expired: its copies were removed because of their age.';

CREATE TABLE firn.expiry (
  namespace text NOT NULL,
  table_schema text NOT NULL,
  table_name text NOT NULL,
  range_start bigint NOT NULL,
  range_end bigint NOT NULL,
  generation integer NOT NULL CHECK (generation >= 2),
  key text NOT NULL,
  rows bigint NOT NULL CHECK (rows >= 0),
  bytes bigint NOT NULL CHECK (bytes >= 0),
  expire_after text NOT NULL,
  expired_at timestamptz NOT NULL,
  PRIMARY KEY (namespace, table_schema, table_name, range_start, range_end, generation),
  UNIQUE (namespace, key),
  FOREIGN KEY (namespace, table_schema, table_name, range_start, range_end)
    REFERENCES firn.chunk (namespace, table_schema, table_name, range_start, range_end) ON DELETE CASCADE
);
COMMENT ON TABLE firn.expiry IS 'Archived copies that were removed because of their age. What came later of the same range is archived as a later generation.';
COMMENT ON COLUMN firn.expiry.namespace IS 'The namespace.';
COMMENT ON COLUMN firn.expiry.table_schema IS 'Schema of the table.';
COMMENT ON COLUMN firn.expiry.table_name IS 'Name of the table.';
COMMENT ON COLUMN firn.expiry.range_start IS 'Start of the chunk''s range.';
COMMENT ON COLUMN firn.expiry.range_end IS 'End of the chunk''s range.';
COMMENT ON COLUMN firn.expiry.generation IS 'Generation after those that expired.';
COMMENT ON COLUMN firn.expiry.key IS 'Key in the store of what says so.';
COMMENT ON COLUMN firn.expiry.rows IS 'Rows in the copies that expired.';
COMMENT ON COLUMN firn.expiry.bytes IS 'Bytes that they took in the store.';
COMMENT ON COLUMN firn.expiry.expire_after IS 'The age that was configured.';
COMMENT ON COLUMN firn.expiry.expired_at IS 'When they expired.';

CREATE TABLE firn.scrub (
  namespace text NOT NULL REFERENCES firn.namespace (name),
  manifest_key text NOT NULL,
  table_schema text NOT NULL,
  table_name text NOT NULL,
  tried_at timestamptz NOT NULL,
  proven_at timestamptz,
  failed_at timestamptz,
  failure_message text,
  failure_hint text,
  PRIMARY KEY (namespace, manifest_key),
  CHECK ((failed_at IS NULL) = (failure_message IS NULL))
);
COMMENT ON TABLE firn.scrub IS 'When archived copies were last proven again. Apart from the copies, which a rebuild makes anew.';
COMMENT ON COLUMN firn.scrub.namespace IS 'The namespace.';
COMMENT ON COLUMN firn.scrub.manifest_key IS 'Key of the copy''s manifest in the store.';
COMMENT ON COLUMN firn.scrub.table_schema IS 'Schema of the table.';
COMMENT ON COLUMN firn.scrub.table_name IS 'Name of the table.';
COMMENT ON COLUMN firn.scrub.tried_at IS 'When it was last read, proven or not.';
COMMENT ON COLUMN firn.scrub.proven_at IS 'When it last proved equal to its manifest.';
COMMENT ON COLUMN firn.scrub.failed_at IS 'Since when it does not prove; null while it does.';
COMMENT ON COLUMN firn.scrub.failure_message IS 'What the last failure said.';
COMMENT ON COLUMN firn.scrub.failure_hint IS 'What to do about it.';

CREATE OR REPLACE VIEW firn.tables AS
SELECT c.namespace, c.table_schema, c.table_name,
  count(*) FILTER (WHERE c.state = 'copying') AS chunks_begun,
  count(*) FILTER (WHERE c.state = 'archived') AS chunks_archived,
  count(*) FILTER (WHERE c.state = 'dropped') AS chunks_dropped,
  count(*) FILTER (WHERE c.state = 'restored') AS chunks_restored,
  count(*) FILTER (WHERE c.failures > 0) AS chunks_failing,
  coalesce(sum(p.rows), 0) AS rows_archived,
  coalesce(sum(p.bytes_archived), 0) AS bytes_archived,
  coalesce(sum(p.bytes_before) FILTER (WHERE c.state = 'dropped'), 0) AS bytes_freed,
  max(p.archived_at) AS last_archived_at,
  max(c.dropped_at) AS last_dropped_at,
  count(*) FILTER (WHERE c.state = 'expired') AS chunks_expired
FROM firn.chunk c
LEFT JOIN (
  SELECT namespace, table_schema, table_name, range_start, range_end, sum(rows) AS rows,
    sum(bytes_archived) AS bytes_archived, sum(bytes_before) AS bytes_before, max(archived_at) AS archived_at
  FROM firn.copy
  WHERE superseded_by IS NULL
  GROUP BY namespace, table_schema, table_name, range_start, range_end
) p USING (namespace, table_schema, table_name, range_start, range_end)
GROUP BY c.namespace, c.table_schema, c.table_name;
COMMENT ON COLUMN firn.tables.chunks_expired IS 'Chunks whose copies were removed because of their age.';

CREATE OR REPLACE VIEW firn.away WITH (security_barrier) AS
SELECT w.namespace, c.table_schema, c.table_name, c.range_kind, c.range_start, c.range_end,
  c.first_global_position, c.last_global_position,
  c.state = 'expired' AS expired
FROM firn.write_path w JOIN firn.chunk c USING (namespace, table_schema, table_name)
WHERE c.dropped_at IS NOT NULL AND c.state <> 'restored'
  AND has_table_privilege(to_regclass(format('%I.%I', w.table_schema, w.table_name)), 'SELECT');
COMMENT ON COLUMN firn.away.expired IS 'Whether its copies were removed because of their age, so that it cannot come back.';

-- As it was, but that it does not send a reader to `rehydrate` for what has expired.
CREATE OR REPLACE FUNCTION firn.report_archived(_schema text, _table text, _what text, _after bigint, _before bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  _path record;
  _from text;
  _to text;
  _expired_to text;
  _how text := 'archived';
  _hint text;
BEGIN
  SELECT namespace, on_archived INTO _path FROM firn.write_paths WHERE table_schema = _schema AND table_name = _table;
  IF _path.on_archived = 'silent' THEN
    RETURN;
  END IF;
  SELECT firn.as_argument(min(range_kind), min(range_start) FILTER (WHERE NOT expired)),
    firn.as_argument(min(range_kind), max(range_end) FILTER (WHERE NOT expired)),
    firn.as_argument(min(range_kind), max(range_end) FILTER (WHERE expired))
  INTO _from, _to, _expired_to
  FROM firn.away
  WHERE table_schema = _schema AND table_name = _table
    AND coalesce(last_global_position > _after, true) AND coalesce(first_global_position < _before, true);
  IF _from IS NULL AND _expired_to IS NULL THEN
    RETURN; -- whatever is missing was not dropped by Firn, or is back: it was deleted
  END IF;
  IF _from IS NULL THEN
    _how := 'expired';
    _hint := format('Rows from before %s were removed for good, as expire-after of the table says: read from there on.', _expired_to);
  ELSE
    _hint := format('rehydrate %s %I.%I --from %s --to %s', _path.namespace, _schema, _table, _from, _to);
  END IF;
  IF _path.on_archived = 'notice' THEN
    RAISE NOTICE '%.%: % %, and not in this answer', _schema, _table, _what, _how USING HINT = _hint;
  ELSE
    RAISE EXCEPTION '%.%: % %, so the answer would be a shorter history than there is', _schema, _table, _what, _how
      USING ERRCODE = 'FIRN1', HINT = _hint;
  END IF;
END
$$;
