package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import java.util.Optional;

/**
 * A piece of a table's time as a person asked for it, either end left open.
 *
 * @param from first position, UTC unless an offset is given; a number where the table counts in numbers
 * @param to the first position after it
 */
public record PositionSpan(Optional<String> from, Optional<String> to) {

    public static final PositionSpan ALL = new PositionSpan(Optional.empty(), Optional.empty());

    /** The same as positions of a table of this kind. */
    TimeRange resolve(TimeKind kind) {
        long start = from.map(text -> Positions.parse(kind, text)).orElse(Long.MIN_VALUE);
        long end = to.map(text -> Positions.parse(kind, text)).orElse(Long.MAX_VALUE);
        if (start >= end) {
            throw new FirnException(
                    Category.CONFIGURATION,
                    "the range from %s to %s".formatted(from.orElse("the beginning"), to.orElse("the end")),
                    "reading it: it is empty, since --to is exclusive; nothing was started",
                    "give a --to that lies after --from");
        }
        return new TimeRange(kind, start, end);
    }
}
