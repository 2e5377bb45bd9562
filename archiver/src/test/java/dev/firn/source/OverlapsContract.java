package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The way back to where chunks are already, in any number, whoever cuts the table; as the service's role. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OverlapsContract {

    private static final String TOKEN = "00ff00ff00ff00ff";
    private static final long DAY = 86_400_000_000L;
    private static final String CONTENT =
            "SELECT md5(string_agg(m::text, '/' ORDER BY time, id)) FROM tsdb_default.messages m WHERE stream_name LIKE 'account-%'";

    /** The versions of TimescaleDB to run on; an empty one for plain PostgreSQL. */
    abstract Stream<String> versions();

    private static Archived archived(Bench bench, int week) throws SQLException {
        return Archived.of(bench.archiver, bench.source, bench.table(), bench.chunk(week));
    }

    /** The way back of one range, whatever lies there, in one transaction. */
    private static List<Moved> bringBack(Bench bench, Archived archived, String token, OnConflict onConflict)
            throws SQLException {
        ChunkLoader loader = bench.source.loader(bench.table());
        StagedRows staged = archived.load(bench.archiver, loader, token);
        assertThat(archived.proof(bench.archiver, loader, staged)).isEqualTo(archived.digest());
        List<Moved> moves = new ArrayList<>();
        Bench.inTransaction(bench.archiver, () -> {
            Placement placement = loader.placement(bench.archiver, archived.range());
            int number = 0;
            for (TimeRange part : placement.free()) {
                if (loader.count(bench.archiver, staged, part) > 0) {
                    StagedRows split = loader.split(bench.archiver, staged, part, ++number);
                    loader.attach(bench.archiver, loader.ready(bench.archiver, split, false), true, Optional.empty());
                }
            }
            for (Chunk chunk : placement.overlapping()) {
                moves.add(loader.move(bench.archiver, staged, chunk, onConflict));
            }
        });
        for (Leftover leftover : loader.leftovers(bench.archiver)) {
            loader.drop(bench.archiver, leftover);
        }
        return moves;
    }

    /** A chunk of this length with one row in it, as a late row would make it once the interval was changed. */
    private static void lateRow(Bench bench, Instant start, int days) throws SQLException {
        if (bench.store.hypertable()) {
            Bench.execute(
                    bench.owner,
                    "SELECT set_chunk_time_interval('tsdb_default.messages', interval '%d days')".formatted(days));
        } else {
            Bench.execute(
                    bench.owner,
                    "CREATE TABLE tsdb_default.late PARTITION OF tsdb_default.messages FOR VALUES FROM ('%s') TO ('%s')"
                            .formatted(start, start.plusSeconds(days * 86_400L)));
        }
        bench.store.write(bench.owner, start.plusSeconds(3_600), "late-1", 0);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void attachesTheFreePartsAndAddsTheRestToTheChunkOfALateRow(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 3)) {
            String content = Bench.text(bench.owner, CONTENT);
            Archived archived = archived(bench, 1);
            bench.drop(1);
            lateRow(bench, bench.week(1).plusSeconds(2 * 86_400), 1);
            long start = archived.range().start();
            Placement placement = bench.source.loader(bench.table()).placement(bench.archiver, archived.range());
            assertThat(placement.isFree()).isFalse();
            assertThat(placement.free())
                    .containsExactly(
                            new TimeRange(TimeKind.TIMESTAMPTZ, start, start + 2 * DAY),
                            new TimeRange(TimeKind.TIMESTAMPTZ, start + 3 * DAY, start + 7 * DAY));
            assertThat(placement.overlapping())
                    .extracting(Chunk::range)
                    .containsExactly(new TimeRange(TimeKind.TIMESTAMPTZ, start + 2 * DAY, start + 3 * DAY));
            List<Moved> moves = bringBack(bench, archived, TOKEN, OnConflict.REFUSE);
            assertThat(moves).hasSize(1);
            assertThat(moves.get(0).added()).isBetween(40L, 45L);
            assertThat(Bench.text(bench.owner, CONTENT)).isEqualTo(content);
            assertThat(bench.store.rows(bench.owner)).isEqualTo(901);
            assertThat(bench.source.chunks(bench.archiver, bench.table()))
                    .hasSize(5)
                    .extracting(Chunk::range)
                    .isSorted()
                    .containsAll(placement.free());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void addsSeveralArchivedRangesToOneLongerChunk(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 4)) {
            String content = Bench.text(bench.owner, CONTENT);
            List<Archived> archived = List.of(archived(bench, 2), archived(bench, 3));
            bench.drop(3);
            bench.drop(2);
            lateRow(bench, bench.week(2), 14);
            bench.store.compressAll(bench.owner);
            assertThat(bench.chunk(2).range().end() - bench.chunk(2).range().start())
                    .isEqualTo(14 * DAY);
            assertThat(bringBack(bench, archived.get(0), TOKEN, OnConflict.REFUSE))
                    .containsExactly(new Moved(300, 0, 0, 0));
            assertThat(bringBack(bench, archived.get(1), TOKEN, OnConflict.REFUSE))
                    .containsExactly(new Moved(300, 0, 0, 0));
            assertThat(Bench.text(bench.owner, CONTENT)).isEqualTo(content);
            // Again: all of it is there.
            assertThat(bringBack(bench, archived.get(0), TOKEN, OnConflict.REFUSE))
                    .containsExactly(new Moved(0, 300, 0, 0));
            assertThat(Bench.text(bench.owner, CONTENT)).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void keepsRowsThatAreThereOnceAndShowsThoseThatDiffer(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 2)) {
            Archived archived = archived(bench, 0);
            String content = Bench.text(bench.owner, CONTENT);
            Bench.execute(
                    bench.owner,
                    "CREATE TABLE tsdb_default.saved AS SELECT * FROM tsdb_default.messages WHERE time < '%s'"
                            .formatted(bench.week(1)));
            bench.drop(0);
            if (!bench.store.hypertable()) {
                bench.store.addPartition(bench.owner, bench.week(0));
            }
            Bench.execute(
                    bench.owner,
                    """
                    INSERT INTO tsdb_default.messages SELECT * FROM tsdb_default.saved WHERE position < 5;
                    UPDATE tsdb_default.messages SET data = '{"edited": true}'
                      WHERE stream_name = 'account-3' AND position = 2 AND time < '%1$s';
                    UPDATE tsdb_default.messages SET id = gen_random_uuid()
                      WHERE stream_name = 'account-4' AND position = 1 AND time < '%1$s'"""
                            .formatted(bench.week(1)));
            bench.store.compressAll(bench.owner);
            bench.store.write(bench.owner, bench.week(0).plusSeconds(5), "late-1", 0);
            assertThat(bench.chunk(0).compressed()).isEqualTo(bench.store.hypertable());
            assertThatThrownBy(() -> bringBack(bench, archived, TOKEN, OnConflict.REFUSE))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("archived rows and different ones in the table have the same key of index")
                    .hasMessageContaining("in the table {\"time\":")
                    .hasMessageContaining("\"edited\": true")
                    .hasMessageContaining("--on-conflict keep-live or keep-archived");
            ChunkLoader loader = bench.source.loader(bench.table());
            assertThat(bench.store.rows(bench.owner)).isEqualTo(300 + 100 + 1);
            for (Leftover leftover : loader.leftovers(bench.archiver)) {
                loader.drop(bench.archiver, leftover);
            }
            assertThat(bringBack(bench, archived, TOKEN, OnConflict.KEEP_LIVE))
                    .containsExactly(new Moved(200, 98, 2, 0));
            assertThat(Bench.text(bench.owner, CONTENT)).isNotEqualTo(content);
            assertThat(bringBack(bench, archived, TOKEN, OnConflict.KEEP_ARCHIVED))
                    .containsExactly(new Moved(2, 298, 0, 2));
            assertThat(Bench.text(bench.owner, CONTENT)).isEqualTo(content);
            assertThat(bench.store.rows(bench.owner)).isEqualTo(601);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void isBusyWhenAChunkCameMeanwhileAndLoadsNothing(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 3)) {
            Archived archived = archived(bench, 1);
            bench.drop(1);
            ChunkLoader loader = bench.source.loader(bench.table());
            StagedRows staged = archived.load(bench.archiver, loader, TOKEN);
            lateRow(bench, bench.week(1).plusSeconds(86_400), 1);
            assertThatThrownBy(() -> Archived.attach(bench.archiver, loader, staged, true))
                    .isInstanceOf(ChunkBusyException.class)
                    .hasMessageContaining("another chunk was made in its range meanwhile");
            assertThat(bench.store.rows(bench.owner)).isEqualTo(601);
            Chunk gone = bench.chunk(1);
            bench.drop(1);
            assertThatThrownBy(() -> Bench.inTransaction(
                            bench.archiver, () -> loader.move(bench.archiver, staged, gone, OnConflict.REFUSE)))
                    .isInstanceOf(ChunkBusyException.class)
                    .hasMessageContaining("it is gone; nothing was loaded");
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void takesNothingForADuplicateWithoutAUniqueKey(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 1)) {
            Bench.execute(
                    bench.owner,
                    "CREATE SCHEMA app; CREATE TABLE app.points (at int NOT NULL, v float8)"
                            + (bench.store.hypertable()
                                    ? "; SELECT create_hypertable('app.points', 'at', chunk_time_interval => 10)"
                                    : " PARTITION BY RANGE (at); CREATE TABLE app.p0 PARTITION OF app.points FOR VALUES FROM (0) TO (10)"));
            Bench.execute(bench.owner, "INSERT INTO app.points SELECT i % 10, 1 FROM generate_series(0, 19) i");
            Table table = bench.source.table(bench.archiver, new TableName("app", "points"));
            Chunk chunk = bench.source.chunks(bench.archiver, table).get(0);
            Archived archived = Archived.of(bench.archiver, bench.source, table, chunk);
            ChunkLoader loader = bench.source.loader(table);
            StagedRows staged = archived.load(bench.archiver, loader, TOKEN);
            Bench.inTransaction(
                    bench.archiver, () -> assertThat(loader.move(bench.archiver, staged, chunk, OnConflict.REFUSE))
                            .isEqualTo(new Moved(20, 0, 0, 0)));
            assertThat(Bench.number(bench.owner, "SELECT count(*) FROM app.points"))
                    .isEqualTo(40);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void firesNoTriggerForOldRows(String version) throws SQLException {
        try (RichTable rich = new RichTable(version)) {
            Archived archived = rich.archived(1);
            Bench.execute(rich.owner, "DELETE FROM app.readings WHERE at BETWEEN '2024-01-05' AND '2024-01-06'");
            Chunk into = rich.chunks().get(1);
            String fired = Bench.text(rich.owner, "SELECT times FROM app.fired");
            ChunkLoader loader = rich.loader();
            StagedRows staged = archived.load(rich.archiver, loader, TOKEN);
            Bench.Step move = () -> assertThat(loader.move(rich.archiver, staged, into, OnConflict.REFUSE)
                            .added())
                    .isEqualTo(25);
            if (rich.hypertable) {
                assertThatThrownBy(() -> Bench.inTransaction(rich.archiver, move))
                        .isInstanceOf(FirnException.class)
                        .hasMessageContaining(
                                "trigger fires of the table would fire for them again; nothing was loaded");
                Bench.execute(rich.owner, "DROP TRIGGER fires ON app.readings");
            }
            Bench.inTransaction(rich.archiver, move);
            assertThat(Bench.text(rich.owner, "SELECT times FROM app.fired")).isEqualTo(fired);
            if (!rich.hypertable) {
                rich.fill(5, 5);
                assertThat(Bench.text(rich.owner, "SELECT times FROM app.fired"))
                        .isNotEqualTo(fired);
                assertThat(Bench.text(
                                rich.owner,
                                "SELECT string_agg(concat(tgname, tgenabled), ' ' ORDER BY tgname) FROM pg_trigger WHERE tgrelid = %d AND NOT tgisinternal"
                                        .formatted(into.oid())))
                        .isEqualTo("firesO fires_lateD");
            }
        }
    }
}
