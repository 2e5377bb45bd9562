package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Three archived and dropped weeks of events, and chunks of other bounds that late rows have made since. */
final class CutAnew implements AutoCloseable {

    static final String TABLE = "events.messages";

    private static final String TABLES = "events.messages { archive-after = 1d, %s }";
    static final int PER_WEEK = 600;

    final TestDatabase database;
    final Connection owner;
    final EventStore events;
    final Firn firn;
    final Rehydrate rehydrate;

    /** All rows that were archived. */
    final Digest all;

    private final List<Digest> weeks = new ArrayList<>();

    CutAnew(Path home) throws SQLException {
        this(home, TestDatabase.create(), "", "");
    }

    CutAnew(Path home, String version) throws SQLException {
        this(home, TestDatabase.create(version), "", "");
    }

    /** With settings for the table, and what is done to it before it is archived. */
    static CutAnew prepared(Path home, String settings, String sql) throws SQLException {
        return prepared(home, TestDatabase.create(), settings, sql);
    }

    static CutAnew prepared(Path home, TestDatabase database, String settings, String sql) throws SQLException {
        return new CutAnew(home, database, settings, sql);
    }

    private CutAnew(Path home, TestDatabase database, String settings, String sql) throws SQLException {
        this.database = database;
        owner = database.owner();
        events = EventStore.create(owner, "events", 3);
        events.fillWeeks(owner, 11, 3, PER_WEEK);
        events.compressAll(owner);
        for (String statement : sql.split(";;", -1)) {
            if (!statement.isBlank()) {
                execute(statement);
            }
        }
        firn = Firn.configure(database, home, TABLES.formatted(settings)).init();
        all = inDatabase();
        rehydrate = new Rehydrate(firn);
        runUntilEmpty();
        firn.live(events.table()).stream().map(Manifest::digest).forEach(weeks::add);
    }

    Digest week(int number) {
        return weeks.get(number);
    }

    /** Two late rows in the second week, in a chunk or two of so many days. */
    Digest lateRows(int days) throws SQLException {
        Digest late = lateRowsThatStay(days);
        events.compressAll(owner);
        return late;
    }

    /** The same in a chunk that is not compressed, which a pass leaves alone; not so with partitions. */
    Digest lateRowsThatStay(int days) throws SQLException {
        if (events.hypertable()) {
            execute("SELECT set_chunk_time_interval('events.messages', interval '%d days')".formatted(days));
        } else {
            Instant start = EventStore.FIRST_WEEK.plus(EventStore.WEEK);
            execute("CREATE TABLE events.late PARTITION OF events.messages FOR VALUES FROM ('%s') TO ('%s')"
                    .formatted(start, start.plusSeconds(days * 86_400L)));
        }
        write(1, 30, "late-1");
        write(1, 80, "late-2");
        return inDatabase();
    }

    void configure(String settings) {
        firn.tables(TABLES.formatted(settings));
    }

    /** One event, so many hours after the week began. */
    void write(int week, int hours, String stream) throws SQLException {
        Instant start = EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(week));
        events.write(owner, start.plusSeconds(hours * 3_600L + 7), stream, 0);
    }

    Firn.Ran restore(String from, String to, String... options) {
        List<String> arguments = new ArrayList<>(List.of(Firn.NAMESPACE, TABLE, "--from", from, "--to", to));
        arguments.addAll(List.of(options));
        return rehydrate.succeed(arguments.toArray(String[]::new));
    }

    Firn.Ran tryRestore(String from, String to, String... options) {
        List<String> arguments = new ArrayList<>(List.of(Firn.NAMESPACE, TABLE, "--from", from, "--to", to));
        arguments.addAll(List.of(options));
        return rehydrate.run(arguments.toArray(String[]::new));
    }

    void release() {
        rehydrate.succeed("release", Firn.NAMESPACE, TABLE);
    }

    Firn.Ran run() {
        return firn.succeed("run", Firn.NAMESPACE);
    }

    /** As a service does: pass after pass, with the compression policy in between. */
    void runUntilEmpty() throws SQLException {
        for (int runs = 0; runs < 6 && events.rows(owner) > 0; runs++) {
            endLeases();
            events.compressAll(owner);
            // Drops of one partitioned table may be in each other's way: then the next run goes on.
            Firn.Ran ran = firn.run("run", Firn.NAMESPACE, "--retry-failed");
            assertThat(ran.exitCode()).as(ran.all()).isIn(0, 4);
        }
        assertThat(events.rows(owner)).as("rows left in the database").isZero();
    }

    /** What happens by itself once a dead worker's lease is over. */
    void endLeases() {
        database.execute("UPDATE firn.claim SET expires_at = clock_timestamp()");
    }

    void loseTheCatalogue() {
        database.execute("DROP SCHEMA firn CASCADE");
        firn.init(true);
        firn.succeed("catalog", "rebuild", Firn.NAMESPACE);
    }

    Digest inDatabase() throws SQLException {
        return firn.inDatabase(events.table());
    }

    /** The live copy of the range that begins on this day; there is one. */
    Manifest latest(String day) {
        List<Manifest> live = firn.live(events.table()).stream()
                .filter(manifest -> manifest.range().toString().startsWith("[" + day))
                .toList();
        assertThat(live).hasSize(1);
        return live.get(0);
    }

    /** What readers find of the range whose files are so called. */
    long filesOfWeek(String start) {
        return firn.files().stream()
                .filter(file -> file.contains("/data/") && file.contains(start + "T000000Z_"))
                .count();
    }

    Digest archived() {
        return firn.live(events.table()).stream()
                .map(Manifest::digest)
                .reduce(Digest::plus)
                .orElseThrow();
    }

    /** Of the manifests, and of what a reader of the archive gets to see. */
    void requireEachRowOnce(Digest expected) throws SQLException {
        assertThat(firn.ledger(events.table()))
                .as("database and archive together")
                .isEqualTo(expected);
        requireEachRowOnce(expected.rows());
    }

    void requireEachRowOnce(long expected) throws SQLException {
        List<String> ids = new ArrayList<>();
        rehydrate
                .succeed("cat", Firn.NAMESPACE, TABLE, "--format", "ndjson")
                .out()
                .lines()
                .forEach(line -> ids.add(line.replaceAll(".*\"id\":\"([^\"]+)\".*", "$1")));
        try (Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id::text FROM events.messages")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        assertThat(ids).hasSize((int) expected);
        assertThat(new HashSet<>(ids)).as("ids, each once").hasSize(ids.size());
    }

    long rowsOf(String streams) throws SQLException {
        return number("SELECT count(*) FROM events.messages WHERE stream_name LIKE '%s'".formatted(streams));
    }

    long number(String sql) throws SQLException {
        try (Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Of the next claim. */
    long nextToken() throws SQLException {
        try (Connection admin = database.admin();
                Statement statement = admin.createStatement();
                ResultSet rows = statement.executeQuery("SELECT last_value + 1 FROM firn.fencing_token")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    void setNextToken(long token) {
        database.execute("SELECT setval('firn.fencing_token', %d, false)".formatted(token));
    }

    String audit() throws SQLException {
        try (Connection admin = database.admin();
                Statement statement = admin.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT string_agg(action, ', ' ORDER BY id) FROM firn.audit")) {
            rows.next();
            return rows.getString(1);
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
