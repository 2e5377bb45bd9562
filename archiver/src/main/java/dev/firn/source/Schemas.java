package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import java.sql.Connection;
import java.sql.SQLException;

/** Makes the schemas that a table needs and the database lacks, and keeps out of those of the system. */
record Schemas(Connection connection, TableName table) {

    void require(String schema) throws SQLException {
        if (schema.matches("pg_.*|information_schema|firn|_?timescaledb.*")) {
            throw new FirnException(
                    Category.REFUSED,
                    table.toString(),
                    "creating the table from its manifest: something of it would be made in schema %s, which is not an application's; nothing was created"
                            .formatted(schema),
                    "the manifest was not written so: see who can write to the archive; or create the table yourself, and"
                            + " run this without --create");
        }
        boolean there = Query.one(
                connection,
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = ?)",
                row -> row.getBoolean(1),
                schema);
        if (!there) {
            Query.execute(connection, "CREATE SCHEMA " + TableName.quote(schema));
        }
    }
}
