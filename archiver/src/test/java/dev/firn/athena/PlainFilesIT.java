package dev.firn.athena;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.parquet.AvroRecords;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import dev.firn.types.PinnedSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who knows no table, only files: DuckDB and parquet-avro read every type, and say of each value what PostgreSQL says. */
class PlainFilesIT {

    @Test
    void everyValueOfEveryTypeIsThere(@TempDir Path home) throws SQLException, IOException {
        Properties settings = new Properties();
        settings.setProperty("autoinstall_known_extensions", "false");
        try (TestDatabase database = TestDatabase.create();
                Connection owner = database.owner();
                Connection duckdb = DriverManager.getConnection("jdbc:duckdb:", settings)) {
            Queries.execute(owner, PinnedSettings.statements().toArray(String[]::new));
            EveryType every = new EveryType();
            every.create(owner);
            Firn firn = Firn.configure(database, home, "kinds.everything { archive-after = 1d, drop-after = never }")
                    .init();
            firn.succeed("run", Firn.NAMESPACE);
            Path data = firn.archive().resolve("test/kinds.everything/data");
            Engine engine = new DuckDbEngine(duckdb);
            engine.executePrinted(
                    """
                    SET TimeZone = 'UTC';
                    CREATE SCHEMA firn_test;
                    CREATE VIEW firn_test.kinds_everything AS
                    SELECT * FROM read_parquet('%s/*/*.parquet', hive_types = {'chunk': VARCHAR});
                    """
                            .formatted(data));

            EveryTypeAnswers answers = EveryTypeAnswers.of(every, owner, engine);
            assertThat(answers.wrongValues()).as("DuckDB's values").isEmpty();
            assertThat(answers.wrongExceptions()).isEmpty();
            assertThat(answers.exceptions()).isGreaterThan(50);
            assertThat(answers.wrongAggregates()).as("DuckDB's aggregates").isEmpty();

            List<GenericRecord> records = new ArrayList<>();
            for (String file : firn.files()) {
                if (file.contains("/data/")) {
                    records.addAll(AvroRecords.of(firn.archive().resolve(file)));
                }
            }
            assertThat(answers.wrongRecords(records))
                    .as("parquet-avro's values")
                    .isEmpty();
        }
    }
}
