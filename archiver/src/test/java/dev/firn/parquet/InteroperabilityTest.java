package dev.firn.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.types.Codecs;
import dev.firn.types.Column;
import dev.firn.types.ColumnCodec;
import dev.firn.types.PgType;
import dev.firn.types.RowBatch;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetReader;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Others read the files as they lie. */
class InteroperabilityTest {

    private static final List<Column> COLUMNS = List.of(
            Rows.column("time", 1, "timestamptz"),
            Rows.column("small", 2, "int2"),
            Rows.column("whole", 3, "int4"),
            Rows.column("big", 4, "int8"),
            Rows.column("real", 5, "float4"),
            Rows.column("double", 6, "float8"),
            Rows.column("yes", 7, "bool"),
            Rows.column("price", 8, numeric(8, 2)),
            Rows.column("amount", 9, numeric(16, 3)),
            Rows.column("huge", 10, numeric(38, 4)),
            Rows.column("digits", 11, "numeric"),
            Rows.column("words", 12, "text"),
            Rows.column("document", 13, "jsonb"),
            Rows.column("id", 14, "uuid"),
            Rows.column("bytes", 15, "bytea"),
            Rows.column("local", 16, "timestamp"),
            Rows.column("day", 17, "date"),
            Rows.column("numbers", 18, arrayOf("int4")),
            Rows.column("names", 19, arrayOf("text")),
            Rows.column("prices", 20, arrayOf(numeric(8, 2))));

    private static final ParquetTable TABLE = ParquetTable.of(new TableName("Odd schema", "1st table"), COLUMNS);

    private static final String[] FIRST = {
        "2024-12-05 10:00:00.123456+00",
        "-3",
        "70000",
        "9007199254740993",
        "1.5",
        "-0.1",
        "t",
        "123456.78",
        "1234567890123.456",
        "1234567890123456789012345678901234.5678",
        "3.14000",
        "grüße",
        "{\"a\": [1, 2]}",
        "01234567-89ab-cdef-0123-456789abcdef",
        "\\x00ff",
        "1969-12-31 23:59:59.999999",
        "2024-02-29",
        "{1,NULL,3}",
        "{a,\"b c\",NULL,\"\"}",
        "{1.50,NULL}"
    };

    private static final String[] SECOND = {
        "2024-12-06 00:00:00+00",
        "7",
        null,
        "-5",
        null,
        "2.5",
        "f",
        "-0.01",
        "NaN",
        null,
        null,
        "",
        null,
        null,
        null,
        "infinity",
        "-infinity",
        "{}",
        null,
        "[0:1]={1.00,2.00}"
    };

    @TempDir
    private Path folder;

    private final MemoryStore store = new MemoryStore();
    private WrittenFile file;

    @BeforeEach
    void writeTwoRows() throws IOException {
        RowBatch batch = new RowBatch(COLUMNS.size(), 2, 1 << 12);
        List<ColumnCodec> codecs = Codecs.of(COLUMNS);
        for (String[] row : List.of(FIRST, SECOND)) {
            for (int column = 0; column < row.length; column++) {
                if (row[column] == null) {
                    batch.nullField();
                } else {
                    batch.beginField();
                    codecs.get(column).fromText(row[column], batch);
                    batch.endField();
                }
            }
            batch.endRow();
        }
        List<WrittenFile> files =
                Rows.write(store, Rows.plan(TABLE, ParquetSettings.DEFAULT, "words", "yes", "day"), batch);
        file = files.get(0);
        assertThat(Rows.read(store, files, TABLE)).isEqualTo(Rows.show(batch));
        Files.write(folder.resolve("a.parquet"), store.objects.get(file.key()));
    }

    @Test
    void duckDbReadsEveryType() throws SQLException {
        assertThat(query("SELECT count(*), sum(small), min(big), max(big), sum(double) FROM file"))
                .isEqualTo("2|4|-5|9007199254740993|2.4");
        assertThat(query("SELECT min(price), max(price), sum(amount), max(huge), max(digits) FROM file"))
                .isEqualTo("-0.01|123456.78|1234567890123.456|1234567890123456789012345678901234.5678|3.14000");
        assertThat(query("SELECT min(epoch_us(time)), max(epoch_us(time)) FROM file"))
                .isEqualTo("1733392800123456|1733443200000000");
        assertThat(
                        query(
                                "SELECT words, document, id, real, yes, local::VARCHAR, day::VARCHAR FROM file WHERE small = -3"))
                .isEqualTo("grüße|{\"a\": [1, 2]}|01234567-89ab-cdef-0123-456789abcdef|1.5|true|"
                        + "1969-12-31 23:59:59.999999|2024-02-29");
        assertThat(query("SELECT octet_length(bytes), hex(bytes) FROM file WHERE small = -3"))
                .isEqualTo("2|00FF");
        assertThat(
                        query(
                                "SELECT numbers::VARCHAR, names[2], len(names), names[3], prices[1] FROM file WHERE small = -3"))
                .isEqualTo("[1, NULL, 3]|b c|4|null|1.50");
        assertThat(query("SELECT len(numbers), names, prices FROM file WHERE small = 7"))
                .isEqualTo("0|null|null");
        assertThat(query("SELECT map_keys(firn_exceptions)::VARCHAR, firn_exceptions['amount'], local FROM file"
                        + " WHERE firn_exceptions IS NOT NULL"))
                .isEqualTo("[amount, local, day, prices]|NaN|null");
    }

    @Test
    void duckDbFindsValuesThroughFiltersAndStatistics() throws SQLException {
        assertThat(query("SELECT count(*) FROM file WHERE words = 'grüße'")).isEqualTo("1");
        assertThat(query("SELECT count(*) FROM file WHERE words = 'absent'")).isEqualTo("0");
        assertThat(query("SELECT count(*) FROM file WHERE yes")).isEqualTo("1");
        assertThat(query("SELECT count(*) FROM file WHERE day = DATE '2024-02-29'"))
                .isEqualTo("1");
    }

    @Test
    void duckDbFindsEitherZeroAndWhatIsNoNumber() throws SQLException, IOException {
        for (List<String> values : List.of(
                List.of("-0", "-0"),
                List.of("-1", "-0", "2"),
                List.of("-1", "0", "2"),
                List.of("-0", "NaN", "-0"),
                List.of("NaN", "NaN"),
                List.of("-1", "0", "-0", "NaN", "2"))) {
            writeNumbers(values);

            for (String column : List.of("real", "double")) {
                assertThat(matching(column, "= 0")).as("0 of %s", values).isEqualTo(count(values, "-?0"));
                assertThat(matching(column, "= '-0'::" + column))
                        .as("-0 of %s", values)
                        .isEqualTo(count(values, "-?0"));
                assertThat(matching(column, "= 'NaN'::" + column))
                        .as("NaN of %s", values)
                        .isEqualTo(count(values, "NaN"));
                assertThat(matching(column, "> 1"))
                        .as("of %s, where NaN is greater than every number", values)
                        .isEqualTo(count(values, "NaN|2"));
                assertThat(
                                query(
                                        "SELECT count(*) FROM parquet_metadata('%s') WHERE path_in_schema = '%s'"
                                                        .formatted(folder.resolve("a.parquet"), column)
                                                + " AND (bloom_filter_length > 0 OR stats_min_value = 'nan' OR stats_max_value = 'nan')"))
                        .as("a filter that knows one zero only, or NaN among the statistics, of %s", values)
                        .isEqualTo("0");
            }
        }
    }

    /** A file in which both columns hold these. */
    private void writeNumbers(List<String> values) throws IOException {
        ParquetTable numbers = Rows.table(
                "numbers",
                Rows.column("time", 1, "timestamptz"),
                Rows.column("real", 2, "float4"),
                Rows.column("double", 3, "float8"));
        List<ColumnCodec> codecs = Codecs.of(numbers.columns());
        RowBatch batch = new RowBatch(3, values.size(), 1 << 12);
        for (String value : values) {
            for (int column = 0; column < 3; column++) {
                batch.beginField();
                codecs.get(column).fromText(column == 0 ? "2024-12-05 10:00:00+00" : value, batch);
                batch.endField();
            }
            batch.endRow();
        }
        MemoryStore own = new MemoryStore();
        WrittenFile written = Rows.write(own, Rows.plan(numbers, ParquetSettings.DEFAULT, "real", "double"), batch)
                .get(0);
        Files.write(folder.resolve("a.parquet"), own.objects.get(written.key()));
    }

    private String matching(String column, String condition) throws SQLException {
        return query("SELECT count(*) FROM file WHERE %s %s".formatted(column, condition));
    }

    private static String count(List<String> values, String pattern) {
        return Long.toString(
                values.stream().filter(value -> value.matches(pattern)).count());
    }

    @Test
    void parquetAvroReadsRecords() throws IOException {
        List<GenericRecord> records = new ArrayList<>();
        try (ParquetReader<GenericRecord> reader = AvroParquetReader.<GenericRecord>builder(
                        new StoredFile(
                                new SinglePass(store, file.key(), file.content().size()), "a.parquet"),
                        new PlainParquetConfiguration())
                .withDataModel(GenericData.get())
                .withCodecFactory(new ZstdCodecs(1))
                .build()) {
            for (GenericRecord next = reader.read(); next != null; next = reader.read()) {
                records.add(next);
            }
        }

        assertThat(records).hasSize(2);
        GenericRecord first = records.get(0);
        assertThat(first.getSchema().getFullName()).isEqualTo("Odd_schema_1st_table");
        assertThat(first.getSchema()).hasToString(TABLE.avroSchema());
        assertThat(first.get("time")).isEqualTo(1733392800123456L);
        assertThat(first.get("small")).isEqualTo(-3);
        assertThat(first.get("double")).isEqualTo(-0.1);
        assertThat(first.get("yes")).isEqualTo(true);
        assertThat(first.get("words")).hasToString("grüße");
        assertThat(first.get("bytes")).isEqualTo(ByteBuffer.wrap(new byte[] {0, (byte) 0xff}));
        assertThat(new BigDecimal(new BigInteger(((GenericFixed) first.get("huge")).bytes()), 4))
                .isEqualTo("1234567890123456789012345678901234.5678");
        assertThat(first.get("price")).isEqualTo(new BigDecimal("123456.78"));
        assertThat(first.get("numbers"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .containsExactly(1, null, 3);
        assertThat(first.get("names"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .containsExactly(new Utf8("a"), new Utf8("b c"), null, new Utf8(""));
        assertThat(first.get("firn_exceptions")).isNull();
        GenericRecord second = records.get(1);
        assertThat(second.get("numbers"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .isEmpty();
        assertThat(second.get("amount")).isNull();
        assertThat(second.get("firn_exceptions"))
                .isEqualTo(Map.of(
                        new Utf8("amount"),
                        new Utf8("NaN"),
                        new Utf8("local"),
                        new Utf8("infinity"),
                        new Utf8("day"),
                        new Utf8("-infinity"),
                        new Utf8("prices"),
                        new Utf8("[0:1]={1.00,2.00}")));
    }

    private String query(String sql) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("autoinstall_known_extensions", "false");
        String from = "read_parquet('%s')".formatted(folder.resolve("a.parquet"));
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:", properties);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql.replace("FROM file", "FROM " + from))) {
            assertThat(result.next()).isTrue();
            List<String> row = new ArrayList<>();
            for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                Object value = result.getObject(i);
                row.add(value instanceof byte[] raw ? new String(raw, StandardCharsets.UTF_8) : String.valueOf(value));
            }
            assertThat(result.next()).isFalse();
            return String.join("|", row);
        }
    }

    private static PgType numeric(int precision, int scale) {
        return new PgType(
                "pg_catalog",
                "numeric",
                (precision << 16 | scale) + 4,
                PgType.Kind.BASE,
                "numeric(%d,%d)".formatted(precision, scale),
                null,
                List.of(),
                "pg_catalog.numeric_out");
    }

    private static PgType arrayOf(String element) {
        return arrayOf(Rows.type(element));
    }

    private static PgType arrayOf(PgType element) {
        return new PgType(
                "pg_catalog",
                "_" + element.name(),
                element.typmod(),
                PgType.Kind.ARRAY,
                element.sql() + "[]",
                element,
                List.of(),
                "pg_catalog.array_out");
    }
}
