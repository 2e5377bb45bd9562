package dev.firn.config;

import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hours of each day in which chunks may be taken up; where the end is not after the start, over midnight.
 *
 * @param to the first minute that does not belong to it
 */
public record Window(LocalTime from, LocalTime to) {

    private static final Pattern TEXT = Pattern.compile("([0-9]{2}:[0-9]{2})\\s*-\\s*([0-9]{2}:[0-9]{2})");

    public Window {
        if (from.equals(to)) {
            throw new IllegalArgumentException("a window from %s to %s is empty or the whole day".formatted(from, to));
        }
    }

    public boolean contains(LocalTime time) {
        boolean started = !time.isBefore(from);
        boolean ended = !time.isBefore(to);
        return from.isBefore(to) ? started && !ended : started || !ended;
    }

    static ValueType<Window> type() {
        return ValueType.ofText("hours of a day, such as \"22:00-05:00\"", Window::parse);
    }

    private static Window parse(String text) throws BadValue {
        Matcher matcher = TEXT.matcher(text);
        try {
            if (matcher.matches()) {
                LocalTime from = LocalTime.parse(matcher.group(1));
                LocalTime to = LocalTime.parse(matcher.group(2));
                if (from.equals(to)) {
                    throw new BadValue("begins when it ends: leave it out for the whole day");
                }
                return new Window(from, to);
            }
        } catch (DateTimeParseException e) {
            throw new BadValue("expects hours of a day such as \"22:00-05:00\"");
        }
        throw new BadValue("expects hours of a day such as \"22:00-05:00\"");
    }

    @Override
    public String toString() {
        return from + "-" + to;
    }
}
