package dev.firn.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.firn.TableName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A file {@code namespaces/<name>.conf}. */
final class NamespaceSettings {

    private static final String DEFAULTS = "defaults";
    private static final String TABLES = "tables";
    /** Sections of a table's settings. */
    private static final Set<String> SUBSECTIONS = Set.of("parquet", "write-path");

    private static final int LONGEST_IDENTIFIER = 63;

    static final Section SECTION = new Section(
            "A namespace: `namespaces/<name>.conf`",
            "One database, one place for its archive, and the tables to archive. The file's name is the name of the"
                    + " namespace: a lower-case letter, then at most 62 lower-case letters, digits, `_` or `-`. Several"
                    + " namespaces may share a database.",
            Stream.of(DatabaseSettings.ALL, LocationSettings.ALL, AthenaSettings.ALL, ServeSettings.OF_NAMESPACE)
                    .flatMap(List::stream)
                    .toList(),
            Set.of(DEFAULTS, TABLES));

    private NamespaceSettings() {}

    static Optional<NamespaceConfig> read(String name, SourceFile source, Problems problems) {
        return read(name, source, Optional.empty(), problems);
    }

    /** @param template what it was made of, if it has no file of its own */
    static Optional<NamespaceConfig> read(
            String name, SourceFile source, Optional<NamespaceConfig.Template> template, Problems problems) {
        Layer file = new Layer(source, List.of());
        boolean allKnown = SECTION.reportUnknown(file, problems);
        Optional<DatabaseConfig> database = DatabaseSettings.read(file, problems);
        Optional<LocationConfig> location = LocationSettings.read(file, problems);
        Optional<AthenaConfig> athena = AthenaSettings.read(file, location, problems);
        Optional<SortedMap<TableName, TableConfig>> tables = tables(source, problems);
        Values service = Values.read(ServeSettings.OF_NAMESPACE, List.of(file), problems);
        if (!allKnown || database.isEmpty() || location.isEmpty() || athena.isEmpty() || tables.isEmpty()) {
            return Optional.empty();
        }
        return service.build(() -> new NamespaceConfig(
                name,
                database.get(),
                location.get(),
                athena.get(),
                tables.get(),
                ServeSettings.hours(service),
                template));
    }

    private static Optional<SortedMap<TableName, TableConfig>> tables(SourceFile source, Problems problems) {
        Layer defaults = new Layer(source, List.of(DEFAULTS));
        boolean whole = section(defaults, List.of(), problems) != null
                || defaults.at(List.of()).isEmpty();
        whole &= TableSettings.SECTION.reportUnknown(defaults, problems);
        TableSettings.check(defaults, problems);

        Layer file = new Layer(source, List.of());
        if (file.at(List.of(TABLES)).isEmpty()) {
            problems.add(file.place(List.of()), TABLES, "is required: tables { schema { table { … } } }");
            return Optional.empty();
        }
        ConfigObject schemas = section(file, List.of(TABLES), problems);
        if (schemas == null) {
            return Optional.empty();
        }
        SortedMap<TableName, TableConfig> tables = new TreeMap<>();
        int listed = 0;
        for (String schema : schemas.keySet()) {
            ConfigObject ofSchema = section(file, List.of(TABLES, schema), problems);
            if (ofSchema == null || namesNoTable(file, schema, ofSchema, problems)) {
                whole = false;
                continue;
            }
            for (String table : ofSchema.keySet()) {
                listed++;
                Layer layer = new Layer(source, List.of(TABLES, schema, table));
                Optional<TableConfig> settings = table(schema, table, layer, defaults, problems);
                settings.ifPresent(found -> tables.put(found.name(), found));
            }
        }
        if (listed == 0 && whole) {
            problems.add(file.place(List.of(TABLES)), TABLES, "names no table");
            return Optional.empty();
        }
        return whole && tables.size() == listed ? Optional.of(tables) : Optional.empty();
    }

    private static Optional<TableConfig> table(
            String schema, String table, Layer layer, Layer defaults, Problems problems) {
        if (section(layer, List.of(), problems) == null || !areIdentifiers(schema, table, layer, problems)) {
            return Optional.empty();
        }
        boolean allKnown = TableSettings.SECTION.reportUnknown(layer, problems);
        Optional<TableConfig> settings =
                TableSettings.read(new TableName(schema, table), List.of(layer, defaults), problems);
        return allKnown ? settings : Optional.empty();
    }

    private static boolean areIdentifiers(String schema, String table, Layer layer, Problems problems) {
        for (String name : List.of(schema, table)) {
            int bytes = name.getBytes(StandardCharsets.UTF_8).length;
            if (bytes == 0 || bytes > LONGEST_IDENTIFIER || name.indexOf('\0') >= 0) {
                problems.add(
                        layer.place(List.of()),
                        layer.shown(List.of()),
                        "a name in PostgreSQL has 1 to 63 bytes (found %d)".formatted(bytes));
                return false;
            }
        }
        return true;
    }

    /** {@code tables { messages { archive-after = 90d } }} and {@code "schema.table" { … }} lack a level. */
    private static boolean namesNoTable(Layer file, String schema, ConfigObject ofSchema, Problems problems) {
        for (Map.Entry<String, ConfigValue> entry : ofSchema.entrySet()) {
            boolean setting = TableSettings.SECTION.settings().stream()
                    .anyMatch(known -> known.path().get(0).equals(entry.getKey()));
            boolean single = SourceFile.section(entry.getValue()).isEmpty() && !SourceFile.unresolved(entry.getValue());
            if (setting && (single || SUBSECTIONS.contains(entry.getKey()))) {
                List<String> path = List.of(TABLES, schema);
                String advice = schema.indexOf('.') > 0
                        ? ": write schema and table without quotes around both"
                        : ": write schema.table, or schema { table { … } }";
                problems.add(file.place(path), file.shown(path), "names no table of a schema" + advice);
                return true;
            }
        }
        return false;
    }

    /** The section at a key, or null, having reported what stands there instead. */
    private static ConfigObject section(Layer layer, List<String> key, Problems problems) {
        Optional<ConfigValue> value = layer.at(key);
        Optional<ConfigObject> section = value.flatMap(SourceFile::section);
        if (value.isPresent() && section.isEmpty() && !SourceFile.unresolved(value.get())) {
            problems.add(layer.place(key), layer.shown(key), "expects a section { … }");
        }
        return section.orElse(null);
    }
}
