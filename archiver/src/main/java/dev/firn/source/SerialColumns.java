package dev.firn.source;

import dev.firn.TableName;
import dev.firn.source.BorrowedSql.Token;
import dev.firn.source.Table.TableColumn;
import dev.firn.types.PgType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sequences that number the rows of a table, as its defaults name them. */
record SerialColumns(Table table) {

    /**
     * One of them.
     *
     * @param type catalogue name of an integer type
     */
    record Sequence(TableName name, String type) {}

    /** @param identities whether the table can have identity columns, which bring sequences of their own */
    List<Sequence> sequences(boolean identities) {
        Map<TableName, Sequence> found = new LinkedHashMap<>();
        for (TableColumn column : table.columns()) {
            Optional<TableName> name = column.identity().isEmpty()
                    ? named(column)
                    : Optional.of(usual(table, column)).filter(unused -> !identities);
            name.ifPresent(sequence -> found.putIfAbsent(sequence, new Sequence(sequence, type(column.type()))));
        }
        return List.copyOf(found.values());
    }

    /** What makes those that are called as those of serial columns are go with their column. */
    List<String> ownership() {
        List<String> statements = new ArrayList<>();
        for (TableColumn column : table.columns()) {
            if (named(column).filter(usual(table, column)::equals).isPresent()) {
                statements.add("ALTER SEQUENCE %s OWNED BY %s.%s"
                        .formatted(
                                usual(table, column).quoted(), table.name().quoted(), TableName.quote(column.name())));
            }
        }
        return statements;
    }

    /** As the sequence of a serial column is called. */
    static TableName usual(Table table, TableColumn column) {
        return new TableName(table.name().schema(), table.name().name() + "_" + column.name() + "_seq");
    }

    /** {@code nextval('schema.sequence'::regclass)}, wherever in the default it stands. */
    private Optional<TableName> named(TableColumn column) {
        if (column.defaultExpression().isEmpty() || column.generated()) {
            return Optional.empty();
        }
        List<Token> tokens = BorrowedSql.of(
                        table.name() + ", " + column.name(),
                        column.defaultExpression().get())
                .tokens();
        for (int i = 0; i + 2 < tokens.size(); i++) {
            if (tokens.get(i).is("nextval")
                    && tokens.get(i + 1).isSymbol("(")
                    && tokens.get(i + 2).kind() == BorrowedSql.Kind.STRING) {
                return Optional.of(parse(column, tokens.get(i + 2).text()));
            }
        }
        return Optional.empty();
    }

    private TableName parse(TableColumn column, String text) {
        String where = table.name() + ", " + column.name();
        List<Token> path = BorrowedSql.of(where, text).tokens();
        if (path.size() == 3
                && path.get(0).isName()
                && path.get(1).isSymbol(".")
                && path.get(2).isName()) {
            return new TableName(path.get(0).text(), path.get(2).text());
        }
        throw BorrowedSql.refuse(where, text, "it is no sequence with its schema");
    }

    private static String type(PgType type) {
        PgType base = type.kind() == PgType.Kind.DOMAIN ? type.inner() : type;
        return base.isBuiltIn("int2") || base.isBuiltIn("int4") ? base.name() : "int8";
    }
}
