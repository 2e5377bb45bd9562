package dev.firn.types;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Values as they are typed where no database can be asked. What they do not understand is refused, never guessed. */
final class Literals {

    private static final Pattern DECIMAL = Pattern.compile("[+-]?\\d+(\\.\\d+)?");
    private static final Pattern FLOATING = Pattern.compile("[+-]?\\d+(\\.\\d+)?([eE][+-]?\\d{1,3})?");
    private static final Pattern SPECIAL = Pattern.compile("NaN|-?Infinity");
    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Pattern OFFSET = Pattern.compile(".*T.*(Z|[+-]\\d{2}(:\\d{2})?)");
    private static final long EPOCH_SECONDS = 946_684_800L;
    private static final int EPOCH_DAYS = 10_957;
    private static final int NANOS_PER_MICRO = 1_000;

    private Literals() {}

    static byte[] number(String text, int bytes) {
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw expected("a whole number", e);
        }
        int spare = Long.SIZE - bytes * Byte.SIZE;
        if (value << spare >> spare != value) {
            throw expected("a number of %d bytes".formatted(bytes), null);
        }
        byte[] wide = ofLong(value);
        return Arrays.copyOfRange(wide, Long.BYTES - bytes, Long.BYTES);
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] label(PgType type, String text) {
        if (!type.labels().contains(text)) {
            throw expected("one of " + type.labels(), null);
        }
        return text(text);
    }

    static byte[] bool(String text) {
        return switch (text) {
            case "t", "true" -> new byte[] {1};
            case "f", "false" -> new byte[] {0};
            default -> throw expected("true or false", null);
        };
    }

    static byte[] uuid(String text) {
        if (!UUID_TEXT.matcher(text).matches()) {
            throw expected("a uuid of 36 characters", null);
        }
        return HexFormat.of().parseHex(text.replace("-", ""));
    }

    static byte[] float4(String text) {
        requireNumber(FLOATING, text);
        byte[] bytes = new byte[Float.BYTES];
        float value = Float.parseFloat(text);
        requireInReach(text, value);
        BigEndian.putInt(bytes, 0, Float.floatToIntBits(value));
        return bytes;
    }

    static byte[] float8(String text) {
        requireNumber(FLOATING, text);
        double value = Double.parseDouble(text);
        requireInReach(text, value);
        return ofLong(Double.doubleToLongBits(value));
    }

    /** What would be rounded to zero or to infinity PostgreSQL refuses. */
    private static void requireInReach(String text, double value) {
        boolean special = SPECIAL.matcher(text).matches();
        if (!special && (Double.isInfinite(value) || (value == 0 && new BigDecimal(text).signum() != 0))) {
            throw expected("a number that the type can hold", null);
        }
    }

    static byte[] numeric(String text) {
        requireNumber(DECIMAL, text);
        String plain = SPECIAL.matcher(text).matches() ? text : new BigDecimal(text).toPlainString();
        RowBatch batch = new RowBatch(1, 1, 1 << 10);
        batch.beginField();
        new NumericText().parse(plain, batch);
        return Arrays.copyOf(batch.bytes(), batch.size());
    }

    private static void requireNumber(Pattern pattern, String text) {
        if (!pattern.matcher(text).matches() && !SPECIAL.matcher(text).matches()) {
            throw expected("a number", null);
        }
    }

    /** UTC unless an offset is given. */
    static byte[] zonedTime(String text) {
        String iso = text.replace(' ', 'T');
        return OFFSET.matcher(iso).matches()
                ? reading(() -> micros(OffsetDateTime.parse(iso).toInstant()))
                : localTime(text);
    }

    static byte[] localTime(String text) {
        if (text.equals("infinity") || text.equals("-infinity")) {
            return ofLong(text.startsWith("-") ? Long.MIN_VALUE : Long.MAX_VALUE);
        }
        String iso = text.replace(' ', 'T');
        return reading(() -> micros(
                iso.indexOf('T') < 0
                        ? LocalDate.parse(iso).atStartOfDay(ZoneOffset.UTC).toInstant()
                        : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC)));
    }

    private static byte[] micros(Instant instant) {
        if (instant.getNano() % NANOS_PER_MICRO != 0) {
            throw new DateTimeException("more digits than microseconds have");
        }
        long seconds = Math.subtractExact(instant.getEpochSecond(), EPOCH_SECONDS);
        return ofLong(Math.addExact(Math.multiplyExact(seconds, 1_000_000L), instant.getNano() / NANOS_PER_MICRO));
    }

    static byte[] date(String text) {
        byte[] bytes = new byte[Integer.BYTES];
        if (text.equals("infinity") || text.equals("-infinity")) {
            BigEndian.putInt(bytes, 0, text.startsWith("-") ? Integer.MIN_VALUE : Integer.MAX_VALUE);
            return bytes;
        }
        return reading(() -> {
            BigEndian.putInt(bytes, 0, Math.toIntExact(LocalDate.parse(text).toEpochDay() - EPOCH_DAYS));
            return bytes;
        });
    }

    private static byte[] reading(Supplier<byte[]> reader) {
        try {
            return reader.get();
        } catch (DateTimeException | ArithmeticException e) {
            throw expected("a time such as 2024-12-05 or 2024-12-05T06:00:00", e);
        }
    }

    private static byte[] ofLong(long value) {
        byte[] bytes = new byte[Long.BYTES];
        BigEndian.putLong(bytes, 0, value);
        return bytes;
    }

    private static IllegalArgumentException expected(String what, Exception cause) {
        return new IllegalArgumentException("expected is " + what, cause);
    }
}
