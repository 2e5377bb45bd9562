package dev.firn.archiver.http;

import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.lifecycle.PositionSpan;
import dev.firn.lifecycle.Progress;
import dev.firn.lifecycle.RestoreOptions;
import dev.firn.lifecycle.RunOptions;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A namespace with a chunk in each state that there is, brought there by what brings it there in life, beside one that is
 * not ready; a table's name wants to be HTML. What the page showed while a chunk was copied is kept.
 */
final class EveryState implements AutoCloseable {

    static final String HOSTILE = "<script>alert(1)</script>";
    static final String BROKEN = "broken";
    private static final int WEEKS = 7;
    private static final int PER_WEEK = 300;

    final TestDatabase database = TestDatabase.create();
    final ServedNamespaces service = new ServedNamespaces();
    final Firn firn;
    final AtomicReference<String> pageWhileCopying = new AtomicReference<>();
    private final Connection owner = database.owner();
    private final EventStore events;

    EveryState(Path home) throws SQLException {
        events = EventStore.hypertable(owner, "events", EventStore.WEEK);
        events.fillWeeks(owner, 3, WEEKS, PER_WEEK);
        // The fifth week cannot be archived, the last one is too young to be.
        execute("UPDATE events.messages SET data = jsonb_build_object('x', repeat('x', 4000)) WHERE position = 60");
        hostileTable();
        firn = Firn.configure(database, home, tables("drop-after = 1d")).init();
        events.compressAll(owner);
        Instant thisWeek = EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(
                Duration.between(EventStore.FIRST_WEEK, Instant.now()).dividedBy(EventStore.WEEK)));
        events.fill(owner, 9, thisWeek.plus(Duration.ofHours(1)), thisWeek.plus(Duration.ofHours(7)), 50, 2);
        service.open(firn.conf(), Firn.NAMESPACE);
        service.run(Firn.NAMESPACE, first(3), new Progress() {
            @Override
            public void advanced(TableName table, TimeRange range, Work work, long rows, long bytes) {
                if (work == Work.COPY) {
                    service.refresh(Firn.NAMESPACE);
                    pageWhileCopying.compareAndSet(null, service.get("/").body());
                }
            }
        });
        restoreTheFirstWeek();
        events.write(owner, EventStore.FIRST_WEEK.plus(EventStore.WEEK).plusSeconds(60), "late-1", 0);
        firn.tables(tables("drop-after = never"));
        service.reopen(firn.conf(), Firn.NAMESPACE);
        service.run(Firn.NAMESPACE, chunk("2024-01-26"), Progress.NONE);
        service.run(Firn.NAMESPACE, chunk("2024-02-02"), Progress.NONE);
        addBroken();
    }

    /** Whose database does not answer. */
    private void addBroken() {
        Path file = firn.conf().resolve("namespaces").resolve(BROKEN + ".conf");
        try {
            java.nio.file.Files.writeString(
                    file,
                    """
                    database { url = "jdbc:postgresql://127.0.0.1:1/gone", user = firn, password = kept-secret }
                    location { url = "file:%s" }
                    tables { public.t { archive-after = 1d } }"""
                            .formatted(firn.archive().toAbsolutePath()));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        service.open(firn.conf(), BROKEN);
    }

    private static RunOptions first(int chunks) {
        return new RunOptions(
                Optional.of(new TableName("events", "messages")),
                Optional.empty(),
                Optional.of(chunks),
                false,
                Optional.empty());
    }

    private static RunOptions chunk(String at) {
        return new RunOptions(
                Optional.of(new TableName("events", "messages")),
                Optional.of(at),
                Optional.empty(),
                false,
                Optional.empty());
    }

    private void restoreTheFirstWeek() {
        service.restore(
                Firn.NAMESPACE,
                new RestoreOptions(
                        List.of(events.table()),
                        new PositionSpan(Optional.of("2024-01-04"), Optional.of("2024-01-05")),
                        Optional.empty(),
                        true,
                        RestoreOptions.Conflict.REFUSE));
    }

    private void hostileTable() throws SQLException {
        String name = new TableName("events", HOSTILE).quoted();
        execute("CREATE TABLE %s (at timestamptz NOT NULL, note text)".formatted(name));
        execute("SELECT create_hypertable('%s', 'at')".formatted(name));
        execute("INSERT INTO %s VALUES ('2024-03-01', 'x')".formatted(name));
    }

    private static String tables(String drop) {
        return """
               events.messages { archive-after = 30d, %s, max-value-size = 2KiB }
                 events."%s" { archive-after = 1d, drop-after = never }"""
                .formatted(drop.replace("1d", "30d"), HOSTILE);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        service.close();
        owner.close();
        database.close();
    }
}
