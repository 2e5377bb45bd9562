-- The catalogue: a cache of what the store holds, and the lock for whoever works on it. All of it but the audit trail
-- can be rebuilt from the store. Rows are keyed by namespace: several namespaces may share one database.
-- Needs PostgreSQL 13 or later and no extension.

COMMENT ON SCHEMA firn IS 'Firn''s catalogue: which chunks are archived, who works on what, and what was done. A cache and a lock: it can be rebuilt from the store.';

CREATE SEQUENCE firn.fencing_token;
COMMENT ON SEQUENCE firn.fencing_token IS 'Numbers the claims: a later claim has a higher token, and writes are refused to all but the token that holds.';

CREATE TABLE firn.namespace (
  name text PRIMARY KEY CHECK (name <> ''),
  catalog_id uuid NOT NULL DEFAULT gen_random_uuid(),
  location_url text,
  location_id text,
  epoch text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((location_url IS NULL) = (location_id IS NULL))
);
COMMENT ON TABLE firn.namespace IS 'The namespaces whose chunks this database keeps the books of, and which archive location belongs to each.';
COMMENT ON COLUMN firn.namespace.name IS 'Name of the namespace, as its configuration file is called.';
COMMENT ON COLUMN firn.namespace.catalog_id IS 'Random identity of this catalogue of the namespace; the location names it as its owner.';
COMMENT ON COLUMN firn.namespace.location_url IS 'Where the archive lies, without secrets.';
COMMENT ON COLUMN firn.namespace.location_id IS 'Random identity of the archive location, from its firn.json.';
COMMENT ON COLUMN firn.namespace.epoch IS 'The fence last known to stand in the location; null before the location was first claimed.';
COMMENT ON COLUMN firn.namespace.created_at IS 'When the namespace was registered here.';

CREATE TABLE firn.epoch (
  namespace text NOT NULL REFERENCES firn.namespace (name),
  epoch text NOT NULL CHECK (epoch <> ''),
  follows text,
  intended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  settled_at timestamptz,
  PRIMARY KEY (namespace, epoch)
);
COMMENT ON TABLE firn.epoch IS 'Fences this catalogue meant to put into the location, recorded before it tried: so a crash in between never locks the rightful owner out.';
COMMENT ON COLUMN firn.epoch.namespace IS 'The namespace.';
COMMENT ON COLUMN firn.epoch.epoch IS 'The random token.';
COMMENT ON COLUMN firn.epoch.follows IS 'The token that stood in the location when this one was meant to replace it; null for the first.';
COMMENT ON COLUMN firn.epoch.intended_at IS 'When it was meant.';
COMMENT ON COLUMN firn.epoch.settled_at IS 'When it was known to stand in the location; null while that is not known.';

CREATE TABLE firn.chunk (
  namespace text NOT NULL REFERENCES firn.namespace (name),
  table_schema text NOT NULL,
  table_name text NOT NULL,
  range_kind text NOT NULL CHECK (range_kind IN ('timestamptz', 'timestamp', 'date', 'int2', 'int4', 'int8')),
  range_start bigint NOT NULL,
  range_end bigint NOT NULL,
  range_text text NOT NULL,
  state text NOT NULL CHECK (state IN ('copying', 'archived', 'dropped', 'restored')),
  dropped_at timestamptz,
  failures integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
  failure_category text,
  failure_message text,
  failure_hint text,
  failed_at timestamptz,
  retry_after timestamptz,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (namespace, table_schema, table_name, range_start, range_end),
  CHECK (range_start < range_end),
  CHECK (state <> 'dropped' OR dropped_at IS NOT NULL),
  CHECK ((failures = 0) = (failure_message IS NULL))
);
COMMENT ON TABLE firn.chunk IS 'The chunks Firn has worked on. A chunk is its table and range, never its name.';
COMMENT ON COLUMN firn.chunk.namespace IS 'The namespace.';
COMMENT ON COLUMN firn.chunk.table_schema IS 'Schema of the table.';
COMMENT ON COLUMN firn.chunk.table_name IS 'Name of the table.';
COMMENT ON COLUMN firn.chunk.range_kind IS 'Type of the table''s time column: says what the positions mean.';
COMMENT ON COLUMN firn.chunk.range_start IS 'Start of the range, inclusive: microseconds since 1970 UTC, or the number itself for integers.';
COMMENT ON COLUMN firn.chunk.range_end IS 'End of the range, exclusive; same unit.';
COMMENT ON COLUMN firn.chunk.range_text IS 'The range for people, in UTC.';
COMMENT ON COLUMN firn.chunk.state IS 'copying: begun, no copy recorded; archived: a proven copy exists; dropped: archived, and gone from the database; restored: loaded back.';
COMMENT ON COLUMN firn.chunk.dropped_at IS 'When it was last dropped from the database.';
COMMENT ON COLUMN firn.chunk.failures IS 'Failures in a row since the last success.';
COMMENT ON COLUMN firn.chunk.failure_category IS 'Kind of the last failure.';
COMMENT ON COLUMN firn.chunk.failure_message IS 'What the last failure said.';
COMMENT ON COLUMN firn.chunk.failure_hint IS 'What to do about the last failure.';
COMMENT ON COLUMN firn.chunk.failed_at IS 'When it last failed.';
COMMENT ON COLUMN firn.chunk.retry_after IS 'Not tried again before.';
COMMENT ON COLUMN firn.chunk.changed_at IS 'When this row last changed.';

CREATE TABLE firn.copy (
  namespace text NOT NULL,
  table_schema text NOT NULL,
  table_name text NOT NULL,
  range_start bigint NOT NULL,
  range_end bigint NOT NULL,
  generation integer NOT NULL CHECK (generation >= 1),
  manifest_key text NOT NULL,
  rows bigint NOT NULL CHECK (rows >= 0),
  bytes_archived bigint NOT NULL CHECK (bytes_archived >= 0),
  bytes_before bigint CHECK (bytes_before >= 0),
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{32}$'),
  fingerprint text NOT NULL,
  supersedes text[] NOT NULL DEFAULT '{}',
  superseded_by text,
  archived_at timestamptz NOT NULL,
  PRIMARY KEY (namespace, table_schema, table_name, range_start, range_end, generation),
  UNIQUE (namespace, manifest_key),
  FOREIGN KEY (namespace, table_schema, table_name, range_start, range_end)
    REFERENCES firn.chunk (namespace, table_schema, table_name, range_start, range_end) ON DELETE CASCADE
);
COMMENT ON TABLE firn.copy IS 'The published copies: one row for each manifest in the store. The live archive is the copies that none supersedes.';
COMMENT ON COLUMN firn.copy.namespace IS 'The namespace.';
COMMENT ON COLUMN firn.copy.table_schema IS 'Schema of the table.';
COMMENT ON COLUMN firn.copy.table_name IS 'Name of the table.';
COMMENT ON COLUMN firn.copy.range_start IS 'Start of the chunk''s range.';
COMMENT ON COLUMN firn.copy.range_end IS 'End of the chunk''s range.';
COMMENT ON COLUMN firn.copy.generation IS '1 for the first copy of a range, one more for every later addition or replacement.';
COMMENT ON COLUMN firn.copy.manifest_key IS 'Key of the manifest in the store.';
COMMENT ON COLUMN firn.copy.rows IS 'Rows of the copy.';
COMMENT ON COLUMN firn.copy.bytes_archived IS 'Bytes of its files in the store.';
COMMENT ON COLUMN firn.copy.bytes_before IS 'Bytes the chunk took in the database when it was copied; null where that is not known any more.';
COMMENT ON COLUMN firn.copy.digest IS 'Digest over its rows, hexadecimal.';
COMMENT ON COLUMN firn.copy.fingerprint IS 'Fingerprint of the chunk in the snapshot it was copied from.';
COMMENT ON COLUMN firn.copy.supersedes IS 'Keys of the manifests whose rows it replaces.';
COMMENT ON COLUMN firn.copy.superseded_by IS 'Key of the manifest that replaced it; null while it is live.';
COMMENT ON COLUMN firn.copy.archived_at IS 'When its manifest was made.';

CREATE TABLE firn.claim (
  namespace text NOT NULL REFERENCES firn.namespace (name),
  table_schema text NOT NULL,
  table_name text NOT NULL,
  range_kind text NOT NULL,
  range_start bigint NOT NULL,
  range_end bigint NOT NULL,
  range_text text NOT NULL,
  token bigint NOT NULL UNIQUE DEFAULT nextval('firn.fencing_token'),
  holder text NOT NULL,
  purpose text NOT NULL,
  attempt text,
  claimed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  renewed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (namespace, table_schema, table_name, range_start, range_end),
  CHECK (range_start < range_end)
);
COMMENT ON TABLE firn.claim IS 'Who works on which chunk now. Ranges of one table that overlap are never claimed by two.';
COMMENT ON COLUMN firn.claim.namespace IS 'The namespace.';
COMMENT ON COLUMN firn.claim.table_schema IS 'Schema of the table.';
COMMENT ON COLUMN firn.claim.table_name IS 'Name of the table.';
COMMENT ON COLUMN firn.claim.range_kind IS 'Type of the table''s time column.';
COMMENT ON COLUMN firn.claim.range_start IS 'Start of the claimed range.';
COMMENT ON COLUMN firn.claim.range_end IS 'End of the claimed range.';
COMMENT ON COLUMN firn.claim.range_text IS 'The range for people, in UTC.';
COMMENT ON COLUMN firn.claim.token IS 'Fencing token: only the claim with this token may write.';
COMMENT ON COLUMN firn.claim.holder IS 'Who holds it: host, process and a random part.';
COMMENT ON COLUMN firn.claim.purpose IS 'What it is held for.';
COMMENT ON COLUMN firn.claim.attempt IS 'Random id of the copy it is making, once it makes one.';
COMMENT ON COLUMN firn.claim.claimed_at IS 'When it was taken.';
COMMENT ON COLUMN firn.claim.renewed_at IS 'When it was last renewed.';
COMMENT ON COLUMN firn.claim.expires_at IS 'From when on anybody may take it over, by the clock of the database.';

CREATE TABLE firn.attempt (
  namespace text NOT NULL REFERENCES firn.namespace (name),
  table_schema text NOT NULL,
  table_name text NOT NULL,
  range_start bigint NOT NULL,
  range_end bigint NOT NULL,
  attempt text NOT NULL CHECK (attempt <> ''),
  token bigint NOT NULL,
  holder text NOT NULL,
  begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (namespace, table_schema, table_name, range_start, range_end, attempt)
);
COMMENT ON TABLE firn.attempt IS 'Copies that were begun: what they left under incoming/ is known here until it is cleaned up.';
COMMENT ON COLUMN firn.attempt.namespace IS 'The namespace.';
COMMENT ON COLUMN firn.attempt.table_schema IS 'Schema of the table.';
COMMENT ON COLUMN firn.attempt.table_name IS 'Name of the table.';
COMMENT ON COLUMN firn.attempt.range_start IS 'Start of the chunk''s range.';
COMMENT ON COLUMN firn.attempt.range_end IS 'End of the chunk''s range.';
COMMENT ON COLUMN firn.attempt.attempt IS 'Random id of the attempt, the last folder of its keys.';
COMMENT ON COLUMN firn.attempt.token IS 'Fencing token of the claim that began it.';
COMMENT ON COLUMN firn.attempt.holder IS 'Who began it.';
COMMENT ON COLUMN firn.attempt.begun_at IS 'When it was begun.';

CREATE TABLE firn.hold (
  namespace text NOT NULL REFERENCES firn.namespace (name),
  table_schema text NOT NULL,
  table_name text NOT NULL,
  range_kind text NOT NULL,
  range_start bigint NOT NULL,
  range_end bigint NOT NULL,
  range_text text NOT NULL,
  hold_until timestamptz NOT NULL,
  placed_by text NOT NULL,
  placed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (namespace, table_schema, table_name, range_start, range_end),
  CHECK (range_start < range_end)
);
COMMENT ON TABLE firn.hold IS 'Ranges that are left alone for a time: neither archived nor dropped.';
COMMENT ON COLUMN firn.hold.namespace IS 'The namespace.';
COMMENT ON COLUMN firn.hold.table_schema IS 'Schema of the table.';
COMMENT ON COLUMN firn.hold.table_name IS 'Name of the table.';
COMMENT ON COLUMN firn.hold.range_kind IS 'Type of the table''s time column.';
COMMENT ON COLUMN firn.hold.range_start IS 'Start of the range on hold.';
COMMENT ON COLUMN firn.hold.range_end IS 'End of the range on hold.';
COMMENT ON COLUMN firn.hold.range_text IS 'The range for people, in UTC.';
COMMENT ON COLUMN firn.hold.hold_until IS 'Until when it is left alone.';
COMMENT ON COLUMN firn.hold.placed_by IS 'Who asked for it.';
COMMENT ON COLUMN firn.hold.placed_at IS 'When it was asked for.';

CREATE TABLE firn.audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  happened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  namespace text NOT NULL,
  table_schema text,
  table_name text,
  range_start bigint,
  range_end bigint,
  range_text text,
  action text NOT NULL CHECK (action <> ''),
  token bigint,
  detail jsonb NOT NULL DEFAULT '{}',
  actor text NOT NULL,
  role_name name NOT NULL DEFAULT session_user,
  txid xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX audit_by_token ON firn.audit (token) WHERE token IS NOT NULL;
CREATE INDEX audit_by_chunk ON firn.audit (namespace, table_schema, table_name, range_start);
COMMENT ON TABLE firn.audit IS 'What Firn did, in the transaction that did it. Append-only: a trigger refuses changes to everybody.';
COMMENT ON COLUMN firn.audit.id IS 'Running number.';
COMMENT ON COLUMN firn.audit.happened_at IS 'When, by the clock of the database.';
COMMENT ON COLUMN firn.audit.namespace IS 'The namespace.';
COMMENT ON COLUMN firn.audit.table_schema IS 'Schema of the table, where one is concerned.';
COMMENT ON COLUMN firn.audit.table_name IS 'Name of the table, where one is concerned.';
COMMENT ON COLUMN firn.audit.range_start IS 'Start of the range, where one is concerned.';
COMMENT ON COLUMN firn.audit.range_end IS 'End of the range, where one is concerned.';
COMMENT ON COLUMN firn.audit.range_text IS 'The range for people, in UTC.';
COMMENT ON COLUMN firn.audit.action IS 'What was done.';
COMMENT ON COLUMN firn.audit.token IS 'Fencing token of the claim it was done under.';
COMMENT ON COLUMN firn.audit.detail IS 'Evidence: manifest, rows, digest and the like.';
COMMENT ON COLUMN firn.audit.actor IS 'Which program did it: host, process and a random part.';
COMMENT ON COLUMN firn.audit.role_name IS 'The role that was logged in; not for the program to choose.';
COMMENT ON COLUMN firn.audit.txid IS 'The transaction that did it; not for the program to choose.';

-- Grants alone would not do: the service may be a member of the role that owns this schema.
CREATE FUNCTION firn.refuse_change_of_audit() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'firn.audit is append-only: % refused', TG_OP
    USING ERRCODE = 'insufficient_privilege', HINT = 'What was done stays written; add an entry that corrects it.';
END
$$;
COMMENT ON FUNCTION firn.refuse_change_of_audit() IS 'Keeps the audit trail append-only, for its owner too.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON firn.audit
  FOR EACH STATEMENT EXECUTE FUNCTION firn.refuse_change_of_audit();

CREATE FUNCTION firn.as_time(range_kind text, range_position bigint) RETURNS timestamptz
  LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN range_kind NOT IN ('timestamptz', 'timestamp', 'date') THEN NULL
    WHEN range_position = 9223372036854775807 THEN 'infinity'::timestamptz
    WHEN range_position = -9223372036854775808 THEN '-infinity'::timestamptz
    -- In days and microseconds, without a time zone: multiplied by an interval a large position would be rounded.
    WHEN range_position >= -210866803200000000
      THEN (timestamp 'epoch' + make_interval(days => (range_position / 86400000000)::integer)
        + range_position % 86400000000 * interval '1 microsecond') AT TIME ZONE 'UTC'
  END
$$;
COMMENT ON FUNCTION firn.as_time(text, bigint) IS 'A position of a range as a time; null for integer ranges.';

CREATE VIEW firn.archived AS
SELECT c.namespace, c.table_schema, c.table_name, c.range_text,
  firn.as_time(c.range_kind, c.range_start) AS range_from, firn.as_time(c.range_kind, c.range_end) AS range_to,
  c.range_start, c.range_end, c.state, p.generation, p.manifest_key, p.rows, p.bytes_archived, p.bytes_before,
  p.digest, p.archived_at, c.dropped_at
FROM firn.copy p
JOIN firn.chunk c USING (namespace, table_schema, table_name, range_start, range_end)
WHERE p.superseded_by IS NULL;
COMMENT ON VIEW firn.archived IS 'What is archived: one row for each live copy.';
COMMENT ON COLUMN firn.archived.namespace IS 'The namespace.';
COMMENT ON COLUMN firn.archived.table_schema IS 'Schema of the table.';
COMMENT ON COLUMN firn.archived.table_name IS 'Name of the table.';
COMMENT ON COLUMN firn.archived.range_text IS 'The range for people, in UTC.';
COMMENT ON COLUMN firn.archived.range_from IS 'Start of the range; null where the time column is an integer.';
COMMENT ON COLUMN firn.archived.range_to IS 'End of the range, exclusive; null where the time column is an integer.';
COMMENT ON COLUMN firn.archived.range_start IS 'Start of the range: microseconds since 1970 UTC, or the integer.';
COMMENT ON COLUMN firn.archived.range_end IS 'End of the range, exclusive; same unit.';
COMMENT ON COLUMN firn.archived.state IS 'archived: also still in the database; dropped: on the store alone; restored: loaded back.';
COMMENT ON COLUMN firn.archived.generation IS 'Which copy of the range it is.';
COMMENT ON COLUMN firn.archived.manifest_key IS 'Key of the manifest in the store.';
COMMENT ON COLUMN firn.archived.rows IS 'Rows of the copy.';
COMMENT ON COLUMN firn.archived.bytes_archived IS 'Bytes in the store.';
COMMENT ON COLUMN firn.archived.bytes_before IS 'Bytes it took in the database; null where that is not known any more.';
COMMENT ON COLUMN firn.archived.digest IS 'Digest over its rows, hexadecimal.';
COMMENT ON COLUMN firn.archived.archived_at IS 'When the manifest was made.';
COMMENT ON COLUMN firn.archived.dropped_at IS 'When the chunk was last dropped from the database.';

CREATE VIEW firn.in_work AS
SELECT namespace, table_schema, table_name, range_text, purpose, holder, attempt, token, claimed_at, renewed_at,
  expires_at, expires_at <= clock_timestamp() AS lapsed
FROM firn.claim;
COMMENT ON VIEW firn.in_work IS 'What is being worked on now, and by whom.';
COMMENT ON COLUMN firn.in_work.namespace IS 'The namespace.';
COMMENT ON COLUMN firn.in_work.table_schema IS 'Schema of the table.';
COMMENT ON COLUMN firn.in_work.table_name IS 'Name of the table.';
COMMENT ON COLUMN firn.in_work.range_text IS 'The range for people, in UTC.';
COMMENT ON COLUMN firn.in_work.purpose IS 'What is being done.';
COMMENT ON COLUMN firn.in_work.holder IS 'Who does it: host, process and a random part.';
COMMENT ON COLUMN firn.in_work.attempt IS 'Random id of the copy being made.';
COMMENT ON COLUMN firn.in_work.token IS 'Fencing token of the claim.';
COMMENT ON COLUMN firn.in_work.claimed_at IS 'Since when.';
COMMENT ON COLUMN firn.in_work.renewed_at IS 'When the worker last gave a sign of life.';
COMMENT ON COLUMN firn.in_work.expires_at IS 'From when on another worker may take over.';
COMMENT ON COLUMN firn.in_work.lapsed IS 'Whether the worker has been silent for too long: the next one takes over.';

CREATE VIEW firn.audit_trail AS
SELECT id, happened_at, namespace, table_schema, table_name, range_text, action, token, detail, actor, role_name, txid
FROM firn.audit;
COMMENT ON VIEW firn.audit_trail IS 'What Firn did, when and on whose account.';
COMMENT ON COLUMN firn.audit_trail.id IS 'Running number.';
COMMENT ON COLUMN firn.audit_trail.happened_at IS 'When, by the clock of the database.';
COMMENT ON COLUMN firn.audit_trail.namespace IS 'The namespace.';
COMMENT ON COLUMN firn.audit_trail.table_schema IS 'Schema of the table, where one is concerned.';
COMMENT ON COLUMN firn.audit_trail.table_name IS 'Name of the table, where one is concerned.';
COMMENT ON COLUMN firn.audit_trail.range_text IS 'The range for people, in UTC.';
COMMENT ON COLUMN firn.audit_trail.action IS 'What was done.';
COMMENT ON COLUMN firn.audit_trail.token IS 'Fencing token of the claim it was done under.';
COMMENT ON COLUMN firn.audit_trail.detail IS 'Evidence: manifest, rows, digest and the like.';
COMMENT ON COLUMN firn.audit_trail.actor IS 'Which program did it.';
COMMENT ON COLUMN firn.audit_trail.role_name IS 'The role that was logged in.';
COMMENT ON COLUMN firn.audit_trail.txid IS 'The transaction that did it.';

CREATE VIEW firn.tables AS
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
  max(c.dropped_at) AS last_dropped_at
FROM firn.chunk c
LEFT JOIN (
  SELECT namespace, table_schema, table_name, range_start, range_end, sum(rows) AS rows,
    sum(bytes_archived) AS bytes_archived, sum(bytes_before) AS bytes_before, max(archived_at) AS archived_at
  FROM firn.copy
  WHERE superseded_by IS NULL
  GROUP BY namespace, table_schema, table_name, range_start, range_end
) p USING (namespace, table_schema, table_name, range_start, range_end)
GROUP BY c.namespace, c.table_schema, c.table_name;
COMMENT ON VIEW firn.tables IS 'What is archived, in sums: one row for each table.';
COMMENT ON COLUMN firn.tables.namespace IS 'The namespace.';
COMMENT ON COLUMN firn.tables.table_schema IS 'Schema of the table.';
COMMENT ON COLUMN firn.tables.table_name IS 'Name of the table.';
COMMENT ON COLUMN firn.tables.chunks_begun IS 'Chunks begun of which no copy is recorded.';
COMMENT ON COLUMN firn.tables.chunks_archived IS 'Chunks archived and still in the database.';
COMMENT ON COLUMN firn.tables.chunks_dropped IS 'Chunks on the store alone.';
COMMENT ON COLUMN firn.tables.chunks_restored IS 'Archived chunks loaded back.';
COMMENT ON COLUMN firn.tables.chunks_failing IS 'Chunks whose last try failed.';
COMMENT ON COLUMN firn.tables.rows_archived IS 'Rows in the live copies.';
COMMENT ON COLUMN firn.tables.bytes_archived IS 'Bytes of the live copies in the store.';
COMMENT ON COLUMN firn.tables.bytes_freed IS 'Bytes the dropped chunks took in the database, as far as known.';
COMMENT ON COLUMN firn.tables.last_archived_at IS 'When a chunk was last archived.';
COMMENT ON COLUMN firn.tables.last_dropped_at IS 'When a chunk was last dropped.';
