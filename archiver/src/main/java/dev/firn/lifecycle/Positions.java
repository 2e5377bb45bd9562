package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeKind;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** A time or number as a person types it, as a position of a table's time. UTC unless an offset is given. */
final class Positions {

    private Positions() {}

    static long parse(TimeKind kind, String text) {
        try {
            return kind.isInteger() ? Long.parseLong(text) : micros(text.strip().replace(' ', 'T'));
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            throw new FirnException(
                    Category.CONFIGURATION,
                    "'" + text + "'",
                    "reading it as a position of a table by %s; nothing was started".formatted(kind.catalogueName()),
                    kind.isInteger()
                            ? "give a whole number"
                            : "give a date (2024-12-05) or a time (2024-12-05T06:00, 2024-12-05T06:00:00+01:00)",
                    e);
        }
    }

    private static long micros(String text) {
        Instant instant;
        if (text.indexOf('T') < 0) {
            instant = LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } else if (text.matches(".*(Z|[+-]\\d{2}(:?\\d{2})?)$")) {
            instant = OffsetDateTime.parse(text).toInstant();
        } else {
            instant = LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        }
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    }
}
