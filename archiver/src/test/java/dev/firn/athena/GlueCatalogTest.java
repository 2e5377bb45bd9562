package dev.firn.athena;

import static dev.firn.athena.Copies.column;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.archive.Manifest;
import dev.firn.athena.glue.ArchivedTable;
import dev.firn.athena.glue.GlueCatalog;
import dev.firn.athena.glue.GlueSettings;
import dev.firn.athena.glue.SyncedTable;
import dev.firn.testing.GlueServer;
import dev.firn.testing.GlueServer.Fault;
import dev.firn.types.Column;
import dev.firn.types.PgType;
import dev.firn.types.PgTypes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A catalog that is told of archives, over Glue's protocol. */
class GlueCatalogTest {

    private static final String DATABASE = "firn_my_shop";
    private static final String TABLE = "tsdb_default_messages";
    private static final String VIEW = TABLE + "_natural";
    private static final String URL = "s3://bucket/firn";
    private static final String DATA = URL + "/my-shop/tsdb_default.messages/data/";
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Column TIME = Copies.TIME.get(0);
    private static final PgType INT4 = PgTypes.builtIn("int4", -1, "integer");
    private static final PgType INT8 = PgTypes.builtIn("int8", -1, "bigint");
    private static final PgType TEXT = PgTypes.builtIn("text");

    private final Copies copies = new Copies();
    private final List<Manifest> live = new CopyOnWriteArrayList<>();
    private GlueServer glue;
    private GlueCatalog catalog;

    @BeforeEach
    void open() {
        glue = new GlueServer();
        catalog = GlueCatalog.open(glue.settings());
    }

    @AfterEach
    void close() {
        catalog.close();
        glue.close();
    }

    @Test
    void theFirstTimeMakesDatabaseTablePartitionsAndView() {
        live.add(copies.chunk("2024-01-04T00:00:00Z", WEEK, TIME, column("n", "n", 2, INT4)));

        SyncedTable synced = sync();

        assertThat(synced.failure()).isEmpty();
        assertThat(synced.name()).isEqualTo("firn_my_shop.tsdb_default_messages");
        assertThat(synced.changes())
                .containsExactly(
                        "database firn_my_shop created",
                        "table tsdb_default_messages created",
                        "partitions registered: 20240104T000000Z",
                        "view tsdb_default_messages_natural created");
        assertThat(glue.writes())
                .containsExactly("CreateDatabase", "CreateTable", "BatchCreatePartition", "CreateTable");
        JsonNode table = table(TABLE);
        assertThat(table.path("TableType").asText()).isEqualTo("EXTERNAL_TABLE");
        assertThat(table.path("StorageDescriptor").path("Location").asText()).isEqualTo(DATA);
        assertThat(columns(table)).containsExactly("time timestamp", "n int", "firn_exceptions map<string,string>");
        JsonNode partition = glue.partitions(DATABASE, TABLE).get("20240104T000000Z");
        assertThat(partition.path("StorageDescriptor").path("Location").asText())
                .isEqualTo(DATA + "chunk=20240104T000000Z/");
        assertThat(columns(partition)).isEqualTo(columns(table));
    }

    @Test
    void theSecondTimeWritesNothing() {
        fillWeeks();
        sync();
        glue.forget();

        SyncedTable again = sync();

        assertThat(again.changes()).isEmpty();
        assertThat(again.wasInStep()).isTrue();
        assertThat(glue.writes()).isEmpty();
    }

    @Test
    void aForecastWritesNothingAndSaysWhatIsToCome() {
        fillWeeks();

        List<String> forecast = catalog.forecast(archived()).changes();

        assertThat(glue.writes()).isEmpty();
        assertThat(sync().changes()).isEqualTo(forecast);
        assertThat(catalog.forecast(archived()).wasInStep()).isTrue();
    }

    @Test
    void nothingIsSaidOfWhatIsNotArchivedYet() {
        assertThat(sync().wasInStep()).isTrue();
        assertThat(glue.writes()).isEmpty();
    }

    @Test
    void aLaterColumnComesToTableEveryPartitionAndView() {
        live.add(copies.chunk("2024-01-04T00:00:00Z", WEEK));
        sync();
        live.add(copies.chunk("2024-01-11T00:00:00Z", WEEK, TIME, column("extra", "extra", 2, TEXT)));

        assertThat(sync().changes())
                .contains("column extra string added")
                .contains("partitions registered: 20240111T000000Z")
                .contains("partitions described anew: 20240104T000000Z")
                .contains("view tsdb_default_messages_natural made anew");

        assertThat(columns(table(TABLE))).contains("extra string");
        assertThat(glue.partitions(DATABASE, TABLE).values())
                .allSatisfy(partition -> assertThat(columns(partition)).isEqualTo(columns(table(TABLE))));
        assertThat(definition().path("originalSql").asText()).contains("\"extra\"");
        assertThat(sync().wasInStep()).isTrue();
    }

    @Test
    void aWidenedColumnIsASecondOneInTheTableAndOneInTheView() {
        live.add(copies.chunk("2024-01-04T00:00:00Z", WEEK, TIME, column("n", "n", 2, INT4)));
        sync();
        live.add(copies.chunk("2024-01-11T00:00:00Z", WEEK, TIME, column("n", "n_2", 2, INT8)));

        sync();

        assertThat(columns(table(TABLE))).contains("n_2 bigint", "n int");
        assertThat(columns(table(VIEW)))
                .containsExactly("time timestamp", "n bigint", "firn_exceptions map<string,string>", "chunk string");
        assertThat(definition().path("originalSql").asText())
                .contains("coalesce(\"n_2\", CAST(\"n\" AS bigint)) AS \"n\"");
    }

    @Test
    void aColumnThatPostgresqlDroppedStaysWhileFilesHaveIt() {
        live.add(copies.chunk("2024-01-04T00:00:00Z", WEEK, TIME, column("n", "n", 2, INT4)));
        live.add(copies.chunk("2024-01-11T00:00:00Z", WEEK, TIME));
        sync();
        assertThat(columns(table(TABLE))).contains("n int");

        live.remove(0);

        assertThat(sync().changes())
                .contains("column n removed; property projection.chunk.range: 20240111T000000Z,NOW+1DAYS")
                .contains("partitions without rows removed: 20240104T000000Z");
        assertThat(columns(table(TABLE))).containsExactly("time timestamp", "firn_exceptions map<string,string>");
        assertThat(glue.partitions(DATABASE, TABLE)).containsOnlyKeys("20240111T000000Z");
    }

    @Test
    void anotherGridIsAnotherProjection() {
        live.add(copies.chunk("2024-01-04T00:00:00Z", WEEK));
        sync();
        assertThat(parameters(TABLE)).containsEntry("projection.chunk.interval.unit", "DAYS");
        live.add(copies.chunk("2024-01-11T06:00:00Z", Duration.ofHours(6)));

        assertThat(String.join("\n", sync().changes()))
                .contains("property projection.chunk.interval: 6; property projection.chunk.interval.unit: HOURS");

        assertThat(parameters(TABLE))
                .containsEntry("projection.chunk.interval", "6")
                .containsEntry("projection.chunk.interval.unit", "HOURS");
    }

    @Test
    void partitionsAreThereBeforeATableStopsComputingThem() {
        live.add(copies.chunk("2024-01-04T00:00:00Z", WEEK));
        sync();
        glue.forget();
        // From then on no grid finds them all.
        live.add(copies.chunk("2035-01-11T00:00:00Z", WEEK));

        sync();

        assertThat(glue.writes().subList(0, 2)).containsExactly("BatchCreatePartition", "UpdateTable");
        assertThat(parameters(TABLE).keySet()).noneMatch(key -> key.startsWith("projection."));
        assertThat(sync().wasInStep()).isTrue();
    }

    @Test
    void hundredsOfPartitionsComeAndGoInBatchesAndPages() {
        glue.pagesOf(30);
        for (int week = 0; week < 250; week++) {
            live.add(copies.chunk(
                    Instant.parse("2020-01-02T00:00:00Z")
                            .plus(WEEK.multipliedBy(week))
                            .toString(),
                    WEEK));
        }
        assertThat(sync().changes()).contains("partitions registered: 250, 20200102T000000Z to 20241010T000000Z");
        assertThat(glue.bodies("BatchCreatePartition"))
                .extracting(body -> body.path("PartitionInputList").size())
                .containsExactly(100, 100, 50);
        assertThat(glue.partitions(DATABASE, TABLE)).hasSize(250);
        assertThat(sync().wasInStep()).isTrue();

        live.subList(0, 60).clear();

        sync();
        assertThat(glue.bodies("BatchDeletePartition"))
                .extracting(body -> body.path("PartitionsToDelete").size())
                .containsExactly(25, 25, 10);
        assertThat(glue.partitions(DATABASE, TABLE)).hasSize(190);
        assertThat(sync().wasInStep()).isTrue();
    }

    @Test
    void whatHasWhollyExpiredHasNoPartitionsAndIsATableStill() {
        fillWeeks();
        sync();
        registerElsewhere();
        live.clear();

        assertThat(sync().changes())
                .containsExactly("partitions without rows removed: 2, 20240104T000000Z to 20240111T000000Z");

        assertThat(glue.partitions(DATABASE, TABLE)).containsOnlyKeys("older");
        assertThat(columns(table(TABLE))).contains("time timestamp");
        assertThat(sync().wasInStep()).isTrue();
        fillWeeks();
        assertThat(sync().failure()).isEmpty();
        assertThat(glue.partitions(DATABASE, TABLE)).containsOnlyKeys("20240104T000000Z", "20240111T000000Z", "older");
    }

    @Test
    void aTableThatIsSomebodyElsesByNowKeepsItsPartitionsWhenAllHasExpired() {
        fillWeeks();
        sync();
        edit(TABLE, table -> table.replace("\"firn.namespace\":\"my-shop\"", "\"firn.namespace\":\"theirs\""));
        live.clear();

        assertThat(sync().changes()).isEmpty();

        assertThat(glue.partitions(DATABASE, TABLE)).hasSize(2);
    }

    @Test
    void whatPeopleSaidOfATableStays() {
        fillWeeks();
        sync();
        edit(TABLE, table -> table.replace("\"Parameters\":{", "\"Parameters\":{\"team\":\"shop\",")
                .replace("\"projection.enabled\":\"true\"", "\"projection.enabled\":\"no\"")
                .replaceFirst("\"Description\":\"[^\"]*\"", "\"Description\":\"our events\""));
        registerElsewhere();

        assertThat(sync().changes()).containsExactly("property projection.enabled: true");

        assertThat(parameters(TABLE)).containsEntry("team", "shop").containsEntry("projection.enabled", "true");
        assertThat(table(TABLE).path("Description").asText()).isEqualTo("our events");
        assertThat(glue.partitions(DATABASE, TABLE)).containsKey("older");
    }

    @Test
    void whatWouldHideRowsDoesNotStay() {
        fillWeeks();
        sync();
        edit(
                TABLE,
                table -> table.replace(
                        "\"Parameters\":{",
                        "\"Parameters\":{\"storage.location.template\":\"s3://elsewhere/${chunk}\","));
        glue.asSomebodyElse(
                "BatchUpdatePartition",
                "{'DatabaseName':'firn_my_shop','TableName':'tsdb_default_messages','Entries':[{'PartitionValueList':"
                        + "['20240104T000000Z'],'PartitionInput':{'Values':['20240104T000000Z'],"
                        + "'StorageDescriptor':{'Location':'s3://elsewhere/'}}}]}");

        assertThat(sync().changes())
                .containsExactly(
                        "property storage.location.template: none", "partitions described anew: 20240104T000000Z");
        assertThat(sync().wasInStep()).isTrue();
    }

    @Test
    void aTableOfSomebodyElseIsLeftAlone() {
        fillWeeks();
        glue.asSomebodyElse("CreateDatabase", "{'DatabaseInput':{'Name':'firn_my_shop'}}");
        glue.asSomebodyElse(
                "CreateTable",
                "{'DatabaseName':'firn_my_shop','TableInput':{'Name':'tsdb_default_messages','Parameters':{'a':'b'}}}");

        FirnException refused = sync().failure().orElseThrow();

        assertThat(refused.category()).isEqualTo(Category.REFUSED);
        assertThat(refused)
                .hasMessage("my-shop/tsdb_default.messages (firn_my_shop.tsdb_default_messages): telling the Glue Data"
                        + " Catalog of it: the table tsdb_default_messages there is of somebody other than Firn; it is"
                        + " left as it is, and the archive is not concerned\nHINT: drop it there if nobody needs it,"
                        + " which removes no file, or set athena.database to another one");
        assertThat(glue.writes()).isEmpty();
    }

    @Test
    void aTableOfTheSameNameInAnotherArchiveIsLeftAlone() {
        fillWeeks();
        sync();
        glue.forget();

        SyncedTable other = catalog.sync(archived("s3://other", live));

        assertThat(other.failure().orElseThrow())
                .hasMessageContaining("there is of my-shop/tsdb_default.messages in " + DATA)
                .hasMessageContaining("HINT: set athena.database of one of the two to another name");
        assertThat(glue.writes()).isEmpty();
    }

    @Test
    void aViewOfSomebodyElseIsLeftAloneAndTheTableIsMadeAllTheSame() {
        fillWeeks();
        glue.asSomebodyElse("CreateDatabase", "{'DatabaseInput':{'Name':'firn_my_shop'}}");
        glue.asSomebodyElse(
                "CreateTable",
                "{'DatabaseName':'firn_my_shop','TableInput':{'Name':'tsdb_default_messages_natural','TableType':"
                        + "'VIRTUAL_VIEW','Parameters':{'presto_view':'true'}}}");

        SyncedTable synced = sync();

        assertThat(synced.changes()).contains("table tsdb_default_messages created");
        assertThat(synced.failure().orElseThrow())
                .hasMessageContaining("the view tsdb_default_messages_natural there is of somebody other than Firn")
                .hasMessageContaining("or athena.views to false");
        assertThat(glue.partitions(DATABASE, TABLE)).hasSize(2);
    }

    @Test
    void aTableThatAthenaMadeByThePrintedSqlIsKnownAgain() {
        fillWeeks();
        sync();
        JsonNode made = table(TABLE);
        Map<String, String> printed = ddl().properties();

        assertThat(parameters(TABLE)).containsAllEntriesOf(printed);
        assertThat(new TableMark("my-shop", Copies.LAYOUT.table(), DATA).isOn(printed))
                .isTrue();
        assertThat(made.path("StorageDescriptor").path("Location").asText()).isEqualTo(ddl().location());
    }

    /** Athena keeps no property of a view, and the query as its own formatter prints it. */
    @Test
    void aViewThatAthenaMadeByThePrintedSqlIsKnownAgain() {
        live.add(copies.chunk(
                "2024-01-04T00:00:00Z",
                WEEK,
                TIME,
                column("n", "n", 2, INT4),
                column("amount", "amount", 3, PgTypes.numeric(9, 2))));
        live.add(copies.chunk(
                "2024-01-11T00:00:00Z",
                WEEK,
                TIME,
                column("n", "n_2", 2, INT8),
                column("amount", "amount_2", 3, PgTypes.numeric(12, 4))));
        glue.asSomebodyElse("CreateDatabase", "{'DatabaseInput':{'Name':'firn_my_shop'}}");
        asAthenaKeepsIt(
                """
                SELECT
                  "time"
                , COALESCE("n_2", CAST("n" AS bigint)) "n"
                , COALESCE("amount_2", CAST("amount" AS decimal(12, 4))) "amount"
                , "firn_exceptions"
                , "chunk"
                FROM
                  "firn_my_shop"."tsdb_default_messages"
                """);

        assertThat(sync().failure()).isEmpty();

        assertThat(parameters(VIEW)).containsEntry("firn.location", DATA).containsEntry("presto_view", "true");
        assertThat(sync().wasInStep()).isTrue();
    }

    @Test
    void aViewThatWasPrintedBeforeAColumnCameIsKnownAgainAndMadeAnew() {
        fillWeeks();
        sync();
        live.add(copies.chunk("2024-01-18T00:00:00Z", WEEK, TIME, column("extra", "extra", 2, TEXT)));
        asAthenaKeepsIt("SELECT\n  time\n, firn_exceptions\n, chunk\nFROM\n  firn_my_shop.tsdb_default_messages\n");

        assertThat(sync().changes()).contains("view tsdb_default_messages_natural made anew");

        assertThat(definition().path("originalSql").asText()).contains("\"extra\"");
    }

    /** They are of the same name, and read our table, but in a way that is somebody's own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT time , firn_exceptions , chunk FROM firn_my_shop.tsdb_default_messages WHERE (chunk > '2')",
                "SELECT time , firn_exceptions , chunk FROM firn_my_shop.tsdb_default_messages_old",
                "SELECT time , firn_exceptions , chunk FROM firn_my_shoe.tsdb_default_messages",
                "SELECT time , upper(stream) stream , firn_exceptions , chunk FROM firn_my_shop.tsdb_default_messages",
                "SELECT DISTINCT time , firn_exceptions , chunk FROM firn_my_shop.tsdb_default_messages",
                "SELECT time FROM firn_my_shop.tsdb_default_messages",
                "SELECT * FROM firn_my_shop.tsdb_default_messages",
                "SELECT time , 'x' firn_exceptions , chunk FROM firn_my_shop.tsdb_default_messages"
            })
    void aViewThatSomebodyWroteIsLeftAlone(String query) {
        fillWeeks();
        sync();
        asAthenaKeepsIt(query);
        String theirs = table(VIEW).path("ViewOriginalText").asText();

        assertThat(sync().failure().orElseThrow())
                .hasMessageContaining("the view tsdb_default_messages_natural there is of somebody other than Firn");

        assertThat(table(VIEW).path("ViewOriginalText").asText()).isEqualTo(theirs);
    }

    /** What CREATE OR REPLACE VIEW in Athena leaves in Glue. */
    private void asAthenaKeepsIt(String query) {
        ObjectNode definition = new ObjectMapper().createObjectNode();
        definition.put("originalSql", query).put("catalog", "awsdatacatalog").put("schema", "default");
        definition.putArray("columns").addObject().put("name", "time").put("type", "timestamp(3)");
        String text = Base64.getEncoder().encodeToString(definition.toString().getBytes(UTF_8));
        glue.asSomebodyElse(
                glue.table(DATABASE, VIEW).isPresent() ? "UpdateTable" : "CreateTable",
                ("{'DatabaseName':'firn_my_shop','TableInput':{'Name':'%s','TableType':'VIRTUAL_VIEW','ViewOriginalText':'/*"
                                + " Presto View: %s */','ViewExpandedText':'/* Presto View */','Parameters':{'comment':'Presto"
                                + " View','presto_view':'true'},'StorageDescriptor':"
                                + "{'Columns':[{'Name':'time','Type':'timestamp'}],'SerdeInfo':{}}}}")
                        .formatted(VIEW, text));
    }

    /** One model, two ways: what differs between them is what nobody has thought of. */
    @Test
    void theDdlAndTheCatalogDescribeTheSameTable() {
        live.add(copies.chunk(
                "2024-01-04T00:00:00Z",
                WEEK,
                TIME,
                column("Stream's \"name\"", "stream_s_name", 2, TEXT),
                column("amount", "amount", 3, PgTypes.numeric(9, 2)),
                column("tags", "tags", 4, PgTypes.arrayOf(TEXT))));
        sync();
        Ddl ddl = ddl();
        JsonNode table = table(TABLE);

        assertThat(columnsWithComments(table.path("StorageDescriptor").path("Columns")))
                .isEqualTo(ddl.columns());
        assertThat(columnsWithComments(table.path("PartitionKeys"))).isEqualTo(ddl.partitionedBy());
        assertThat(table.path("StorageDescriptor").path("Location").asText()).isEqualTo(ddl.location());
        assertThat(parameters(TABLE).get("comment")).isEqualTo(ddl.comment());
        Map<String, String> properties = new TreeMap<>(parameters(TABLE));
        properties.keySet().removeAll(List.of("EXTERNAL", "comment"));
        assertThat(properties).isEqualTo(ddl.properties());
        assertThat(table.path("StorageDescriptor")
                        .path("SerdeInfo")
                        .path("SerializationLibrary")
                        .asText())
                .endsWith(".ParquetHiveSerDe");
        assertThat("CREATE OR REPLACE VIEW \"firn_my_shop\".\"tsdb_default_messages_natural\" AS\n"
                        + definition().path("originalSql").asText())
                .isEqualTo(ddl.view());
    }

    @Test
    void aViewIsKeptAsAthenaKeepsIt() {
        fillWeeks();
        sync();
        JsonNode view = table(VIEW);

        assertThat(view.path("TableType").asText()).isEqualTo("VIRTUAL_VIEW");
        assertThat(view.path("ViewExpandedText").asText()).isEqualTo("/* Presto View */");
        assertThat(parameters(VIEW)).containsEntry("presto_view", "true").containsEntry("comment", "Presto View");
        assertThat(view.path("StorageDescriptor").has("SerdeInfo")).isTrue();
        assertThat(definition())
                .hasToString(
                        "{\"originalSql\":\"SELECT\\n  \\\"time\\\",\\n  \\\"firn_exceptions\\\",\\n  \\\"chunk\\\"\\n"
                                + "FROM \\\"firn_my_shop\\\".\\\"tsdb_default_messages\\\"\",\"catalog\":\"awsdatacatalog\","
                                + "\"schema\":\"firn_my_shop\",\"columns\":[{\"name\":\"time\",\"type\":\"timestamp(3)\"},"
                                + "{\"name\":\"firn_exceptions\",\"type\":\"map(varchar,varchar)\"},"
                                + "{\"name\":\"chunk\",\"type\":\"varchar\"}]}");
    }

    @Test
    void viewsCanBeLeftToPeople() {
        fillWeeks();
        GlueSettings settings = glue.settings();
        try (GlueCatalog bare = GlueCatalog.open(new GlueSettings(
                settings.endpoint(),
                settings.region(),
                Optional.of("123456789012"),
                settings.accessKey(),
                false,
                settings.patience()))) {
            assertThat(bare.sync(archived()).failure()).isEmpty();
        }
        assertThat(glue.table(DATABASE, VIEW)).isEmpty();
        assertThat(glue.requests())
                .allSatisfy(request ->
                        assertThat(request.body().path("CatalogId").asText()).isEqualTo("123456789012"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GetTable", "GetDatabase", "CreateDatabase", "CreateTable", "BatchCreatePartition"})
    void goesOnAfterEveryFaultThatPasses(String operation) {
        fillWeeks();
        for (Fault fault : List.of(Fault.THROTTLED, Fault.BROKEN, Fault.LOST)) {
            glue.fail(operation, fault);
        }

        assertThat(sync().failure()).isEmpty();

        assertThat(glue.bodies(operation)).hasSizeGreaterThanOrEqualTo(4);
        assertThat(glue.partitions(DATABASE, TABLE)).hasSize(2);
        assertThat(glue.table(DATABASE, VIEW)).isPresent();
        assertThat(sync().wasInStep()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GetPartitions", "UpdateTable", "BatchUpdatePartition", "BatchDeletePartition"})
    void goesOnAfterEveryFaultOfAChangeThatPasses(String operation) {
        fillWeeks();
        sync();
        live.remove(0);
        live.add(copies.chunk("2024-02-01T06:00:00Z", WEEK, TIME, column("extra", "extra", 2, TEXT)));
        for (Fault fault : List.of(Fault.THROTTLED, Fault.BROKEN, Fault.LOST)) {
            glue.fail(operation, fault);
        }

        assertThat(sync().failure()).isEmpty();

        assertThat(glue.bodies(operation)).hasSizeGreaterThanOrEqualTo(4);
        assertThat(glue.partitions(DATABASE, TABLE)).containsOnlyKeys("20240111T000000Z", "20240201T060000Z");
        assertThat(sync().wasInStep()).isTrue();
    }

    @Test
    void doesNotTryForEver() {
        fillWeeks();
        glue.failAll("*", Fault.THROTTLED);

        FirnException failure = sync().failure().orElseThrow();

        assertThat(failure.category()).isEqualTo(Category.PASSING);
        assertThat(failure.what())
                .startsWith("reading tsdb_default_messages in the Glue Data Catalog of eu-central-1: Rate exceeded")
                .contains("the archive is not concerned");
        assertThat(glue.requests()).hasSize(4);
    }

    @Test
    void doesNotWaitForEver() {
        fillWeeks();
        glue.failAll("*", Fault.SILENT);
        GlueSettings settings = glue.settings();
        GlueSettings impatient = new GlueSettings(
                settings.endpoint(),
                settings.region(),
                settings.catalogId(),
                settings.accessKey(),
                settings.views(),
                new GlueSettings.Patience(2, Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofSeconds(2)));

        FirnException failure;
        try (GlueCatalog hurried = GlueCatalog.open(impatient)) {
            failure = hurried.sync(archived()).failure().orElseThrow();
        }

        assertThat(failure.category()).isEqualTo(Category.PASSING);
        assertThat(failure.what())
                .startsWith("reading tsdb_default_messages in the Glue Data Catalog of eu-central-1: ")
                .contains("2000 millis")
                .contains("the archive is not concerned");
        assertThat(failure.hint()).contains("look at the network");
        assertThat(glue.requests()).hasSize(2);
    }

    @Test
    void namesTheRightsThatAreMissing() {
        fillWeeks();
        glue.failAll("CreateTable", Fault.DENIED);

        SyncedTable synced = sync();

        FirnException failure = synced.failure().orElseThrow();
        assertThat(synced.changes()).containsExactly("database firn_my_shop created");
        assertThat(failure.category()).isEqualTo(Category.CONFIGURATION);
        assertThat(failure.what()).contains("User is not authorized to perform this action");
        assertThat(failure.hint()).contains("deploy/iam/athena-glue.json");
        assertThat(failure.getMessage()).doesNotContain(glue.secretAccessKey(), glue.accessKeyId());
    }

    @Test
    void manyAtOnceLeaveWhatTheLatestSaw() throws Exception {
        fillWeeks();
        List<Callable<SyncedTable>> syncs = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            int week = i;
            syncs.add(() -> {
                synchronized (copies) {
                    live.add(copies.chunk(
                            Instant.parse("2024-02-01T00:00:00Z")
                                    .plus(WEEK.multipliedBy(week))
                                    .toString(),
                            WEEK,
                            TIME,
                            column("c" + week, "c" + week, week + 2, TEXT)));
                }
                return sync();
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            for (Future<SyncedTable> each : threads.invokeAll(syncs)) {
                assertThat(each.get().failure()).isEmpty();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(glue.partitions(DATABASE, TABLE)).hasSize(8);
        assertThat(columns(table(TABLE)))
                .contains("c0 string", "c1 string", "c2 string", "c3 string", "c4 string", "c5 string");
        assertThat(sync().wasInStep()).isTrue();
    }

    @Test
    void neverTakesBackWhatSomebodyWroteWhoLookedLater() {
        live.add(copies.chunk("2024-01-11T00:00:00Z", WEEK));
        sync();
        live.add(copies.chunk("2024-01-18T00:00:00Z", WEEK, TIME, column("a", "a", 2, TEXT)));
        // While this one is about to write, an older chunk with another column is archived and told by somebody else.
        glue.before("UpdateTable", () -> {
            live.add(copies.chunk("2024-01-04T00:00:00Z", WEEK, TIME, column("b", "b", 3, TEXT)));
            try (GlueCatalog other = GlueCatalog.open(glue.settings())) {
                assertThat(other.sync(archived()).failure()).isEmpty();
            }
        });

        assertThat(sync().failure()).isEmpty();

        assertThat(columns(table(TABLE))).contains("a string", "b string");
        assertThat(parameters(TABLE)).containsEntry("projection.chunk.range", "20240104T000000Z,NOW+1DAYS");
        assertThat(glue.partitions(DATABASE, TABLE)).hasSize(3);
        assertThat(sync().wasInStep()).isTrue();
    }

    /** What it writes of the table alone, nothing else makes it look at once more. */
    @Test
    void neverTakesBackAColumnThatSomebodyAddedToTheTableMeanwhile() {
        live.add(copies.chunk("2024-01-11T00:00:00Z", WEEK));
        sync();
        edit(TABLE, table -> table.replace("\"projection.enabled\":\"true\"", "\"projection.enabled\":\"no\""));
        glue.before("UpdateTable", () -> archiveAndTellAsSomebodyElse("2024-01-04T00:00:00Z"));

        assertThat(sync().failure()).isEmpty();

        assertThat(columns(table(TABLE))).contains("b string");
        assertThat(parameters(TABLE))
                .containsEntry("projection.enabled", "true")
                .containsEntry("projection.chunk.range", "20240104T000000Z,NOW+1DAYS");
    }

    /** Partitions have no versions, so it looks at them again. */
    @Test
    void neverTakesBackAColumnThatSomebodyAddedToAPartitionMeanwhile() {
        live.add(copies.chunk("2024-01-11T00:00:00Z", WEEK));
        sync();
        glue.asSomebodyElse(
                "BatchUpdatePartition",
                "{'DatabaseName':'firn_my_shop','TableName':'tsdb_default_messages','Entries':[{'PartitionValueList':"
                        + "['20240111T000000Z'],'PartitionInput':{'Values':['20240111T000000Z'],"
                        + "'StorageDescriptor':{'Location':'s3://elsewhere/'}}}]}");
        glue.before("BatchUpdatePartition", () -> archiveAndTellAsSomebodyElse("2024-01-18T00:00:00Z"));

        assertThat(sync().failure()).isEmpty();

        assertThat(glue.partitions(DATABASE, TABLE)).hasSize(2);
        assertThat(glue.partitions(DATABASE, TABLE).values())
                .allSatisfy(partition -> assertThat(columns(partition)).contains("b string"));
    }

    /** One week more, with a column that others have not. */
    private void archiveAndTellAsSomebodyElse(String week) {
        live.add(copies.chunk(week, WEEK, TIME, column("b", "b", 3, TEXT)));
        try (GlueCatalog other = GlueCatalog.open(glue.settings())) {
            assertThat(other.sync(archived()).failure()).isEmpty();
        }
    }

    @Test
    void aPartitionThatHoldsRowsAgainIsRegisteredAgain() {
        Manifest first = copies.chunk("2024-01-04T00:00:00Z", WEEK);
        live.addAll(List.of(first, copies.chunk("2024-01-11T00:00:00Z", WEEK)));
        sync();
        live.remove(first);
        // Whoever archives it again finds its partition still there, and writes nothing.
        glue.before("BatchDeletePartition", () -> {
            live.add(first);
            try (GlueCatalog other = GlueCatalog.open(glue.settings())) {
                assertThat(other.sync(archived()).failure()).isEmpty();
            }
        });

        assertThat(sync().failure()).isEmpty();

        assertThat(glue.partitions(DATABASE, TABLE)).containsOnlyKeys("20240104T000000Z", "20240111T000000Z");
    }

    private void fillWeeks() {
        live.add(copies.chunk("2024-01-04T00:00:00Z", WEEK));
        live.add(copies.chunk("2024-01-11T00:00:00Z", WEEK));
    }

    /** A partition of the table that lies in another place. */
    private void registerElsewhere() {
        glue.asSomebodyElse(
                "BatchCreatePartition",
                "{'DatabaseName':'firn_my_shop','TableName':'tsdb_default_messages','PartitionInputList':"
                        + "[{'Values':['older'],'StorageDescriptor':{'Location':'s3://elsewhere/older/'}}]}");
    }

    private SyncedTable sync() {
        return catalog.sync(archived());
    }

    private ArchivedTable archived() {
        return archived(URL, live);
    }

    private static ArchivedTable archived(String url, List<Manifest> live) {
        return new ArchivedTable(
                new TableMark("my-shop", Copies.LAYOUT.table(), ExternalTable.location(Copies.LAYOUT, url)),
                DATABASE,
                () -> live.isEmpty()
                        ? Optional.empty()
                        : Optional.of(ExternalTable.of(DATABASE, Copies.LAYOUT, url, List.copyOf(live))));
    }

    private JsonNode table(String name) {
        return glue.table(DATABASE, name).orElseThrow();
    }

    private Map<String, String> parameters(String name) {
        Map<String, String> parameters = new TreeMap<>();
        table(name)
                .path("Parameters")
                .properties()
                .forEach(
                        entry -> parameters.put(entry.getKey(), entry.getValue().asText()));
        return parameters;
    }

    private static List<String> columns(JsonNode of) {
        List<String> columns = new ArrayList<>();
        of.path("StorageDescriptor")
                .path("Columns")
                .forEach(column -> columns.add(
                        column.path("Name").asText() + " " + column.path("Type").asText()));
        return columns;
    }

    private static List<String> columnsWithComments(JsonNode columns) {
        List<String> all = new ArrayList<>();
        columns.forEach(column -> all.add("%s %s %s"
                .formatted(
                        column.path("Name").asText(),
                        column.path("Type").asText(),
                        column.path("Comment").asText())));
        return all;
    }

    /** The view as Athena would read it. */
    private JsonNode definition() {
        String text = table(VIEW).path("ViewOriginalText").asText();
        assertThat(text).startsWith("/* Presto View: ").endsWith(" */");
        String encoded = text.substring("/* Presto View: ".length(), text.length() - " */".length());
        try {
            return new ObjectMapper().readTree(new String(Base64.getDecoder().decode(encoded), UTF_8));
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    private void edit(String name, UnaryOperator<String> how) {
        ObjectNode input = table(name).deepCopy();
        input.remove(List.of("DatabaseName", "VersionId", "CatalogId", "CreateTime"));
        glue.asSomebodyElse(
                "UpdateTable",
                "{\"DatabaseName\":\"firn_my_shop\",\"TableInput\":" + how.apply(input.toString()) + "}");
    }

    /** What the printed statements say. */
    private record Ddl(
            List<String> columns,
            List<String> partitionedBy,
            String comment,
            String location,
            Map<String, String> properties,
            String view) {}

    private Ddl ddl() {
        String printed = Dialect.ATHENA.ddl(ExternalTable.of(Copies.LAYOUT, URL, List.copyOf(live)));
        String table = printed.substring(printed.indexOf("CREATE EXTERNAL TABLE"));
        Map<String, String> properties = new LinkedHashMap<>();
        Matcher property = Pattern.compile("  \"(.*)\" = \"(.*)\",?").matcher(table);
        while (property.find()) {
            properties.put(property.group(1), property.group(2));
        }
        String keys = table.lines()
                .filter(line -> line.startsWith("PARTITIONED BY"))
                .findFirst()
                .orElseThrow();
        String view =
                printed.substring(printed.indexOf("CREATE OR REPLACE VIEW")).strip();
        return new Ddl(
                columns(table.lines().filter(line -> line.startsWith("  `"))),
                columns(Stream.of(keys)),
                literal(table, "\nCOMMENT '(.*)'"),
                literal(table, "\nLOCATION '(.*)'"),
                properties,
                view.substring(0, view.length() - 1));
    }

    private static List<String> columns(Stream<String> lines) {
        Pattern column = Pattern.compile("`(\\w+)` (\\S+) COMMENT '((?:[^'\\\\]|\\\\.)*)'");
        return lines.map(line -> {
                    Matcher matcher = column.matcher(line);
                    assertThat(matcher.find()).as(line).isTrue();
                    return "%s %s %s"
                            .formatted(
                                    matcher.group(1),
                                    matcher.group(2),
                                    matcher.group(3).replaceAll("\\\\(.)", "$1"));
                })
                .toList();
    }

    private static String literal(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }
}
