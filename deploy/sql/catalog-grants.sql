-- What the service and the reports may do with the catalogue (schema firn). Run it as the owner of that schema, after
-- `archiver init` has created it and roles.sql the roles; `archiver init` runs it too. May be run again at any time.
-- The roles are called here as roles.sql calls them by default.

GRANT USAGE ON SCHEMA firn TO firn_archiver, firn_reader;

-- The service keeps the books, but changes no table of them.
GRANT SELECT, INSERT, UPDATE, DELETE
  ON firn.namespace, firn.epoch, firn.chunk, firn.copy, firn.claim, firn.attempt, firn.hold, firn.write_path,
    firn.stream_head, firn.headed_copy, firn.request, firn.request_range
  TO firn_archiver;
GRANT USAGE ON SEQUENCE firn.fencing_token TO firn_archiver;
GRANT SELECT ON firn.schema_history TO firn_archiver;

GRANT SELECT, INSERT, UPDATE, DELETE ON firn.placed, firn.pause, firn.expiry, firn.scrub TO firn_archiver;

-- The audit trail is written once, and when, by which role and in which transaction is not for the writer to say.
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON firn.audit FROM firn_archiver;
GRANT SELECT ON firn.audit TO firn_archiver;
GRANT INSERT (namespace, table_schema, table_name, range_start, range_end, range_text, action, token, detail, actor)
  ON firn.audit TO firn_archiver;

-- Reports read the views and nothing else.
REVOKE ALL ON ALL TABLES IN SCHEMA firn FROM firn_reader;
GRANT SELECT ON firn.archived, firn.in_work, firn.audit_trail, firn.tables TO firn_reader, firn_archiver;
GRANT SELECT ON firn.requests TO firn_reader, firn_archiver;
GRANT EXECUTE ON FUNCTION firn.as_time(text, bigint) TO firn_reader, firn_archiver;

-- The application's own functions ask where archived streams end, under roles that are known to it alone. These views show
-- each caller the tables that it may read, and nothing else of this schema is open to it.
GRANT USAGE ON SCHEMA firn TO PUBLIC;
GRANT SELECT ON firn.write_paths, firn.stream_heads, firn.away, firn.archived_ranges TO PUBLIC;

-- To ask for ranges back takes work and space: that is for the members of a role of its own, where roles.sql has made it.
DO $requests$ BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'firn_rehydrator') THEN
    GRANT SELECT ON firn.requests TO firn_rehydrator;
    GRANT EXECUTE ON FUNCTION firn.rehydrate(text, text, text, text, text) TO firn_rehydrator;
    GRANT EXECUTE ON FUNCTION firn.rehydrate(text, timestamptz, timestamptz, text, text) TO firn_rehydrator;
    GRANT EXECUTE ON FUNCTION firn.rehydrate(text, bigint, bigint, text, text) TO firn_rehydrator;
    GRANT EXECUTE ON FUNCTION firn.cancel_request(bigint) TO firn_rehydrator;
  END IF;
END $requests$;
