package dev.firn.config;

import java.text.ParseException;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import org.quartz.CronExpression;

/** When a service looks for due chunks. */
public sealed interface Schedule {

    /** At once, and then again after each such time. */
    record Every(Duration interval) implements Schedule {

        public Every {
            if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("every " + interval);
            }
        }

        @Override
        public String toString() {
            return Show.duration(interval);
        }
    }

    /** At the times that an expression of Quartz names, in the time zone that holds. */
    record Cron(String expression) implements Schedule {

        public Cron {
            Objects.requireNonNull(expression, "expression");
            if (!CronExpression.isValidExpression(expression)) {
                throw new IllegalArgumentException("'%s' is no cron expression".formatted(expression));
            }
        }

        @Override
        public String toString() {
            return expression;
        }
    }

    Duration SHORTEST = Duration.ofSeconds(1);
    Duration LONGEST = Duration.ofDays(7);

    /** Six or seven fields separated by spaces; a duration is one word or two. */
    Pattern FIELDS = Pattern.compile("\\S+(\\s+\\S+){4,6}");

    static ValueType<Schedule> type() {
        return ValueType.ofText("duration, 1s to 7d, or a cron expression of Quartz", Schedule::parse);
    }

    private static Schedule parse(String text) throws BadValue {
        if (!FIELDS.matcher(text).matches()) {
            return new Every(TimeTypes.bounded(text, SHORTEST, LONGEST));
        }
        try {
            return new Cron(new CronExpression(text).getCronExpression());
        } catch (ParseException e) {
            throw new BadValue(
                    "expects a cron expression of Quartz, such as \"0 0/15 * * * ?\" (%s)".formatted(e.getMessage()));
        }
    }
}
