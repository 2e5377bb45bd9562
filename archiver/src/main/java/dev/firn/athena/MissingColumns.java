package dev.firn.athena;

import dev.firn.archive.Manifest;
import dev.firn.types.Column;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Columns of the files that an engine was not told of: it answers NULL for them where it knows the column of PostgreSQL by
 * the name that older files have for it, and knows nothing of the others.
 *
 * @param columns by their names in the files; the first copy that has any is {@code first}
 * @param until whoever was told of the table before does not know them
 */
record MissingColumns(Map<String, Column> columns, Manifest first, Instant until) {

    private static final int MOST_NAMED = 5;

    /** What the last telling that lacks any lacks. */
    static Optional<MissingColumns> find(List<Manifest> liveInOrder, List<Telling> tellings) {
        Set<String> since = new HashSet<>();
        int later = liveInOrder.size();
        for (int last = tellings.size() - 1; last >= 0; last--) {
            Telling told = tellings.get(last);
            while (later > 0 && !liveInOrder.get(later - 1).createdAt().isBefore(told.until())) {
                since.addAll(of(liveInOrder.get(--later)));
            }
            if (!told.columns().containsAll(since)) {
                return Optional.of(of(liveInOrder.subList(later, liveInOrder.size()), told));
            }
        }
        return Optional.empty();
    }

    private static MissingColumns of(List<Manifest> copies, Telling told) {
        Map<String, Column> missing = new LinkedHashMap<>();
        List<Manifest> having = new ArrayList<>();
        for (Manifest copy : copies) {
            for (Column column : copy.description().columns()) {
                if (!told.columns().contains(column.parquetName())) {
                    missing.putIfAbsent(column.parquetName(), column);
                    having.add(copy);
                }
            }
        }
        return new MissingColumns(missing, having.get(0), told.until());
    }

    /** The columns that the files of a copy have. */
    static Set<String> of(Manifest copy) {
        return copy.description().columns().stream().map(Column::parquetName).collect(Collectors.toSet());
    }

    /** For messages. */
    String what() {
        String named = columns.entrySet().stream()
                .limit(MOST_NAMED)
                .map(entry -> named(entry.getKey(), Sql.oneLine(entry.getValue().name())))
                .collect(Collectors.joining(", "));
        String others = columns.size() > MOST_NAMED ? " and %d others".formatted(columns.size() - MOST_NAMED) : "";
        return "have no values of %s%s in %s and later copies".formatted(named, others, first.range());
    }

    private static String named(String inFiles, String inPostgresql) {
        return inFiles.equals(inPostgresql) ? inPostgresql : "%s (%s in the files)".formatted(inPostgresql, inFiles);
    }
}
