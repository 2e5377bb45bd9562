package dev.firn.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.catalog.CatalogFixture.Connections;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CatalogMigrationsIT {

    private static final String LATER = "classpath:dev/firn/catalog/later";

    private TestDatabase database;
    private DataSource admin;

    @BeforeEach
    void createDatabase() {
        database = TestDatabase.plain();
        admin = new Connections(database::admin);
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void aSecondMigrationChangesNothing() {
        assertThat(CatalogMigrations.migrate(admin)).isEqualTo("7");
        Catalog.open(admin).registerNamespace("kept", "a test");
        assertThat(CatalogMigrations.migrate(admin)).isEqualTo("7");
        assertThat(Catalog.open(admin).namespace("kept")).isPresent();
    }

    @Test
    void severalProgramsMayMigrateAtOnce() throws Exception {
        int programs = 4;
        CountDownLatch together = new CountDownLatch(programs);
        ExecutorService threads = Executors.newFixedThreadPool(programs);
        try {
            List<Future<String>> versions = new ArrayList<>();
            for (int i = 0; i < programs; i++) {
                versions.add(threads.submit(() -> {
                    together.countDown();
                    together.await();
                    return CatalogMigrations.migrate(admin);
                }));
            }
            for (Future<String> version : versions) {
                assertThat(version.get()).isEqualTo("7");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(Catalog.open(admin).namespace("none")).isEmpty();
    }

    @Test
    void refusesACatalogueThatIsMissing() {
        assertThatThrownBy(() -> Catalog.open(admin))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("it does not exist, this program needs version 7; nothing was changed")
                .hasMessageContaining("HINT: run `archiver init`");
    }

    @Test
    void refusesACatalogueThatIsOlderThanTheProgram() {
        CatalogMigrations.migrate(admin);
        assertThatThrownBy(() -> CatalogMigrations.requireCurrent(admin, CatalogMigrations.LOCATION, LATER))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("it has version 7, this program needs version 99")
                .hasMessageContaining("HINT: run `archiver init`");
    }

    @Test
    void refusesACatalogueThatIsNewerThanTheProgram() {
        assertThat(CatalogMigrations.migrate(admin, CatalogMigrations.LOCATION, LATER))
                .isEqualTo("99");
        assertThatThrownBy(() -> Catalog.open(admin))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("it has version 99, this program knows versions up to 7")
                .hasMessageContaining("HINT: a newer Firn has upgraded it");
        assertThatThrownBy(() -> CatalogMigrations.migrate(admin))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("it has version 99, this program knows versions up to 7");
    }

    @Test
    void upgradesAnOlderCatalogueAndKeepsWhatIsInIt() {
        CatalogMigrations.migrate(admin);
        Catalog.open(admin).registerNamespace("kept", "a test");
        assertThat(CatalogMigrations.migrate(admin, CatalogMigrations.LOCATION, LATER))
                .isEqualTo("99");
        database.execute("DO $$ BEGIN ASSERT (SELECT count(*) = 1 FROM firn.namespace WHERE later IS NULL); END $$");
    }

    @Test
    void refusesACatalogueOfAnotherBuild() {
        CatalogMigrations.migrate(admin);
        database.execute("UPDATE firn.schema_history SET checksum = checksum + 1 WHERE version = '7'");
        assertThatThrownBy(() -> Catalog.open(admin))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("its version 7 is not the one this program was built with");
    }

    @Test
    void leavesAForeignSchemaOfThatNameAlone() {
        database.execute("CREATE SCHEMA firn", "CREATE TABLE firn.glacier (id int)");
        assertThatThrownBy(() -> CatalogMigrations.migrate(admin))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("nothing of the archive was touched")
                .hasMessageContaining("HINT: connect as a role that may create schema firn");
    }

    @Test
    void saysWhatToDoWhenTheRoleMayNotReadTheCatalogue() {
        CatalogMigrations.migrate(admin);
        assertThatThrownBy(() -> Catalog.open(new Connections(database::reader)))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("catalog-grants.sql");
    }

    @Test
    void everyTableViewAndColumnSaysWhatItIsFor() throws Exception {
        CatalogMigrations.migrate(admin);
        String columns =
                """
                SELECT c.relname || coalesce('.' || a.attname, ''),
                  col_description(c.oid, a.attnum) IS NOT NULL AND obj_description(c.oid, 'pg_class') IS NOT NULL
                FROM pg_class c
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
                WHERE c.relnamespace = 'firn'::regnamespace AND c.relkind IN ('r', 'v')
                  AND c.relname <> 'schema_history'
                """;
        try (Connection connection = database.admin()) {
            List<String> undocumented = new ArrayList<>();
            List<String> all = Sql.list(
                    connection,
                    row -> {
                        if (!row.getBoolean(2)) {
                            undocumented.add(row.getString(1));
                        }
                        return row.getString(1);
                    },
                    columns);
            assertThat(all).contains("claim.token", "audit_trail.txid", "tables.bytes_freed");
            assertThat(undocumented).isEmpty();
        }
    }
}
