package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.types.PgType;
import dev.firn.types.PgType.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes the types that a table needs and the database lacks, as far as a manifest describes them. */
final class MissingTypes {

    private static final String FIND =
            """
            SELECT t.oid, pg_catalog.format_type(t.oid, ?) FROM pg_catalog.pg_type t
            JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = ? AND t.typname = ?""";

    private final Connection connection;
    private final TableName table;
    private final Schemas schemas;
    private final List<String> notes;

    MissingTypes(Connection connection, TableName table, Schemas schemas, List<String> notes) {
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
            case DOMAIN -> {
                create(type, "AS " + sql(type.inner()));
                notes.add(
                        "domain %s was made without its checks: the manifest does not hold them".formatted(name(type)));
            }
            case ARRAY -> {
                String element = sql(type.inner());
                // The array of a type that was just made has the name that the server gave it.
                return find(type).orElse(element + "[]");
            }
            case BASE, COMPOSITE, RANGE, MULTIRANGE, PSEUDO ->
                throw new FirnException(
                        Category.REFUSED,
                        table.toString(),
                        "creating the table from its manifest: its type %s (%s) is not in this database, and the manifest does not say how it is made; nothing was created"
                                .formatted(name(type), type.kind().name().toLowerCase(java.util.Locale.ROOT)),
                        "create the type, or the extension that it belongs to, and run it again");
        }
        return find(type).orElseThrow();
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
