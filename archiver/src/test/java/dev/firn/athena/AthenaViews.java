package dev.firn.athena;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.athena.glue.ArchivedTable;
import dev.firn.athena.glue.GlueCatalog;
import dev.firn.athena.glue.SyncedTable;
import dev.firn.testing.GlueServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Base64;

/**
 * Views as the Glue Data Catalog is told of them, beside those that Trino makes of the same query and keeps in a catalogue
 * of files: both speak of tables in the words of Hive, and Athena's engine is Trino's.
 */
final class AthenaViews {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String BEGINNING = "/* Presto View: ";
    private static final String END = " */";

    private final Path metastore;
    private final Connection athena;

    /**
     * A view as it is kept.
     *
     * @param flag by which it is known for one
     * @param definition what stands in its text
     */
    record Kept(String type, String expandedText, String flag, String comment, JsonNode definition) {}

    /**
     * Views of one database.
     *
     * @param metastore where Trino keeps what it knows of that database
     * @param athena a session in it
     */
    AthenaViews(Path metastore, Connection athena) {
        this.metastore = metastore;
        this.athena = athena;
    }

    /** What Glue is told of a view. */
    static JsonNode told(ArchivedTable table, String view) {
        try (GlueServer glue = new GlueServer();
                GlueCatalog catalog = GlueCatalog.open(glue.settings())) {
            SyncedTable synced = catalog.sync(table);
            synced.failure().ifPresent(failure -> {
                throw failure;
            });
            return glue.table(table.database(), view).orElseThrow();
        }
    }

    static Kept kept(JsonNode told) {
        return new Kept(
                told.path("TableType").asText(),
                told.path("ViewExpandedText").asText(),
                told.at("/Parameters/presto_view").asText(),
                told.at("/Parameters/comment").asText(),
                definition(told.path("ViewOriginalText").asText()));
    }

    /** The same query, made a view by Trino. */
    Kept madeByTrino(String name, String query) throws SQLException {
        Queries.execute(athena, "CREATE VIEW %s AS %s".formatted(name, query));
        JsonNode file = read(name);
        return new Kept(
                file.path("tableType").asText(),
                file.path("viewExpandedText").asText(),
                file.at("/parameters/presto_view").asText(),
                file.at("/parameters/comment").asText(),
                definition(file.path("viewOriginalText").asText()));
    }

    /** Puts what Glue was told, as it is, in the place of what Trino keeps of one of its own. */
    void replace(String name, JsonNode told) throws IOException {
        ObjectNode file = read(name);
        file.set("viewOriginalText", told.path("ViewOriginalText"));
        file.set("viewExpandedText", told.path("ViewExpandedText"));
        file.set("parameters", told.path("Parameters"));
        Files.write(path(name), MAPPER.writeValueAsBytes(file));
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

    private static JsonNode definition(String text) {
        if (!text.startsWith(BEGINNING) || !text.endsWith(END)) {
            throw new AssertionError("not a view as Trino keeps them: " + text);
        }
        String encoded = text.substring(BEGINNING.length(), text.length() - END.length());
        try {
            return MAPPER.readTree(new String(Base64.getDecoder().decode(encoded), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
