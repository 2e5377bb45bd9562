package dev.firn.source;

import dev.firn.TableName;
import java.sql.Connection;
import java.sql.SQLException;

/** Where TimescaleDB's functions for everybody are. They are called by it, whatever is on the search path. */
final class ExtensionSchema {

    private static final String SCHEMA =
            """
            SELECT n.nspname FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
            WHERE e.extname = 'timescaledb'""";

    private ExtensionSchema() {}

    /** As SQL. */
    static String quoted(Connection connection) throws SQLException {
        return TableName.quote(Query.text(connection, SCHEMA));
    }
}
