package dev.firn.types;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** Fields of every type that has a column of its own: the extremes first, then whatever the seed brings. */
public final class RandomValues {

    private static final String[] SNIPPETS = {
        "",
        "NULL",
        "null",
        "{}",
        "a,b",
        "\"",
        "\\",
        "\\x41",
        "\\\\x",
        " ",
        "\t\n",
        "é",
        "日本",
        "𝄞",
        "\u0000",
        "x".repeat(300)
    };

    private final Random random;

    public RandomValues(long seed) {
        this.random = new Random(seed);
    }

    /** Types with a way to make fields of them. */
    public Map<PgType, Supplier<byte[]>> scalars() {
        Map<PgType, Supplier<byte[]>> types = new LinkedHashMap<>();
        types.put(PgTypes.builtIn("int2"), () -> Wire.int2((int) number()));
        types.put(PgTypes.builtIn("int4"), () -> Wire.int4((int) number()));
        types.put(PgTypes.builtIn("int8"), () -> Wire.int8(number()));
        types.put(PgTypes.builtIn("oid"), () -> Wire.int4((int) number()));
        types.put(PgTypes.builtIn("regclass"), () -> Wire.int4((int) number()));
        types.put(PgTypes.builtIn("float4"), () -> Wire.float4(floatBits()));
        types.put(PgTypes.builtIn("float8"), () -> Wire.float8(doubleBits()));
        types.put(PgTypes.builtIn("bool"), () -> new byte[] {(byte) random.nextInt(2)});
        for (String textual : List.of("text", "varchar", "bpchar", "name", "json")) {
            types.put(PgTypes.builtIn(textual), () -> Wire.text(text()));
        }
        types.put(PgTypes.builtIn("char"), () -> new byte[] {(byte) random.nextInt(256)});
        types.put(PgTypes.builtIn("jsonb"), () -> Wire.jsonb(text()));
        types.put(PgTypes.builtIn("uuid"), () -> bytes(16));
        types.put(PgTypes.builtIn("bytea"), () -> bytes(random.nextInt(40)));
        types.put(PgTypes.builtIn("timestamptz"), () -> Wire.int8(timestamp()));
        types.put(PgTypes.builtIn("timestamp"), () -> Wire.int8(timestamp()));
        types.put(PgTypes.builtIn("date"), () -> Wire.int4(day()));
        types.put(PgTypes.builtIn("time"), () -> Wire.int8(timeOfDay()));
        types.put(PgTypes.enumOf("sad", "ok", "h,a\"p\\py"), () -> Wire.text(pick("sad", "ok", "h,a\"p\\py")));
        types.put(PgTypes.builtIn("numeric"), () -> numeric(random.nextInt(60), random.nextInt(60)));
        int[][] declared = {{1, 0}, {9, 2}, {10, 3}, {18, 0}, {18, 18}, {19, 7}, {38, 0}, {38, 38}, {3, 5}, {5, -3}};
        for (int[] typmod : declared) {
            types.put(PgTypes.numeric(typmod[0], typmod[1]), () -> declaredNumeric(typmod[0], typmod[1]));
        }
        types.put(PgTypes.numeric(39, 2), () -> declaredNumeric(39, 2));
        types.put(PgTypes.domainOver(PgTypes.numeric(10, 2)), () -> declaredNumeric(10, 2));
        return types;
    }

    /** An array of the elements' fields: mostly a plain vector, sometimes one that no LIST can hold. */
    public byte[] array(Supplier<byte[]> element) {
        int shape = random.nextInt(8);
        if (shape == 0) {
            return Wire.emptyArray(4711);
        }
        if (shape == 1) {
            return Wire.array(4711, new int[] {2, 2}, new int[] {1, -3}, elements(element, 4));
        }
        int size = 1 + random.nextInt(5);
        int lowerBound = shape == 2 ? random.nextInt() : 1;
        return Wire.array(4711, new int[] {size}, new int[] {lowerBound}, elements(element, size));
    }

    /** Fields, some of them NULL. */
    public List<byte[]> fields(int count, Supplier<byte[]> maker) {
        return elements(maker, count);
    }

    private List<byte[]> elements(Supplier<byte[]> maker, int count) {
        List<byte[]> fields = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            fields.add(random.nextInt(6) == 0 ? null : maker.get());
        }
        return fields;
    }

    private long number() {
        long[] edges = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, Integer.MIN_VALUE, Integer.MAX_VALUE, 0xffff_ffffL};
        return random.nextBoolean() ? edges[random.nextInt(edges.length)] : random.nextLong() >> random.nextInt(64);
    }

    private int floatBits() {
        int[] edges = {0, 0x8000_0000, 1, 0x7f7f_ffff, 0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 0xffc0_0000, 0x7f80_0001};
        return random.nextBoolean() ? edges[random.nextInt(edges.length)] : random.nextInt();
    }

    private long doubleBits() {
        long[] edges = {
            0,
            Long.MIN_VALUE,
            1,
            Double.doubleToLongBits(Double.MAX_VALUE),
            0x7ff0_0000_0000_0000L,
            0xfff0_0000_0000_0000L,
            0x7ff8_0000_0000_0000L,
            0xfff8_0000_0000_0000L,
            0x7ff0_0000_0000_0001L
        };
        return random.nextBoolean() ? edges[random.nextInt(edges.length)] : random.nextLong();
    }

    private long timestamp() {
        long[] edges = {
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            0,
            -1,
            -946_684_800_000_000L,
            -211_813_488_000_000_000L,
            9_223_371_331_199_999_999L,
            Long.MAX_VALUE - 946_684_800_000_000L,
            Long.MAX_VALUE - 946_684_800_000_000L + 1
        };
        return random.nextBoolean() ? edges[random.nextInt(edges.length)] : random.nextLong() >> random.nextInt(64);
    }

    private int day() {
        int[] edges = {
            Integer.MIN_VALUE, Integer.MAX_VALUE, 0, -1, -2_451_545, 2_145_031_948, Integer.MAX_VALUE - 10_957
        };
        return random.nextBoolean() ? edges[random.nextInt(edges.length)] : random.nextInt() >> random.nextInt(32);
    }

    private long timeOfDay() {
        long[] edges = {0, 1, 86_399_999_999L, 86_400_000_000L, 86_400_000_001L, -1};
        return random.nextBoolean()
                ? edges[random.nextInt(edges.length)]
                : (long) (random.nextDouble() * 86_400_000_000L);
    }

    private byte[] declaredNumeric(int precision, int scale) {
        byte[][] special = specials();
        if (random.nextInt(8) == 0) {
            return special[random.nextInt(special.length)];
        }
        BigInteger unscaled = digits(random.nextInt(precision + 1));
        return Wire.numeric(new BigDecimal(unscaled, scale).setScale(Math.max(scale, 0)));
    }

    private byte[] numeric(int precision, int scale) {
        byte[][] special = specials();
        return random.nextInt(8) == 0
                ? special[random.nextInt(special.length)]
                : Wire.numeric(new BigDecimal(digits(precision), scale));
    }

    private static byte[][] specials() {
        return new byte[][] {
            Wire.int8(0xc000_0000L), Wire.int8(0xd000_0020L), Wire.int8(0xf000_0020L), Wire.numeric(BigDecimal.ZERO)
        };
    }

    private BigInteger digits(int count) {
        BigInteger value = BigInteger.ZERO;
        int kind = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            int digit = kind == 0 ? 9 : kind == 1 ? (i == 0 ? 1 : 0) : random.nextInt(10);
            value = value.multiply(BigInteger.TEN).add(BigInteger.valueOf(digit));
        }
        return random.nextBoolean() ? value.negate() : value;
    }

    private String text() {
        return pick(SNIPPETS) + pick(SNIPPETS) + (random.nextInt(3) == 0 ? pick(SNIPPETS) : "");
    }

    private String pick(String... of) {
        return of[random.nextInt(of.length)];
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
