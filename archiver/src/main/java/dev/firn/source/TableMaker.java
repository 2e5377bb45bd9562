package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.source.Table.TableColumn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates a table that the database lacks, as its manifest describes it, in the caller's transaction and as the role that
 * owns its schema. What it runs is put together here from names, which are quoted, and from pieces of SQL that
 * {@link BorrowedSql} has found to be expressions; never as a superuser.
 */
public final class TableMaker {

    private static final Logger LOG = LoggerFactory.getLogger(TableMaker.class);

    /** Two that create at once: the second finds what the first has made. */
    private static final String ALONE = "SELECT pg_catalog.pg_advisory_xact_lock(7596, pg_catalog.hashtext(?))";

    // By its names: to_regclass() asks for a right on the schema.
    private static final String THERE =
            """
            SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                           WHERE n.nspname = ? AND c.relname = ?)""";

    private static final String OWNER =
            """
            SELECT pg_catalog.pg_get_userbyid(coalesce(
              (SELECT nspowner FROM pg_catalog.pg_namespace
               WHERE nspname = ? AND pg_catalog.pg_get_userbyid(nspowner) <> 'pg_database_owner'),
              datdba)) FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()""";

    private static final String SUPERUSERS =
            """
            SELECT pg_catalog.string_agg(rolname, ', ') FROM pg_catalog.pg_roles
            WHERE rolsuper AND rolname IN (?, current_user, session_user)""";

    private final Connection connection;
    private final SourceInfo info;
    private final Table table;
    private final List<String> notes = new ArrayList<>();
    private final Schemas schemas;
    private final MissingTypes types;
    private final List<BorrowedSql> borrowed = new ArrayList<>();

    /**
     * One that makes one table.
     *
     * @param connection not in autocommit; the caller commits
     * @param table as its manifest has it: its OID and its owner are of no meaning, a chunk interval of 0 says that it
     *     was partitioned
     */
    public TableMaker(Connection connection, SourceInfo info, Table table) {
        this.connection = connection;
        this.info = info;
        this.table = table;
        this.schemas = new Schemas(connection, table.name());
        this.types = new MissingTypes(connection, table, schemas, notes);
    }

    /** Answers what a person should know of what was made; nothing where the table is there already. */
    public Optional<List<String>> make() throws SQLException {
        Query.text(connection, ALONE, table.name().toString());
        if (isThere(connection, table.name())) {
            return Optional.empty();
        }
        String owner = Query.text(connection, OWNER, table.name().schema());
        requireNoSuperuser(owner);
        run("SET LOCAL ROLE " + TableName.quote(owner));
        run("SET LOCAL search_path = pg_catalog");
        run("SET LOCAL standard_conforming_strings = on");
        schemas.require(table.name().schema());
        List<String> statements = statements();
        BorrowedCalls.requireHarmless(connection, borrowed);
        for (String statement : statements) {
            run(statement);
        }
        for (String statement : new SerialColumns(table).ownership()) {
            run(statement);
        }
        notes.add(0, "%s was created as %s, owned by %s".formatted(table.name(), kind(), owner));
        noteWhatIsNotAsItWas();
        notes.add("triggers, rights, policies and what else hangs on a table are not in an archive");
        return Optional.of(List.copyOf(notes));
    }

    /** Whether something of this name is there already. */
    public static boolean isThere(Connection connection, TableName name) throws SQLException {
        return Query.one(connection, THERE, row -> row.getBoolean(1), name.schema(), name.name());
    }

    private boolean hypertable() {
        return table.chunkInterval() > 0 && info.kind().equals("timescaledb");
    }

    private void noteWhatIsNotAsItWas() {
        if (table.chunkInterval() > 0 && !hypertable()) {
            notes.add("it was a hypertable, and this database has no TimescaleDB");
        }
        if (hypertable() && table.timeKind().isInteger()) {
            notes.add("it counts in numbers: set_integer_now_func() says what is now");
        }
    }

    private String kind() {
        return hypertable() ? "a hypertable" : "a table partitioned by range of " + table.timeColumn();
    }

    private void requireNoSuperuser(String owner) throws SQLException {
        String superusers = Query.text(connection, SUPERUSERS, owner);
        if (superusers != null) {
            throw new FirnException(
                    Category.REFUSED,
                    table.name().toString(),
                    "creating the table from its manifest: %s is a superuser, with whose rights nothing that comes from a store is run; nothing was created"
                            .formatted(superusers),
                    "CREATE SCHEMA %s AUTHORIZATION <the application's role>, of which Firn's is a member (see `archiver init --print-sql`): it becomes the owner"
                            .formatted(TableName.quote(table.name().schema())));
        }
    }

    private List<String> statements() throws SQLException {
        List<String> statements = new ArrayList<>();
        SerialColumns serial = new SerialColumns(table);
        boolean identities = hypertable() || info.serverVersionNumber() >= 170000;
        for (SerialColumns.Sequence sequence : serial.sequences(identities)) {
            schemas.require(sequence.name().schema());
            statements.add("CREATE SEQUENCE IF NOT EXISTS %s AS pg_catalog.%s"
                    .formatted(sequence.name().quoted(), sequence.type()));
        }
        List<String> columns = new ArrayList<>();
        for (TableColumn column : table.columns()) {
            columns.add(column(column, identities));
        }
        statements.add("CREATE TABLE %s (%s)%s"
                .formatted(
                        table.name().quoted(),
                        String.join(", ", columns),
                        hypertable() ? "" : " PARTITION BY RANGE (%s)".formatted(TableName.quote(table.timeColumn()))));
        if (hypertable()) {
            statements.add(new HypertableSql(connection, table).create());
        }
        new TreeMap<>(table.constraints())
                .forEach((name, definition) -> constraint(name, definition).ifPresent(statements::add));
        table.indexes().forEach(definition -> statements.add(index(definition)));
        if (hypertable() && info.edition().equals("community")) {
            statements.addAll(new HypertableSql(connection, table).compression());
        }
        return statements;
    }

    private String column(TableColumn column, boolean identities) throws SQLException {
        StringBuilder sql =
                new StringBuilder(TableName.quote(column.name())).append(' ').append(types.sql(column.type()));
        if (!column.identity().isEmpty() && identities) {
            sql.append(" GENERATED ").append(column.identity()).append(" AS IDENTITY");
        } else if (!column.identity().isEmpty()) {
            sql.append(" DEFAULT pg_catalog.nextval('%s'::pg_catalog.regclass)"
                    .formatted(SerialColumns.usual(table, column).quoted().replace("'", "''")));
            notes.add(
                    "identity column %s takes its numbers from a sequence: a partitioned table has none before PostgreSQL 17"
                            .formatted(column.name()));
        } else if (column.defaultExpression().isPresent()) {
            BorrowedSql expression = BorrowedSql.of(
                    where(column.name()), column.defaultExpression().get());
            borrowed.add(expression);
            sql.append(column.generated() ? " GENERATED ALWAYS AS (" : " DEFAULT (")
                    .append(expression.text())
                    .append(column.generated() ? ") STORED" : ")");
        }
        return sql.append(column.notNull() ? " NOT NULL" : "").toString();
    }

    private Optional<String> constraint(String name, String definition) {
        BorrowedSql piece = BorrowedSql.of(where(name), definition).requireOneClause();
        String sql = "ALTER TABLE %s ADD CONSTRAINT %s %s"
                .formatted(table.name().quoted(), TableName.quote(name), definition);
        BorrowedSql.Token first =
                piece.tokens().isEmpty() ? null : piece.tokens().get(0);
        if (first != null && first.is("foreign")) {
            notes.add("foreign key left out, since it asks for rows of another table; when they are there: " + sql);
            return Optional.empty();
        }
        if (first == null || !(first.is("primary") || first.is("unique") || first.is("check") || first.is("exclude"))) {
            throw BorrowedSql.refuse(where(name), definition, "it is no constraint");
        }
        borrowed.add(piece);
        return Optional.of(sql);
    }

    /** The head of the definition is written anew: on this table, and on no part of it. */
    private String index(String definition) {
        String where = where("an index");
        BorrowedSql piece = BorrowedSql.of(where, definition).requireOneClause();
        IndexHead head = IndexHead.of(where, table.name(), piece);
        borrowed.add(new BorrowedSql(
                where,
                definition,
                piece.tokens().subList(head.tokens(), piece.tokens().size())));
        return "CREATE %sINDEX %s ON %s USING %s %s"
                .formatted(
                        head.unique() ? "UNIQUE " : "",
                        TableName.quote(head.name()),
                        table.name().quoted(),
                        TableName.quote(head.method()),
                        piece.from(head.tokens()));
    }

    private String where(String what) {
        return table.name() + ", " + what;
    }

    private void run(String sql) throws SQLException {
        LOG.info("{}: {}", table.name(), sql);
        try {
            Query.execute(connection, sql);
        } catch (SQLException e) {
            if (String.valueOf(e.getSQLState()).matches("(08|40|53|55|57).*")) {
                throw e;
            }
            throw new FirnException(
                    Category.REFUSED,
                    table.name().toString(),
                    "creating the table from its manifest: %s (%s); nothing was created".formatted(e.getMessage(), sql),
                    "give the database what is missing (an extension, a function, a right), or create the table yourself,"
                            + " and run it again",
                    e);
        }
    }
}
