package dev.firn.athena;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tables that Trino keeps in a catalogue of files. It reads partitions from the same parameters as Athena, which its own SQL
 * has other words for.
 */
final class AthenaTables {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path metastore;

    /**
     * Tables of one database.
     *
     * @param metastore where Trino keeps what it knows of that database
     */
    AthenaTables(Path metastore) {
        this.metastore = metastore;
    }

    /** By which parameters a table's partitions are computed, after Trino's own SQL has made it. */
    Map<String, String> projection(String name) {
        Map<String, String> parameters = new TreeMap<>();
        read(name)
                .path("parameters")
                .properties()
                .forEach(parameter ->
                        parameters.put(parameter.getKey(), parameter.getValue().asText()));
        return projection(parameters);
    }

    /** By which parameters Athena is told to compute them. */
    static Map<String, String> projection(HiveTable told) {
        return projection(told.properties());
    }

    private static Map<String, String> projection(Map<String, String> parameters) {
        Map<String, String> projection = new TreeMap<>(parameters);
        projection.keySet().removeIf(key -> !key.startsWith(HiveTable.PROJECTION));
        // Both take it in capitals, as AWS documents it; Trino writes it in small letters.
        projection.replaceAll((key, value) -> key.endsWith(".interval.unit") ? value.toUpperCase(Locale.ROOT) : value);
        return projection;
    }

    /** Makes another table of the same files, of which Trino is told what Athena is told and nothing else. */
    void copy(HiveTable told, String name) {
        ObjectNode table = read(told.name());
        table.set("parameters", MAPPER.valueToTree(told.properties()));
        try {
            Files.createDirectories(path(name).getParent());
            Files.write(path(name), MAPPER.writeValueAsBytes(table));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectNode read(String name) {
        try {
            return (ObjectNode) MAPPER.readTree(path(name).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path path(String name) {
        return metastore.resolve(name).resolve(".trinoSchema");
    }
}
