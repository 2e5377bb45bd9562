package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.TimeRange;
import dev.firn.testing.TestDatabase;
import dev.firn.types.Column;
import dev.firn.types.PgType;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.util.PSQLException;

/** That rows come back into a table whose columns are no longer those that were archived. */
class ChangedTablesIT {

    private static final String TOKEN = "abcdef0123456789";

    static Stream<String> versions() {
        List<String> installed = TestDatabase.availableTimescaleVersions();
        return Stream.concat(Stream.of(""), installed.stream().skip(Math.max(0, installed.size() - 2L)));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void columnsAreFoundByNameWhateverBecameOfTheOthers(String version) throws SQLException {
        try (RichTable rich = new RichTable(version)) {
            Archived archived = rich.archived(1);
            rich.drop(1);
            List<String> changes = List.of(
                    "ALTER TABLE app.readings DROP COLUMN bytes",
                    "ALTER TABLE app.readings DROP COLUMN mood",
                    "ALTER TABLE app.readings DROP COLUMN pair",
                    "ALTER TABLE app.readings ADD COLUMN note text DEFAULT 'as new'",
                    "ALTER TABLE app.readings ADD COLUMN more jsonb",
                    "ALTER TYPE app.mood ADD VALUE 'fine'");
            for (String change : changes) {
                Bench.execute(rich.owner, change);
            }
            ChunkLoader loader = rich.loader();
            Staging[] staging = new Staging[1];
            Bench.inTransaction(
                    rich.archiver,
                    () -> staging[0] = loader.stage(rich.archiver, archived.range(), archived.columns(), TOKEN));
            assertThat(staging[0].columns())
                    .filteredOn(column -> column.arrival() == StagedColumn.Arrival.LEFT_BEHIND)
                    .extracting(column -> column.archived().name())
                    .containsExactly("mood", "pair", "bytes");
            loader.drop(rich.archiver, new Leftover(staging[0].inbox(), TOKEN, 0));
            loader.drop(rich.archiver, new Leftover(staging[0].relation(), TOKEN, 0));
            // The proof is over all that was archived, what is left behind among it.
            Chunk back = archived.restore(rich.archiver, loader, TOKEN, true);
            assertThat(rich.source.countRows(rich.archiver, back))
                    .isEqualTo(archived.digest().rows());
            String range = " FROM app.readings WHERE at >= '2024-01-04' AND at < '2024-01-11'";
            assertThat(Bench.text(rich.owner, "SELECT string_agg(DISTINCT concat(note, more), '/')" + range))
                    .isEqualTo("as new");
            assertThat(Bench.text(
                            rich.owner,
                            "SELECT string_agg(DISTINCT moods::text || doc::text, '/') " + range + " AND id = 100"))
                    .isEqualTo("{sad,NULL,ok}<a n=\"100\"/>");
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void typesThatWereWidenedTakeTheValuesAndProveThem(String version) throws SQLException {
        try (TestDatabase database = TestDatabase.create(version);
                SmallTable small = new SmallTable(
                        database,
                        "n int, d numeric(6,2), c char(4), w varchar(5), m app.mood, l int[], s app.short, p app.pair, f real")) {
            Bench.execute(
                    small.owner,
                    "INSERT INTO app.t VALUES (1, -7, 1.50, 'ab', 'abc', 'ok', '{1,NULL,3}', 'xy', '(1,\"a b\")', 0.1), (2, NULL, 3, 'abcd', '', NULL, '{}', NULL, NULL, 'NaN')");
            Archived archived = small.archived();
            small.drop();
            for (String change : List.of(
                    "n TYPE bigint",
                    "d TYPE numeric(12,4)",
                    "c TYPE text",
                    "w TYPE varchar(50)",
                    "m TYPE text",
                    "l TYPE bigint[]",
                    "s TYPE text",
                    "p TYPE text USING p::text",
                    "f TYPE float8")) {
                Bench.execute(small.owner, "ALTER TABLE app.t ALTER " + change);
            }
            Bench.execute(small.owner, "DROP TYPE app.mood; DROP TYPE app.pair; DROP DOMAIN app.short");
            archived.restore(small.archiver, small.loader(), TOKEN, false);
            assertThat(Bench.text(small.owner, "SELECT string_agg(t::text, ' ' ORDER BY at) FROM app.t t"))
                    .isEqualTo("(1,-7,1.5000,ab,abc,ok,\"{1,NULL,3}\",xy,\"(1,\"\"a b\"\")\",0.10000000149011612)"
                            + " (2,,3.0000,abcd,\"\",,{},,,NaN)");
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void valuesThatTheNewTypeCannotHoldAreNotLoaded(String version) throws SQLException {
        try (TestDatabase database = TestDatabase.create(version);
                SmallTable small = new SmallTable(database, "n int, d numeric(6,2)")) {
            Bench.execute(small.owner, "INSERT INTO app.t VALUES (1, 70000, 1.25), (2, 1, 1.25)");
            Archived archived = small.archived();
            small.drop();
            Bench.execute(small.owner, "ALTER TABLE app.t ALTER n TYPE smallint");
            assertThatThrownBy(() -> archived.restore(small.archiver, small.loader(), TOKEN, false))
                    .isInstanceOf(PSQLException.class)
                    .hasMessageContaining("smallint out of range");
            small.sweep();
            Bench.execute(small.owner, "ALTER TABLE app.t ALTER n TYPE int, ALTER d TYPE numeric(6,1)");
            StagedRows staged = archived.load(small.archiver, small.loader(), TOKEN);
            // Rounded on the way in: it is not what was archived.
            assertThat(archived.proof(small.archiver, small.loader(), staged)).isNotEqualTo(archived.digest());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aColumnThatMustHaveAValueAndHasNoneIsRefusedBeforeAnythingIsMade(String version) throws SQLException {
        try (TestDatabase database = TestDatabase.create(version);
                SmallTable small = new SmallTable(database, "n int")) {
            Bench.execute(small.owner, "INSERT INTO app.t VALUES (1, 1)");
            Archived archived = small.archived();
            small.drop();
            Bench.execute(small.owner, "ALTER TABLE app.t ADD COLUMN k int NOT NULL DEFAULT 1");
            Bench.execute(small.owner, "ALTER TABLE app.t ALTER COLUMN k DROP DEFAULT");
            assertThatThrownBy(() -> archived.load(small.archiver, small.loader(), TOKEN))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("the archived rows have no value for k, which the table requires");
            assertThat(small.loader().leftovers(small.archiver)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void rowsOutsideOfTheRangeDoNotGetIn(String version) throws SQLException {
        try (TestDatabase database = TestDatabase.create(version);
                SmallTable small = new SmallTable(database, "n int")) {
            Bench.execute(small.owner, "INSERT INTO app.t VALUES (1, 1), (9, 2)");
            Archived archived = small.archived();
            small.drop();
            Archived shorter = new Archived(
                    new TimeRange(archived.range().kind(), 0, 9),
                    archived.columns(),
                    archived.rows(),
                    archived.digest());
            assertThatThrownBy(() -> shorter.load(small.archiver, small.loader(), TOKEN))
                    .isInstanceOf(PSQLException.class)
                    .hasMessageContaining("violates check constraint \"firn_range\"");
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void nothingThatAManifestSaysOfATypeBecomesSql(String version) throws SQLException {
        try (TestDatabase database = TestDatabase.create(version);
                SmallTable small = new SmallTable(database, "n int, p app.pair")) {
            Bench.execute(small.owner, "INSERT INTO app.t VALUES (1, 1, '(1,b)')");
            Archived archived = small.archived();
            small.drop();
            String evil = "int); DROP TABLE app.t CASCADE; --";
            List<Column> hostile = archived.columns().stream()
                    .map(column -> new Column(
                            column.name(),
                            column.parquetName(),
                            column.fieldId(),
                            column.attnum(),
                            new PgType(
                                    column.type().schema(),
                                    column.type().name(),
                                    column.type().typmod(),
                                    column.type().kind(),
                                    evil,
                                    null,
                                    List.of(),
                                    evil),
                            column.notNull(),
                            column.generated()))
                    .toList();
            Archived altered = new Archived(archived.range(), hostile, archived.rows(), archived.digest());
            altered.restore(small.archiver, small.loader(), TOKEN, false);
            assertThat(Bench.text(small.owner, "SELECT string_agg(t::text, ' ') FROM app.t t"))
                    .isEqualTo("(1,1,\"(1,b)\")");
        }
    }
}
