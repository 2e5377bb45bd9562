package dev.firn.types;

import java.util.Objects;

/**
 * A comparison as a person types it: {@code column=value}, with {@code =}, {@code <}, {@code <=}, {@code >} or
 * {@code >=}. Nothing is trimmed: a space belongs to the column or to the value.
 *
 * @param column as PostgreSQL has it
 */
public record Where(String column, Operator operator, String value) {

    public Where {
        Objects.requireNonNull(operator, "operator");
        Objects.requireNonNull(value, "value");
        if (column.isEmpty()) {
            throw new IllegalArgumentException("'%s%s' names no column".formatted(operator.sql(), value));
        }
    }

    /** A column whose name holds one of the operators stands in double quotes. */
    public static Where parse(String text) {
        StringBuilder column = new StringBuilder();
        int at = 0;
        if (text.startsWith("\"")) {
            at = unquote(text, column);
        } else {
            while (at < text.length() && "=<>!".indexOf(text.charAt(at)) < 0) {
                column.append(text.charAt(at++));
            }
        }
        for (Operator operator : Operator.longestFirst()) {
            if (text.startsWith(operator.sql(), at) && !text.startsWith("<>", at)) {
                return new Where(
                        column.toString(),
                        operator,
                        text.substring(at + operator.sql().length()));
            }
        }
        throw new IllegalArgumentException(
                "'%s' is not COLUMN=VALUE, nor the same with <, <=, > or >=".formatted(text));
    }

    /** Answers where the rest begins: at the end where the quote is never closed. */
    private static int unquote(String text, StringBuilder column) {
        for (int at = 1; at < text.length(); at++) {
            if (text.charAt(at) != '"') {
                column.append(text.charAt(at));
            } else if (text.startsWith("\"\"", at)) {
                column.append('"');
                at++;
            } else {
                return at + 1;
            }
        }
        return text.length();
    }

    @Override
    public String toString() {
        return column + operator.sql() + value;
    }
}
