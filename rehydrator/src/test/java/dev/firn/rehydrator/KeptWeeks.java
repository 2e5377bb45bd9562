package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.copy.Digest;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Three weeks of events, archived and dropped; what they were is kept in another table. */
final class KeptWeeks implements AutoCloseable {

    static final String TABLES = "events.messages { archive-after = 1d }";
    static final String NEVER_DROPPED = "events.messages { archive-after = 1d, drop-after = never }";
    static final String TABLE = "events.messages";
    static final String STREAM = "stream_name=account-3";

    final TestDatabase database;
    final Connection owner;
    final EventStore events;
    final Firn firn;
    final Rehydrate rehydrate;
    final Digest all;

    KeptWeeks(Path home) throws SQLException {
        this(home, TestDatabase.create());
    }

    KeptWeeks(Path home, TestDatabase database) throws SQLException {
        this.database = database;
        owner = database.owner();
        events = EventStore.create(owner, "events", 3);
        events.fillWeeks(owner, 7, 3, 2_000);
        events.compressAll(owner);
        execute("CREATE TABLE events.kept AS SELECT * FROM events.messages");
        firn = Firn.configure(database, home, TABLES).init();
        all = firn.inDatabase(events.table());
        // Drops of one partitioned table may be in each other's way: then the next run goes on.
        for (int runs = 0; events.rows(owner) > 0; runs++) {
            assertThat(runs).as("runs").isLessThan(6);
            Firn.Ran ran = firn.run("run", Firn.NAMESPACE, "--retry-failed");
            assertThat(ran.exitCode()).as(ran.all()).isIn(0, 4);
        }
        rehydrate = new Rehydrate(firn);
    }

    Firn.Ran into(String sibling, String... more) {
        return rehydrate.succeed(arguments(sibling, more));
    }

    String refused(String sibling, String... more) {
        Firn.Ran ran = rehydrate.run(arguments(sibling, more));
        assertThat(ran.exitCode()).as(ran.all()).isIn(2, 3);
        return ran.all();
    }

    static String[] arguments(String sibling, String... more) {
        List<String> arguments = new ArrayList<>(List.of(Firn.NAMESPACE, TABLE, "--into", "table", sibling));
        arguments.addAll(Arrays.asList(more));
        return arguments.toArray(String[]::new);
    }

    Digest inDatabase(String relation) throws SQLException {
        return firn.inDatabase(events.table(), new TableName("events", relation));
    }

    /** Rows that the relation has and the condition does not choose of what there once was, and the other way round. */
    List<String> difference(String relation, String condition) throws SQLException {
        String chosen = "SELECT * FROM events.kept WHERE " + condition;
        String there = "SELECT * FROM events." + relation;
        return texts("SELECT row::text FROM ((%1$s EXCEPT ALL %2$s) UNION ALL (%2$s EXCEPT ALL %1$s)) row"
                .formatted(chosen, there));
    }

    long count(String relation) throws SQLException {
        return Long.parseLong(texts("SELECT count(*)::text FROM " + relation).get(0));
    }

    /** Every relation and function with how often it was changed, and all rows of the catalogue. */
    String everything() throws SQLException {
        return String.join(
                "\n",
                texts(
                        """
                        SELECT c.oid || ' ' || relname || ' ' || c.xmin FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
                        WHERE nspname IN ('events', 'firn')
                        UNION ALL SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'events'
                        UNION ALL SELECT 'audit ' || count(*) FROM firn.audit
                        UNION ALL SELECT 'token ' || last_value FROM firn.fencing_token
                        UNION ALL SELECT (c.*)::text FROM firn.chunk c
                        ORDER BY 1"""));
    }

    List<String> texts(String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection admin = database.admin();
                Statement statement = admin.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    String failure(String sql) {
        try {
            return "no failure: " + texts(sql);
        } catch (SQLException e) {
            return e.getMessage();
        }
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        owner.close();
        database.close();
    }
}
