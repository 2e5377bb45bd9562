package dev.firn.source;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A unique index of a table, as something to join by.
 *
 * @param expressions of its keys, over unqualified columns
 * @param operators what the index takes for equal
 * @param predicate which rows it holds; {@code true} for all
 * @param nullsAreEqual whether two NULLs are the same key
 */
record UniqueKey(
        String name, List<String> expressions, List<String> operators, String predicate, boolean nullsAreEqual) {

    private static final String KEYS =
            """
            SELECT ic.relname, coalesce(pg_get_expr(i.indpred, i.indrelid), 'true'),
                   coalesce((to_jsonb(i)->>'indnullsnotdistinct')::boolean, false),
                   ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, false) FROM generate_series(1, i.indnkeyatts) k ORDER BY k),
                   ARRAY(SELECT format('OPERATOR(%I.%s)', n.nspname, o.oprname)
                         FROM unnest(i.indclass::oid[]) WITH ORDINALITY u(opclass, k)
                         JOIN pg_opclass oc ON oc.oid = u.opclass
                         JOIN pg_amop a ON a.amopfamily = oc.opcfamily AND a.amopstrategy = 3
                                       AND a.amoplefttype = oc.opcintype AND a.amoprighttype = oc.opcintype
                         JOIN pg_operator o ON o.oid = a.amopopr
                         JOIN pg_namespace n ON n.oid = o.oprnamespace
                         ORDER BY k)
            FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
            WHERE i.indrelid = ?::oid AND i.indisunique AND i.indislive ORDER BY i.indexrelid""";

    UniqueKey {
        expressions = List.copyOf(expressions);
        operators = List.copyOf(operators);
        if (expressions.isEmpty() || expressions.size() != operators.size()) {
            throw new IllegalArgumentException(
                    "index %s: keys %s, operators %s".formatted(name, expressions, operators));
        }
    }

    static List<UniqueKey> of(Connection connection, Table table) throws SQLException {
        return PinnedFormats.during(connection, () -> Query.list(connection, KEYS, UniqueKey::read, table.oid()));
    }

    private static UniqueKey read(ResultSet row) throws SQLException {
        return new UniqueKey(
                row.getString(1), Query.strings(row, 4), Query.strings(row, 5), row.getString(2), row.getBoolean(3));
    }

    /** The keys of rows as columns of their own, beside what else is selected of each. */
    String select(String relation, String condition, List<String> others) {
        List<String> list = new ArrayList<>(others);
        for (int i = 0; i < expressions.size(); i++) {
            list.add("(%s) AS %s".formatted(expressions.get(i), key(i)));
        }
        return "SELECT %s FROM %s WHERE %s AND (%s)".formatted(String.join(", ", list), relation, condition, predicate);
    }

    /** That the keys of two such selections are the same. */
    String match(String one, String other) {
        return IntStream.range(0, expressions.size())
                .mapToObj(i -> same(i, one + "." + key(i), other + "." + key(i)))
                .collect(Collectors.joining(" AND "));
    }

    /** That a row, whose columns are in sight by their own names, has the keys of a selection. */
    String matchRow(String selection) {
        return IntStream.range(0, expressions.size())
                .mapToObj(i -> same(i, selection + "." + key(i), "(" + expressions.get(i) + ")"))
                .collect(Collectors.joining(" AND "));
    }

    private String same(int i, String one, String other) {
        String equal = "%s %s %s".formatted(one, operators.get(i), other);
        return nullsAreEqual ? "(%s OR %s IS NULL AND %s IS NULL)".formatted(equal, one, other) : equal;
    }

    private static String key(int i) {
        return "\"firn key %d\"".formatted(i + 1);
    }
}
