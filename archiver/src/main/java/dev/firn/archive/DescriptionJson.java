package dev.firn.archive;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.archive.Manifest.CompressionSettings;
import dev.firn.archive.Manifest.TableDescription;
import dev.firn.types.Column;
import dev.firn.types.PgType;
import dev.firn.types.UserType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The table inside a manifest, both ways. */
final class DescriptionJson {

    /** Version of the format from which on types are described. */
    private static final int WITH_TYPES = 2;

    private DescriptionJson() {}

    static ObjectNode write(TableDescription table) {
        ObjectNode json = StrictJson.object();
        json.put("timeColumn", table.timeColumn());
        json.put("chunkInterval", Long.toString(table.chunkInterval()));
        ArrayNode columns = json.putArray("columns");
        table.columns().forEach(column -> columns.add(write(column)));
        json.set("columnDefaults", write(table.columnDefaults()));
        json.set("identity", write(table.identity()));
        json.put("avroSchema", table.avroSchema());
        table.indexes().forEach(json.putArray("indexes")::add);
        json.set("constraints", write(table.constraints()));
        table.compression()
                .ifPresentOrElse(
                        settings -> {
                            ObjectNode compression = json.putObject("compression");
                            settings.segmentBy().forEach(compression.putArray("segmentBy")::add);
                            settings.orderBy().forEach(compression.putArray("orderBy")::add);
                        },
                        () -> json.putNull("compression"));
        if (!table.types().isEmpty()) {
            ArrayNode types = json.putArray("types");
            table.types().forEach(type -> types.add(write(type)));
        }
        return json;
    }

    static TableDescription read(Fields json, int version) {
        return new TableDescription(
                json.text("timeColumn"),
                json.int64("chunkInterval"),
                json.objects("columns", DescriptionJson::readColumn),
                json.textMap("columnDefaults"),
                json.textMap("identity"),
                json.text("avroSchema"),
                json.texts("indexes"),
                json.textMap("constraints"),
                json.isNull("compression")
                        ? Optional.empty()
                        : Optional.of(json.object("compression", DescriptionJson::readCompression)),
                version < WITH_TYPES ? List.of() : json.objects("types", DescriptionJson::readUserType));
    }

    private static ObjectNode write(UserType type) {
        ObjectNode json = StrictJson.object();
        json.put("schema", type.schema());
        json.put("name", type.name());
        ArrayNode attributes = json.putArray("attributes");
        for (UserType.Attribute attribute : type.attributes()) {
            ObjectNode one = attributes.addObject();
            one.put("name", attribute.name());
            one.set("type", write(attribute.type()));
        }
        type.defaultExpression()
                .ifPresentOrElse(
                        expression -> json.put("defaultExpression", expression),
                        () -> json.putNull("defaultExpression"));
        json.put("notNull", type.notNull());
        json.set("checks", write(type.checks()));
        return json;
    }

    private static UserType readUserType(Fields json) {
        return new UserType(
                json.text("schema"),
                json.text("name"),
                json.objects(
                        "attributes",
                        one -> new UserType.Attribute(one.text("name"), one.object("type", DescriptionJson::readType))),
                json.isNull("defaultExpression") ? Optional.empty() : Optional.of(json.text("defaultExpression")),
                json.flag("notNull"),
                json.textMap("checks"));
    }

    private static CompressionSettings readCompression(Fields json) {
        return new CompressionSettings(json.texts("segmentBy"), json.texts("orderBy"));
    }

    private static ObjectNode write(Column column) {
        ObjectNode json = StrictJson.object();
        json.put("name", column.name());
        json.put("parquetName", column.parquetName());
        json.put("fieldId", column.fieldId());
        json.put("attnum", column.attnum());
        json.set("type", write(column.type()));
        json.put("notNull", column.notNull());
        json.put("generated", column.generated());
        return json;
    }

    private static Column readColumn(Fields json) {
        return new Column(
                json.text("name"),
                json.text("parquetName"),
                json.integer("fieldId"),
                json.integer("attnum"),
                json.object("type", DescriptionJson::readType),
                json.flag("notNull"),
                json.flag("generated"));
    }

    private static ObjectNode write(PgType type) {
        ObjectNode json = StrictJson.object();
        json.put("schema", type.schema());
        json.put("name", type.name());
        json.put("typmod", type.typmod());
        json.put("kind", spelling(type.kind()));
        json.put("sql", type.sql());
        if (type.inner() == null) {
            json.putNull("inner");
        } else {
            json.set("inner", write(type.inner()));
        }
        type.labels().forEach(json.putArray("labels")::add);
        json.put("outputFunction", type.outputFunction());
        return json;
    }

    private static PgType readType(Fields json) {
        return new PgType(
                json.text("schema"),
                json.text("name"),
                json.integer("typmod"),
                json.oneOf("kind", PgType.Kind.values(), DescriptionJson::spelling),
                json.text("sql"),
                json.isNull("inner") ? null : json.object("inner", DescriptionJson::readType),
                json.texts("labels"),
                json.text("outputFunction"));
    }

    private static String spelling(PgType.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode write(Map<String, String> map) {
        ObjectNode json = StrictJson.object();
        new TreeMap<>(map).forEach(json::put);
        return json;
    }
}
