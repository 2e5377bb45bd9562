package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every source keeps to, whoever cuts the table into chunks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ChunkSourceContract {

    /** The versions of TimescaleDB to run on; an empty one for plain PostgreSQL. */
    abstract Stream<String> versions();

    @ParameterizedTest
    @MethodSource("versions")
    void listsChunksByRangeAndFindsEachAgain(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 12)) {
            List<Chunk> chunks = bench.source.chunks(bench.archiver, bench.table());
            assertThat(chunks).hasSize(12).extracting(Chunk::range).isSorted();
            for (int week = 0; week < 12; week++) {
                Chunk chunk = chunks.get(week);
                assertThat(chunk.range())
                        .isEqualTo(new TimeRange(TimeKind.TIMESTAMPTZ, micros(bench, week), micros(bench, week + 1)));
                assertThat(bench.source.chunkAt(bench.archiver, bench.table(), chunk.range()))
                        .contains(chunk);
                assertThat(bench.source.countRows(bench.archiver, chunk)).isEqualTo(300);
                assertThat(chunk.bytes()).isPositive();
                assertThat(chunk.compressed()).isEqualTo(bench.store.hypertable());
            }
            assertThat(bench.selected(bench.archiver, 3)).isEqualTo(300);
            TimeRange elsewhere = new TimeRange(TimeKind.TIMESTAMPTZ, 0, 1);
            assertThat(bench.source.chunkAt(bench.archiver, bench.table(), elsewhere))
                    .isEmpty();
        }
    }

    private static long micros(Bench bench, int week) {
        return bench.week(week).getEpochSecond() * 1_000_000;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void everyChangeOfContentChangesTheFingerprint(String version) throws SQLException {
        Map<String, String> changes = new LinkedHashMap<>();
        changes.put(
                "a late row",
                "INSERT INTO tsdb_default.messages (time, position, stream_name, type) VALUES ('2024-01-05', 9000, 'late', 'X')");
        changes.put(
                "an update",
                "UPDATE tsdb_default.messages SET type = 'Y' WHERE stream_name = 'late' AND time < '2024-01-11'");
        changes.put(
                "an update of a compressed row",
                "UPDATE tsdb_default.messages SET type = 'Z' WHERE stream_name = 'account-3' AND position = 2");
        changes.put(
                "a delete of some rows",
                "DELETE FROM tsdb_default.messages WHERE stream_name = 'account-4' AND position = 1");
        changes.put(
                "a delete of a segment",
                "DELETE FROM tsdb_default.messages WHERE stream_name = 'account-5' AND time < '2024-01-11'");
        changes.put(
                "a large value",
                "UPDATE tsdb_default.messages SET data = jsonb_build_object('a', repeat('x', 100000)) WHERE stream_name = 'late'");
        try (Bench bench = Bench.of(version, 2)) {
            Fingerprint before = bench.fingerprint(0);
            Fingerprint other = bench.fingerprint(1);
            for (Map.Entry<String, String> change : changes.entrySet()) {
                Bench.execute(bench.owner, change.getValue());
                Fingerprint after = bench.fingerprint(0);
                assertThat(after).as(change.getKey()).isNotEqualTo(before);
                assertThat(after.comparableWith(before)).isTrue();
                before = after;
            }
            assertThat(bench.fingerprint(1)).as("the other chunk").isEqualTo(other);
            assertThat(other).isNotEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void whatChangesNoContentLeavesTheFingerprint(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 2)) {
            bench.store.write(bench.owner, bench.week(0).plusSeconds(5), "late", 7000);
            Fingerprint before = bench.fingerprint(0);
            bench.owner.setAutoCommit(false);
            bench.store.write(bench.owner, bench.week(0).plusSeconds(6), "later", 7001);
            Bench.execute(bench.owner, "DELETE FROM tsdb_default.messages WHERE stream_name = 'late'");
            bench.owner.rollback();
            Bench.text(bench.owner, "SELECT * FROM tsdb_default.messages WHERE stream_name = 'late' FOR UPDATE");
            bench.owner.commit();
            bench.owner.setAutoCommit(true);
            bench.store.write(bench.owner, bench.week(1).plusSeconds(7), "elsewhere", 7002);
            Chunk chunk = bench.chunk(0);
            Bench.execute(bench.owner, "VACUUM FREEZE " + chunk.relation().quoted());
            if (chunk.twin().isPresent()) {
                Bench.execute(
                        bench.owner,
                        "VACUUM FREEZE " + chunk.twin().get().relation().quoted());
            }
            Bench.execute(bench.owner, "ANALYZE tsdb_default.messages");
            // Whoever asks, and whatever formats are theirs.
            Bench.execute(bench.archiver, "SET TimeZone = 'Asia/Kathmandu'; SET search_path = tsdb_default");
            assertThat(bench.fingerprint(0)).isEqualTo(before);
            assertThat(Bench.text(bench.archiver, "SHOW TimeZone")).isEqualTo("Asia/Kathmandu");
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void everyRedefinitionOfAColumnChangesTheFingerprint(String version) throws SQLException {
        List<String> changes = List.of(
                "ALTER TABLE tsdb_default.messages ADD COLUMN note text DEFAULT 'one'",
                "ALTER TABLE tsdb_default.messages DROP COLUMN note; ALTER TABLE tsdb_default.messages ADD COLUMN note text DEFAULT 'two'",
                "ALTER TABLE tsdb_default.messages ADD COLUMN mood tsdb_default.mood DEFAULT 'good'",
                "ALTER TYPE tsdb_default.mood RENAME VALUE 'good' TO 'fine'",
                "ALTER TABLE tsdb_default.messages ADD COLUMN pair tsdb_default.pair",
                "ALTER TYPE tsdb_default.pair RENAME ATTRIBUTE a TO c",
                "ALTER TABLE tsdb_default.messages RENAME COLUMN type TO kind");
        try (Bench bench = Bench.of(version, 1)) {
            Bench.execute(bench.owner, "CREATE TYPE tsdb_default.mood AS ENUM ('bad', 'good')");
            Bench.execute(bench.owner, "CREATE TYPE tsdb_default.pair AS (a int, b int)");
            Fingerprint before = bench.fingerprint(0);
            for (String change : changes) {
                Bench.execute(bench.owner, change);
                Fingerprint after = bench.fingerprint(0);
                assertThat(after.columns()).as(change).isNotEqualTo(before.columns());
                assertThat(after.heapSum()).isEqualTo(before.heapSum());
                assertThat(after.twinSum()).isEqualTo(before.twinSum());
                before = after;
            }
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void fingerprintsOfACopiedDatabaseCannotBeCompared(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 1)) {
            Fingerprint original = bench.fingerprint(0);
            try (TestDatabase copy = bench.database.copy()) {
                Connection archiver = copy.archiver();
                ChunkSource source = Sources.detect(archiver);
                Table table = source.table(archiver, bench.store.table());
                Fingerprint copied = source.fingerprint(
                        archiver, table, source.chunks(archiver, table).get(0));
                assertThat(copied.heapSum()).isEqualTo(original.heapSum());
                assertThat(copied.twinSum()).isEqualTo(original.twinSum());
                assertThat(copied.comparableWith(original)).isFalse();
                assertThat(copied).isNotEqualTo(original);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("newestVersion")
    void fingerprintsDoNotOutliveARestartNorACrash(String version) throws SQLException {
        assumeTrue(TestDatabase.canRestart(), "this server cannot be restarted by a test");
        try (Bench bench = Bench.of(version, 1)) {
            Fingerprint first = bench.fingerprint(0);
            bench.database.crash();
            Fingerprint second = freshFingerprint(bench);
            assertThat(second.comparableWith(first)).isFalse();
            bench.database.restart();
            Fingerprint third = freshFingerprint(bench);
            assertThat(third.comparableWith(second)).isFalse();
            assertThat(third.heapSum()).isEqualTo(first.heapSum());
        }
    }

    Stream<String> newestVersion() {
        return versions().reduce((one, later) -> later).stream();
    }

    private static Fingerprint freshFingerprint(Bench bench) throws SQLException {
        Connection archiver = bench.database.archiver();
        Table table = bench.source.table(archiver, bench.store.table());
        return bench.source.fingerprint(
                archiver, table, bench.source.chunks(archiver, table).get(0));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void dropsExactlyOneChunk(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 4)) {
            List<Chunk> before = bench.source.chunks(bench.archiver, bench.table());
            bench.drop(2);
            assertThat(bench.source.chunks(bench.archiver, bench.table()))
                    .containsExactly(before.get(0), before.get(1), before.get(3));
            assertThat(bench.store.rows(bench.owner)).isEqualTo(900);
            assertThat(bench.source.chunkAt(
                            bench.archiver, bench.table(), before.get(2).range()))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void refusesToDropForARoleThatIsNoMemberOfTheOwner(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 1)) {
            Table table = bench.table();
            Chunk chunk = bench.chunk(0);
            Connection stranger = bench.database.reader();
            assertThatThrownBy(
                            () -> Bench.inTransaction(stranger, () -> bench.source.lockForDrop(stranger, table, chunk)))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("firn_reader does not have them")
                    .hasMessageContaining("belongs to app_owner")
                    .hasMessageContaining("nothing was dropped");
            assertThat(bench.count(0)).isEqualTo(300);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void isBusyWhileSomebodyReadsTheChunk(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 1)) {
            bench.owner.setAutoCommit(false);
            bench.store.rows(bench.owner);
            assertThatThrownBy(() -> bench.drop(0))
                    .isInstanceOf(ChunkBusyException.class)
                    .hasMessageContaining("somebody else works with it; Firn changed nothing");
            bench.owner.commit();
            bench.drop(0);
            assertThat(bench.store.rows(bench.owner)).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void locksWhatForeignKeysReferToBeforeTheChunk(String version) throws SQLException {
        try (TestDatabase database = TestDatabase.create(version)) {
            Connection owner = database.owner();
            String facts = "CREATE TABLE app.facts (at date NOT NULL, kind text CONSTRAINT known REFERENCES app.kinds)";
            Bench.execute(owner, "CREATE SCHEMA app; CREATE TABLE app.kinds (kind text PRIMARY KEY)");
            if (version.isEmpty()) {
                Bench.execute(owner, facts + " PARTITION BY RANGE (at)");
                Bench.execute(
                        owner,
                        "CREATE TABLE app.one PARTITION OF app.facts FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')");
            } else {
                Bench.execute(owner, facts);
                Bench.execute(owner, "SELECT create_hypertable('app.facts', 'at')");
            }
            Bench.execute(
                    owner, "INSERT INTO app.kinds VALUES ('a'); INSERT INTO app.facts VALUES ('2024-01-05', 'a')");
            Connection archiver = database.archiver();
            ChunkSource source = Sources.detect(archiver);
            Table table = source.table(archiver, new TableName("app", "facts"));
            Chunk chunk = source.chunks(archiver, table).get(0);
            owner.setAutoCommit(false);
            Bench.text(owner, "SELECT count(*) FROM app.kinds");
            Bench.Step drop = () -> {
                source.lockForDrop(archiver, table, chunk);
                source.drop(archiver, table, chunk);
            };
            assertThatThrownBy(() -> Bench.inTransaction(archiver, drop))
                    .isInstanceOf(ChunkBusyException.class)
                    .hasMessageContaining("locking app.kinds, which a foreign key of it refers to");
            owner.commit();
            Bench.inTransaction(archiver, drop);
            assertThat(source.chunks(archiver, table)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void dropsOnlyUnderItsLockAndInReadCommitted(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 1)) {
            Table table = bench.table();
            Chunk chunk = bench.chunk(0);
            assertThatThrownBy(() ->
                            Bench.inTransaction(bench.archiver, () -> bench.source.drop(bench.archiver, table, chunk)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("dropping without the lock");
            assertThatThrownBy(() -> bench.source.lockForDrop(bench.archiver, table, chunk))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("one READ COMMITTED transaction");
            bench.archiver.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            assertThatThrownBy(() -> bench.drop(0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("one READ COMMITTED transaction");
            assertThat(bench.count(0)).isEqualTo(300);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void isBusyWhenAnotherRelationHasTakenTheChunksPlace(String version) throws SQLException {
        try (Bench bench = Bench.of(version, 2)) {
            Table table = bench.table();
            Chunk listed = bench.chunk(0);
            bench.drop(0);
            if (!bench.store.hypertable()) {
                bench.store.addPartition(bench.owner, bench.week(0));
            }
            bench.store.write(bench.owner, bench.week(0), "late-1", 0);
            assertThat(bench.chunk(0).range()).isEqualTo(listed.range());
            assertThatThrownBy(() -> bench.source.fingerprint(bench.archiver, table, listed))
                    .isInstanceOf(ChunkBusyException.class)
                    .hasMessageContaining("is no longer this chunk");
        }
    }
}
