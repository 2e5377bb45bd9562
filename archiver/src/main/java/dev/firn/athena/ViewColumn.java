package dev.firn.athena;

import dev.firn.athena.EngineType.Plain;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One column of the view: a column of PostgreSQL, whatever types it went through.
 *
 * @param type which holds the values of all parts
 * @param parts the columns of the files that hold it, the newest first; no row has more than one of them
 */
record ViewColumn(String name, EngineType type, List<TableColumn> parts) {

    ViewColumn {
        parts = List.copyOf(parts);
    }

    boolean isJson() {
        return parts.stream().allMatch(TableColumn::isJson);
    }

    boolean isMoment() {
        return type == Plain.MOMENT;
    }

    /** The columns as a view shows them: what one type holds together becomes one. */
    static List<ViewColumn> of(List<TableColumn> columns) {
        List<ViewColumn> view = new ArrayList<>();
        for (TableColumn column : columns) {
            Optional<ViewColumn> joined = Optional.empty();
            for (int i = 0; i < view.size() && joined.isEmpty(); i++) {
                joined = view.get(i).join(column);
                if (joined.isPresent()) {
                    view.set(i, joined.get());
                }
            }
            if (joined.isEmpty()) {
                view.add(new ViewColumn(column.name(), column.type(), List.of(column)));
            }
        }
        return List.copyOf(view);
    }

    private Optional<ViewColumn> join(TableColumn column) {
        if (parts.stream().noneMatch(column::isSameColumnAs)) {
            return Optional.empty();
        }
        return EngineType.common(type, column.type()).map(common -> {
            List<TableColumn> all = new ArrayList<>(parts);
            all.add(column);
            // The older a column of the files, the shorter its name: a later one has a number behind it.
            String shortest = name.length() <= column.name().length() ? name : column.name();
            return new ViewColumn(shortest, common, all);
        });
    }

    /** Every pair of columns that were one column of PostgreSQL and that no one type holds together. */
    static List<String> unjoined(List<ViewColumn> view) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < view.size(); i++) {
            for (int j = i + 1; j < view.size(); j++) {
                ViewColumn newer = view.get(i);
                ViewColumn older = view.get(j);
                if (newer.parts.stream().anyMatch(a -> older.parts.stream().anyMatch(a::isSameColumnAs))) {
                    found.add("%s (%s) and %s (%s)"
                            .formatted(
                                    newer.name,
                                    newer.parts.get(0).comment(),
                                    older.name,
                                    older.parts.get(0).comment()));
                }
            }
        }
        return found;
    }
}
