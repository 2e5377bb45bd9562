package dev.firn.archiver.http;

import dev.firn.console.Human;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Points in time for people. */
final class Moments {

    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private Moments() {}

    static String show(Instant moment) {
        return MINUTES.format(moment);
    }

    /** {@code 12 s}, {@code 3 h 05 min}, {@code 12 days}. */
    static String duration(Duration duration) {
        Duration positive = duration.isNegative() ? Duration.ZERO : duration;
        if (positive.toDays() >= 2) {
            return positive.toDays() + " days";
        }
        return positive.toSeconds() < 60 ? positive.toSeconds() + " s" : Human.duration(positive);
    }
}
