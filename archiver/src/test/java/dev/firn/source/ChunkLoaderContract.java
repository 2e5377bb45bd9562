package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the way back keeps to, whoever cuts the table into chunks; all of it as the service's role. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ChunkLoaderContract {

    static final String TOKEN = "0123456789abcdef";

    /** The versions of TimescaleDB to run on; an empty one for plain PostgreSQL. */
    abstract Stream<String> versions();

    @ParameterizedTest
    @MethodSource("versions")
    void bringsAChunkBackThatIsLikeTheOneThatWasDropped(String version) throws SQLException {
        try (RichTable rich = new RichTable(version)) {
            String content = rich.content();
            Archived archived = rich.archived(1);
            Chunk before = rich.chunks().get(1);
            List<String> attributes = Attributes.of(rich.owner, before);
            rich.drop(1);
            String fired = Bench.text(rich.owner, "SELECT times FROM app.fired");
            Chunk back = archived.restore(rich.archiver, rich.loader(), TOKEN, true);
            assertThat(back.range()).isEqualTo(before.range());
            assertThat(back.compressed()).isEqualTo(before.compressed());
            assertThat(rich.content()).isEqualTo(content);
            List<String> now = Attributes.of(rich.owner, back);
            assertThat(without(now, attributes)).as("more than before").isEmpty();
            assertThat(without(attributes, now)).as("less than before").isEmpty();
            assertThat(Bench.text(rich.owner, "SELECT times FROM app.fired")).isEqualTo(fired);
            assertThat(rich.loader().leftovers(rich.archiver)).isEmpty();
            assertThat(rich.source.countRows(rich.archiver, back))
                    .isEqualTo(archived.digest().rows());
        }
    }

    /** Each as often as it is there more often. */
    private static List<String> without(List<String> these, List<String> those) {
        List<String> rest = new ArrayList<>(these);
        those.forEach(rest::remove);
        return rest;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void isSeenByNobodyBeforeTheCommitAndLeavesWhatCanBeFoundAfterARollback(String version) throws SQLException {
        try (RichTable rich = new RichTable(version)) {
            Archived archived = rich.archived(1);
            rich.drop(1);
            String content = rich.content();
            ChunkLoader loader = rich.loader();
            StagedRows staged = archived.load(rich.archiver, loader, TOKEN);
            assertThat(loader.leftovers(rich.archiver))
                    .extracting(Leftover::token)
                    .containsExactly(TOKEN);
            assertThat(rich.content()).isEqualTo(content);
            ReadyChunk[] ready = new ReadyChunk[1];
            Bench.inTransaction(rich.archiver, () -> ready[0] = loader.ready(rich.archiver, staged, false));
            rich.archiver.setAutoCommit(false);
            Chunk chunk = loader.attach(rich.archiver, ready[0], true, Optional.empty());
            assertThat(chunk.range()).isEqualTo(archived.range());
            assertThat(rich.content()).isEqualTo(content);
            rich.archiver.rollback();
            rich.archiver.setAutoCommit(true);
            assertThat(rich.content()).isEqualTo(content);
            assertThat(loader.placement(rich.archiver, archived.range()).isFree())
                    .isTrue();
            List<Leftover> leftovers = loader.leftovers(rich.archiver);
            assertThat(leftovers).extracting(Leftover::relation).containsExactly(staged.relation());
            assertThat(
                            Bench.text(
                                    rich.owner,
                                    "SELECT string_agg(concat(relname, relpersistence), ',') FROM pg_class WHERE relname ~ 'firn_staging' AND relkind = 'r'"))
                    .isEqualTo("firn_staging_" + TOKEN + "p");
            // What was found before it became a chunk is no longer dropped.
            Bench.inTransaction(
                    rich.archiver, () -> loader.attach(rich.archiver, ready[0], true, Optional.of("readings_1")));
            Chunk attached = loader.placement(rich.archiver, archived.range())
                    .overlapping()
                    .get(0);
            assertThat(attached.relation().name()).isEqualTo(rich.hypertable ? "firn_chunk_" + TOKEN : "readings_1");
            String whole = rich.content();
            loader.drop(rich.archiver, leftovers.get(0));
            assertThat(rich.content()).isEqualTo(whole).isNotEqualTo(content);
            StagedRows again = archived.load(rich.archiver, loader, TOKEN);
            assertThat(again.relation()).isEqualTo(staged.relation());
            loader.drop(rich.archiver, loader.leftovers(rich.archiver).get(0));
            assertThat(loader.leftovers(rich.archiver)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void changesOfTheTableReachTheChunkThatCameBack(String version) throws SQLException {
        try (RichTable rich = new RichTable(version)) {
            Archived archived = rich.archived(1);
            rich.drop(1);
            StagedRows staged = archived.load(rich.archiver, rich.loader(), TOKEN);
            ReadyChunk[] ready = new ReadyChunk[1];
            Bench.inTransaction(rich.archiver, () -> ready[0] = rich.loader().ready(rich.archiver, staged, false));
            List<String> files = Attributes.indexFiles(rich.owner, staged.relation());
            Chunk[] attached = new Chunk[1];
            Bench.inTransaction(
                    rich.archiver,
                    () -> attached[0] =
                            rich.loader().attach(rich.archiver, ready[0], false, Optional.of("readings_1")));
            Chunk back = attached[0];
            if (!version.matches("2[.]1[37].*")) {
                assertThat(files).hasSizeGreaterThan(5);
                assertThat(Attributes.indexFiles(rich.owner, back.relation())).isEqualTo(files);
            }
            List<String> changes = List.of(
                    "DROP INDEX app.large",
                    "DROP INDEX app.by_name",
                    "ALTER TABLE app.readings DROP CONSTRAINT uids",
                    "DROP TRIGGER fires ON app.readings",
                    "ALTER TABLE app.readings DROP CONSTRAINT readings_kind_fkey",
                    "ALTER TABLE app.readings ADD COLUMN added int DEFAULT 3",
                    "ALTER TABLE app.readings RENAME COLUMN data TO payload",
                    "REVOKE SELECT ON app.readings FROM PUBLIC");
            for (String change : changes) {
                // 2.13 drops no constraint of a compressed hypertable at all.
                if (change.contains("DROP CONSTRAINT") && version.startsWith("2.13")) {
                    continue;
                }
                Bench.execute(rich.owner, change);
            }
            Chunk sibling = rich.chunks().get(2);
            if (rich.hypertable) {
                Bench.execute(
                        rich.owner,
                        "SELECT compress_chunk('%s')".formatted(back.relation().quoted()));
            }
            List<String> now = dimensionless(Attributes.of(rich.owner, back));
            List<String> theirs = dimensionless(Attributes.of(rich.owner, sibling));
            assertThat(without(now, theirs)).as("more than the sibling").isEmpty();
            assertThat(without(theirs, now)).as("less than the sibling").isEmpty();
        }
    }

    private static List<String> dimensionless(List<String> attributes) {
        return attributes.stream()
                .filter(line -> !line.startsWith("constraint constraint_"))
                .toList();
    }
}
