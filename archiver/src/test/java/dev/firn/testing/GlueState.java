package dev.firn.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a catalog keeps, and what its operations do to that, in the words and within the limits of Glue. */
final class GlueState {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MOST_CREATED = 100;
    private static final int MOST_DELETED = 25;

    private final Map<String, JsonNode> databases = new TreeMap<>();
    private final Map<String, Kept> tables = new TreeMap<>();
    private int page = 1_000;

    /** An answer that says what is wrong. */
    static final class Refusal extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final String code;

        Refusal(String code, String message) {
            super(message);
            this.code = code;
        }

        String code() {
            return code;
        }
    }

    private static final class Kept {
        private ObjectNode table;
        private int version;
        private final Map<String, JsonNode> partitions = new TreeMap<>();
    }

    synchronized void pagesOf(int partitions) {
        page = partitions;
    }

    synchronized Set<String> databases() {
        return Set.copyOf(databases.keySet());
    }

    synchronized Optional<JsonNode> table(String database, String name) {
        return Optional.ofNullable(tables.get(database + "." + name)).map(kept -> kept.table.deepCopy());
    }

    synchronized Map<String, JsonNode> partitions(String database, String table) {
        return new TreeMap<>(tables.get(database + "." + table).partitions);
    }

    synchronized ObjectNode carryOut(String operation, JsonNode request) {
        ObjectNode answer = MAPPER.createObjectNode();
        switch (operation) {
            case "GetDatabase" -> {
                JsonNode found = databases.get(request.path("Name").asText());
                require(found != null, "EntityNotFoundException", "Database not found.");
                answer.set("Database", found);
            }
            case "CreateDatabase" -> {
                String name = request.path("DatabaseInput").path("Name").asText();
                require(!databases.containsKey(name), "AlreadyExistsException", "Database already exists.");
                databases.put(name, request.get("DatabaseInput"));
            }
            case "GetTable" -> {
                Kept kept = kept(request, request.path("Name").asText());
                answer.set("Table", kept.table);
            }
            case "CreateTable" -> createTable(request);
            case "UpdateTable" -> updateTable(request);
            case "GetPartitions" -> getPartitions(request, answer);
            case "BatchCreatePartition" -> createPartitions(request, answer);
            case "BatchUpdatePartition" -> updatePartitions(request, answer);
            case "BatchDeletePartition" -> deletePartitions(request, answer);
            default -> throw new Refusal("UnknownOperationException", operation);
        }
        return answer;
    }

    private void createTable(JsonNode request) {
        String database = database(request);
        JsonNode input = request.get("TableInput");
        String key = database + "." + input.path("Name").asText();
        require(!tables.containsKey(key), "AlreadyExistsException", "Table already exists.");
        Kept kept = new Kept();
        kept.table = kept(input, database, 0);
        tables.put(key, kept);
    }

    private void updateTable(JsonNode request) {
        JsonNode input = request.get("TableInput");
        Kept kept = kept(request, input.path("Name").asText());
        if (request.hasNonNull("VersionId")) {
            require(
                    request.get("VersionId").asText().equals(Integer.toString(kept.version)),
                    "ConcurrentModificationException",
                    "Update table failed due to concurrent modifications.");
        }
        kept.version++;
        kept.table = kept(input, database(request), kept.version);
    }

    /** Glue keeps what it is told, and says which version that is. */
    private static ObjectNode kept(JsonNode input, String database, int version) {
        ObjectNode table = input.deepCopy();
        table.put("DatabaseName", database);
        table.put("VersionId", Integer.toString(version));
        table.put("CatalogId", "123456789012");
        table.put("CreateTime", 1.7e9);
        return table;
    }

    private void getPartitions(JsonNode request, ObjectNode answer) {
        List<JsonNode> all = new ArrayList<>(
                kept(request, request.path("TableName").asText()).partitions.values());
        int from = request.path("NextToken").asInt(0);
        int to = Math.min(all.size(), from + page);
        answer.putArray("Partitions").addAll(all.subList(from, to));
        if (to < all.size()) {
            answer.put("NextToken", Integer.toString(to));
        }
    }

    private void createPartitions(JsonNode request, ObjectNode answer) {
        Kept kept = kept(request, request.path("TableName").asText());
        JsonNode inputs = request.get("PartitionInputList");
        require(inputs.size() <= MOST_CREATED, "InvalidInputException", "more than 100 partitions");
        ArrayNode errors = answer.putArray("Errors");
        for (JsonNode input : inputs) {
            String value = input.path("Values").path(0).asText();
            if (kept.partitions.putIfAbsent(value, input) != null) {
                error(errors.addObject(), "PartitionValues", value, "AlreadyExistsException");
            }
        }
    }

    private void updatePartitions(JsonNode request, ObjectNode answer) {
        Kept kept = kept(request, request.path("TableName").asText());
        JsonNode entries = request.get("Entries");
        require(entries.size() <= MOST_CREATED, "InvalidInputException", "more than 100 partitions");
        ArrayNode errors = answer.putArray("Errors");
        for (JsonNode entry : entries) {
            String value = entry.path("PartitionValueList").path(0).asText();
            if (kept.partitions.replace(value, entry.get("PartitionInput")) == null) {
                error(errors.addObject(), "PartitionValueList", value, "EntityNotFoundException");
            }
        }
    }

    private void deletePartitions(JsonNode request, ObjectNode answer) {
        Kept kept = kept(request, request.path("TableName").asText());
        JsonNode lists = request.get("PartitionsToDelete");
        require(lists.size() <= MOST_DELETED, "InvalidInputException", "more than 25 partitions");
        ArrayNode errors = answer.putArray("Errors");
        for (JsonNode list : lists) {
            String value = list.path("Values").path(0).asText();
            if (kept.partitions.remove(value) == null) {
                error(errors.addObject(), "PartitionValues", value, "EntityNotFoundException");
            }
        }
    }

    private static void error(ObjectNode error, String values, String value, String code) {
        error.putArray(values).add(value);
        error.putObject("ErrorDetail").put("ErrorCode", code).put("ErrorMessage", "partition " + value);
    }

    private String database(JsonNode request) {
        String name = request.path("DatabaseName").asText();
        require(databases.containsKey(name), "EntityNotFoundException", "Database " + name + " not found.");
        return name;
    }

    private Kept kept(JsonNode request, String name) {
        Kept kept = tables.get(database(request) + "." + name);
        require(kept != null, "EntityNotFoundException", "Entity Not Found: table " + name);
        return kept;
    }

    private static void require(boolean holds, String code, String message) {
        if (!holds) {
            throw new Refusal(code, message);
        }
    }
}
