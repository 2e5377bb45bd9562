package dev.firn.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The settings that one kind of file, or one kind of section of it, may hold.
 *
 * @param title heading in the reference
 * @param doc sentences below the heading
 * @param open keys below which something else decides what is known
 */
record Section(String title, String doc, List<Setting<?>> settings, Set<String> open) {

    Section {
        settings = List.copyOf(settings);
        Set<String> keys = settings.stream().map(Setting::key).collect(Collectors.toSet());
        if (keys.size() != settings.size()) {
            throw new IllegalArgumentException(title + " declares a key twice: " + settings);
        }
    }

    /** Reports keys below the layer that nobody declared. Answers whether all are known. */
    boolean reportUnknown(Layer layer, Problems problems) {
        Optional<ConfigValue> value = layer.at(List.of());
        Optional<ConfigObject> object = value.flatMap(SourceFile::section);
        return object.isEmpty() || reportUnknown(layer, List.of(), object.get(), problems);
    }

    private boolean reportUnknown(Layer layer, List<String> path, ConfigObject object, Problems problems) {
        boolean known = true;
        for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            List<String> here = SourceFile.append(path, entry.getKey());
            String key = String.join(".", here);
            if (open.contains(key) || isDeclared(key)) {
                continue;
            }
            Optional<ConfigObject> section = SourceFile.section(entry.getValue());
            if (isPrefix(key) && section.isPresent()) {
                known &= reportUnknown(layer, here, section.get(), problems);
            } else if (!isPrefix(key)) {
                problems.add(layer.place(here), layer.shown(here), "is no setting" + advice(path, entry.getKey()));
                known = false;
            } else if (!SourceFile.unresolved(entry.getValue())) {
                problems.add(layer.place(here), layer.shown(here), "expects a section { … }");
                known = false;
            }
        }
        return known;
    }

    private boolean isDeclared(String key) {
        return settings.stream().anyMatch(setting -> setting.key().equals(key));
    }

    private boolean isPrefix(String key) {
        return settings.stream().anyMatch(setting -> setting.key().startsWith(key + "."));
    }

    private String advice(List<String> path, String given) {
        Set<String> siblings = new TreeSet<>();
        String prefix = path.isEmpty() ? "" : String.join(".", path) + ".";
        // As declared: what most people write comes first.
        Set<String> keys = new LinkedHashSet<>();
        settings.forEach(setting -> keys.add(setting.key()));
        keys.addAll(open);
        for (String key : keys) {
            if (key.startsWith(prefix)) {
                siblings.add(key.substring(prefix.length()).replaceFirst("\\..*", ""));
            }
        }
        Optional<String> sibling = Suggestion.closest(given, siblings);
        if (sibling.isPresent()) {
            return "; did you mean " + sibling.get() + "?";
        }
        return keys.stream()
                .filter(key -> key.endsWith("." + given))
                .findFirst()
                .map(key -> "; did you mean " + key + "?")
                .orElse("; known here: " + String.join(", ", siblings));
    }
}
