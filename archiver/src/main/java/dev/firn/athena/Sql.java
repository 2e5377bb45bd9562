package dev.firn.athena;

/** Words of people's making inside SQL text. */
final class Sql {

    private Sql() {}

    /** As the standard has it, and Trino. */
    static String literal(String text) {
        return "'" + oneLine(text).replace("'", "''") + "'";
    }

    /** As Hive has it, and Spark. */
    static String hiveLiteral(String text) {
        return "'" + oneLine(text).replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    /** The same in double quotes, for what may hold single ones. */
    static String hiveDoubleLiteral(String text) {
        return '"' + oneLine(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    static String quoted(String name) {
        return '"' + name + '"';
    }

    static String hiveQuoted(String name) {
        return '`' + name + '`';
    }

    /** Line breaks would end a comment, and a semicolon before one a statement. */
    static String oneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ").strip();
    }

    /** Letters a to z, digits and underscores: what every engine and Glue take for a name of a database or a table. */
    static String safeName(String name) {
        StringBuilder safe = new StringBuilder(name.length());
        name.codePoints().forEach(point -> {
            if (point >= 'A' && point <= 'Z') {
                safe.append((char) (point - 'A' + 'a'));
            } else {
                boolean plain = (point >= 'a' && point <= 'z') || (point >= '0' && point <= '9');
                safe.append(plain ? (char) point : '_');
            }
        });
        return safe.toString();
    }
}
