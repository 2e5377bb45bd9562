package dev.firn.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Which continuous aggregates are made from a hypertable: a drop can cut what their next refresh computes. */
public final class ContinuousAggregates {

    private static final String OF_TABLE =
            """
            SELECT view_schema || '.' || view_name FROM timescaledb_information.continuous_aggregates
            WHERE hypertable_schema = ? AND hypertable_name = ? ORDER BY 1""";

    private ContinuousAggregates() {}

    /** Their views, by name; none for partitions. */
    public static List<String> of(Connection connection, Table table) throws SQLException {
        return table.hypertableId() == 0
                ? List.of()
                : Query.texts(
                        connection,
                        OF_TABLE,
                        table.name().schema(),
                        table.name().name());
    }
}
