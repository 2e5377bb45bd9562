package dev.firn.source;

import dev.firn.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives a table what its siblings have and attaching forgets: storage parameters, rights, and what is to be gathered of
 * its columns.
 *
 * @param model the relation to be like: the hypertable, which hands these down to every chunk, or the partition next to it
 */
record Likeness(Connection connection, long model, TableName relation) {

    private static final String OPTIONS =
            """
            SELECT format('%s%I = %L', CASE WHEN o.toast THEN 'toast.' ELSE '' END, split_part(o.pair, '=', 1),
                          substr(o.pair, strpos(o.pair, '=') + 1))
            FROM (SELECT false, unnest(reloptions) FROM pg_class WHERE oid = ?::oid
                  UNION ALL
                  SELECT true, unnest(t.reloptions) FROM pg_class c JOIN pg_class t ON t.oid = c.reltoastrelid
                  WHERE c.oid = ?::oid) AS o(toast, pair)""";

    private static final String GRANTS =
            """
            SELECT format('GRANT %s ON TABLE %s TO %s%s', a.privilege_type, ?,
                          CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
                          CASE WHEN a.is_grantable AND a.grantee <> c.relowner THEN ' WITH GRANT OPTION' ELSE '' END)
            FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = ?::oid""";

    private static final String REVOKES =
            """
            SELECT DISTINCT format('REVOKE ALL ON TABLE %s FROM %s', ?,
                          CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
            FROM pg_class c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a
            WHERE c.oid = ?::regclass AND (? OR a.grantee <> c.relowner)""";

    // Of a column's options only these two are there to be set.
    private static final String STATISTICS =
            """
            SELECT format('ALTER COLUMN %I SET STATISTICS %s', attname, attstattarget) FROM pg_attribute
            WHERE attrelid = ?::oid AND attnum > 0 AND NOT attisdropped AND attstattarget >= 0
            UNION ALL
            SELECT format('ALTER COLUMN %I SET (%s)', attname, option)
            FROM pg_attribute, LATERAL unnest(attoptions) option
            WHERE attrelid = ?::oid AND attnum > 0 AND NOT attisdropped AND option ~ '^n_distinct(_inherited)?='""";

    void give() throws SQLException {
        List<String> changes = new ArrayList<>(Query.texts(connection, STATISTICS, model, model));
        List<String> options = Query.texts(connection, OPTIONS, model, model);
        if (!options.isEmpty()) {
            changes.add("SET (" + String.join(", ", options) + ")");
        }
        if (!changes.isEmpty()) {
            Query.execute(connection, "ALTER TABLE " + relation.quoted() + " " + String.join(", ", changes));
        }
        giveRights();
    }

    /** In the order of the model; what default privileges have given is taken back. */
    void giveRights() throws SQLException {
        List<String> grants = Query.texts(connection, GRANTS, relation.quoted(), model);
        boolean alsoOwner = !grants.isEmpty();
        for (String revoke : Query.texts(connection, REVOKES, relation.quoted(), relation.quoted(), alsoOwner)) {
            Query.execute(connection, revoke);
        }
        for (String grant : grants) {
            Query.execute(connection, grant);
        }
    }

    /** Of partitions, which take it from nobody. */
    void giveReplicaIdentity() throws SQLException {
        String kind = Query.text(connection, "SELECT relreplident FROM pg_class WHERE oid = ?::oid", model);
        String table = "ALTER TABLE " + relation.quoted() + " REPLICA IDENTITY ";
        switch (kind) {
            case "f" -> Query.execute(connection, table + "FULL");
            case "n" -> Query.execute(connection, table + "NOTHING");
            case "i" -> {
                Optional<String> index = Query.first(
                        connection,
                        """
                        SELECT mine.relname FROM pg_index theirs
                        JOIN pg_inherits up ON up.inhrelid = theirs.indexrelid
                        JOIN pg_inherits down ON down.inhparent = up.inhparent
                        JOIN pg_index i ON i.indexrelid = down.inhrelid AND i.indrelid = ?::regclass
                        JOIN pg_class mine ON mine.oid = i.indexrelid
                        WHERE theirs.indrelid = ?::oid AND theirs.indisreplident""",
                        row -> row.getString(1),
                        relation.quoted(),
                        model);
                if (index.isPresent()) {
                    Query.execute(connection, table + "USING INDEX " + TableName.quote(index.get()));
                }
            }
            default -> {}
        }
    }
}
