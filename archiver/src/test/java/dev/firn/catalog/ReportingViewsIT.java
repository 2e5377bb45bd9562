package dev.firn.catalog;

import static dev.firn.catalog.CatalogFixture.chunk;
import static dev.firn.catalog.CatalogFixture.copy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FirnException.Category;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportingViewsIT {

    private static CatalogFixture fixture;

    private final Catalog catalog = fixture.catalog();

    @BeforeAll
    static void createCatalogue() {
        fixture = CatalogFixture.create();
    }

    @AfterAll
    static void dropCatalogue() {
        fixture.close();
    }

    @Test
    void tellWhatIsArchivedInWorkAndDone() throws SQLException {
        String namespace = fixture.namespace();
        ChunkKey dropped = chunk(namespace, 0, 86_400_000_000L);
        Claim claim = fixture.claim(dropped);
        catalog.recordAttempt(claim, "attempt-1");
        catalog.recordArchived(claim, copy(dropped, 1));
        catalog.recordArchived(claim, copy(dropped, 2, CatalogFixture.manifest(dropped, 1)));
        catalog.recordFoundDropped(claim, "a test");
        ChunkKey hot = chunk(namespace, 86_400_000_000L, 2 * 86_400_000_000L);
        catalog.recordFailure(hot, Category.PASSING, "busy", "wait", Duration.ZERO, "settings");
        fixture.lapsedClaim(hot);
        String of = " WHERE namespace = '" + namespace + "'";

        assertThat(report("SELECT concat_ws(' ', table_name, range_text, extract(epoch FROM range_to)::bigint, state,"
                        + " generation, rows, bytes_archived, bytes_before) FROM firn.archived" + of))
                .containsExactly("messages [1970-01-01, 1970-01-02) 86400 dropped 2 2000 500 2000");
        assertThat(report("SELECT concat_ws(' ', purpose, holder, attempt, lapsed) FROM firn.in_work" + of
                        + " ORDER BY token"))
                .containsExactly("archive worker-1 attempt-1 f", "archive stalled t");
        assertThat(report("SELECT concat_ws(' ', chunks_begun, chunks_archived, chunks_dropped, chunks_restored,"
                        + " chunks_failing, rows_archived, bytes_archived, bytes_freed) FROM firn.tables" + of))
                .containsExactly("1 0 1 0 1 2000 500 2000");
        assertThat(report("SELECT action FROM firn.audit_trail" + of + " ORDER BY id"))
                .containsExactly("registered", "archived", "archived", "found dropped");
    }

    @ParameterizedTest
    @CsvSource({
        "timestamptz, 0, 1970-01-01 00:00:00+00",
        "timestamptz, 9223372036854775807, infinity",
        "timestamp, -9223372036854775808, -infinity",
        "date, -86400000000, 1969-12-31 00:00:00+00",
        "timestamptz, 9223372036854775806, 294247-01-10 04:00:54.775806+00",
        "timestamptz, 253402300799999999, 9999-12-31 23:59:59.999999+00",
        "timestamptz, -210866803200000000, 4714-11-24 00:00:00+00 BC",
        "timestamptz, -210866803200000001, ",
        "int8, 5, ",
    })
    void showPositionsAsTimes(String kind, long position, String expected) throws SQLException {
        String shown = report("SELECT firn.as_time('" + kind + "', '" + position + "'::bigint)::text")
                .get(0);
        assertThat(shown).isEqualTo(expected);
    }

    private static List<String> report(String sql) throws SQLException {
        try (Connection connection = fixture.database().reader()) {
            Sql.update(connection, "SET TimeZone = 'UTC'");
            return Sql.list(connection, row -> row.getString(1), sql);
        }
    }
}
