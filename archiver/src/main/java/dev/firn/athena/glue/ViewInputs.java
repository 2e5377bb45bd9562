package dev.firn.athena.glue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.athena.HiveTable;
import dev.firn.athena.HiveView;
import dev.firn.athena.PrintedView;
import dev.firn.athena.TableMark;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.SerDeInfo;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableInput;

/**
 * Views as Athena keeps them: Trino's JSON in a comment, and the columns twice, in Hive's words and in those of queries.
 * Where the two, or the query, disagree, Athena calls the view stale and answers nothing, so it is made anew with each
 * change of the table.
 */
final class ViewInputs {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** What Athena calls the catalog of Glue. */
    private static final String CATALOG = "awsdatacatalog";

    private static final String BEGINNING = "/* Presto View: ";
    private static final String END = " */";

    private ViewInputs() {}

    /** The view as it is to be; what people said of it besides stays. */
    static TableInput of(String database, HiveView view, TableMark mark, Optional<Table> current) {
        Map<String, String> parameters = new HashMap<>();
        current.map(Table::parameters).ifPresent(parameters::putAll);
        parameters.putAll(mark.properties());
        parameters.put("presto_view", "true");
        parameters.put("comment", "Presto View");
        return TableInput.builder()
                .name(view.name())
                .description(current.map(Table::description).orElse(null))
                .owner(current.map(Table::owner).orElse(null))
                .tableType("VIRTUAL_VIEW")
                .parameters(parameters)
                .viewOriginalText(originalText(database, view))
                .viewExpandedText("/* Presto View */")
                .storageDescriptor(storage -> storage.columns(view.columns().stream()
                                .map(column -> Column.builder()
                                        .name(column.name())
                                        .type(column.hiveType())
                                        .build())
                                .toList())
                        // Without it Athena refuses to read the view.
                        .serdeInfo(SerDeInfo.builder().build()))
                .build();
    }

    /** Whether Athena made it of the printed SQL. Nothing else tells: it keeps no property of a view. */
    static boolean isPrinted(Table view, HiveTable table) {
        String text = view.viewOriginalText();
        if (text == null || !text.startsWith(BEGINNING) || !text.endsWith(END)) {
            return false;
        }
        try {
            JsonNode kept = MAPPER.readTree(Base64.getDecoder()
                    .decode(text.substring(BEGINNING.length(), text.length() - END.length())
                            .strip()));
            return kept.path("catalog").asText().equalsIgnoreCase(CATALOG)
                    && PrintedView.isOf(kept.path("originalSql").asText(), table);
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    static boolean isSo(Table current, TableInput wanted) {
        return Objects.equals(current.tableType(), wanted.tableType())
                && Objects.equals(current.viewOriginalText(), wanted.viewOriginalText())
                && Objects.equals(current.viewExpandedText(), wanted.viewExpandedText())
                && current.parameters().equals(wanted.parameters())
                && current.storageDescriptor() != null
                && current.storageDescriptor().columns().stream()
                        .map(column -> column.name() + " " + column.type())
                        .toList()
                        .equals(wanted.storageDescriptor().columns().stream()
                                .map(column -> column.name() + " " + column.type())
                                .toList());
    }

    private static String originalText(String database, HiveView view) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("originalSql", view.query());
        json.put("catalog", CATALOG);
        json.put("schema", database);
        ArrayNode columns = json.putArray("columns");
        view.columns()
                .forEach(column ->
                        columns.addObject().put("name", column.name()).put("type", asTrinoKeepsIt(column.queryType())));
        try {
            String encoded = Base64.getEncoder()
                    .encodeToString(MAPPER.writeValueAsString(json).getBytes(UTF_8));
            return BEGINNING + encoded + END;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values has no JSON form", e);
        }
    }

    private static String asTrinoKeepsIt(String type) {
        return type.replace(", ", ",");
    }
}
