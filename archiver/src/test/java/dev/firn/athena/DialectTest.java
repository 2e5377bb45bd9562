package dev.firn.athena;

import static dev.firn.athena.Copies.column;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.archive.Manifest;
import dev.firn.types.Column;
import dev.firn.types.PgType;
import dev.firn.types.PgTypes;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is printed, literally where its form matters to an engine. */
class DialectTest {

    private static final Duration WEEK = Duration.ofDays(7);
    private static final String URL = "s3://bucket/firn";
    private static final PgType INT4 = PgTypes.builtIn("int4", -1, "integer");
    private static final PgType INT8 = PgTypes.builtIn("int8", -1, "bigint");
    private static final PgType TEXT = PgTypes.builtIn("text");
    private static final Column TIME = Copies.TIME.get(0);

    private final Copies copies = new Copies();

    @Test
    void athenaIsToldInHivesWords() {
        Manifest week = copies.chunk(
                "2024-01-04T00:00:00Z",
                WEEK,
                TIME,
                column("Stream's name", "stream_s_name", 2, TEXT),
                column("amount", "amount", 3, PgTypes.numeric(9, 2)),
                column("tags", "tags", 4, PgTypes.arrayOf(TEXT)));

        assertThat(statements(Dialect.ATHENA, week))
                .containsExactly(
                        "CREATE DATABASE IF NOT EXISTS `firn_my_shop`",
                        "DROP TABLE IF EXISTS `firn_my_shop`.`tsdb_default_messages`",
                        """
                        CREATE EXTERNAL TABLE `firn_my_shop`.`tsdb_default_messages` (
                          `time` timestamp COMMENT 'timestamp with time zone',
                          `stream_s_name` string COMMENT '"Stream\\'s name" text',
                          `amount` decimal(9,2) COMMENT 'numeric(9,2)',
                          `tags` array<string> COMMENT 'text[]',
                          `firn_exceptions` map<string,string> COMMENT 'values that their column cannot hold, as text, by column'
                        )
                        COMMENT 'tsdb_default.messages'
                        PARTITIONED BY (`chunk` string COMMENT 'start of the chunk\\'s range, times in UTC')
                        STORED AS PARQUET
                        LOCATION 's3://bucket/firn/my-shop/tsdb_default.messages/data/'
                        TBLPROPERTIES (
                          "classification" = "parquet",
                          "firn.namespace" = "my-shop",
                          "firn.table" = "tsdb_default.messages",
                          "firn.location" = "s3://bucket/firn/my-shop/tsdb_default.messages/data/",
                          "projection.enabled" = "true",
                          "projection.chunk.type" = "date",
                          "projection.chunk.format" = "yyyyMMdd'T'HHmmss'Z'",
                          "projection.chunk.range" = "20240104T000000Z,NOW+1DAYS",
                          "projection.chunk.interval" = "1",
                          "projection.chunk.interval.unit" = "DAYS"
                        )""",
                        """
                        CREATE OR REPLACE VIEW "firn_my_shop"."tsdb_default_messages_natural" AS
                        SELECT
                          "time",
                          "stream_s_name",
                          "amount",
                          "tags",
                          "firn_exceptions",
                          "chunk"
                        FROM "firn_my_shop"."tsdb_default_messages\"""");
    }

    @Test
    void whatAWiderTypeHoldsIsOneColumnOfTheView() {
        List<Manifest> live = List.of(
                copies.chunk("2024-01-04T00:00:00Z", WEEK, TIME, column("n", "n", 2, INT4)),
                copies.chunk("2024-01-11T00:00:00Z", WEEK, TIME, column("n", "n_2", 2, INT8)));

        assertThat(printed(Dialect.TRINO, live))
                .contains("\"n_2\" bigint COMMENT '\"n\" bigint',\n  \"n\" integer COMMENT 'integer'")
                .contains("  coalesce(\"n_2\", CAST(\"n\" AS bigint)) AS \"n\",\n  \"firn_exceptions\"")
                .doesNotContain("TWO NAMES");
        assertThat(printed(Dialect.SPARK, live)).contains("coalesce(`n_2`, CAST(`n` AS BIGINT)) AS `n`");
    }

    @Test
    void whatNoTypeHoldsTogetherStaysApartAndIsSaidLoudly() {
        assertThat(printed(
                        Dialect.ATHENA,
                        List.of(
                                copies.chunk("2024-01-04T00:00:00Z", WEEK, TIME, column("n", "n", 2, INT4)),
                                copies.chunk("2024-01-11T00:00:00Z", WEEK, TIME, column("n", "n_2", 2, TEXT)))))
                .contains("-- ONE COLUMN, TWO NAMES")
                .contains("n_2 (\"n\" text) and n (integer)")
                .contains("  \"n_2\",\n  \"n\",\n");
    }

    @Test
    void aColumnDroppedAndMadeAnewIsAnotherOne() {
        assertThat(printed(
                        Dialect.TRINO,
                        List.of(
                                copies.chunk("2024-01-04T00:00:00Z", WEEK, TIME, column("n", "n", 2, INT4)),
                                copies.chunk("2024-01-11T00:00:00Z", WEEK, TIME, column("n", "n_2", 9, INT8)))))
                .doesNotContain("coalesce")
                .doesNotContain("TWO NAMES");
    }

    @Test
    void trinoShowsJsonAndMomentsAsSuch() {
        assertThat(printed(
                        Dialect.TRINO,
                        List.of(copies.chunk(
                                "2024-01-04T00:00:00Z",
                                WEEK,
                                TIME,
                                column("data", "data", 2, PgTypes.domainOver(PgTypes.builtIn("jsonb")))))))
                .contains("with_timezone(\"time\", 'UTC') AS \"time\"")
                .contains("json_parse(\"data\") AS \"data\"");
    }

    @Test
    void numbersBeyond32BitsAreRegisteredWithTrino() {
        Manifest copy = copies.numbers(1L << 40, 1 << 20);

        assertThat(printed(Dialect.ATHENA, List.of(copy)))
                .contains("\"projection.chunk.type\" = \"integer\"")
                .contains("\"projection.chunk.digits\" = \"19\"")
                .contains("AFTER THESE ARE NOT SHOWN");
        assertThat(printed(Dialect.TRINO, List.of(copy)))
                .doesNotContain("partition_projection")
                .contains("CALL system.sync_partition_metadata('firn_my_shop', 'tsdb_default_messages', 'FULL');")
                .contains("WHAT IS ARCHIVED LATER IS NOT SHOWN");
    }

    @ParameterizedTest
    @EnumSource
    void noNameEndsACommentOrAStatement(Dialect dialect) {
        String printed = printed(
                dialect,
                List.of(copies.chunk(
                        "2024-01-04T00:00:00Z", WEEK, TIME, column("a\n); DROP TABLE x;\n--", "a", 2, TEXT))));

        assertThat(printed.lines().filter(line -> line.endsWith(";"))).hasSize(dialect == Dialect.SPARK ? 5 : 4);
        assertThat(printed.lines().filter(line -> line.startsWith(")"))).allMatch(line -> line.matches("\\)(;)?"));
    }

    /** Who splits what is printed at semicolons that end lines has whole statements, wherever a comment is wrapped. */
    @ParameterizedTest
    @EnumSource
    void noLineOfACommentEndsAStatement(Dialect dialect) {
        List<Manifest> live = List.of(copies.chunk("2024-01-04T00:00:00Z", WEEK));
        for (int length = 1; length <= 120; length++) {
            String printed = dialect.ddl(ExternalTable.of("d".repeat(length), Copies.LAYOUT, URL, live));

            assertThat(printed.lines().filter(line -> line.startsWith("--")))
                    .as("a database's name of %d", length)
                    .noneMatch(line -> line.endsWith(";"));
        }
    }

    @Test
    void refusesCopiesByChunkBesideCopiesByDay() {
        List<Manifest> live =
                List.of(copies.chunk("2024-01-04T00:00:00Z", WEEK), copies.day("2024-01-11T00:00:00Z", "2024-01-12"));

        assertThatThrownBy(() -> ExternalTable.of(Copies.LAYOUT, URL, live))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("some of its copies lie by chunk and some by day")
                .hasMessageContaining("HINT: query the files themselves");
    }

    @Test
    void refusesANameThatStandsForTwoTypes() {
        List<Manifest> live = List.of(
                copies.chunk("2024-01-04T00:00:00Z", WEEK, TIME, column("n", "n", 2, INT4)),
                copies.chunk("2024-01-11T00:00:00Z", WEEK, TIME, column("n", "n", 2, INT8)));

        assertThatThrownBy(() -> ExternalTable.of(Copies.LAYOUT, URL, live))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("the column 'n' as [BIGINT, INTEGER]");
    }

    @ParameterizedTest
    @EnumSource
    void theFirstLinesSayWhoseTableItIsAndWhenItIsToBePrintedAgain(Dialect dialect) {
        String header = header(dialect, copies.chunk("2024-01-04T00:00:00Z", WEEK));

        assertThat(header)
                .contains("-- tsdb_default.messages of the namespace my-shop, as it is archived in"
                        + " s3://bucket/firn/my-shop/tsdb_default.messages/data/.")
                .contains("IT TAKES THE PLACE OF WHATEVER TABLE IS CALLED firn_my_shop.tsdb_default_messages, that of"
                        + " another archive too")
                .contains(
                        "Print it and run it again after a column was added or given another type: UNTIL THEN THE ROWS"
                                + " ARCHIVED SINCE SHOW NULL THERE, or lack it, without an error.")
                .contains("`archiver status` warns where athena.sync is off")
                .contains("char(n) and citext");
    }

    @Test
    void whatIsNotOnAGridIsSaidLoudly() {
        assertThat(header(Dialect.ATHENA, copies.chunk("2024-01-04T00:00:00Z", WEEK)))
                .contains("until a day from the time of a query: CHUNKS BEFORE, BETWEEN OR AFTER THESE ARE NOT SHOWN"
                        + " until this is printed and run again");
        assertThat(header(Dialect.TRINO, copies.day("2024-01-11T00:00:00Z", "2024-01-12")))
                .contains("every day from 2024-01-12 until a day from the time of a query: ROWS OF OTHER DAYS ARE NOT"
                        + " SHOWN until this is printed and run again");
        assertThat(header(Dialect.ATHENA, copies.numbers(100, 10)))
                .contains("until 10100: CHUNKS BEFORE, BETWEEN OR AFTER THESE ARE NOT SHOWN until");
        assertThat(header(Dialect.SPARK, copies.chunk("2024-01-04T00:00:00Z", WEEK)))
                .contains("WHAT IS ARCHIVED LATER IS NOT SHOWN until the statement behind CREATE TABLE is run again"
                        + " (`archiver status` does not know when that was)");
    }

    /** A row lies in the chunk that holds it, which starts before it. */
    @Test
    void theConditionInTheExampleSkipsNoRowOfTheTimeThatItIsFor() {
        assertThat(header(
                        Dialect.ATHENA,
                        copies.chunk("2024-01-04T00:00:00Z", WEEK),
                        copies.chunk("2024-01-11T00:00:00Z", Duration.ofDays(1))))
                .contains("A chunk holds rows from its start on, for up to 7 DAYS here: for rows from"
                        + " 2024-01-11T12:00:00Z on say `chunk >= '20240104T120000Z'` too");
        assertThat(header(Dialect.ATHENA, copies.numbers(100, 10), copies.numbers(1000, 20)))
                .contains("for up to 20 here: for rows from 1010 on say `chunk >= '0000000000000000990'` too");
        assertThat(header(Dialect.ATHENA, copies.day("2024-01-11T00:00:00Z", "2024-01-12")))
                .contains("say `dt >= '2024-01-12'` in queries");
    }

    @Test
    void whatAnEngineShowsLessExactlyIsSaid() {
        Manifest copy =
                copies.chunk("2024-01-04T00:00:00Z", WEEK, TIME, column("data", "data", 2, PgTypes.builtIn("jsonb")));

        assertThat(header(Dialect.TRINO, copy))
                .contains(
                        "NUMBERS WITH A POINT IN JSON BECOME DOUBLES there and lose digits beyond some 15; the text of"
                                + " the table's column is exact");
        assertThat(header(Dialect.ATHENA, copy))
                .contains("ATHENA ROUNDS TIMES TO MILLISECONDS, where the files hold microseconds: moments of one"
                        + " millisecond compare as equal, and one just before a bound may be taken for later");
        assertThat(header(Dialect.SPARK, copy)).doesNotContain("MILLISECONDS");
    }

    /** Glue counts bytes, and takes no half of a character. */
    @Test
    void aLongCommentIsCutBetweenCharactersAndToBytes() {
        for (int shift = 0; shift < 4; shift++) {
            String type = "x".repeat(shift) + "\uD83D\uDC27".repeat(200);
            String printed = printed(
                    Dialect.ATHENA,
                    List.of(copies.chunk(
                            "2024-01-04T00:00:00Z",
                            WEEK,
                            TIME,
                            column("e", "e", 2, PgTypes.builtIn("int4", -1, type)))));
            Matcher comment = Pattern.compile("`e` int COMMENT '(.*)'").matcher(printed);

            assertThat(comment.find()).isTrue();
            byte[] bytes = comment.group(1).getBytes(UTF_8);
            assertThat(new String(bytes, UTF_8)).isEqualTo(comment.group(1)).endsWith("\uD83D\uDC27…");
            assertThat(bytes.length).isBetween(250, 255);
        }
    }

    private String header(Dialect dialect, Manifest... live) {
        String printed = printed(dialect, List.of(live));
        return printed.substring(0, printed.indexOf("\nCREATE "));
    }

    private static List<String> statements(Dialect dialect, Manifest... live) {
        String printed = printed(dialect, List.of(live));
        String text = printed.lines().filter(line -> !line.startsWith("--")).reduce("", (a, b) -> a + b + "\n");
        return List.of(text.strip().replaceAll(";$", "").split(";\n", -1));
    }

    /** With every comment on one line. */
    private static String printed(Dialect dialect, List<Manifest> live) {
        return dialect.ddl(ExternalTable.of(Copies.LAYOUT, URL, live)).replace("\n--  ", "");
    }

    /** Nothing lies where engines would look for partitions, and some fail over that. */
    @Test
    void partitionsAreNotLookedForWhereAllHasExpired() {
        ExternalTable table = ExternalTable.of(
                        Copies.LAYOUT, URL, List.of(copies.chunk("2024-01-04T00:00:00Z", WEEK, TIME)))
                .withoutRows();
        for (Dialect dialect : Dialect.values()) {
            String printed = dialect.ddl(table).replace("\n--  ", "");

            assertThat(printed)
                    .contains("-- NO ROW OF IT IS ARCHIVED NOW: it is described as it was last, for rows to come.\n")
                    .containsPattern("(?m)^CREATE (EXTERNAL )?TABLE ")
                    .doesNotContainPattern("(?m)^(MSCK|CALL)");
        }
        assertThat(Dialect.SPARK.ddl(table).replace("\n--  ", ""))
                .contains("IS NOT SHOWN until MSCK REPAIR TABLE `firn_my_shop`.`tsdb_default_messages` is run");
        assertThat(Dialect.ATHENA.ddl(table)).contains("\"projection.chunk.range\" = \"20240104T000000Z,NOW+1DAYS\"");
    }
}
