package dev.firn.demo;

import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** Runs one query in DuckDB, or in the database whose URL is given besides, and prints its rows. */
public final class DemoQuery {

    private DemoQuery() {}

    public static void main(String[] arguments) throws SQLException {
        try (Connection connection = arguments.length > 1 ? database(arguments[1]) : duckdb();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(arguments[0])) {
            ResultSetMetaData columns = rows.getMetaData();
            StringBuilder line = new StringBuilder();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                line.append("%-28s".formatted(columns.getColumnLabel(i)));
            }
            System.out.println(line.toString().stripTrailing());
            while (rows.next()) {
                line.setLength(0);
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    line.append("%-28s".formatted(rows.getString(i)));
                }
                System.out.println(line.toString().stripTrailing());
            }
        }
    }

    private static Connection duckdb() throws SQLException {
        Properties settings = new Properties();
        settings.setProperty("autoinstall_known_extensions", "false");
        return DriverManager.getConnection("jdbc:duckdb:", settings);
    }

    private static Connection database(String url) throws SQLException {
        return DriverManager.getConnection(url, TestDatabase.ARCHIVER, TestDatabase.PASSWORD);
    }
}
