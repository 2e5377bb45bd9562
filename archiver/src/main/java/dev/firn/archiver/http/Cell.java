package dev.firn.archiver.http;

import dev.firn.TimeRange;
import dev.firn.archiver.http.ServiceView.InProgress;
import dev.firn.config.Keep;
import dev.firn.console.Human;
import dev.firn.lifecycle.NamespaceStatus.Range;
import java.util.ArrayList;
import java.util.List;

/**
 * One piece of a time line.
 *
 * @param chunks how many it stands for
 * @param words what it is, for people who do not see it
 */
record Cell(TimeRange range, Look look, int chunks, String words) {

    static Cell of(Range range, List<InProgress> work) {
        Look look = Look.of(range, work);
        List<String> parts = new ArrayList<>();
        parts.add(state(range, look, work));
        if (range.bytesInDatabase() > 0) {
            parts.add(Human.bytes(range.bytesInDatabase()) + " in the database");
        }
        if (range.bytesArchived() > 0) {
            parts.add("%s rows in %s on S3"
                    .formatted(Human.count(range.rowsArchived()), Human.bytes(range.bytesArchived())));
        }
        if (look == Look.FAILED) {
            parts.add("last try: " + range.lastFailure().orElseThrow().message());
        }
        return new Cell(
                range.range(),
                look,
                1,
                "%s to %s: %s"
                        .formatted(range.range().showStart(), range.range().showEnd(), String.join(", ", parts)));
    }

    /** In a few words, as in the table below. */
    static String state(Range range, Look look, List<InProgress> work) {
        if (look == Look.COPYING) {
            String doing = work.isEmpty()
                    ? range.claim()
                            .map(claim -> switch (claim.purpose()) {
                                case ARCHIVE -> "being archived";
                                case RESTORE -> "coming back";
                                case RELEASE -> "being released";
                                case SCRUB -> "being scrubbed";
                                case EXPIRE -> "expiring";
                                case SWEEP -> "being swept";
                            })
                            .orElse("in work")
                    : WorkList.word(work.get(0).what());
            String holder = range.claim().map(claim -> " by " + claim.holder()).orElse("");
            return doing + " (" + range.state().word() + ")" + (work.isEmpty() ? holder : "");
        }
        String kept = range.keptUntil()
                .map(until ->
                        ", kept " + (until.equals(Keep.END_OF_TIME) ? "for ever" : "until " + Moments.show(until)))
                .orElse("");
        return range.state().word() + kept + (range.due() ? ", due" : "");
    }

    /** One for both, where they are of the same look and touch. */
    Cell plus(Cell next) {
        int sum = chunks + next.chunks;
        TimeRange both = new TimeRange(range.kind(), range.start(), next.range.end());
        return new Cell(
                both,
                look,
                sum,
                "%s to %s: %d chunks, %s".formatted(both.showStart(), both.showEnd(), sum, look.word()));
    }
}
