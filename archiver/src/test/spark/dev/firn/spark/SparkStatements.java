package dev.firn.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * Executes SQL in local mode with Hive's metastore: reads one statement a line, a JSON string, and answers each with a
 * line, the rows as text or what Spark said against it. Ends with its input. The log goes to standard error.
 */
public final class SparkStatements {

    private static final ObjectMapper JSON = new ObjectMapper();

    private SparkStatements() {}

    public static void main(String[] arguments) throws IOException {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        try (SparkSession spark =
                SparkSession.builder().master("local[2]").enableHiveSupport().getOrCreate()) {
            // Spark has no function that tells one zero from the other.
            spark.udf()
                    .register(
                            "bits_of_float",
                            (UDF1<Float, String>) value ->
                                    value == null ? null : "%08x".formatted(Float.floatToRawIntBits(value)),
                            DataTypes.StringType);
            spark.udf()
                    .register(
                            "bits_of_double",
                            (UDF1<Double, String>) value ->
                                    value == null ? null : "%016x".formatted(Double.doubleToRawLongBits(value)),
                            DataTypes.StringType);
            BufferedReader statements =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            answers.println(JSON.writeValueAsString(Map.of("version", spark.version())));
            for (String line = statements.readLine(); line != null; line = statements.readLine()) {
                answers.println(JSON.writeValueAsString(answer(spark, JSON.readValue(line, String.class))));
            }
        }
    }

    private static Map<String, Object> answer(SparkSession spark, String sql) {
        try {
            List<List<String>> rows = new ArrayList<>();
            for (Row found : spark.sql(sql).collectAsList()) {
                List<String> row = new ArrayList<>();
                for (int i = 0; i < found.size(); i++) {
                    row.add(found.isNullAt(i) ? null : found.get(i).toString());
                }
                rows.add(row);
            }
            return Map.of("rows", rows);
        } catch (Exception e) {
            // Some of what it throws is checked, though Java does not know.
            return Map.of("error", String.valueOf(e));
        }
    }
}
