package dev.firn.source;

import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ends of a range as SQL of the column's own type, printed by the server: exact for every time that it knows, and
 * the same in every session's time zone. The infinities are no values but open ends.
 */
record Bounds(String timeColumn, Optional<String> low, Optional<String> high) {

    private static final long DAY_MICROS = 86_400_000_000L;

    static Bounds of(Connection connection, Table table, TimeRange range) throws SQLException {
        return new Bounds(
                TableName.quote(table.timeColumn()),
                literal(connection, range.kind(), range.start(), Long.MIN_VALUE),
                literal(connection, range.kind(), range.end(), Long.MAX_VALUE));
    }

    private static Optional<String> literal(Connection connection, TimeKind kind, long position, long open)
            throws SQLException {
        if (position == open) {
            return Optional.empty();
        }
        if (kind.isInteger()) {
            return Optional.of("'%d'::pg_catalog.%s".formatted(position, kind.catalogueName()));
        }
        long day = Math.floorDiv(position, DAY_MICROS);
        long rest = Math.floorMod(position, DAY_MICROS);
        // In days and a rest: an interval of all the microseconds would go through a floating-point number.
        String value =
                switch (kind) {
                    // A bound within a day counts from the next one on.
                    case DATE -> "(date '1970-01-01' + %d)".formatted(rest == 0 ? day : day + 1);
                    case TIMESTAMP -> timestamp(day, rest);
                    default -> "(%s AT TIME ZONE 'UTC')".formatted(timestamp(day, rest));
                };
        String text = PinnedFormats.during(connection, () -> Query.text(connection, "SELECT " + value + "::text"));
        return Optional.of("'%s'::pg_catalog.%s".formatted(text, kind.catalogueName()));
    }

    private static String timestamp(long day, long rest) {
        return "((date '1970-01-01' + %d)::timestamp + interval '%d microseconds')".formatted(day, rest);
    }

    /** That a row's time lies within; a time that is NULL lies nowhere. */
    String condition() {
        List<String> parts = new ArrayList<>(List.of(timeColumn + " IS NOT NULL"));
        low.ifPresent(value -> parts.add(timeColumn + " >= " + value));
        high.ifPresent(value -> parts.add(timeColumn + " < " + value));
        return String.join(" AND ", parts);
    }

    /** As a partition is declared. */
    String ofPartition() {
        return "FOR VALUES FROM (%s) TO (%s)".formatted(low.orElse("MINVALUE"), high.orElse("MAXVALUE"));
    }
}
