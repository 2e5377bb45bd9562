package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.types.PgType;
import dev.firn.types.PgType.Kind;
import dev.firn.types.UserType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Makes the types that a table needs and the database lacks, as far as a manifest describes them. */
final class MissingTypes {

    private static final String FIND =
            """
            SELECT t.oid, pg_catalog.format_type(t.oid, ?) FROM pg_catalog.pg_type t
            JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = ? AND t.typname = ?""";

    private final Connection connection;
    private final Table table;
    private final Schemas schemas;
    private final List<String> notes;
    private final Set<TableName> inTheMaking = new HashSet<>();

    MissingTypes(Connection connection, Table table, Schemas schemas, List<String> notes) {
        this.connection = connection;
        this.table = table;
        this.schemas = schemas;
        this.notes = notes;
    }

    /** The type as SQL, spelled by the server itself: nothing of the manifest's spelling is run. */
    String sql(PgType type) throws SQLException {
        Optional<String> found = find(type);
        if (found.isPresent()) {
            return found.get();
        }
        switch (type.kind()) {
            case ENUM -> create(type, "AS ENUM (%s)".formatted(labels(type)));
            case DOMAIN -> create(type, domain(type));
            case COMPOSITE -> create(type, composite(type));
            case ARRAY -> {
                String element = sql(type.inner());
                // The array of a type that was just made has the name that the server gave it.
                return find(type).orElse(element + "[]");
            }
            case BASE, RANGE, MULTIRANGE, PSEUDO -> throw unknown(type);
        }
        return find(type).orElseThrow();
    }

    private FirnException unknown(PgType type) {
        return new FirnException(
                Category.REFUSED,
                table.name().toString(),
                "creating the table from its manifest: its type %s (%s) is not in this database, and the manifest does not say how it is made; nothing was created"
                        .formatted(name(type), type.kind().name().toLowerCase(Locale.ROOT)),
                "create the type, or the extension that it belongs to, and run it again");
    }

    /** Of a manifest of an older format only the type below is known. */
    private String domain(PgType type) throws SQLException {
        StringBuilder sql = new StringBuilder("AS ").append(sql(type.inner()));
        Optional<UserType> made = made(type);
        if (made.isEmpty()) {
            notes.add("domain %s was made without its checks: the manifest, of an older version, does not hold them"
                    .formatted(name(type)));
            return sql.toString();
        }
        if (made.get().defaultExpression().isPresent()) {
            sql.append(" DEFAULT (")
                    .append(expression(type, made.get().defaultExpression().get()))
                    .append(')');
        }
        sql.append(made.get().notNull() ? " NOT NULL" : "");
        for (Map.Entry<String, String> check : new TreeMap<>(made.get().checks()).entrySet()) {
            String definition = expression(type, check.getValue());
            if (!BorrowedSql.of(where(type), definition).tokens().get(0).is("check")) {
                throw BorrowedSql.refuse(where(type), definition, "it is no check");
            }
            sql.append(" CONSTRAINT ")
                    .append(TableName.quote(check.getKey()))
                    .append(' ')
                    .append(definition);
        }
        return sql.toString();
    }

    private String composite(PgType type) throws SQLException {
        UserType made = made(type)
                .filter(user -> !user.attributes().isEmpty() && inTheMaking.add(name(type)))
                .orElseThrow(() -> unknown(type));
        List<String> attributes = new ArrayList<>();
        for (UserType.Attribute attribute : made.attributes()) {
            attributes.add(TableName.quote(attribute.name()) + " " + sql(attribute.type()));
        }
        return "AS (%s)".formatted(String.join(", ", attributes));
    }

    private Optional<UserType> made(PgType type) {
        return table.types().stream().filter(user -> user.makes(type)).findFirst();
    }

    private String expression(PgType type, String text) throws SQLException {
        BorrowedSql piece = BorrowedSql.of(where(type), text);
        if (piece.tokens().isEmpty()) {
            throw BorrowedSql.refuse(where(type), text, "it is empty");
        }
        BorrowedCalls.requireHarmless(connection, List.of(piece));
        return text;
    }

    private String where(PgType type) {
        return table.name() + ", " + name(type);
    }

    private void create(PgType type, String definition) throws SQLException {
        schemas.require(type.schema());
        String word = type.kind() == Kind.DOMAIN ? "DOMAIN" : "TYPE";
        Query.execute(connection, "CREATE %s %s %s".formatted(word, name(type).quoted(), definition));
    }

    private Optional<String> find(PgType type) throws SQLException {
        return Query.first(connection, FIND, row -> row.getString(2), type.typmod(), type.schema(), type.name());
    }

    private String labels(PgType type) throws SQLException {
        List<String> quoted = new ArrayList<>();
        for (String label : type.labels()) {
            quoted.add(Query.text(connection, "SELECT pg_catalog.quote_literal(?)", label));
        }
        return quoted.stream().collect(Collectors.joining(", "));
    }

    private static TableName name(PgType type) {
        return new TableName(type.schema(), type.name());
    }
}
