-- Archived rows that came back among others: into chunks of other bounds than they were archived with, or into one that held
-- later rows already. Only while such a record stands may rows in the database also be in the archive and not be a chunk of
-- their own; the drop of the range takes them out again, and the record with them.

CREATE TABLE firn.placed (
  namespace text NOT NULL,
  table_schema text NOT NULL,
  table_name text NOT NULL,
  range_start bigint NOT NULL,
  range_end bigint NOT NULL,
  manifest_keys text[] NOT NULL,
  rows bigint NOT NULL CHECK (rows >= 0),
  left_out bigint[] NOT NULL DEFAULT '{}',
  placed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (namespace, table_schema, table_name, range_start, range_end),
  FOREIGN KEY (namespace, table_schema, table_name, range_start, range_end)
    REFERENCES firn.chunk (namespace, table_schema, table_name, range_start, range_end) ON DELETE CASCADE
);
COMMENT ON TABLE firn.placed IS 'Archived ranges whose rows are in the database among others: in chunks of other bounds, or beside later rows. What is in the database is the rows of the copies but for those left out.';
COMMENT ON COLUMN firn.placed.namespace IS 'The namespace.';
COMMENT ON COLUMN firn.placed.table_schema IS 'Schema of the table.';
COMMENT ON COLUMN firn.placed.table_name IS 'Name of the table.';
COMMENT ON COLUMN firn.placed.range_start IS 'Start of the archived range.';
COMMENT ON COLUMN firn.placed.range_end IS 'End of the archived range.';
COMMENT ON COLUMN firn.placed.manifest_keys IS 'The copies whose rows they are.';
COMMENT ON COLUMN firn.placed.rows IS 'How many there are.';
COMMENT ON COLUMN firn.placed.left_out IS 'Hashes of archived rows that are not among them: a live row had their key, or they were there on another account.';
COMMENT ON COLUMN firn.placed.placed_at IS 'When they were placed.';
