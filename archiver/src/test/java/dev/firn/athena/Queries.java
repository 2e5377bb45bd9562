package dev.firn.athena;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Answers of any engine, as text. */
final class Queries {

    private Queries() {}

    /** Every row, every value as the driver prints it. */
    static List<List<String>> rows(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            List<List<String>> rows = new ArrayList<>();
            while (found.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    row.add(found.getString(i));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new SQLException(e.getMessage() + "\nin: " + query, e);
        }
    }

    /** The only value of the only row. */
    static String value(Connection connection, String query) throws SQLException {
        return rows(connection, query).get(0).get(0);
    }

    static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                try {
                    statement.execute(sql);
                } catch (SQLException e) {
                    throw new SQLException(e.getMessage() + "\nin: " + sql, e);
                }
            }
        }
    }

    /** The statements of what was printed, each with the comments before it. */
    static List<String> statements(String printed) {
        return Stream.of(printed.split(";\\R", -1))
                .filter(statement -> statement.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("--")))
                .toList();
    }
}
