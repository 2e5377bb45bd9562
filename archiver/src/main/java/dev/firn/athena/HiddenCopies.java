package dev.firn.athena;

import dev.firn.archive.Chronicle;
import dev.firn.archive.Manifest;
import java.util.List;
import java.util.Optional;

/**
 * Copies that engines do not see which were told of the table before these were made. Nobody knows what was printed when;
 * but what would have been printed follows from the manifests of that time, those that have expired since among them.
 */
public final class HiddenCopies {

    private HiddenCopies() {}

    /** What is to be said of a table, if anything. */
    public static Optional<String> warning(Chronicle chronicle) {
        List<Manifest> live = Telling.inOrder(chronicle.live());
        if (live.isEmpty()) {
            return Optional.empty();
        }
        ProjectionGrid grid = ProjectionGrid.with(live);
        if (!grid.isOneTable()) {
            return Optional.of("some of its copies lie by chunk and some by day, and no query engine reads both as one"
                    + " table. HINT: `archiver athena ddl` refuses it until the older ones came back and were archived as"
                    + " partition-by now says");
        }
        if (grid.projection() instanceof Projection.None none) {
            Manifest newest = live.get(live.size() - 1);
            return Optional.of("query engines look up the partitions of this table, since %s".formatted(none.reason())
                    + "; they do not see %s if they were told of it before %s"
                            .formatted(newest.range(), newest.createdAt())
                    + ". HINT: what is archived from now on is not shown by them until the statement of `archiver athena"
                    + " ddl` that registers partitions is run again");
        }
        return hidden(live, Telling.before(chronicle));
    }

    /** The last that was told and does not show all that came later. */
    private static Optional<String> hidden(List<Manifest> live, List<Telling> tellings) {
        int later = live.size();
        for (int last = tellings.size() - 1; last >= 0; last--) {
            Telling told = tellings.get(last);
            while (later > 0 && !live.get(later - 1).createdAt().isBefore(told.until())) {
                later--;
            }
            Optional<Manifest> hidden = live.subList(later, live.size()).stream()
                    .filter(copy -> !told.projection().covers(copy))
                    .findFirst();
            if (hidden.isPresent()) {
                return Optional.of("query engines do not see %s if they were told of this table before %s"
                                .formatted(hidden.get().range(), told.until())
                        + ". HINT: print `archiver athena ddl` again and run it");
            }
        }
        return Optional.empty();
    }
}
