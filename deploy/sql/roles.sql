-- The roles that Firn works with, for PostgreSQL 13 and later. Run it once in each database that Firn archives, as a
-- superuser (or as a role that may create roles and is a member of the tables' owner WITH ADMIN OPTION):
--
--     psql -X -v ON_ERROR_STOP=1 -d <database> -f roles.sql
--
-- Three names stand for yours; `archiver init` prints this file with your names in place of them:
--
--     app_owner      the role that owns the tables to archive; it is there already
--     firn_archiver  the role that Firn logs in as
--     firn_reader    a role that may look at the views of schema firn and at nothing else
--
-- A fourth, firn_rehydrator, is a role to be granted: its members may ask for ranges back with firn.rehydrate().
--
-- Where tables belong to several owners, repeat the GRANT of membership for each of them. The file may be run again.
--
-- Why membership in the owner. Locking a chunk for its drop, dropping it, attaching one and compressing it all take
-- ownership of the table; no GRANT on the table gives that. A member has it with INHERIT, without being the owner:
-- what Firn creates of its own belongs to firn_archiver, its sessions are told apart in pg_stat_activity and in the
-- log, and one REVOKE takes everything back.
--
-- Why not SECURITY DEFINER functions owned by the owner. The drop is one transaction of lock, fresh look, drop and
-- audit trail, and its lock and its reads have to be those of the caller's own session; a function that drops "the
-- chunk named so" for anybody who may call it would be the same power in a second place, with its proof left outside.
-- Reading as the owner would also pass by row-level security silently, where Firn wants an error.

DO $roles$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'firn_archiver') THEN
    -- No password here, so that none lands in a log or a shell history: \password firn_archiver, or a certificate.
    CREATE ROLE "firn_archiver" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE INHERIT;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'firn_reader') THEN
    CREATE ROLE "firn_reader" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE INHERIT;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'firn_rehydrator') THEN
    CREATE ROLE firn_rehydrator NOLOGIN;
  END IF;

  -- From PostgreSQL 16 on, a membership says for itself what it gives: INHERIT to use the owner's rights, SET to
  -- hand a restored table over to the owner.
  IF pg_catalog.current_setting('server_version_num')::int >= 160000 THEN
    EXECUTE 'GRANT "app_owner" TO "firn_archiver" WITH INHERIT TRUE, SET TRUE';
  ELSE
    EXECUTE 'GRANT "app_owner" TO "firn_archiver"';
    ALTER ROLE "firn_archiver" INHERIT;
  END IF;
END
$roles$;

-- Rows that come back are no new ones: where somebody decodes the log (wal_level = logical), Firn marks them with a
-- replication origin, which consumers of changes can leave out (subscriptions: origin = none). Only a superuser can give
-- the right to; without it, `rehydrate` says that it loaded them unmarked.
DO $origins$
DECLARE
  one text;
BEGIN
  IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
    FOREACH one IN ARRAY ARRAY['create(text)', 'oid(text)', 'session_setup(text)', 'session_reset()'] LOOP
      EXECUTE 'GRANT EXECUTE ON FUNCTION pg_catalog.pg_replication_origin_' || one || ' TO "firn_archiver"';
    END LOOP;
  END IF;
END
$origins$;

-- A range that comes back is loaded into a table beside its own, in the same schema, which its owner must be allowed to
-- create (as it was for the table itself); where that right was taken away: GRANT CREATE ON SCHEMA ... TO "app_owner".
--
-- Only a namespace with database.max-standby-lag needs this too, to be shown how far standbys are behind (and, with that, what
-- other sessions run): GRANT pg_read_all_stats TO "firn_archiver";
--
-- Nothing more is needed: TimescaleDB's catalogue, pg_locks, pg_control_system() and pg_control_checkpoint() may be read
-- by anybody, and a session may cancel another one of the same role.

-- Nor more is wanted for Firn's own catalogue: `archiver init` creates schema firn, on the connection of a role that may
-- create schemas, and gives these two roles their rights on it with catalog-grants.sql. Whoever owns the schema can
-- rewrite its books, so it is better owned by neither of them.
