package dev.firn.archiver.service;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.quartz.Scheduler;

/** Makes the tables in which Quartz keeps jobs, by the SQL that comes with Quartz. Two programs at once are safe. */
final class QuartzTables {

    private static final String DDL = "/org/quartz/impl/jdbcjobstore/tables_postgres.sql";

    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*--.*$");

    /** Key of the advisory lock under which it is done: "FIRN", and "QRTZ". */
    private static final String LOCK = "SELECT pg_advisory_xact_lock(1179210318, 1364350042)";

    private QuartzTables() {}

    /** All of it in one transaction; nothing where it is there. */
    static void make(DataSource database, String schema) throws SQLException {
        try (Connection connection = database.getConnection()) {
            make(connection, schema);
        }
    }

    static void make(Connection connection, String schema) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(LOCK);
            if (!isThere(connection, schema)) {
                statement.execute("CREATE SCHEMA IF NOT EXISTS " + schema);
                statement.execute("SET LOCAL search_path = " + schema);
                for (String sql : statements()) {
                    statement.execute(sql);
                }
            }
            connection.commit();
        } finally {
            connection.rollback();
        }
    }

    static boolean areThere(DataSource database, String schema) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return isThere(connection, schema);
        }
    }

    private static boolean isThere(Connection connection, String schema) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            statement.setString(1, schema + ".qrtz_locks");
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** It begins by dropping what is there, which is none of our wishes, and commits by itself. */
    static List<String> statements() {
        return Stream.of(COMMENT.matcher(text()).replaceAll("").split(";"))
                .map(String::strip)
                .filter(sql -> sql.startsWith("CREATE "))
                .toList();
    }

    private static String text() {
        try (InputStream file = Scheduler.class.getResourceAsStream(DDL)) {
            if (file == null) {
                throw new IllegalStateException("Quartz comes without " + DDL);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("reading " + DDL, e);
        }
    }
}
