-- Where a range that came back lies as a chunk of its own: what lies elsewhere by now is not an edit of it.

ALTER TABLE firn.chunk ADD COLUMN restored_storage text;
COMMENT ON COLUMN firn.chunk.restored_storage IS 'Where it lay when it had come back: server and database, relation and its files. Null where it is no chunk of its own, or came back before this was kept.';

ALTER TABLE firn.chunk DROP CONSTRAINT chunk_edit_kind_check;
ALTER TABLE firn.chunk ADD CONSTRAINT chunk_edit_kind_check
  CHECK (edit_kind IN ('edited', 'emptied', 'supplanted', 'truncated', 'narrower', 'unknown'));
COMMENT ON COLUMN firn.chunk.edit_kind IS 'What was found when its hold had ended: edited; emptied: all rows are gone; supplanted: the chunk itself is gone, and another one is in its place; truncated: it has fewer rows, and was truncated or rewritten; narrower: edited, and the table lacks columns that are archived; unknown: columns changed too much to tell.';
