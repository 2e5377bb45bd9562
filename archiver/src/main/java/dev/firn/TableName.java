package dev.firn;

/** A table of the user's, by schema and name as the catalogue spells them: unquoted, case kept. */
public record TableName(String schema, String name) implements Comparable<TableName> {

    public TableName {
        check(schema, "schema");
        check(name, "table name");
    }

    /** As people type it: {@code schema.table}. */
    public static TableName parse(String text) {
        int dot = text.indexOf('.');
        if (dot <= 0 || dot == text.length() - 1) {
            throw new IllegalArgumentException("'%s' is not SCHEMA.TABLE".formatted(text));
        }
        return new TableName(text.substring(0, dot), text.substring(dot + 1));
    }

    /** The quoted form for SQL text. */
    public String quoted() {
        return quote(schema) + "." + quote(name);
    }

    /** An identifier quoted so that no configuration or catalogue can smuggle SQL through it. */
    public static String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    @Override
    public int compareTo(TableName other) {
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return schema + "." + name;
    }

    private static void check(String identifier, String what) {
        if (identifier.isEmpty() || identifier.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("not a %s: '%s'".formatted(what, identifier));
        }
    }
}
