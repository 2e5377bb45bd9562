package dev.firn.lifecycle.guards;

import dev.firn.TimeRange;
import dev.firn.config.GuardName;
import java.util.Optional;

/**
 * What somebody should know of a table, since Firn cannot or will not prevent it.
 *
 * @param guard whose word it is: the name of a guard, or of a block of the table's configuration
 * @param range the chunk concerned, if it is one
 */
public record Alarm(String guard, Level level, Optional<TimeRange> range, String what, String hint) {

    /** How bad it is. */
    public enum Level {
        /** Rows or what is made of them were lost, or are about to be. */
        ALARM("alarm"),
        /** Something to know before it does harm. */
        WARNING("warning");

        private final String word;

        Level(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    static Alarm alarm(GuardName guard, TimeRange range, String what, String hint) {
        return new Alarm(guard.toString(), Level.ALARM, Optional.of(range), what, hint);
    }

    static Alarm alarm(GuardName guard, String what, String hint) {
        return new Alarm(guard.toString(), Level.ALARM, Optional.empty(), what, hint);
    }

    static Alarm warning(GuardName guard, String what, String hint) {
        return new Alarm(guard.toString(), Level.WARNING, Optional.empty(), what, hint);
    }

    /** For people. */
    @Override
    public String toString() {
        return "%s (%s): %s%s. HINT: %s"
                .formatted(
                        level.word,
                        guard,
                        range.map(concerned -> concerned + " ").orElse(""),
                        what,
                        hint);
    }
}
