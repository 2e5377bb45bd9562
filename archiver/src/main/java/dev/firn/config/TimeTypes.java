package dev.firn.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and ages: HOCON's units, and weeks. */
final class TimeTypes {

    private static final Pattern AMOUNT = Pattern.compile("(-?[0-9]+(?:\\.[0-9]+)?)\\s*([a-zA-Zµ]*)");
    private static final Set<String> WEEKS = Set.of("w", "week", "weeks");
    private static final Set<String> UNEVEN = Set.of("mo", "month", "months", "y", "year", "years");

    /** Longer than any archive lives, and short enough to be counted in microseconds. */
    private static final Duration LONGEST_AGE = Duration.ofDays(365_000);

    private TimeTypes() {}

    static ValueType<Duration> duration(Duration from, Duration to) {
        String description = "duration, %s to %s".formatted(Show.duration(from), Show.duration(to));
        return ValueType.ofText(description, text -> within(parse(text), from, to, description));
    }

    static ValueType<Optional<Duration>> durationOrOff(Duration from, Duration to) {
        ValueType<Duration> duration = duration(from, to);
        String description = duration.description() + ", or off";
        return ValueType.ofText(
                description,
                text -> text.equals("off")
                        ? Optional.empty()
                        : Optional.of(within(parse(text), from, to, description)));
    }

    static ValueType<Age> age() {
        return ValueType.ofText("duration (90d, 12 weeks), or a whole number for integer time", TimeTypes::parseAge);
    }

    static ValueType<Age> ageOrNever() {
        return ValueType.ofText(
                "as archive-after, or never", text -> text.equals("never") ? new Age.Never() : parseAge(text));
    }

    static Duration bounded(String text, Duration from, Duration to) throws BadValue {
        return within(parse(text), from, to, "duration, %s to %s".formatted(Show.duration(from), Show.duration(to)));
    }

    static Duration kept(String text) throws BadValue {
        return within(parse(text), Duration.ZERO, LONGEST_AGE, "duration that is not negative");
    }

    private static Age parseAge(String text) throws BadValue {
        Matcher amount = AMOUNT.matcher(text);
        if (!amount.matches()) {
            throw new BadValue("expects an age such as 90d or 12 weeks, or a whole number for integer time");
        }
        if (amount.group(2).isEmpty()) {
            try {
                return new Age.OfUnits(Long.parseLong(text));
            } catch (IllegalArgumentException e) {
                throw new BadValue("expects a whole number of units, not negative; with a unit, as in 90d, a duration");
            }
        }
        // Who writes 3m for an age means months more often than minutes, and would archive almost everything.
        if (amount.group(2).equals("m")) {
            throw new BadValue("is minutes, and could be meant as months: write minutes in full, or days");
        }
        return new Age.OfTime(within(parse(text), Duration.ZERO, LONGEST_AGE, "duration that is not negative"));
    }

    private static Duration parse(String text) throws BadValue {
        Matcher amount = AMOUNT.matcher(text);
        if (!amount.matches()) {
            throw new BadValue("expects a duration such as 100ms, 30s, 6h, 90d or 12 weeks");
        }
        String unit = amount.group(2);
        if (unit.isEmpty()) {
            throw new BadValue("has no unit: write 100ms, 30s, 6h, 90d or 12 weeks");
        }
        if (UNEVEN.contains(unit)) {
            throw new BadValue("months and years differ in length: give days or weeks");
        }
        boolean weeks = WEEKS.contains(unit);
        try {
            Duration duration = ConfigValueFactory.fromAnyRef(weeks ? amount.group(1) + "d" : text)
                    .atKey("v")
                    .getDuration("v");
            return weeks ? duration.multipliedBy(7) : duration;
        } catch (ConfigException | ArithmeticException e) {
            throw new BadValue("expects a duration such as 100ms, 30s, 6h, 90d or 12 weeks");
        }
    }

    private static Duration within(Duration duration, Duration from, Duration to, String description) throws BadValue {
        if (duration.compareTo(from) < 0 || duration.compareTo(to) > 0) {
            throw new BadValue("expects a " + description);
        }
        return duration;
    }
}
