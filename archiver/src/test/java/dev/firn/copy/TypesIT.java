package dev.firn.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FirnException;
import dev.firn.testing.TestDatabase;
import dev.firn.types.Codecs;
import dev.firn.types.ColumnCodec;
import dev.firn.types.PgType;
import dev.firn.types.PgTypes;
import dev.firn.types.PinnedSettings;
import dev.firn.types.RowBatch;
import dev.firn.types.ThroughParquet;
import dev.firn.types.Wire;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/** Every type of a real server: out of it, through Parquet, and back into it. */
class TypesIT {

    private static TestDatabase database;
    private static Connection connection;

    private static final ColumnCodec NUMBER = Codecs.of(PgTypes.builtIn("int4"));
    private static final String ELEMENT_OID = "SELECT t.typelem::text FROM pg_attribute a JOIN pg_type t ON t.oid = "
            + "coalesce(nullif((SELECT typbasetype FROM pg_type d WHERE d.oid = a.atttypid), 0), a.atttypid)"
            + " WHERE attrelid = 'pg_temp.staging'::regclass AND attname = 'c'";

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws SQLException {
        database = TestDatabase.plain();
        connection = database.admin();
        for (String statement : SampleValues.TYPES) {
            execute(statement);
        }
        for (String statement : PinnedSettings.statements()) {
            execute(statement);
        }
        execute("SET search_path = pg_catalog");
    }

    @AfterAll
    static void stop() throws SQLException {
        connection.close();
        database.close();
    }

    @Test
    void theServerTakesThePinnedSettings() throws SQLException {
        for (Map.Entry<String, String> setting : PinnedSettings.values().entrySet()) {
            assertThat(strings("SELECT current_setting('" + setting.getKey() + "')"))
                    .as(setting.getKey())
                    .containsExactly(setting.getValue());
        }
    }

    @Test
    void everyTypeOfTheServerIsTestedOrRefused() throws SQLException {
        TreeSet<String> unseen = new TreeSet<>(
                strings(
                        """
                SELECT DISTINCT typname::text FROM pg_type t
                WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'd', 'e', 'r', 'm')
                  AND NOT EXISTS (SELECT FROM pg_type element WHERE element.typarray = t.oid)
                """));
        SampleValues.BUILT_IN.keySet().forEach(name -> unseen.remove(name.replaceAll("\\(.*", "")));

        for (String name : List.copyOf(unseen)) {
            if (isRefused("pg_catalog." + name)) {
                unseen.remove(name);
            }
        }

        assertThat(unseen).as("types with neither sample values nor a reason").isEmpty();
    }

    @Test
    void refusesTheTypesThatTheServerTakesNoValuesOf() throws SQLException {
        for (String name : strings("SELECT typname::text FROM pg_type WHERE typtype = 'p' AND typelem = 0")) {
            assertThat(isRefused("pg_catalog." + name)).as(name).isTrue();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void comesBackByteForByte(String type, List<String> literals) throws SQLException {
        fill(
                type,
                "INSERT INTO original (c) SELECT CAST(l AS %s) FROM unnest(?) AS l UNION ALL SELECT NULL"
                        .formatted(type),
                literals);

        assertComesBack(type);
        assertThat(
                        strings(
                                "SELECT id::text FROM original JOIN back USING (id) WHERE NOT record_image_eq(ROW(original.c), ROW(back.c))"))
                .as("rows that the server stores as something else")
                .isEmpty();
    }

    @ParameterizedTest(name = "{0}[]")
    @MethodSource("elementSamples")
    void arraysComeBackByteForByte(String type, List<String> literals) throws SQLException {
        fill(
                type + "[]",
                """
                INSERT INTO original (c)
                WITH v AS (SELECT CAST(l AS %1$s) AS v FROM unnest(?) AS l)
                SELECT ARRAY[v] FROM v
                UNION ALL SELECT ARRAY[v, NULL, v] FROM v
                UNION ALL SELECT ARRAY[[v, NULL], [v, v]] FROM v
                UNION ALL SELECT CAST('[-1:0]=' || CAST(ARRAY[v, v] AS text) AS %1$s[]) FROM v
                UNION ALL SELECT (ARRAY[NULL, v])[2:2] FROM v
                UNION ALL SELECT ARRAY[]::%1$s[]
                UNION ALL SELECT ARRAY[NULL]::%1$s[]
                UNION ALL SELECT NULL
                """
                        .formatted(type),
                literals);

        assertComesBack(type + "[]");
    }

    @Test
    void anArrayOfADomainOverArraysComesBack() throws SQLException {
        fill(
                "made.numbers[]",
                "INSERT INTO original (c) SELECT CAST(l AS made.numbers[]) FROM unnest(?) AS l",
                List.of("{\"{1,NULL}\",\"{}\",NULL}", "{}", "[0:0]={\"[3:4]={5,6}\"}"));

        assertComesBack("made.numbers[]");
    }

    /** SQL has no way to write an array of a domain over arrays, other than as text. */
    static Stream<Arguments> elementSamples() {
        return samples().filter(sample -> !sample.get()[0].equals("made.numbers"));
    }

    static Stream<Arguments> samples() {
        Stream<Arguments> builtIn = SampleValues.BUILT_IN.entrySet().stream()
                .map(type -> Arguments.of("pg_catalog." + quoted(type.getKey()), type.getValue()));
        Stream<Arguments> made =
                SampleValues.MADE.entrySet().stream().map(type -> Arguments.of(type.getKey(), type.getValue()));
        return Stream.concat(builtIn, made);
    }

    private void assertComesBack(String type) throws SQLException {
        ColumnCodec codec = Codecs.of(columnType());
        String select = "SELECT id, " + codec.selectExpression("c") + " FROM %s ORDER BY id";

        List<byte[]> fields = copyOut(codec, select.formatted("original"));
        ThroughParquet returned = ThroughParquet.send(codec, fields, folder, WriterVersion.PARQUET_1_0);
        assertEqual(returned.values(), fields, "from Parquet");

        copyIn(codec, returned.values(), type);
        assertEqual(copyOut(codec, select.formatted("back")), fields, "from the table they were brought back into");
        assertPrintsAsTheServer(codec, fields);
    }

    /** Unless it is bytes in hexadecimal, an object's number where the server looks up its name, or not printed at all. */
    private static void assertPrintsAsTheServer(ColumnCodec codec, List<byte[]> fields) throws SQLException {
        String typeName = columnType().name();
        if (typeName.matches("_?reg(?!cursor).*|.*xml.*|refcursor")) {
            return;
        }
        List<String> printed = strings("SELECT format('%s', c) FROM original ORDER BY id");
        for (int i = 0; i < fields.size(); i++) {
            byte[] field = fields.get(i);
            String text = field == null ? "" : codec.toText(field, 0, field.length);
            if (!text.startsWith("\\x")) {
                assertThat(text).as("row %d", i + 1).isEqualTo(printed.get(i));
            }
        }
    }

    private static List<byte[]> copyOut(ColumnCodec codec, String select) throws SQLException {
        List<ColumnCodec> codecs = List.of(NUMBER, codec);
        CopyDecoder decoder = new CopyDecoder(codecs, 1 << 20);
        RowBatch batch = new RowBatch(2, 1_000, 1 << 24);
        CopyOut copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (" + select + ") TO STDOUT (FORMAT binary)");
        for (byte[] piece = copy.readFromCopy(); piece != null; piece = copy.readFromCopy()) {
            decoder.feed(piece);
            assertThat(decoder.decode(batch)).isFalse();
        }
        decoder.finish();
        return Batches.rows(batch).stream().map(row -> row.get(1)).toList();
    }

    private static void copyIn(ColumnCodec codec, List<byte[]> fields, String type) throws SQLException {
        execute("DROP TABLE IF EXISTS staging, back");
        execute("CREATE TEMP TABLE staging (id int, c %s)"
                .formatted(codec.carrierType().orElse(type)));
        execute("CREATE TEMP TABLE back (id int, c %s)".formatted(type));
        int elementOid = Integer.parseUnsignedInt(strings(ELEMENT_OID).get(0));
        CopyIn copy =
                connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY staging FROM STDIN (FORMAT binary)");
        CopyEncoder encoder = new CopyEncoder(List.of(NUMBER, codec), new int[] {0, elementOid}, copy::writeToCopy);
        RowBatch batch = new RowBatch(2, fields.size(), 1 << 24);
        for (int i = 0; i < fields.size(); i++) {
            Batches.add(batch, Wire.int4(i + 1));
            Batches.add(batch, fields.get(i));
            batch.endRow();
        }
        encoder.begin();
        encoder.write(batch);
        encoder.end();
        copy.endCopy();
        execute("INSERT INTO back SELECT id, " + codec.restoreExpression("c") + " FROM staging");
    }

    private static void fill(String type, String insert, List<String> literals) throws SQLException {
        execute("DROP TABLE IF EXISTS original");
        execute("CREATE TEMP TABLE original (id int GENERATED ALWAYS AS IDENTITY, c %s)".formatted(type));
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            statement.setArray(1, connection.createArrayOf("text", literals.toArray()));
            statement.execute();
        }
    }

    private static boolean isRefused(String type) throws SQLException {
        long oid = Long.parseLong(
                strings("SELECT '" + type + "'::regtype::oid::text").get(0));
        PgType pgType = CatalogTypes.read(connection, oid, -1);
        try {
            Codecs.of(pgType);
            return false;
        } catch (FirnException e) {
            return e.category() == FirnException.Category.REFUSED;
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> strings(String query) throws SQLException {
        List<String> strings = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                strings.add(rows.getString(1));
            }
        }
        return strings;
    }

    private static PgType columnType() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT atttypid, atttypmod FROM pg_attribute"
                        + " WHERE attrelid = 'pg_temp.original'::regclass AND attname = 'c'")) {
            row.next();
            return CatalogTypes.read(connection, row.getLong(1), row.getInt(2));
        }
    }

    private static String quoted(String name) {
        int modifier = name.indexOf('(');
        return modifier < 0 ? '"' + name + '"' : '"' + name.substring(0, modifier) + '"' + name.substring(modifier);
    }

    private static void assertEqual(List<byte[]> actual, List<byte[]> expected, String what) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i)).as("%s, row %d", what, i + 1).isEqualTo(expected.get(i));
        }
    }
}
