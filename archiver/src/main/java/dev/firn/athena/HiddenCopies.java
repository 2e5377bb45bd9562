package dev.firn.athena;

import dev.firn.archive.Chronicle;
import dev.firn.archive.Manifest;
import java.util.List;
import java.util.Optional;

/**
 * Copies that engines do not see, and columns of them that they do not read, which were told of the table before these
 * were made. Nobody knows what was printed when; but what would have been printed follows from the manifests of that time,
 * those that have expired since among them.
 */
public final class HiddenCopies {

    private static final String PRINT = "print `archiver athena ddl` again and run it";
    private static final String REGISTER = "what is archived from now on is not shown by them until the statement of"
            + " `archiver athena ddl` that registers partitions is run again";

    /** Rows that are hidden from somebody, and what shows them. */
    private record Hidden(String what, String hint) {}

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
        List<Telling> tellings = Telling.before(chronicle);
        Optional<Hidden> rows = hidden(grid.projection(), live, tellings);
        Optional<MissingColumns> columns = MissingColumns.find(live, tellings);
        if (columns.isEmpty()) {
            return rows.map(hidden -> hidden.what() + ". HINT: " + hidden.hint());
        }
        String missing = columns.get().what();
        String until = columns.get().until().toString();
        return Optional.of(rows.map(hidden -> "%s; they %s if they were told of it before %s"
                                .formatted(hidden.what(), missing, until))
                        .orElseGet(() ->
                                "query engines %s if they were told of this table before %s".formatted(missing, until))
                + ". HINT: " + PRINT);
    }

    private static Optional<Hidden> hidden(Projection projection, List<Manifest> live, List<Telling> tellings) {
        Manifest newest = live.get(live.size() - 1);
        if (projection instanceof Projection.None none) {
            return Optional.of(lookedUp("query engines", none.reason(), newest));
        }
        Optional<Hidden> beside = besideWhatWasTold(live, tellings);
        return beside.isEmpty() && projection instanceof Projection.Numbers numbers && !numbers.isSmall()
                ? Optional.of(lookedUp("Trino and Spark", "its numbers are beyond what Trino computes", newest))
                : beside;
    }

    private static Hidden lookedUp(String who, String why, Manifest newest) {
        String what =
                "%s look up the partitions of this table, since %s; they do not see %s if they were told of it before %s"
                        .formatted(who, why, newest.range(), newest.createdAt());
        return new Hidden(what, REGISTER);
    }

    /** The last that was told and does not show all that came later. */
    private static Optional<Hidden> besideWhatWasTold(List<Manifest> live, List<Telling> tellings) {
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
                String what = "query engines do not see %s if they were told of this table before %s"
                        .formatted(hidden.get().range(), told.until());
                return Optional.of(new Hidden(what, PRINT));
            }
        }
        return Optional.empty();
    }
}
