package dev.firn.athena;

import dev.firn.archive.Manifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Copies that engines do not see which were told of the table before these were made. Nobody knows what was printed when;
 * but what would have been printed follows from the manifests of that time.
 */
public final class HiddenCopies {

    private HiddenCopies() {}

    /** What is to be said of a table with these live manifests, if anything. */
    public static Optional<String> warning(List<Manifest> live) {
        if (live.isEmpty()) {
            return Optional.empty();
        }
        if (live.stream().map(Manifest::partitionBy).distinct().count() > 1) {
            return Optional.of("some of its copies lie by chunk and some by day, and no query engine reads both as one"
                    + " table. HINT: `archiver athena ddl` refuses it until the older ones came back and were archived as"
                    + " partition-by now says");
        }
        if (ProjectionGrid.of(live) instanceof Projection.None none) {
            return Optional.of("query engines look up the partitions of this table, since %s".formatted(none.reason())
                    + ". HINT: what is archived from now on is not shown by them until the statement of `archiver athena"
                    + " ddl` that registers partitions is run again");
        }
        List<Manifest> known = new ArrayList<>();
        Projection told = null;
        Manifest last = null;
        for (Manifest copy : inOrder(live)) {
            known.add(copy);
            if (told == null || !told.covers(copy)) {
                last = told == null ? null : copy;
                told = ProjectionGrid.of(known);
            }
        }
        return Optional.ofNullable(last)
                .map(hidden -> "query engines do not see %s if they were told of this table before %s"
                                .formatted(hidden.range(), hidden.createdAt())
                        + ". HINT: print `archiver athena ddl` again and run it");
    }

    private static List<Manifest> inOrder(List<Manifest> live) {
        return live.stream().sorted(Comparator.comparing(Manifest::createdAt)).toList();
    }
}
