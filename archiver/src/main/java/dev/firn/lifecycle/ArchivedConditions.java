package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.archive.Manifest;
import dev.firn.types.Column;
import dev.firn.types.Condition;
import dev.firn.types.ValueOrder;
import dev.firn.types.Where;
import java.util.List;

/** Comparisons over archived rows that are decided without a database: only such as it would decide in the same way. */
final class ArchivedConditions {

    private static final String LOAD_INSTEAD = "`rehydrate … --into table NAME --where …` lets the database decide";

    private ArchivedConditions() {}

    static List<Condition> of(Manifest manifest, List<Where> wheres) {
        return wheres.stream().map(where -> of(manifest, where)).toList();
    }

    private static Condition of(Manifest manifest, Where where) {
        Column column = manifest.description().columns().stream()
                .filter(each -> each.name().equals(where.column()))
                .findFirst()
                .orElseThrow(() -> refused(
                        manifest, where, "these rows have no column '%s'".formatted(where.column()), LOAD_INSTEAD));
        ValueOrder order = ValueOrder.of(column.type())
                .filter(each -> each.decides(where.operator()))
                .orElseThrow(() -> refused(
                        manifest,
                        where,
                        "only the database can tell what %s of a column of type %s means"
                                .formatted(where.operator().sql(), column.type().sql()),
                        LOAD_INSTEAD));
        try {
            return new Condition(column, where.operator(), order.read(where.value()), order);
        } catch (IllegalArgumentException e) {
            throw new FirnException(
                    Category.CONFIGURATION,
                    "column " + column.name(),
                    "reading '%s' as %s: %s; nothing was started"
                            .formatted(where.value(), column.type().sql(), e.getMessage()),
                    "give the value as the database prints it",
                    e);
        }
    }

    private static FirnException refused(Manifest manifest, Where where, String why, String hint) {
        return new FirnException(
                Category.REFUSED,
                manifest.toString(),
                "looking for rows with %s: %s; nothing was read".formatted(where, why),
                hint);
    }
}
