package dev.firn.lifecycle;

import dev.firn.archive.Manifest;
import dev.firn.source.Table;
import dev.firn.source.Table.TableColumn;
import dev.firn.types.Column;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Archived columns that the table has no more. What comes back does so without them, which somebody has to be told. */
final class LeftBehind {

    private LeftBehind() {}

    /** What is to be said of them, if there are any. */
    static Optional<String> note(Table table, List<Manifest> copies) {
        Set<String> known = table.columns().stream().map(TableColumn::name).collect(Collectors.toSet());
        List<String> gone = copies.stream()
                .flatMap(copy -> copy.description().columns().stream())
                .map(Column::name)
                .filter(name -> !known.contains(name))
                .distinct()
                .toList();
        return gone.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "columns that the table has no more stay in the archive alone: " + String.join(", ", gone));
    }
}
