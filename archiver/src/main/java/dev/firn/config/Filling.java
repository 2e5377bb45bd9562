package dev.firn.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts what a registry says into the few places of a template that take it: names of tables, and some texts. Elsewhere a
 * password that happens to hold a placeholder would become another one.
 *
 * @param values by placeholder
 */
record Filling(Map<String, String> values) {

    /** Texts that take placeholders. */
    static final List<List<String>> TEXTS = List.of(List.of("location", "url"), List.of("athena", "database"));

    private static final String TABLES = "tables";

    /** Schema and table. */
    private static final int NAMES = 2;

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[a-z]+}");

    /** In one go: a value that looks like a placeholder stays as it is. */
    String text(String text) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(values.getOrDefault(found.group(), found.group())));
    }

    /** Of a file, from its root on. */
    List<String> path(List<String> path) {
        List<String> filled = new ArrayList<>(path);
        for (int i = 1; i <= NAMES && i < path.size() && path.get(0).equals(TABLES); i++) {
            filled.set(i, text(path.get(i)));
        }
        return List.copyOf(filled);
    }

    /** @param without keys that only a template has */
    ConfigObject root(ConfigObject root, Set<String> without) {
        ConfigObject filled = root;
        for (String key : without) {
            filled = filled.withoutKey(key);
        }
        for (List<String> path : TEXTS) {
            filled = withText(filled, path);
        }
        Optional<ConfigObject> tables = Optional.ofNullable(filled.get(TABLES)).flatMap(SourceFile::section);
        return tables.isPresent() ? filled.withValue(TABLES, named(tables.get(), NAMES)) : filled;
    }

    private ConfigObject withText(ConfigObject object, List<String> path) {
        String key = path.get(0);
        ConfigValue value = object.get(key);
        if (value == null || SourceFile.unresolved(value)) {
            return object;
        }
        if (path.size() > 1) {
            return SourceFile.section(value)
                    .map(section -> object.withValue(key, withText(section, path.subList(1, path.size()))))
                    .orElse(object);
        }
        return value.valueType() == ConfigValueType.STRING
                ? object.withValue(
                        key,
                        ConfigValueFactory.fromAnyRef(text(value.unwrapped().toString()))
                                .withOrigin(value.origin()))
                : object;
    }

    private ConfigObject named(ConfigObject section, int names) {
        ConfigObject named = section;
        for (Map.Entry<String, ConfigValue> entry : section.entrySet()) {
            ConfigValue value = entry.getValue();
            if (names > 1) {
                Optional<ConfigObject> inner = SourceFile.section(value);
                value = inner.isPresent() ? named(inner.get(), names - 1) : value;
            }
            String name = text(entry.getKey());
            if (!name.equals(entry.getKey())) {
                named = named.withoutKey(entry.getKey());
                // Two placeholders may say the same.
                ConfigValue other = named.get(name);
                value = other == null ? value : value.withFallback(other);
            }
            named = named.withValue(name, value);
        }
        return named;
    }
}
