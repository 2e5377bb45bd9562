package dev.firn.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.TableName;
import dev.firn.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogRolesIT {

    private static CatalogFixture fixture;

    @BeforeAll
    static void createCatalogue() {
        fixture = CatalogFixture.create();
    }

    @AfterAll
    static void dropCatalogue() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE firn.audit SET actor = 'nobody'",
                "DELETE FROM firn.audit",
                "TRUNCATE firn.audit",
                "INSERT INTO firn.audit (namespace, action, actor, role_name) VALUES ('n', 'a', 'x', 'postgres')",
                "INSERT INTO firn.audit (namespace, action, actor, txid) VALUES ('n', 'a', 'x', '1')",
                "INSERT INTO firn.audit (namespace, action, actor, happened_at) VALUES ('n', 'a', 'x', 'epoch')",
                "ALTER TABLE firn.audit DISABLE TRIGGER append_only",
                "DROP TABLE firn.audit",
                "DROP SCHEMA firn CASCADE",
                "UPDATE firn.schema_history SET version = '0'",
                "TRUNCATE firn.chunk CASCADE",
                "CREATE TABLE firn.more (id int)"
            })
    void theServiceCannot(String sql) throws SQLException {
        fixture.namespace();
        try (Connection connection = fixture.database().archiver();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute(sql))
                    .isInstanceOf(SQLException.class)
                    .extracting(thrown -> ((SQLException) thrown).getSQLState())
                    .isEqualTo("42501");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPDATE firn.audit SET actor = 'nobody'", "DELETE FROM firn.audit", "TRUNCATE firn.audit"})
    void notEvenTheOwnerChangesTheAuditTrail(String sql) throws SQLException {
        fixture.namespace();
        try (Connection connection = fixture.database().admin();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute(sql)).hasMessageContaining("firn.audit is append-only");
        }
    }

    @Test
    void theAuditTrailSaysWhichRoleAndTransactionWroteIt() throws SQLException {
        String namespace = fixture.namespace();
        fixture.catalog().audit(AuditEntry.ofNamespace(namespace, "looked", Map.of("rows", 3), "worker-1"));
        assertThat(fixture.texts("SELECT concat_ws(' ', action, actor, role_name, detail, txid IS NOT NULL)"
                        + " FROM firn.audit_trail WHERE action = 'looked' AND namespace = '" + namespace + "'"))
                .containsExactly("looked worker-1 firn_archiver {\"rows\": 3} t");
    }

    @Test
    void theReportingRoleReadsTheViewsAndNothingElse() throws SQLException {
        List<String> relations = fixture.texts("SELECT relname::text || '/' || relkind::text FROM pg_class"
                + " WHERE relnamespace = 'firn'::regnamespace AND relkind IN ('r', 'v', 'S') ORDER BY 1");
        assertThat(relations).contains("audit/r", "archived/v", "fencing_token/S");
        try (Connection connection = fixture.database().reader();
                Statement statement = connection.createStatement()) {
            for (String relation : relations) {
                String read = "SELECT * FROM firn." + TableName.quote(relation.substring(0, relation.indexOf('/')));
                if (relation.endsWith("/v")) {
                    assertThatCode(() -> statement.executeQuery(read)).doesNotThrowAnyException();
                } else {
                    assertThatThrownBy(() -> statement.executeQuery(read)).hasMessageContaining("permission denied");
                }
            }
            assertThatThrownBy(() -> statement.executeUpdate("DELETE FROM firn.in_work"))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> statement.execute("SELECT nextval('firn.fencing_token')"))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void grantsMayBeGivenAgainAndTakeBackWhatIsTooMuch() throws SQLException {
        fixture.database()
                .execute("GRANT ALL ON firn.audit TO firn_archiver", "GRANT SELECT ON firn.claim TO firn_reader");
        CatalogGrants.apply(fixture.admin(), TestDatabase.ARCHIVER, TestDatabase.READER);
        assertThat(fixture.texts("SELECT concat_ws(' ', has_table_privilege('firn_archiver', 'firn.audit', 'UPDATE'),"
                        + " has_table_privilege('firn_archiver', 'firn.audit', 'SELECT'),"
                        + " has_table_privilege('firn_reader', 'firn.claim', 'SELECT'))"))
                .containsExactly("f t f");
    }

    @Test
    void rolesOfAnyNameAreGrantedTheirRights() throws SQLException {
        List<String> names = List.of("it's \"quoted\"; DROP SCHEMA firn CASCADE --", "back\\slash $1\nDROP");
        for (String name : names) {
            fixture.database().execute("CREATE ROLE " + TableName.quote(name));
        }
        try {
            CatalogGrants.apply(fixture.admin(), names.get(0), names.get(1));
            assertThat(fixture.texts(
                            "SELECT rolname FROM pg_roles WHERE has_table_privilege(oid, 'firn.tables', 'SELECT')"
                                    + " AND NOT rolsuper AND rolname <> 'pg_read_all_data'"))
                    .containsAll(names);
        } finally {
            for (String name : names) {
                fixture.database()
                        .execute("DROP OWNED BY " + TableName.quote(name), "DROP ROLE " + TableName.quote(name));
            }
        }
    }
}
