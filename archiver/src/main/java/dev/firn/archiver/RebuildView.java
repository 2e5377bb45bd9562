package dev.firn.archiver;

import dev.firn.catalog.RebuildReport;
import java.util.StringJoiner;

/** A rebuilt catalogue, for people. */
final class RebuildView {

    private RebuildView() {}

    static String text(RebuildReport report) {
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        lines.add("%d copies recorded; %d of them were not known, %d were known and are not in the store"
                .formatted(
                        report.copies(),
                        report.added().size(),
                        report.forgotten().size()));
        report.forgotten().stream()
                .filter(RebuildReport.Entry::droppedFromDatabase)
                .forEach(entry -> lines.add("LOST: %s is not in the store, and its chunk was dropped. HINT: look for a"
                                .formatted(entry.manifestKey())
                        + " deleted object version or a replica of the bucket"));
        return lines.toString();
    }
}
