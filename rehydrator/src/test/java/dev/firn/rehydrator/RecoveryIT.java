package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.copy.Digest;
import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database is gone, the bucket is there: the table is created from its manifests, and its rows come back. */
class RecoveryIT {

    private static final String TABLE = Shop.ORDERS.toString();
    private static final String TABLES = TABLE + " { archive-after = 1d }";

    @TempDir
    private Path home;

    private final List<TestDatabase> databases = new ArrayList<>();
    private Digest all;
    private List<String> shape;
    private Path archive;

    @AfterEach
    void close() {
        databases.forEach(TestDatabase::close);
    }

    @Test
    @RequiresTimescale
    void aHypertableComesBackIntoAnEmptyDatabase() throws SQLException {
        List<String> settings = Shop.settings(archived(TestDatabase.create(), true));
        TestDatabase empty = database(TestDatabase.create());
        Firn firn = firn(empty);
        assertThatThrownBy(firn::init).isInstanceOf(FirnException.class).hasMessageContaining("--take-over");
        firn.init(true);
        Rehydrate rehydrate = new Rehydrate(firn);

        Firn.Ran forecast = rehydrate.succeed(Firn.NAMESPACE, TABLE, "--create", "--dry-run");
        Firn.Ran beside = rehydrate.succeed(
                Firn.NAMESPACE, TABLE, "--create", "--into", "table", "old", "--from", "2024-01-12", "--dry-run");

        assertThat(forecast.out()).contains("2 to load: 336 rows at most", "the table itself would be made");
        assertThat(beside.out()).contains("1 to load: 168 rows at most", "the table itself would be made");
        try (Connection owner = empty.owner()) {
            assertThat(Shop.texts(owner, "SELECT to_regnamespace('shop')::text"))
                    .containsExactly((String) null);
        }

        Firn.Ran ran = rehydrate.succeed(Firn.NAMESPACE, TABLE, "--create");

        assertThat(ran.err()).contains("shop.Orders was created as a hypertable, owned by app_owner");
        assertThat(ran.out()).contains("2 brought back, 0 were there, 0 failed");
        assertThat(firn.inDatabase(Shop.ORDERS)).isEqualTo(all);
        assertThat(Shop.shape(empty)).isEqualTo(shape);
        assertThat(Shop.settings(empty)).isEqualTo(settings).isNotEmpty();
        requireNewRowsAreNumberedOn(empty);
        assertThat(firn.succeed("status", Firn.NAMESPACE).out()).doesNotContain("is gone");
        assertThat(rehydrate.succeed(Firn.NAMESPACE, TABLE, "--create").out()).contains("0 brought back, 2 were there");
        assertThat(rehydrate.succeed(Firn.NAMESPACE, TABLE, "--create").err()).contains("was there already");
    }

    @Test
    @RequiresTimescale
    void aHypertablesArchiveComesBackIntoPartitions() throws SQLException {
        archived(TestDatabase.create(), true);
        TestDatabase plain = database(TestDatabase.plain());
        Firn firn = firn(plain).init(true);

        Firn.Ran ran = new Rehydrate(firn).succeed(Firn.NAMESPACE, TABLE, "--create");

        assertThat(ran.err()).contains("a table partitioned by range of at");
        assertThat(firn.inDatabase(Shop.ORDERS)).isEqualTo(all);
        assertThat(Shop.shape(plain))
                .filteredOn(line -> !line.startsWith("id "))
                .containsAll(
                        shape.stream().filter(line -> !line.startsWith("id ")).toList());
        try (Connection owner = plain.owner()) {
            Shop.partition(owner, "2024-01-18", "2024-01-25");
        }
        requireNewRowsAreNumberedOn(plain);
        // What came back by way of the archive goes the way of every partition.
        new Rehydrate(firn).succeed("release", Firn.NAMESPACE, TABLE);
        runUntilDone(firn);
    }

    @Test
    @RequiresTimescale
    void anArchiveOfPartitionsComesBackIntoAHypertable() throws SQLException {
        archived(TestDatabase.plain(), false);
        TestDatabase timescale = database(TestDatabase.create());
        Shop.open(timescale, true);
        try (Connection owner = timescale.owner()) {
            Shop.run(owner, "SELECT drop_chunks('shop.\"Orders\"', timestamptz '2030-01-01')");
        }
        Firn firn = firn(timescale).init(true);

        new Rehydrate(firn).succeed(Firn.NAMESPACE, TABLE, "--create");

        assertThat(firn.inDatabase(Shop.ORDERS)).isEqualTo(all);
        new Rehydrate(firn).succeed("release", Firn.NAMESPACE, TABLE);
        runUntilDone(firn);
    }

    @Test
    void partitionsComeBackIntoAnEmptyDatabase() throws SQLException {
        archived(TestDatabase.plain(), false);
        TestDatabase empty = database(TestDatabase.plain());
        Firn firn = firn(empty).init(true);

        new Rehydrate(firn).succeed(Firn.NAMESPACE, TABLE, "--create", "--from", "2024-01-04", "--to", "2024-01-05");

        assertThat(firn.inDatabase(Shop.ORDERS).rows()).isEqualTo(all.rows() / 2);
        assertThat(Shop.shape(empty)).isEqualTo(shape);
        assertThat(firn.succeed("status", Firn.NAMESPACE).out()).doesNotContain("is gone");
        new Rehydrate(firn).succeed(Firn.NAMESPACE, TABLE, "--from", "2024-01-04", "--to", "2025-01-01");
        assertThat(firn.inDatabase(Shop.ORDERS)).isEqualTo(all);
    }

    @Test
    void nothingIsCreatedAsASuperuserOrOfHostileExpressions() throws SQLException {
        TestDatabase source = database(TestDatabase.plain());
        Shop.open(source, false);
        try (Connection owner = source.owner()) {
            Shop.run(
                    owner,
                    "ALTER TABLE shop.\"Orders\" ADD CHECK (query_to_xml('SELECT 1', true, true, '') IS NOT NULL)");
        }
        archive(source);
        TestDatabase empty = database(TestDatabase.plain());
        Firn firn = firn(empty).init(true);
        empty.execute("CREATE SCHEMA shop");

        Firn.Ran superuser = new Rehydrate(firn).run(Firn.NAMESPACE, TABLE, "--create");
        assertThat(superuser.exitCode()).as(superuser.all()).isEqualTo(3);
        assertThat(superuser.all()).contains("is a superuser").contains("CREATE SCHEMA \"shop\" AUTHORIZATION");

        empty.execute("DROP SCHEMA shop", "CREATE SCHEMA shop AUTHORIZATION app_owner");
        Firn.Ran hostile = new Rehydrate(firn).run(Firn.NAMESPACE, TABLE, "--create");
        assertThat(hostile.exitCode()).as(hostile.all()).isEqualTo(3);
        assertThat(hostile.all())
                .contains("it would call pg_catalog.query_to_xml")
                .contains("HINT: ");
        try (Connection owner = empty.owner()) {
            assertThat(Shop.texts(owner, "SELECT relname FROM pg_class WHERE relnamespace = 'shop'::regnamespace"))
                    .isEmpty();
        }
    }

    private TestDatabase archived(TestDatabase made, boolean hypertable) throws SQLException {
        TestDatabase source = database(made);
        Shop.open(source, hypertable);
        archive(source);
        return source;
    }

    private void archive(TestDatabase source) throws SQLException {
        shape = Shop.shape(source);
        Firn firn = Firn.configure(source, home, TABLES).init();
        all = firn.inDatabase(Shop.ORDERS);
        runUntilDone(firn);
        archive = firn.archive();
    }

    /** Two drops of one partitioned table may be in each other's way: then the next run goes on. */
    private static void runUntilDone(Firn firn) throws SQLException {
        for (int runs = 0; firn.inDatabase(Shop.ORDERS).rows() > 0; runs++) {
            assertThat(runs).as("runs").isLessThan(6);
            Firn.Ran ran = firn.run("run", Firn.NAMESPACE, "--retry-failed");
            assertThat(ran.exitCode()).as(ran.all()).isIn(0, 4);
        }
    }

    /** The same namespace and location, of another database. */
    private Firn firn(TestDatabase database) {
        Firn firn = Firn.configure(database, home.resolve("new"), TABLES);
        firn.write("url = \"file:%s\"".formatted(archive.toAbsolutePath()), TABLES, "");
        return firn;
    }

    private TestDatabase database(TestDatabase made) {
        databases.add(made);
        return made;
    }

    private static void requireNewRowsAreNumberedOn(TestDatabase database) throws SQLException {
        try (Connection owner = database.owner()) {
            Shop.run(owner, "INSERT INTO shop.\"Orders\" (at, paid) VALUES ('2024-01-20 00:00Z', 1)");
            assertThat(Shop.texts(
                            owner,
                            "SELECT concat_ws(' ', id, nr, \"Customer\", mood, twice, tags, data) FROM shop.\"Orders\""
                                    + " WHERE at = '2024-01-20 00:00Z'"))
                    .containsExactly("337 337 no'body happy 2.00 {} {\"a\": [1, \"b;--\"]}");
        }
    }
}
