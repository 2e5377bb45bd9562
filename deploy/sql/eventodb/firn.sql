-- Makes the event store ready for a history that Firn has archived and dropped. For a store of any version: it keeps each
-- function that is installed under the name firn_<function> and puts one in front of it.
--
--     psql -X -v ON_ERROR_STOP=1 -d <database> -f firn.sql
--     SELECT eventodb_store.attach_firn('tsdb_default');        -- as the owner of the functions
--
-- Before it: `archiver init`, write-path in the table's configuration, and one `archiver run`. Run it again after every
-- migration of the event store: a function that the migration has put back is taken over anew, and until then Firn drops
-- nothing. eventodb_store.detach_firn('tsdb_default') takes it all back; streams whose history is archived then start
-- again at position 0.
--
-- What changes:
--   stream_version           answers the last position also where the row with it was dropped
--   write_message            raises outside READ COMMITTED, and when it was given a position that was taken before
--   get_stream_messages, get_category_messages, get_last_stream_message
--                            raise (or note, as the table's on-archived says) what they cannot show because it is archived
--   drop_chunks_older_than   refuses chunks that are not archived, and leaves those that are to Firn: it alone looks, under
--                            the chunk's lock, that nothing has changed since, and keeps where the streams end

CREATE SCHEMA IF NOT EXISTS eventodb_store;

CREATE OR REPLACE FUNCTION eventodb_store.attach_firn(_schema text) RETURNS SETOF text
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $attach$
DECLARE
  _function record;
BEGIN
  -- Fails here, with nothing changed, where Firn does not know the table yet.
  PERFORM firn.require_known(_schema, 'messages');
  FOR _function IN
    SELECT p.oid, p.proname, p.oid::regprocedure::text AS signature, position('firn: write path' IN p.prosrc) > 0 AS ours
    FROM pg_proc p
    WHERE p.pronamespace = quote_ident(_schema)::regnamespace
      AND p.proname IN ('stream_version', 'write_message', 'get_stream_messages', 'get_category_messages',
        'get_last_stream_message', 'drop_chunks_older_than')
    ORDER BY p.oid
  LOOP
    IF NOT _function.ours THEN
      PERFORM eventodb_store.keep_as_it_was(_function.oid);
    END IF;
    PERFORM eventodb_store.put_in_front(_function.oid);
    RETURN NEXT _function.signature;
  END LOOP;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'schema % has none of the event store''s functions', _schema;
  END IF;
END
$attach$;
COMMENT ON FUNCTION eventodb_store.attach_firn(text) IS 'Lets the functions of this event store know of history that Firn has archived. May be run again.';

-- A copy of the function under the name firn_<function>, for the same callers.
CREATE OR REPLACE FUNCTION eventodb_store.keep_as_it_was(_function oid) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning AS $keep$
DECLARE
  _it record;
  _copy text;
  _grantee record;
BEGIN
  SELECT p.proname, n.nspname, pg_get_function_identity_arguments(p.oid) AS arguments, p.proacl, p.proowner,
    pg_get_functiondef(p.oid) AS definition
  INTO _it FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid = _function;
  _copy := format('%I.%I(%s)', _it.nspname, 'firn_' || _it.proname, _it.arguments);
  EXECUTE 'DROP FUNCTION IF EXISTS ' || _copy;
  EXECUTE overlay(_it.definition
    PLACING format('CREATE FUNCTION %I.%I(', _it.nspname, 'firn_' || _it.proname)
    FROM 1 FOR length(format('CREATE OR REPLACE FUNCTION %I.%I(', _it.nspname, _it.proname)));
  EXECUTE 'REVOKE ALL ON FUNCTION ' || _copy || ' FROM PUBLIC';
  FOR _grantee IN
    SELECT CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE grantee::regrole::text END AS name
    FROM aclexplode(coalesce(_it.proacl, acldefault('f', _it.proowner))) WHERE privilege_type = 'EXECUTE'
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', _copy, _grantee.name);
  END LOOP;
END
$keep$;

-- Replaces the function in place, so that owner, grants and whatever refers to it stay.
CREATE OR REPLACE FUNCTION eventodb_store.put_in_front(_function oid) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $put$
DECLARE
  _it record;
  _body text;
  _setting text;
BEGIN
  SELECT p.proname, n.nspname, p.prosecdef, p.proconfig, p.oid::regprocedure AS signature, pg_get_function_arguments(p.oid) AS arguments,
    pg_get_function_result(p.oid) AS result,
    (SELECT string_agg('$' || i, ', ' ORDER BY i) FROM generate_series(1, p.pronargs) i) AS given,
    (SELECT string_agg(quote_ident(name), ', ' ORDER BY i)
     FROM unnest(p.proargnames, p.proargmodes) WITH ORDINALITY a(name, mode, i) WHERE mode = 't') AS columns,
    (SELECT array_agg(name) FROM unnest(p.proargnames, p.proargmodes) a(name, mode) WHERE mode = 't') AS names
  INTO _it FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid = _function;
  IF _it.proname LIKE 'get%' AND (NOT coalesce(ARRAY['position', 'global_position'] <@ _it.names, false)
      OR cardinality(string_to_array(_it.given, ',')) < CASE _it.proname WHEN 'get_last_stream_message' THEN 1 ELSE 3 END) THEN
    RAISE EXCEPTION 'function % is of a form that is not known here; nothing was changed', _it.signature
      USING HINT = 'get_stream_messages takes stream, position and batch size, get_category_messages category, position and'
        ' batch size, and both answer position and global_position among others.';
  END IF;
  _body := CASE _it.proname
    WHEN 'stream_version' THEN $body$
      -- firn: write path 1
      -- VOLATILE, and in this order: whoever waited here for the lock of a chunk that was being dropped finds its rows gone,
      -- and only a statement that begins later sees the heads that the same transaction left.
      #variable_conflict use_column
      DECLARE
        _firn_version bigint;
        _firn_head bigint;
      BEGIN
        SELECT max(m.position) INTO _firn_version FROM {schema}.messages m WHERE m.stream_name = $1;
        SELECT h.position INTO _firn_head
        FROM firn.write_paths w LEFT JOIN firn.stream_heads h
          ON h.table_schema = w.table_schema AND h.table_name = w.table_name AND h.stream = $1
        WHERE w.table_schema = {literal} AND w.table_name = 'messages';
        IF NOT FOUND THEN
          PERFORM firn.require_known({literal}, 'messages');
        END IF;
        RETURN coalesce(greatest(_firn_version, _firn_head), -1);
      END
      $body$
    WHEN 'write_message' THEN $body$
      -- firn: write path 1
      DECLARE
        _firn_position bigint;
        _firn_head bigint;
      BEGIN
        -- With one snapshot for the whole transaction nobody sees what was dropped since it was taken.
        IF current_setting('transaction_isolation') <> 'read committed' THEN
          RAISE EXCEPTION 'messages are written in READ COMMITTED transactions, and this one is %',
              upper(current_setting('transaction_isolation'))
            USING ERRCODE = 'invalid_transaction_state', HINT = 'SET TRANSACTION ISOLATION LEVEL READ COMMITTED';
        END IF;
        _firn_position := {schema}.firn_write_message({given});
        SELECT h.position INTO _firn_head FROM firn.stream_heads h
        WHERE h.table_schema = {literal} AND h.table_name = 'messages' AND h.stream = $2;
        IF _firn_position <= _firn_head THEN
          RAISE EXCEPTION 'stream % had a message at position % before, and it is archived up to %; nothing was written',
              $2, _firn_position, _firn_head
            USING ERRCODE = 'FIRN4', HINT = format('SELECT eventodb_store.attach_firn(%L)', {literal});
        END IF;
        RETURN _firn_position;
      END
      $body$
    WHEN 'get_stream_messages' THEN $body$
      -- firn: write path 1
      #variable_conflict use_variable
      DECLARE
        _firn_next bigint := greatest($2, 0);
        _firn_rows bigint := 0;
        _firn_last bigint;
      BEGIN
        FOR {columns} IN SELECT r.* FROM {schema}.firn_get_stream_messages({given}) r LOOP
          IF position > _firn_next THEN
            PERFORM firn.require_positions({literal}, 'messages', $1, _firn_next, position - 1, _firn_last, global_position);
          END IF;
          _firn_next := position + 1;
          _firn_last := global_position;
          _firn_rows := _firn_rows + 1;
          RETURN NEXT;
        END LOOP;
        IF $3 < 0 OR _firn_rows < $3 IS NOT FALSE THEN
          PERFORM firn.require_positions({literal}, 'messages', $1, _firn_next, NULL, _firn_last, NULL);
        END IF;
      END
      $body$
    WHEN 'get_last_stream_message' THEN $body$
      -- firn: write path 1
      #variable_conflict use_variable
      DECLARE
        _firn_next bigint := 0;
        _firn_last bigint;
      BEGIN
        FOR {columns} IN SELECT r.* FROM {schema}.firn_get_last_stream_message({given}) r LOOP
          _firn_next := position + 1;
          _firn_last := global_position;
          RETURN NEXT;
        END LOOP;
        PERFORM firn.require_positions({literal}, 'messages', $1, _firn_next, NULL, _firn_last, NULL);
      END
      $body$
    WHEN 'get_category_messages' THEN $body$
      -- firn: write path 1
      #variable_conflict use_variable
      DECLARE
        _firn_rows bigint := 0;
        _firn_last bigint;
      BEGIN
        FOR {columns} IN SELECT r.* FROM {schema}.firn_get_category_messages({given}) r LOOP
          _firn_rows := _firn_rows + 1;
          _firn_last := global_position;
          RETURN NEXT;
        END LOOP;
        IF $3 < 0 OR _firn_rows < $3 IS NOT FALSE THEN
          _firn_last := 9223372036854775807;
        END IF;
        PERFORM firn.require_category({literal}, 'messages', $1, coalesce($2, 1), _firn_last);
      END
      $body$
    WHEN 'drop_chunks_older_than' THEN $body$
      -- firn: write path 1
      -- Drops nothing itself: it raises where a chunk of that age is not archived, and leaves the others to `archiver run`,
      -- by drop-after. Only there is seen, under the chunk's lock, that the chunk still holds what was read back from the
      -- store, and kept where the streams end.
      DECLARE
        _firn_unarchived text;
        _firn_archived text;
      BEGIN
        SELECT string_agg(c.name, ', ' ORDER BY c.range_start) FILTER (WHERE NOT c.archived),
          string_agg(c.name, ', ' ORDER BY c.range_start) FILTER (WHERE c.archived)
        INTO _firn_unarchived, _firn_archived
        FROM (
          SELECT chunk.*, EXISTS (
              SELECT FROM firn.archived_ranges a
              WHERE a.table_schema = {literal} AND a.table_name = 'messages'
                AND a.range_from = chunk.range_start AND a.range_to = chunk.range_end
                -- A chunk in the place of a dropped one holds rows that came later.
                AND a.state <> 'dropped') AS archived
          FROM ({chunks}) chunk
          WHERE chunk.range_end < now() - $1) c;
        IF _firn_unarchived IS NOT NULL THEN
          RAISE EXCEPTION 'not archived: %; nothing was dropped', _firn_unarchived
            USING ERRCODE = 'FIRN3', HINT = 'Let Firn archive the table first: archiver run.';
        END IF;
        IF _firn_archived IS NOT NULL THEN
          RAISE NOTICE 'archived, and left to Firn to drop: %', _firn_archived
            USING HINT = 'Set drop-after for the table; archiver run drops what has not changed since it was archived.';
        END IF;
      END
      $body$
  END;
  -- Either kind of chunk; the view of the one is not there where chunks are of the other.
  _body := replace(_body, '{chunks}', CASE
    WHEN to_regclass('timescaledb_information.chunks') IS NULL THEN $chunks$
            SELECT p.oid::regclass::text AS name, bound[1]::timestamptz AS range_start, bound[2]::timestamptz AS range_end
            FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhrelid,
              LATERAL regexp_match(pg_get_expr(p.relpartbound, p.oid), 'FROM \(''(.*)''\) TO \(''(.*)''\)') AS bound
            WHERE i.inhparent = '{schema}.messages'::regclass$chunks$
    ELSE $chunks$
            SELECT format('%I.%I', chunk_schema, chunk_name) AS name, range_start, range_end
            FROM timescaledb_information.chunks
            WHERE hypertable_schema = {literal} AND hypertable_name = 'messages'$chunks$
    END);
  _body := replace(replace(replace(replace(_body, '{schema}', quote_ident(_it.nspname)), '{literal}',
    quote_literal(_it.nspname)), '{given}', _it.given), '{columns}', coalesce(_it.columns, ''));
  EXECUTE format('CREATE OR REPLACE FUNCTION %I.%I(%s) RETURNS %s LANGUAGE plpgsql VOLATILE %s AS %L',
    _it.nspname, _it.proname, _it.arguments, _it.result, CASE WHEN _it.prosecdef THEN 'SECURITY DEFINER' ELSE '' END, _body);
  -- What is replaced loses its settings, and with SECURITY DEFINER one is what keeps strangers' functions out.
  FOREACH _setting IN ARRAY coalesce(_it.proconfig, '{}') LOOP
    EXECUTE format('ALTER FUNCTION %s SET %I TO %s', _it.signature, split_part(_setting, '=', 1),
      CASE WHEN _setting LIKE 'search_path=%' THEN split_part(_setting, '=', 2)
        ELSE quote_literal(substr(_setting, strpos(_setting, '=') + 1)) END);
  END LOOP;
END
$put$;

CREATE OR REPLACE FUNCTION eventodb_store.detach_firn(_schema text) RETURNS SETOF text
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $detach$
DECLARE
  _copy record;
BEGIN
  FOR _copy IN
    SELECT p.oid, p.proname, p.oid::regprocedure AS signature, pg_get_functiondef(p.oid) AS definition,
      substr(p.proname, length('firn_') + 1) AS name
    FROM pg_proc p
    WHERE p.pronamespace = quote_ident(_schema)::regnamespace
      AND p.proname IN ('firn_stream_version', 'firn_write_message', 'firn_get_stream_messages',
        'firn_get_category_messages', 'firn_get_last_stream_message', 'firn_drop_chunks_older_than')
  LOOP
    EXECUTE overlay(_copy.definition PLACING format('CREATE OR REPLACE FUNCTION %I.%I(', _schema, _copy.name)
      FROM 1 FOR length(format('CREATE OR REPLACE FUNCTION %I.%I(', _schema, _copy.proname)));
    EXECUTE 'DROP FUNCTION ' || _copy.signature;
    RETURN NEXT _copy.name;
  END LOOP;
END
$detach$;
COMMENT ON FUNCTION eventodb_store.detach_firn(text) IS 'Puts back the functions that attach_firn found.';
