package dev.firn.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.FirnException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Manifests as somebody with write access to the store, or a rotten disk, could leave them. */
class HostileManifestTest {

    private static final Attempt ATTEMPT = Samples.attempt(2, "0123456789abcdef");
    private static final Manifest MANIFEST = Samples.manifest(
            ATTEMPT,
            List.of(
                    Samples.file(ATTEMPT, 0, "first".getBytes(UTF_8), 10),
                    Samples.file(ATTEMPT, 1, "second".getBytes(UTF_8), 5)),
            Samples.LAYOUT.manifestKey(Samples.WEEK, 1));
    private static final String OTHER_TABLE = "default/tsdb_default.other/";

    static Stream<Arguments> alteredAndSealedAgain() {
        return Stream.of(
                put("formatVersion", 3, "formatVersion is 3, this version of Firn reads 1 to 2"),
                put("formatVersion", 0, "formatVersion is 0"),
                put("formatVersion", "1", "formatVersion is \"1\""),
                put("formatVersion", 1.0, "formatVersion is 1.0"),
                put("formatVersion", 4294967297L, "formatVersion is 4294967297"),
                without("formatVersion", "formatVersion is null"),
                put("deletedRows", "all", "deletedRows: is not a field of this format"),
                without("owner", "owner: is missing"),
                put("owner", "me", "owner: is \"me\", not an object"),
                edit("owner", o -> o.put("epoch", " "), "owner: the epoch is empty"),
                edit("owner", o -> o.put("admin", true), "owner.admin: is not a field of this format"),
                edit("owner", o -> o.putNull("locationId"), "owner.locationId: is null, not text"),
                put("namespace", "other", "-1.json' is not a manifest key of tsdb_default.messages"),
                put("namespace", "", "cannot be part of a key"),
                put("namespace", "../..", "-1.json' is not a manifest key of tsdb_default.messages"),
                edit("table", t -> t.put("name", "other"), "'default/tsdb_default.messages/"),
                edit("table", t -> t.put("name", "a\0b"), "table.name: 'a\uFFFDb' holds a NUL"),
                edit("table", t -> t.put("schema", ""), "table: not a schema: ''"),
                edit("range", r -> r.put("kind", "TIMESTAMPTZ"), "range.kind: 'TIMESTAMPTZ' is none of [timestamptz,"),
                edit("range", r -> r.put("kind", "int8"), "range.kind: 'int8' is none of"),
                edit(
                        "range",
                        r -> r.set("end", r.get("start")),
                        "range: range [1733356800000000, 1733356800000000) is empty"),
                edit(
                        "range",
                        r -> position(r, "end").put("position", 1733961600000000L),
                        "range.end.position: is 1733961600000000, not text"),
                edit(
                        "range",
                        r -> position(r, "end").put("position", "9223372036854775808"),
                        "range.end.position: '9223372036854775808' is not an integer of 64 bits"),
                edit(
                        "range",
                        r -> position(r, "end").put("position", "+1733961600000000"),
                        "an odd way to write an integer"),
                edit("range", r -> position(r, "start").put("position", "0"), "should be"),
                edit("range", r -> position(r, "start").remove("text"), "range.start.text: is missing"),
                put("generation", 3, "generation 3 of attempt 2-0123456789abcdef"),
                put("generation", -2, "generation -2 of attempt"),
                put("generation", 2.5, "generation: is 2.5, not an integer of 32 bits"),
                put("attempt", "3-0123456789abcdef", "generation 2 of attempt 3-0123456789abcdef"),
                put("attempt", "2-fedcba9876543210", "should be"),
                put("attempt", "../../../firn", "'../../../firn' is not the id of an attempt"),
                put("role", "ORIGINAL", "role: 'ORIGINAL' is none of [original, addition, replacement]"),
                put("role", "original", "generation 2 as ORIGINAL that supersedes"),
                put("role", "addition", "generation 2 as ADDITION that supersedes"),
                array("supersedes", ArrayNode::removeAll, "generation 2 as REPLACEMENT that supersedes []"),
                array("supersedes", a -> a.add(MANIFEST.key()), "generation 2 supersedes '" + MANIFEST.key() + "'"),
                array("supersedes", a -> a.add(Samples.LAYOUT.manifestKey(Samples.WEEK, 7)), "generation 2 supersedes"),
                array("supersedes", a -> a.add(a.get(0)), "supersedes the same manifest twice"),
                array(
                        "supersedes",
                        a -> a.add(OTHER_TABLE + "manifests/20241205T000000Z_20241212T000000Z-1.json"),
                        "is not a manifest key of tsdb_default.messages"),
                array("supersedes", a -> a.add("../firn.json"), "'../firn.json' is not a manifest key"),
                array("supersedes", a -> a.add(7), "supersedes[1]: is 7, not text"),
                put("supersedes", "all", "supersedes: is \"all\", not an array"),
                put("partitionBy", "month", "partitionBy: 'month' is none of [chunk, day]"),
                put("partitionBy", "day", "partitioned by day"),
                put("rows", -15, "rows: is -15, not an integer of 0 or more"),
                put("rows", 16, "copied 16 rows, files hold 15"),
                put("rows", "15", "rows: is \"15\", not an integer"),
                put("rows", 15.0, "rows: is 15.0, not an integer"),
                put("bytes", 12, "bytes: 12, its files have 11"),
                put("digest", "xyz", "'xyz' is not a row digest"),
                put("digest", "9F31000000000001000000000000000F", "is not a row digest"),
                put("files", 2, "files: is 2, not an array"),
                array("files", a -> a.remove(0), "copied 15 rows, files hold 5"),
                array("files", a -> a.add(a.get(1)), "is listed twice"),
                array("files", a -> a.set(1, a.get(0)), "is listed twice"),
                array("files", a -> a.add("x"), "files[2]: is \"x\", not an object"),
                file(f -> f.put("sizeBytes", -5), "files[0].sizeBytes: is -5, not an integer of 0 or more"),
                file(f -> f.put("sizeBytes", 0), "10 rows in 0 bytes"),
                file(f -> f.put("sizeBytes", 6), "bytes: 11, its files have 12"),
                file(f -> f.put("sizeBytes", Long.MAX_VALUE), "add up to more than a number holds"),
                file(f -> f.put("rows", 0), "0 rows in 5 bytes"),
                file(f -> f.put("rows", 11), "copied 15 rows, files hold 16"),
                file(f -> f.put("rows", Long.MAX_VALUE), "add up to more than a number holds"),
                file(f -> f.put("sha256", "00"), "files[0]: '00' is not a SHA-256"),
                file(f -> f.put("crc32", "-1"), "files[0]: '-1' is not a CRC-32"),
                file(f -> f.put("key", "../../etc/passwd"), "the key '../../etc/passwd' should be"),
                file(
                        f -> f.put("key", OTHER_TABLE + "data/x.parquet"),
                        "should be 'default/tsdb_default.messages/data/"),
                file(f -> f.put("key", f.get("key").textValue().replace("-2-", "-1-")), "should be"),
                file(f -> f.put("key", f.get("key").textValue().replace("chunk=", "dt=")), "should be"),
                file(f -> f.put("key", f.get("key").textValue() + "\0"), "holds a NUL"),
                file(f -> f.put("incomingKey", "firn.json"), "'firn.json' is not a key of a copy in the making"),
                file(
                        f -> f.put(
                                "incomingKey", f.get("incomingKey").textValue().replace("abcdef", "abcdee")),
                        "should be"),
                file(f -> f.put("partition", "2024-12-05"), "partitioned by chunk"),
                file(
                        f -> position(f, "minTime").put("position", "1733356799999999"),
                        "reach from 2024-12-04T23:59:59.999999Z"),
                file(f -> position(f, "maxTime").put("position", "1733961600000000"), "to 2024-12-12"),
                file(
                        f -> f.set("minTime", position(f, "maxTime").deepCopy().put("position", "1733443200000000")),
                        "times from"),
                edit(
                        "description",
                        d -> d.put("timeColumn", "nope"),
                        "description: time column 'nope' is not among the columns"),
                edit("description", d -> d.put("chunkInterval", "-1"), "chunk interval -1 is negative"),
                edit(
                        "description",
                        d -> d.put("chunkInterval", 604800000000L),
                        "description.chunkInterval: is 604800000000, not text"),
                edit(
                        "description",
                        d -> d.putArray("columns"),
                        "description: time column 'time' is not among the columns"),
                edit("description", d -> d.set("compression", d.get("columns")), "description.compression: is [{"),
                edit(
                        "description",
                        d -> d.putObject("identity").put("position", "SOMETIMES"),
                        "'SOMETIMES' is not a kind of identity"),
                edit(
                        "description",
                        d -> d.putObject("columnDefaults").put("nope", "now()"),
                        "'nope' is not among the columns"),
                edit("description", d -> d.putObject("constraints").put("a\0", "CHECK (true)"), "holds a NUL"),
                column(c -> c.put("fieldId", 2), "two columns have the field id 2"),
                column(c -> c.put("fieldId", 0), "description.columns[0]: column time: field id 0 is not positive"),
                column(c -> c.put("fieldId", 4294967297L), "is 4294967297, not an integer of 32 bits"),
                column(c -> c.put("name", "position"), "two columns have the name position"),
                column(c -> c.put("parquetName", "position"), "two columns have the name in Parquet position"),
                column(c -> c.put("parquetName", "Time; DROP"), "is not a name that every engine reads"),
                column(c -> c.put("notNull", "yes"), "description.columns[0].notNull: is \"yes\", not true or false"),
                column(c -> c.remove("generated"), "description.columns[0].generated: is missing"),
                column(c -> position(c, "type").put("kind", "array"), "is a ARRAY: inner type null"),
                column(
                        c -> position(c, "type").put("kind", "magic"),
                        "description.columns[0].type.kind: 'magic' is none of"),
                column(c -> position(c, "type").withArray("labels").add("x"), "it has no labels"),
                column(HostileManifestTest::nestTypes, "nesting depth"),
                edit(
                        "source",
                        s -> s.put("exportedAt", "yesterday"),
                        "source.exportedAt: 'yesterday' is not a time in UTC"),
                edit(
                        "source",
                        s -> s.put("exportedAt", "2025-03-01T09:59:00.000Z"),
                        "an odd way to write 2025-03-01T09:59:00Z"),
                edit("source", s -> s.put("compressed", 1), "source.compressed: is 1, not true or false"),
                edit(
                        "source",
                        s -> s.put("relation", "a\nFAKE log line\u0007\0"),
                        "source.relation: 'a\uFFFDFAKE log line\uFFFD\uFFFD' holds a NUL"),
                edit("proof", p -> p.put("method", "none"), "proof.method: 'none' is none of [roundtrip, footer]"),
                without("proof", "proof: is missing"),
                without("createdAt", "createdAt: is missing"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("alteredAndSealedAgain")
    void refusesWhatIsAlteredHoweverWellItIsSealed(Consumer<ObjectNode> change, String complaint) {
        ObjectNode json = StrictJson.parse(ManifestJson.write(MANIFEST));
        change.accept(json);

        refuses(StrictJson.write(StrictJson.seal(json)), complaint);
    }

    static Stream<Arguments> notEvenSealed() {
        return Stream.of(
                bytes("nothing", json -> "", "not a JSON object"),
                bytes("no JSON", json -> "<html>503</html>", "line 1, column"),
                bytes("a list", json -> "[]", "not a JSON object"),
                bytes("null", json -> "null", "not a JSON object"),
                bytes("two objects", json -> json + "{}", "line "),
                bytes(
                        "a field twice",
                        json -> json.replaceFirst("\"rows\"", "\"rows\": 15, \"rows\""),
                        "Duplicate field 'rows'"),
                bytes(
                        "a field of a file twice",
                        json -> json.replaceFirst("\"sha256\"", "\"sha256\": \"\", \"sha256\""),
                        "Duplicate field 'sha256'"),
                bytes(
                        "a seal twice",
                        json -> json.replaceFirst("\\{", "{\"contentSha256\": \"\","),
                        "Duplicate field 'contentSha256'"),
                bytes(
                        "no seal",
                        json -> json.replaceFirst(",\\s*\"contentSha256\": \"[0-9a-f]*\"", ""),
                        "it has no contentSha256: it was not written to its end"),
                bytes(
                        "a number as seal",
                        json -> json.replaceFirst("\"contentSha256\": \"[0-9a-f]*\"", "\"contentSha256\": 7"),
                        "it has no contentSha256"),
                bytes("a value changed", json -> json.replaceFirst("\"rows\": 10", "\"rows\": 11"), "it was altered"),
                bytes(
                        "fields in another order",
                        json -> json.replaceFirst("\"namespace\": \"default\",", "")
                                .replaceFirst("\"generation\"", "\"namespace\": \"default\", \"generation\""),
                        "it was altered"),
                bytes("the first half", json -> json.substring(0, json.length() / 2), "line "),
                bytes("the second half", json -> json.substring(json.length() / 2), "line 1"),
                bytes("a comment", json -> "// hello\n" + json, "line 1"),
                bytes("NaN", json -> json.replaceFirst("\"rows\": 15", "\"rows\": NaN"), "NaN"),
                bytes(
                        "a number without end",
                        json -> json.replaceFirst("\"rows\": 15", "\"rows\": " + "9".repeat(100_000)),
                        "Number value length"),
                bytes(
                        "depth without end",
                        json -> "[".repeat(100_000),
                        "nesting depth (51) exceeds the maximum allowed (50"),
                bytes(
                        "a name without end",
                        json -> "{\"" + "a".repeat(2_000_000) + "\": 1}",
                        "exceeds the maximum allowed"),
                bytes(
                        "text without end",
                        json -> "{\"formatVersion\": \"" + "a".repeat(9 << 20) + "\"}",
                        "exceeds the maximum allowed"),
                bytes("size without end", json -> json + " ".repeat(17 << 20), "bytes are more than 16777216"));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("notEvenSealed")
    void refusesWhatIsNoManifestAtAll(UnaryOperator<String> change, String complaint, String name) {
        String json = new String(ManifestJson.write(MANIFEST), UTF_8);

        refuses(change.apply(json).getBytes(UTF_8), complaint);
    }

    @Test
    void refusesBytesThatAreNoText() {
        byte[] json = ManifestJson.write(MANIFEST);
        json[new String(json, UTF_8).indexOf("location-1")] = (byte) 0xff;

        refuses(json, "Invalid UTF-8");
    }

    @Test
    void refusesHalfACharacter() {
        String torn =
                new String(ManifestJson.write(MANIFEST), UTF_8).replace("\"relation\": \"", "\"relation\": \"\\ud800");
        ObjectNode json = StrictJson.parse(torn.getBytes(UTF_8));
        String seal = json.get(StrictJson.SEAL).textValue();
        String sealed =
                torn.replace(seal, StrictJson.seal(json).get(StrictJson.SEAL).textValue());

        refuses(sealed.getBytes(UTF_8), "source.relation: ");
        refuses(sealed.getBytes(UTF_8), "is not text");
    }

    @Test
    void refusesAGoodManifestUnderAnotherKey() {
        byte[] json = ManifestJson.write(MANIFEST);
        String otherGeneration = Samples.LAYOUT.manifestKey(Samples.WEEK, 3);

        assertThatThrownBy(() -> ManifestJson.read(Samples.LAYOUT, otherGeneration, json))
                .hasMessageStartingWith(otherGeneration + ": ")
                .hasMessageContaining("it belongs under '%s'", MANIFEST.key());
    }

    @Test
    void saysInEveryCaseWhatToDoAndStaysShort() {
        List<String> messages = new ArrayList<>();
        alteredAndSealedAgain().forEach(each -> {
            ObjectNode json = StrictJson.parse(ManifestJson.write(MANIFEST));
            @SuppressWarnings("unchecked")
            Consumer<ObjectNode> change = (Consumer<ObjectNode>) each.get()[0];
            change.accept(json);
            byte[] bytes = StrictJson.write(StrictJson.seal(json));
            assertThatThrownBy(() -> ManifestJson.read(Samples.LAYOUT, MANIFEST.key(), bytes))
                    .satisfies(e -> messages.add(e.getMessage()));
        });

        assertThat(messages)
                .hasSizeGreaterThan(50)
                .allMatch(message ->
                        message.contains("\nHINT: ") && message.lines().count() == 2 && message.length() < 1500);
    }

    private static void refuses(byte[] json, String complaint) {
        assertThatThrownBy(() -> ManifestJson.read(Samples.LAYOUT, MANIFEST.key(), json))
                .isInstanceOfSatisfying(
                        FirnException.class, e -> assertThat(e.category()).isEqualTo(FirnException.Category.DATA))
                .hasMessageStartingWith(MANIFEST.key() + ": reading the manifest: ")
                .hasMessageContaining(complaint);
    }

    private static Arguments bytes(String name, UnaryOperator<String> change, String complaint) {
        return arguments(change, complaint, name);
    }

    private static Arguments altered(Consumer<ObjectNode> change, String complaint) {
        return arguments(change, complaint);
    }

    private static Arguments put(String field, Object value, String complaint) {
        return altered(json -> json.putPOJO(field, value), complaint);
    }

    private static Arguments without(String field, String complaint) {
        return altered(json -> json.remove(field), complaint);
    }

    private static Arguments edit(String field, Consumer<ObjectNode> change, String complaint) {
        return altered(json -> change.accept((ObjectNode) json.get(field)), complaint);
    }

    private static Arguments array(String field, Consumer<ArrayNode> change, String complaint) {
        return altered(json -> change.accept((ArrayNode) json.get(field)), complaint);
    }

    private static Arguments file(Consumer<ObjectNode> change, String complaint) {
        return altered(json -> change.accept((ObjectNode) json.get("files").get(0)), complaint);
    }

    private static Arguments column(Consumer<ObjectNode> change, String complaint) {
        return altered(
                json -> change.accept(
                        (ObjectNode) json.get("description").get("columns").get(0)),
                complaint);
    }

    private static ObjectNode position(ObjectNode in, String field) {
        return (ObjectNode) in.get(field);
    }

    private static void nestTypes(ObjectNode column) {
        JsonNode type = column.get("type");
        for (int i = 0; i < 60; i++) {
            ObjectNode outer = ((ObjectNode) type).deepCopy();
            outer.put("kind", "domain");
            outer.set("inner", type);
            type = outer;
        }
        column.set("type", type);
    }
}
