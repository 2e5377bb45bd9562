package dev.firn.athena;

import static dev.firn.athena.Copies.column;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.archive.Manifest;
import dev.firn.types.Column;
import dev.firn.types.PgType;
import dev.firn.types.PgTypes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HiveTableTest {

    private static final Duration WEEK = Duration.ofDays(7);
    private static final PgType INT4 = PgTypes.builtIn("int4", -1, "integer");
    private static final PgType INT8 = PgTypes.builtIn("int8", -1, "bigint");
    private static final Column TIME = Copies.TIME.get(0);

    private final Copies copies = new Copies();

    @Test
    void partitionsLieWhereTheFilesDo() {
        Manifest week = copies.chunk("2024-01-04T00:00:00Z", WEEK);
        assertThat(table(week, copies.chunk("2024-01-11T00:00:00Z", WEEK)).partitions())
                .isEqualTo(Map.of(
                        "20240104T000000Z",
                        "s3://bucket/my-shop/tsdb_default.messages/data/chunk=20240104T000000Z/",
                        "20240111T000000Z",
                        "s3://bucket/my-shop/tsdb_default.messages/data/chunk=20240111T000000Z/"));
        assertThat(week.files().get(0).key()).startsWith("my-shop/tsdb_default.messages/data/chunk=20240104T000000Z/");
        assertThat(table(copies.day("2024-01-11T00:00:00Z", "2024-01-12")).partitions())
                .isEqualTo(Map.of("2024-01-12", "s3://bucket/my-shop/tsdb_default.messages/data/dt=2024-01-12/"));
    }

    @Test
    void aViewHasEachColumnInTheTypeOfTheTableAndInThatOfQueries() {
        HiveView view = table(
                        copies.chunk(
                                "2024-01-04T00:00:00Z",
                                WEEK,
                                TIME,
                                column("n", "n", 2, INT4),
                                column("tags", "tags", 3, PgTypes.arrayOf(PgTypes.builtIn("text"))),
                                column("amount", "amount", 4, PgTypes.numeric(9, 2))),
                        copies.chunk("2024-01-11T00:00:00Z", WEEK, TIME, column("n", "n_2", 2, INT8)))
                .view();

        assertThat(view.name()).isEqualTo("tsdb_default_messages_natural");
        assertThat(view.query())
                .startsWith("SELECT\n  \"time\",\n  coalesce(\"n_2\", CAST(\"n\" AS bigint)) AS \"n\",\n")
                .endsWith("FROM \"firn_my_shop\".\"tsdb_default_messages\"");
        assertThat(view.columns())
                .containsExactly(
                        new HiveView.Column("time", "timestamp", "timestamp(3)"),
                        new HiveView.Column("n", "bigint", "bigint"),
                        new HiveView.Column("tags", "array<string>", "array(varchar)"),
                        new HiveView.Column("amount", "decimal(9,2)", "decimal(9, 2)"),
                        new HiveView.Column("firn_exceptions", "map<string,string>", "map(varchar, varchar)"),
                        new HiveView.Column("chunk", "string", "varchar"));
    }

    @Test
    void aMarkTellsWhoseATableIs() {
        TableMark mark = new TableMark("my-shop", new TableName("tsdb_default", "messages"), "s3://bucket/data/");

        assertThat(mark.isOn(Map.of())).isFalse();
        assertThat(mark.isOn(mark.properties())).isTrue();
        assertThat(new TableMark("my-shop", new TableName("tsdb_default", "messages"), "s3://other/data/")
                        .isOn(mark.properties()))
                .isFalse();
        assertThat(TableMark.owner(mark.properties())).isEqualTo("my-shop/tsdb_default.messages in s3://bucket/data/");
        assertThat(TableMark.owner(Map.of("comment", "mine"))).isEqualTo("somebody other than Firn");
    }

    private static HiveTable table(Manifest... live) {
        return HiveTable.of(ExternalTable.of(Copies.LAYOUT, "s3://bucket", List.of(live)));
    }
}
