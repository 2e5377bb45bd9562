package dev.firn.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** Runs one query in DuckDB and prints its rows. */
public final class DemoQuery {

    private DemoQuery() {}

    public static void main(String[] arguments) throws SQLException {
        Properties settings = new Properties();
        settings.setProperty("autoinstall_known_extensions", "false");
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:", settings);
                Statement statement = duckdb.createStatement();
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
}
