package dev.firn.athena;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testing.EventStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Tables that engines might read wrong: of changing columns, by day, by number, and at odd times. */
final class Shapes {

    /** What {@link #others(Engine)} must answer. */
    static final List<List<String>> EXPECTED = List.of(
            List.of("76", "4", "4674"),
            List.of("201", "3", "20399"),
            List.of("1", "1", "499"),
            List.of("3", "2", "6"),
            List.of("-infinity", "-infinity", "2"),
            List.of("2", "2"),
            List.of("60000", "60000"));

    /** The tables that {@link #others(QueriedArchive)} makes. */
    static final List<String> OTHERS =
            List.of("shapes.by_day", "shapes.numbers", "shapes.odd", "shapes.zeros", "shapes.files");

    private Shapes() {}

    /**
     * One week archived before columns were added, dropped and widened, one after it. The table {@code shapes.kept} holds all
     * rows as PostgreSQL shows them at the end.
     */
    static void evolve(QueriedArchive archive) throws SQLException {
        Connection owner = archive.owner();
        Queries.execute(
                owner,
                """
                CREATE TABLE shapes.evolved (at timestamptz NOT NULL, n int, price numeric(7,2), gone text, label varchar(3),
                                             f real, odd int) PARTITION BY RANGE (at)""",
                week("evolved", "2024-01-04", "2024-01-11"),
                """
                INSERT INTO shapes.evolved SELECT timestamptz '2024-01-05Z' + i * interval '1 hour', i, i + 0.25, 'g' || i, 'abc', i, i
                FROM generate_series(1, 50) i""",
                "CREATE TABLE shapes.kept AS TABLE shapes.evolved");
        archive.archive("shapes.evolved");
        String[] changes = {
            "ALTER TABLE shapes.%s ALTER n TYPE bigint",
            "ALTER TABLE shapes.%s ALTER price TYPE numeric(12,4)",
            "ALTER TABLE shapes.%s ALTER label TYPE varchar(30)",
            "ALTER TABLE shapes.%s ALTER f TYPE double precision",
            "ALTER TABLE shapes.%s ALTER odd TYPE text",
            "ALTER TABLE shapes.%s DROP COLUMN gone",
            "ALTER TABLE shapes.%s ADD COLUMN fresh jsonb"
        };
        for (String change : changes) {
            Queries.execute(owner, change.formatted("evolved"), change.formatted("kept"));
        }
        Queries.execute(
                owner,
                week("evolved", "2024-01-11", "2024-01-18"),
                """
                INSERT INTO shapes.evolved (at, n, price, label, f, odd, fresh)
                SELECT timestamptz '2024-01-12Z' + i * interval '1 hour', i * 5000000000, i + 0.1234, 'longer', 0.1 * i, 'x' || i, '{"a": 1}'
                FROM generate_series(1, 50) i""",
                "INSERT INTO shapes.kept (at, n, price, label, f, odd, fresh)"
                        + " SELECT at, n, price, label, f, odd, fresh FROM shapes.evolved");
        archive.archive("shapes.evolved");
    }

    /** What an engine says of all columns of the view. */
    static List<List<String>> evolved(Engine engine) throws SQLException {
        return engine.rows(
                "SELECT count(*), count(n), sum(n), %s, count(DISTINCT label), sum(f), count(coalesce(odd_2, %s)), count(fresh), count(gone)"
                                .formatted(engine.asText("sum(price)"), engine.asText("odd"))
                        + " FROM firn_test.shapes_evolved_natural");
    }

    /** The same of PostgreSQL. */
    static List<List<String>> evolved(Connection owner) throws SQLException {
        return Queries.rows(
                owner,
                "SELECT count(*), count(n), sum(n), sum(price)::text, count(DISTINCT label), sum(f), count(odd), count(fresh), 50"
                        + " FROM shapes.kept");
    }

    /** A hundred rows over five days, 201 over three chunks by number and one too young for the archive, three around a
     * chunk that starts in mid second, both zeros, and one chunk of several files. */
    static void others(QueriedArchive archive) throws SQLException {
        Queries.execute(
                archive.owner(),
                "CREATE TABLE shapes.by_day (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at)",
                week("by_day", "2024-01-04", "2024-01-11"),
                "INSERT INTO shapes.by_day SELECT '2024-01-04Z'::timestamptz + i * interval '1 hour', i FROM generate_series(0, 99) i",
                "CREATE TABLE shapes.numbers (at bigint NOT NULL, n int) PARTITION BY RANGE (at)",
                "CREATE TABLE shapes.numbers_1 PARTITION OF shapes.numbers FOR VALUES FROM (0) TO (100)",
                "CREATE TABLE shapes.numbers_2 PARTITION OF shapes.numbers FOR VALUES FROM (100) TO (200)",
                "CREATE TABLE shapes.numbers_3 PARTITION OF shapes.numbers FOR VALUES FROM (400) TO (500)",
                "CREATE TABLE shapes.numbers_4 PARTITION OF shapes.numbers FOR VALUES FROM (900) TO (1000)",
                "INSERT INTO shapes.numbers SELECT i, i FROM generate_series(0, 199) i UNION ALL SELECT 499, 499 UNION ALL SELECT 999, 999",
                "CREATE TABLE shapes.odd (at timestamp NOT NULL, n int) PARTITION BY RANGE (at)",
                "CREATE TABLE shapes.odd_1 PARTITION OF shapes.odd FOR VALUES FROM (MINVALUE) TO ('2024-01-01')",
                "CREATE TABLE shapes.odd_2 PARTITION OF shapes.odd FOR VALUES FROM ('2024-01-01 00:00:00.5') TO ('2024-01-02')",
                "INSERT INTO shapes.odd VALUES ('2023-06-01', 1), ('-infinity', 2), ('2024-01-01 12:00', 3)");
        // One chunk knows one zero, the other one the other; PostgreSQL and all engines take them for equal.
        Queries.execute(
                archive.owner(),
                "CREATE TABLE shapes.zeros (at timestamptz NOT NULL, f real, d double precision) PARTITION BY RANGE (at)",
                week("zeros", "2024-01-04", "2024-01-11"),
                week("zeros", "2024-01-11", "2024-01-18"),
                """
                INSERT INTO shapes.zeros SELECT at, f, f FROM (VALUES (timestamptz '2024-01-05Z', '-0'::real), ('2024-01-12Z', '0')) zeros (at, zero),
                LATERAL (VALUES (-1::real), (zero), (2)) f (f)""",
                "CREATE TABLE shapes.files (at timestamptz NOT NULL, n int, noise text) PARTITION BY RANGE (at)",
                week("files", "2024-01-04", "2024-01-11"),
                """
                INSERT INTO shapes.files SELECT timestamptz '2024-01-04Z' + i * interval '1 second', i, md5(i::text) || md5((-i)::text)
                FROM generate_series(1, 60000) i""");
        for (String table : OTHERS) {
            archive.archive(table);
        }
    }

    /** What an engine says of these three. */
    static List<List<String>> others(Engine engine) throws SQLException {
        return List.of(
                engine.rows(
                                "SELECT count(*), count(DISTINCT dt), sum(n) FROM firn_test.shapes_by_day WHERE dt >= '2024-01-05'")
                        .get(0),
                engine.rows("SELECT count(*), count(DISTINCT chunk), sum(n) FROM firn_test.shapes_numbers")
                        .get(0),
                engine.rows(
                                "SELECT count(*), count(t.at), sum(n) FROM firn_test.shapes_numbers t WHERE chunk = '0000000000000000400'")
                        .get(0),
                engine.rows("SELECT count(*), count(t.at), sum(n) FROM firn_test.shapes_odd t")
                        .get(0),
                engine.rows("SELECT firn_exceptions['at'], chunk, n FROM firn_test.shapes_odd t WHERE t.at IS NULL")
                        .get(0),
                List.of(
                        engine.value("SELECT count(*) FROM firn_test.shapes_zeros WHERE f = CAST('0' AS real)"),
                        engine.value("SELECT count(*) FROM firn_test.shapes_zeros WHERE d = CAST('0' AS double)")),
                engine.rows("SELECT count(*), count(DISTINCT noise) FROM firn_test.shapes_files")
                        .get(0));
    }

    /** Three weeks of 600 streams, archived and dropped; {@code events.kept} has them all. */
    static void events(QueriedArchive archive) throws SQLException {
        Connection owner = archive.owner();
        EventStore events = EventStore.create(owner, "events", 3);
        events.fill(
                owner,
                7,
                EventStore.FIRST_WEEK,
                EventStore.FIRST_WEEK.plus(EventStore.WEEK.multipliedBy(3)),
                60_000,
                600,
                EventStore.Payload.LIFELIKE);
        events.compressAll(owner);
        Queries.execute(owner, "CREATE TABLE events.kept AS TABLE events.messages");
        archive.archive("events.messages");
        assertThat(Queries.value(owner, "SELECT count(*) FROM events.messages")).isEqualTo("0");
    }

    /** Each stream's count and ends, in the words of every engine and of PostgreSQL. */
    static String streams(String table) {
        return "SELECT stream_name, count(*), count(DISTINCT id), min(position), max(position), sum(global_position),"
                + " count(metadata) FROM " + table + " GROUP BY 1 ORDER BY 1";
    }

    static String week(String table, String from, String to) {
        return "CREATE TABLE shapes.%s_%s PARTITION OF shapes.%s FOR VALUES FROM ('%s 00:00Z') TO ('%s 00:00Z')"
                .formatted(table, from.replace("-", ""), table, from, to);
    }
}
