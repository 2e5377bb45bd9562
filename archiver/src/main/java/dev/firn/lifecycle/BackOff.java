package dev.firn.lifecycle;

import dev.firn.FirnException.Category;
import dev.firn.catalog.ChunkRow;
import java.time.Duration;

/**
 * How long a chunk that failed is left alone. What passes by itself is tried again after a minute, then after twice as long
 * each time, up to six hours. What a person has to mend (refusals, configuration, data that did not prove equal) costs as
 * much to find out each time and seldom goes away: an hour, doubling up to a day. Both end at once when the configuration of
 * the table changes, and for {@code --retry-failed}. Times are the database's.
 */
final class BackOff {

    private static final int MOST_DOUBLINGS = 10;

    private BackOff() {}

    /** @param failures in a row before this one */
    static Duration after(Category category, int failures) {
        Duration first = category.worthRetrying() ? Duration.ofMinutes(1) : Duration.ofHours(1);
        Duration longest = category.worthRetrying() ? Duration.ofHours(6) : Duration.ofDays(1);
        Duration backOff = first.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
        return backOff.compareTo(longest) < 0 ? backOff : longest;
    }

    /** Whether it is too early for another try under the configuration that holds now. */
    static boolean holds(TableWork work, ChunkRow.Failure failure) {
        return !failure.due()
                && failure.settings().map(work.settingsDigest()::equals).orElse(true);
    }
}
