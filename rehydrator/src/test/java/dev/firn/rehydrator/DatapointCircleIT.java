package dev.firn.rehydrator;

import dev.firn.TableName;
import java.sql.SQLException;
import java.util.List;

/** Measured values by week: {@code conf/namespaces/datapoints.conf}. */
class DatapointCircleIT extends FullCircleContract {

    private static final TableName DATAPOINT = new TableName("public", "datapoint");

    @Override
    String namespace() {
        return "datapoints";
    }

    @Override
    List<TableName> tables() {
        return List.of(DATAPOINT);
    }

    @Override
    List<String> span() {
        return List.of("2024-01-04", "2024-01-25");
    }

    @Override
    List<Long> left() {
        return List.of(1L);
    }

    @Override
    void fill() throws SQLException {
        application.script("datapoint.sql");
        application.makeRoom(DATAPOINT, "7 days", "2024-01-04", "2024-01-25");
        application.execute(
                """
                INSERT INTO public.datapoint (id, timestamp, source, value, attributes)
                SELECT md5(i::text)::uuid, timestamptz '2024-01-04 00:00Z' + i * interval '10 minutes',
                  CASE WHEN i % 7 = 0 THEN repeat('ü', 100) ELSE 'sensor-' || i % 5 END,
                  CASE i % 100 WHEN 1 THEN 'NaN' WHEN 2 THEN 'Infinity' WHEN 3 THEN '-0' WHEN 4 THEN NULL ELSE i / 3.0 END,
                  CASE WHEN i % 4 > 0 THEN jsonb_build_object('unit', '°C', 'quality', i % 3) END
                FROM generate_series(0, 3 * 1008 - 1) i;
                INSERT INTO public.datapoint (timestamp, source, value) VALUES (now(), 'sensor-1', 1)""");
        application.runPolicies("policy_compression");
    }

    @Override
    List<String> questions() {
        return List.of(
                """
                SELECT source, date_trunc('day', timestamp AT TIME ZONE 'UTC'), count(value), min(value), max(value)
                FROM public.datapoint GROUP BY 1, 2 ORDER BY 1, 2""",
                """
                SELECT DISTINCT ON (source) source, timestamp, value FROM public.datapoint
                WHERE timestamp < '2024-01-20' ORDER BY source, timestamp DESC""",
                "SELECT * FROM public.datapoint WHERE id = md5('2000')::uuid",
                "SELECT count(*) FROM public.datapoint WHERE attributes @> '{\"quality\": 2}' AND source = 'sensor-3'");
    }
}
