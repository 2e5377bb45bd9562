package dev.firn.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.firn.TableName;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Files that are broken just now, each of which may be a namespace's own: what they may be about is not a template's to
 * take, whose settings would be others than those that somebody wrote down for it.
 */
final class Doubts {

    private static final List<String> TABLES = List.of("tables");

    private final Map<Path, Optional<SourceFile>> broken = new LinkedHashMap<>();

    /** @param source what is in it, where that much could be read */
    void add(Path file, Optional<SourceFile> source) {
        broken.put(file, source);
    }

    /** A file that may be about one of the tables of this namespace, whichever database that says. */
    Optional<Path> about(NamespaceConfig ofTemplate) {
        return broken.entrySet().stream()
                .filter(each -> each.getValue()
                        .map(source -> ofTemplate.tables().keySet().stream().anyMatch(table -> names(source, table)))
                        .orElse(true))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static boolean names(SourceFile source, TableName table) {
        Optional<ConfigValue> tables = source.at(TABLES);
        if (tables.isEmpty()) {
            return false;
        }
        Optional<ConfigObject> schemas = SourceFile.section(tables.get());
        if (schemas.isEmpty()) {
            return true; // a substitution that failed decides what is in it
        }
        ConfigValue schema = schemas.get().get(table.schema());
        return schema != null
                && SourceFile.section(schema)
                        .map(names -> names.containsKey(table.name()))
                        .orElse(true);
    }
}
