package dev.firn.athena;

import dev.firn.types.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Knows the query of a view that was made by the printed SQL, of whatever state of its table: an engine keeps no property
 * of a view, and the query in its own formatting.
 */
public final class PrintedView {

    private static final String NAME = "[a-z_][a-z0-9_]*";
    private static final String PART = "(%s|cast\\(%s as [a-z]+(\\([0-9]+,[0-9]+\\))?\\))".formatted(NAME, NAME);
    private static final Pattern COLUMN =
            Pattern.compile("%1$s|coalesce\\(%2$s(,%2$s)+\\) ?(as )?%1$s".formatted(NAME, PART));

    private PrintedView() {}

    /** Whether it selects columns of this very table as the printed SQL does, all rows of it, and nothing else. */
    public static boolean isOf(String query, HiveTable table) {
        String plain = plain(query);
        String from = " from %s.%s".formatted(table.database(), table.name());
        if (!plain.startsWith("select ") || !plain.endsWith(from)) {
            return false;
        }
        List<String> columns = columns(plain.substring("select ".length(), plain.length() - from.length()));
        String list = String.join(",", columns);
        String last =
                ",%s,%s".formatted(Columns.EXCEPTIONS, table.partitionColumn().name());
        return list.endsWith(last)
                && columns.stream().allMatch(column -> COLUMN.matcher(column).matches());
    }

    /** Names without quotes, which no name that Firn gives needs, and one space where one is needed. */
    private static String plain(String query) {
        return query.replaceAll("\"([a-z0-9_]+)\"", "$1")
                .replaceAll("\\s+", " ")
                .replaceAll(" ?([(,.]) ?| (?=\\))", "$1")
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    /** Apart at the commas that are in no brackets. */
    private static List<String> columns(String list) {
        List<String> columns = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                columns.add(list.substring(start, i));
                start = i + 1;
            }
        }
        columns.add(list.substring(start));
        return columns;
    }
}
