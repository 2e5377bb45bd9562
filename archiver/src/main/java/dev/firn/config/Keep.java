package dev.firn.config;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a range that came back is left alone.
 *
 * @param duration empty for ever
 */
public record Keep(Optional<Duration> duration) {

    public static final Keep FOR_EVER = new Keep(Optional.empty());

    /** What stands for ever in a calendar. */
    public static final Instant END_OF_TIME = Instant.parse("9999-12-31T00:00:00Z");

    public Keep {
        duration.filter(Duration::isNegative).ifPresent(negative -> {
            throw new IllegalArgumentException("kept for %s".formatted(negative));
        });
    }

    /** {@code 7d}, {@code 12 hours}, {@code forever}. */
    public static Keep parse(String text) {
        try {
            return read(text);
        } catch (BadValue e) {
            throw new IllegalArgumentException("'%s' %s".formatted(text, e.getMessage()), e);
        }
    }

    static Keep read(String text) throws BadValue {
        return text.equals("forever") ? FOR_EVER : new Keep(Optional.of(TimeTypes.kept(text)));
    }

    /** Until when, if it begins now. */
    public Instant until(Instant now) {
        return duration.map(now::plus).orElse(END_OF_TIME);
    }

    /** An end for people. */
    public static String show(Instant until) {
        return until.equals(END_OF_TIME) ? "for ever" : "until " + until;
    }
}
