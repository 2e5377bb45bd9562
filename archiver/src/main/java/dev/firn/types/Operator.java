package dev.firn.types;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** How a column may be compared with a value. */
public enum Operator {
    EQUAL("="),
    LESS("<"),
    AT_MOST("<="),
    GREATER(">"),
    AT_LEAST(">=");

    private final String sql;

    Operator(String sql) {
        this.sql = sql;
    }

    /** As PostgreSQL spells it, and a command line too. */
    public String sql() {
        return sql;
    }

    /** All of them, one that another is the beginning of after it. */
    public static List<Operator> longestFirst() {
        return Arrays.stream(values())
                .sorted(Comparator.comparing((Operator each) -> -each.sql.length()))
                .toList();
    }

    /** @param order of the column's value to the other one: negative, zero or positive */
    boolean holds(int order) {
        return switch (this) {
            case EQUAL -> order == 0;
            case LESS -> order < 0;
            case AT_MOST -> order <= 0;
            case GREATER -> order > 0;
            case AT_LEAST -> order >= 0;
        };
    }
}
