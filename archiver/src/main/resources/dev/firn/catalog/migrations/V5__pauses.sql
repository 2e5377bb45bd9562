-- What a person stopped for a while, and under which settings work on a chunk failed: other settings are worth a try at once.

ALTER TABLE firn.chunk ADD COLUMN failure_settings text;
COMMENT ON COLUMN firn.chunk.failure_settings IS 'Stands for the configuration of the table when it failed; another one ends the pause before the next try.';

CREATE TABLE firn.pause (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  namespace text NOT NULL REFERENCES firn.namespace (name) ON DELETE CASCADE,
  table_schema text,
  table_name text,
  paused_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor text NOT NULL,
  CHECK ((table_schema IS NULL) = (table_name IS NULL))
);
CREATE UNIQUE INDEX pause_once ON firn.pause (namespace, coalesce(table_schema, ''), coalesce(table_name, ''));
COMMENT ON TABLE firn.pause IS 'What is not worked on until somebody says so: a whole namespace, or a table of it. Removed by `archiver resume`; the audit trail keeps who did what.';
COMMENT ON COLUMN firn.pause.id IS 'A number without a meaning.';
COMMENT ON COLUMN firn.pause.namespace IS 'The namespace.';
COMMENT ON COLUMN firn.pause.table_schema IS 'Schema of the table; NULL for all tables of the namespace.';
COMMENT ON COLUMN firn.pause.table_name IS 'Name of the table; NULL for all tables of the namespace.';
COMMENT ON COLUMN firn.pause.paused_at IS 'Since when.';
COMMENT ON COLUMN firn.pause.actor IS 'Who said so: host, process and a random part.';
