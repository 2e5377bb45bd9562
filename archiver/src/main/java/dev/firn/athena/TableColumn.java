package dev.firn.athena;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firn.types.Column;
import dev.firn.types.PgType;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One column of the files, over all copies.
 *
 * @param sources the columns of PostgreSQL that were written under this name, the newest first
 */
record TableColumn(String name, EngineType type, List<Column> sources) {

    /** Bytes that Glue takes. */
    private static final int MAX_COMMENT = 255;

    private static final String CUT = "…";

    TableColumn {
        sources = List.copyOf(sources);
    }

    /** The type in PostgreSQL, and the name there where it is another one. */
    String comment() {
        String types = sources.stream()
                .map(source -> source.type().sql() + (source.notNull() ? " not null" : ""))
                .distinct()
                .collect(Collectors.joining(", formerly "));
        String there = sources.get(0).name();
        return cut(Sql.oneLine(there.equals(name) ? types : "\"%s\" %s".formatted(there, types)));
    }

    /** Between characters: half of one is none, and Glue refuses the table for it. */
    private static String cut(String comment) {
        if (bytes(comment) <= MAX_COMMENT) {
            return comment;
        }
        int end = 0;
        int bytes = bytes(CUT);
        while (true) {
            int next = comment.offsetByCodePoints(end, 1);
            bytes += bytes(comment.substring(end, next));
            if (bytes > MAX_COMMENT) {
                return comment.substring(0, end) + CUT;
            }
            end = next;
        }
    }

    private static int bytes(String text) {
        return text.getBytes(UTF_8).length;
    }

    /** Whether every value is JSON. */
    boolean isJson() {
        return type == EngineType.Plain.STRING
                && sources.stream().map(source -> base(source.type())).allMatch(TableColumn::isJson);
    }

    /** Whether this is what a column of PostgreSQL was before or after a change of its type. */
    boolean isSameColumnAs(TableColumn other) {
        return sources.stream().anyMatch(mine -> other.sources.stream()
                .anyMatch(theirs -> mine.name().equals(theirs.name()) && mine.attnum() == theirs.attnum()));
    }

    private static boolean isJson(PgType type) {
        return type.isBuiltIn("json") || type.isBuiltIn("jsonb");
    }

    private static PgType base(PgType type) {
        return type.kind() == PgType.Kind.DOMAIN ? base(type.inner()) : type;
    }
}
