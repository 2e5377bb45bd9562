package dev.firn.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CodecSymmetryTest {

    private static final int FIELDS = 400;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(WriterVersion.class)
    void everyScalarComesBackByteForByte(WriterVersion version) {
        long seed = System.nanoTime();
        RandomValues values = new RandomValues(seed);
        for (Map.Entry<PgType, Supplier<byte[]>> type : values.scalars().entrySet()) {
            List<byte[]> fields = values.fields(FIELDS, type.getValue());

            ThroughParquet returned = ThroughParquet.send(Codecs.of(type.getKey()), fields, folder, version);

            assertEqual(returned.values(), fields, type.getKey().sql() + ", seed " + seed);
        }
    }

    @ParameterizedTest
    @EnumSource(WriterVersion.class)
    void everyArrayComesBackByteForByte(WriterVersion version) {
        long seed = System.nanoTime();
        RandomValues values = new RandomValues(seed);
        for (Map.Entry<PgType, Supplier<byte[]>> type : values.scalars().entrySet()) {
            PgType array = PgTypes.arrayOf(type.getKey());
            List<byte[]> fields = values.fields(FIELDS, () -> values.array(type.getValue()));
            ColumnCodec codec = Codecs.of(array);

            ThroughParquet returned = ThroughParquet.send(codec, fields, folder, version);

            List<byte[]> localised = returned.values().stream()
                    .map(field -> localise(codec, field))
                    .toList();
            assertEqual(localised, fields, array.sql() + ", seed " + seed);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("misfits")
    void whatTheColumnCannotHoldTravelsAsText(String name, PgType type, byte[] field, String text) {
        ThroughParquet returned =
                ThroughParquet.send(Codecs.of(type), List.of(field), folder, WriterVersion.PARQUET_1_0);

        assertThat(returned.exceptions()).containsExactly(Map.entry(0, text));
        assertEqual(returned.values(), List.of(field), name);
    }

    static Stream<Arguments> misfits() {
        PgType timestamptz = PgTypes.builtIn("timestamptz");
        PgType timestamp = PgTypes.builtIn("timestamp");
        PgType date = PgTypes.builtIn("date");
        PgType decimal = PgTypes.numeric(10, 2);
        PgType float8 = PgTypes.builtIn("float8");
        PgType ints = PgTypes.arrayOf(PgTypes.builtIn("int4"));
        byte[] one = Wire.int4(1);
        return Stream.of(
                Arguments.of("timestamptz infinity", timestamptz, Wire.int8(Long.MAX_VALUE), "infinity"),
                Arguments.of("timestamp -infinity", timestamp, Wire.int8(Long.MIN_VALUE), "-infinity"),
                Arguments.of(
                        "last timestamptz",
                        timestamptz,
                        Wire.int8(9_223_371_331_199_999_999L),
                        "294276-12-31 23:59:59.999999+00"),
                Arguments.of("date infinity", date, Wire.int4(Integer.MAX_VALUE), "infinity"),
                Arguments.of("date -infinity", date, Wire.int4(Integer.MIN_VALUE), "-infinity"),
                Arguments.of("decimal NaN", decimal, Wire.int8(0xc000_0000L), "NaN"),
                Arguments.of("decimal infinity", decimal, Wire.int8(0xd000_0020L), "Infinity"),
                Arguments.of("decimal -infinity", decimal, Wire.int8(0xf000_0020L), "-Infinity"),
                Arguments.of("decimal of another scale", decimal, Wire.numeric(new BigDecimal("1.234")), "1.234"),
                Arguments.of("decimal too long", decimal, Wire.numeric(new BigDecimal("123456789.00")), "123456789.00"),
                Arguments.of(
                        "decimal with a group of zeros", decimal, groups(0, 2, 5), "\\x00020000000000020000" + "0005"),
                Arguments.of("NaN with a sign", float8, Wire.int8(0xfff8_0000_0000_0000L), "\\xfff8000000000000"),
                Arguments.of("NaN with a payload", float8, Wire.int8(0x7ff8_0000_0000_0007L), "\\x7ff8000000000007"),
                Arguments.of("real NaN with a sign", PgTypes.builtIn("float4"), Wire.int4(0xffc0_0000), "\\xffc00000"),
                Arguments.of("no boolean", PgTypes.builtIn("bool"), new byte[] {2}, "\\x02"),
                Arguments.of("short integer", PgTypes.builtIn("int4"), new byte[] {1, 2, 3}, "\\x010203"),
                Arguments.of("text that is not UTF-8", PgTypes.builtIn("text"), bytes(0x61, 0xff), "\\x61ff"),
                Arguments.of("char above ASCII", PgTypes.builtIn("char"), bytes(0x80), "\\x80"),
                Arguments.of("jsonb of another version", PgTypes.builtIn("jsonb"), bytes(2, '1'), "\\x0231"),
                Arguments.of("jsonb without a version", PgTypes.builtIn("jsonb"), bytes(), "\\x"),
                Arguments.of(
                        "array from 0", ints, Wire.array(0, new int[] {1}, new int[] {0}, List.of(one)), "[0:0]={1}"),
                Arguments.of(
                        "array of two dimensions",
                        ints,
                        Wire.array(0, new int[] {2, 1}, new int[] {1, 1}, Arrays.asList(one, null)),
                        "{{1},{NULL}}"),
                Arguments.of(
                        "array with an infinite date",
                        PgTypes.arrayOf(date),
                        Wire.vector(0, List.of(Wire.int4(Integer.MAX_VALUE))),
                        "{infinity}"),
                Arguments.of(
                        "array with text that is not UTF-8",
                        PgTypes.arrayOf(PgTypes.builtIn("text")),
                        Wire.vector(0, List.of(bytes(0xff))),
                        "\\x000000010000000000000000000000010000000100000001ff"),
                Arguments.of("array cut short", ints, bytes(0, 0, 0, 1), "\\x00000001"));
    }

    @ParameterizedTest(name = "{index}: {2}")
    @MethodSource("forged")
    void refusesToReadWhatItWouldNotHaveWritten(PgType writtenAs, PgType readAs, String value) {
        ColumnCodec writer = Codecs.of(writtenAs);
        RowBatch batch = new RowBatch(1, 1, 100);
        batch.beginField();
        writer.fromText(value, batch);
        List<byte[]> fields = List.of(Arrays.copyOf(batch.bytes(), batch.size()));

        assertThatThrownBy(
                        () -> ThroughParquet.send(writer, Codecs.of(readAs), fields, folder, WriterVersion.PARQUET_1_0))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("the file was changed after it was proven")
                .hasMessageContaining("HINT: compare the file's SHA-256");
    }

    static Stream<Arguments> forged() {
        PgType int4 = PgTypes.builtIn("int4");
        PgType int8 = PgTypes.builtIn("int8");
        PgType text = PgTypes.builtIn("text");
        PgType uuid = PgTypes.builtIn("uuid");
        PgType time = PgTypes.builtIn("time");
        PgType numeric = PgTypes.builtIn("numeric");
        return Stream.of(
                Arguments.of(int4, PgTypes.builtIn("int2"), "65541"),
                Arguments.of(int8, PgTypes.builtIn("oid"), "4294967296"),
                Arguments.of(int8, PgTypes.builtIn("oid"), "-1"),
                Arguments.of(int8, PgTypes.builtIn("timestamp"), Long.toString(Long.MIN_VALUE)),
                Arguments.of(int4, PgTypes.builtIn("date"), Integer.toString(Integer.MIN_VALUE)),
                Arguments.of(int4, PgTypes.numeric(4, 2), "10000"),
                Arguments.of(int8, PgTypes.numeric(12, 0), Long.toString(Long.MIN_VALUE)),
                Arguments.of(PgTypes.numeric(38, 0), PgTypes.numeric(37, 0), "9".repeat(38)),
                Arguments.of(text, uuid, "gg112233-4455-6677-8899-aabbccddeeff"),
                Arguments.of(text, uuid, "AA112233-4455-6677-8899-aabbccddeeff"),
                Arguments.of(text, uuid, "00112233 4455-6677-8899-aabbccddeeff"),
                Arguments.of(text, uuid, "00112233-4455-6677-8899-aabbccddeef"),
                Arguments.of(text, time, "01:02:03.450"),
                Arguments.of(text, time, "01:60:00"),
                Arguments.of(text, time, "24:00:00.1"),
                Arguments.of(text, time, ""),
                Arguments.of(text, numeric, "007"),
                Arguments.of(text, numeric, "-0.0"),
                Arguments.of(text, numeric, "1."),
                Arguments.of(text, numeric, ".5"),
                Arguments.of(text, numeric, "1e5"),
                Arguments.of(text, numeric, "1.2.3"),
                Arguments.of(text, numeric, ""),
                Arguments.of(text, PgTypes.builtIn("char"), "é"),
                Arguments.of(text, PgTypes.builtIn("char"), "\0"),
                Arguments.of(text, PgTypes.builtIn("char"), "ab"));
    }

    @Test
    void anArrayLosesItsElementTypesOidAndGetsAnother() {
        ColumnCodec codec = Codecs.of(PgTypes.arrayOf(PgTypes.builtIn("int4")));
        byte[] array = Wire.vector(23, List.of(Wire.int4(7)));

        codec.normalise(array, 0, array.length);
        assertThat(array).isEqualTo(Wire.vector(0, List.of(Wire.int4(7))));

        codec.localise(array, 0, array.length, 98_765);
        assertThat(array).isEqualTo(Wire.vector(98_765, List.of(Wire.int4(7))));
    }

    @Test
    void anArrayThatOnceHeldANullIsTheArrayThatNeverDid() {
        ColumnCodec codec = Codecs.of(PgTypes.arrayOf(PgTypes.builtIn("int4")));
        byte[] never = Wire.vector(0, List.of(Wire.int4(7), Wire.int4(8)));
        byte[] once = never.clone();
        once[7] = 1;
        byte[] still = Wire.vector(0, Arrays.asList(Wire.int4(7), null));
        byte[] stillNormalised = still.clone();

        codec.normalise(once, 0, once.length);
        codec.normalise(stillNormalised, 0, still.length);

        assertThat(once).isEqualTo(never);
        assertThat(stillNormalised).isEqualTo(still);
    }

    @Test
    void anEmptyArrayANullArrayAndAnArrayOfNullAreThreeThings() {
        ColumnCodec codec = Codecs.of(PgTypes.arrayOf(PgTypes.builtIn("text")));
        List<byte[]> nothing = new ArrayList<>();
        nothing.add(null);
        List<byte[]> fields = Arrays.asList(
                Wire.emptyArray(0), null, Wire.vector(0, nothing), Wire.vector(0, List.of(Wire.text(""))));

        ThroughParquet returned = ThroughParquet.send(codec, fields, folder, WriterVersion.PARQUET_2_0);

        assertThat(returned.exceptions()).isEmpty();
        assertEqual(returned.values(), fields, "text[]");
    }

    private static byte[] localise(ColumnCodec codec, byte[] field) {
        if (field != null) {
            codec.localise(field, 0, field.length, 4711);
        }
        return field;
    }

    private static void assertEqual(List<byte[]> actual, List<byte[]> expected, String what) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i)).as("%s, field %d", what, i).isEqualTo(expected.get(i));
        }
    }

    private static byte[] groups(int weight, int scale, int last) {
        return bytes(0, 2, 0, weight, 0, 0, 0, scale, 0, 0, 0, last);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
