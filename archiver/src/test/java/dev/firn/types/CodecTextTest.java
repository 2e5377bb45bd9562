package dev.firn.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CodecTextTest {

    @ParameterizedTest(name = "{2}")
    @MethodSource("values")
    void printsAsPostgresDoes(PgType type, byte[] field, String text) {
        assertThat(Codecs.of(type).toText(field, 0, field.length)).isEqualTo(text);
    }

    static Stream<Arguments> values() {
        PgType texts = PgTypes.arrayOf(PgTypes.builtIn("text"));
        return Stream.of(
                Arguments.of(PgTypes.builtIn("int2"), Wire.int2(-32_768), "-32768"),
                Arguments.of(PgTypes.builtIn("oid"), Wire.int4(-1), "4294967295"),
                Arguments.of(PgTypes.builtIn("bool"), new byte[] {1}, "t"),
                Arguments.of(PgTypes.builtIn("float8"), doubleOf(1e15), "1e+15"),
                Arguments.of(PgTypes.builtIn("float8"), doubleOf(123_456_789_012_345d), "123456789012345"),
                Arguments.of(PgTypes.builtIn("float8"), doubleOf(0.0001), "0.0001"),
                Arguments.of(PgTypes.builtIn("float8"), doubleOf(-0.00001234), "-1.234e-05"),
                Arguments.of(PgTypes.builtIn("float8"), doubleOf(-0d), "-0"),
                Arguments.of(PgTypes.builtIn("float8"), doubleOf(Double.MAX_VALUE), "1.7976931348623157e+308"),
                Arguments.of(PgTypes.builtIn("float8"), doubleOf(Double.NEGATIVE_INFINITY), "-Infinity"),
                Arguments.of(PgTypes.builtIn("float4"), Wire.int4(Float.floatToIntBits(1_000_000f)), "1e+06"),
                Arguments.of(PgTypes.builtIn("text"), Wire.text("a \"b\""), "a \"b\""),
                Arguments.of(PgTypes.builtIn("text"), Wire.text("\\x41"), "\\x5c783431"),
                Arguments.of(PgTypes.builtIn("bytea"), Wire.text("ab"), "\\x6162"),
                Arguments.of(PgTypes.builtIn("jsonb"), Wire.jsonb("{\"a\": 1.10}"), "{\"a\": 1.10}"),
                Arguments.of(PgTypes.builtIn("uuid"), uuid(), "00112233-4455-6677-8899-aabbccddeeff"),
                Arguments.of(PgTypes.builtIn("timestamptz"), Wire.int8(0), "2000-01-01 00:00:00+00"),
                Arguments.of(PgTypes.builtIn("timestamp"), Wire.int8(-1), "1999-12-31 23:59:59.999999"),
                Arguments.of(
                        PgTypes.builtIn("timestamptz"),
                        Wire.int8(-211_813_488_000_000_000L),
                        "4714-11-24 00:00:00+00 BC"),
                Arguments.of(PgTypes.builtIn("date"), Wire.int4(-730_120), "0001-12-31 BC"),
                Arguments.of(PgTypes.builtIn("time"), Wire.int8(86_400_000_000L), "24:00:00"),
                Arguments.of(PgTypes.builtIn("time"), Wire.int8(3_723_450_000L), "01:02:03.45"),
                Arguments.of(PgTypes.builtIn("numeric"), Wire.numeric(new BigDecimal("-0.00010")), "-0.00010"),
                Arguments.of(PgTypes.builtIn("numeric"), Wire.numeric(new BigDecimal("0.000")), "0.000"),
                Arguments.of(PgTypes.builtIn("numeric"), Wire.numeric(new BigDecimal("1200000000")), "1200000000"),
                Arguments.of(PgTypes.numeric(12, 4), Wire.numeric(new BigDecimal("12345678.9000")), "12345678.9000"),
                Arguments.of(texts, Wire.emptyArray(0), "{}"),
                Arguments.of(
                        texts,
                        Wire.vector(
                                0,
                                Arrays.asList(
                                        Wire.text("a"),
                                        null,
                                        Wire.text("null"),
                                        Wire.text(""),
                                        Wire.text("b c"),
                                        Wire.text("\"\\"))),
                        "{a,NULL,\"null\",\"\",\"b c\",\"\\\"\\\\\"}"),
                Arguments.of(
                        PgTypes.arrayOf(PgTypes.builtIn("bytea")),
                        Wire.vector(0, List.of(Wire.text("a"))),
                        "{\"\\\\x61\"}"));
    }

    @Test
    void everyTextLeadsBackToItsBytes() {
        long seed = System.nanoTime();
        RandomValues values = new RandomValues(seed);
        for (Map.Entry<PgType, Supplier<byte[]>> type : values.scalars().entrySet()) {
            ColumnCodec scalar = Codecs.of(type.getKey());
            ColumnCodec array = Codecs.of(PgTypes.arrayOf(type.getKey()));
            for (int i = 0; i < 200; i++) {
                assertLeadsBack(scalar, type.getValue().get(), type.getKey().sql() + ", seed " + seed);
                byte[] elements = values.array(type.getValue());
                array.normalise(elements, 0, elements.length);
                assertLeadsBack(array, elements, type.getKey().sql() + "[], seed " + seed);
            }
        }
    }

    @Test
    void refusesTextThatNoVersionOfItMade() {
        RowBatch batch = new RowBatch(1, 1, 100);
        batch.beginField();
        ColumnCodec array = Codecs.of(PgTypes.arrayOf(PgTypes.builtIn("int4")));

        assertThatThrownBy(() -> Codecs.of(PgTypes.builtIn("date")).fromText("yesterday", batch))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("reading a date or time: found 'yesterday'");
        for (String broken : List.of("", "{1", "{1}}", "[0:0]{1}", "1", "{\"1}")) {
            assertThatThrownBy(() -> array.fromText(broken, batch))
                    .as(broken)
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("reading an array");
        }
    }

    private static void assertLeadsBack(ColumnCodec codec, byte[] field, String what) {
        RowBatch batch = new RowBatch(1, 1, 100);
        batch.beginField();
        String text = codec.toText(field, 0, field.length);
        codec.fromText(text, batch);
        assertThat(Arrays.copyOf(batch.bytes(), batch.size()))
                .as("%s: %s", what, text)
                .isEqualTo(field);
    }

    private static byte[] doubleOf(double value) {
        return Wire.int8(Double.doubleToLongBits(value));
    }

    private static byte[] uuid() {
        byte[] bytes = new byte[16];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 0x11);
        }
        return bytes;
    }
}
