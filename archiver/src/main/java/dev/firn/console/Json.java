package dev.firn.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeRange;
import java.util.Map;

/** JSON as all commands print it. */
public final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static String text(ObjectNode node) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values has no JSON form", e);
        }
    }

    public static void putRange(ObjectNode into, TimeRange range) {
        into.put("from", range.showStart());
        into.put("to", range.showEnd());
    }

    public static void putFailure(ObjectNode into, FirnException failure) {
        into.put("error", failure.where() + ": " + failure.what());
        into.put("hint", failure.hint());
        into.put("category", failure.category().name().toLowerCase(java.util.Locale.ROOT));
    }

    /** Why tables could not be worked on at all. */
    public static void putFailures(ArrayNode into, Map<TableName, FirnException> tables) {
        tables.forEach((table, failure) -> {
            ObjectNode node = into.addObject();
            node.put("table", table.toString());
            putFailure(node, failure);
        });
    }
}
