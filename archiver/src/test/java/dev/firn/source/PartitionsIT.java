package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.TableName;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The contract, kept by partitions of plain PostgreSQL, and what is particular to them. */
class PartitionsIT extends ChunkSourceContract {

    @Override
    Stream<String> versions() {
        return Stream.of("");
    }

    @Test
    void aLargePartitionIsReadUnderItsOwnLockAndTheTableLockedForItsDropOnly() throws SQLException {
        try (TestDatabase database = TestDatabase.plain()) {
            Connection owner = database.owner();
            Bench.execute(
                    owner,
                    """
                    CREATE SCHEMA app; CREATE TABLE app.t (at int NOT NULL, filler text) PARTITION BY RANGE (at);
                    CREATE TABLE app.large PARTITION OF app.t FOR VALUES FROM (0) TO (10) WITH (fillfactor = 10);
                    CREATE TABLE app.small PARTITION OF app.t FOR VALUES FROM (10) TO (20);
                    INSERT INTO app.t SELECT 1, repeat('x', 1000) FROM generate_series(1, 9000);
                    INSERT INTO app.t VALUES (11, '')""");
            Connection archiver = database.archiver();
            ChunkSource source = Sources.detect(archiver);
            Table table = source.table(archiver, new TableName("app", "t"));
            Chunk large = source.chunks(archiver, table).get(0);
            Chunk small = source.chunks(archiver, table).get(1);
            assertThat(large.bytes()).isGreaterThan(64 << 20);
            owner.setAutoCommit(false);
            Bench.execute(owner, "LOCK TABLE ONLY app.t IN ACCESS SHARE MODE");
            assertThatThrownBy(() -> Bench.inTransaction(archiver, () -> source.lockForDrop(archiver, table, small)))
                    .isInstanceOf(ChunkBusyException.class)
                    .hasMessageContaining("locking app.t, its parent");
            assertThatThrownBy(() -> Bench.inTransaction(archiver, () -> {
                        source.lockForDrop(archiver, table, large);
                        assertThat(source.fingerprint(archiver, table, large).heapRows())
                                .isEqualTo(9000);
                        source.drop(archiver, table, large);
                    }))
                    .isInstanceOf(ChunkBusyException.class)
                    .hasMessageContaining("locking app.t, its parent");
            owner.commit();
            Bench.inTransaction(archiver, () -> {
                source.lockForDrop(archiver, table, large);
                source.drop(archiver, table, large);
            });
            assertThat(source.chunks(archiver, table)).containsExactly(small);
        }
    }
}
