package dev.firn.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One file with its includes: its values after substitution, and where each of them was written. */
final class SourceFile {

    private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{(\\??)([^}]*)}");

    private final String name;
    private final ConfigObject root;
    private final Map<List<String>, Written> written;

    private SourceFile(String name, ConfigObject root, Map<List<String>, Written> written) {
        this.name = name;
        this.root = root;
        this.written = written;
    }

    /** How a value stands in the file: on which line, and which substitutions it is made of. */
    private record Written(Place place, Set<String> substitutions) {}

    /** Reads a file; what is wrong with it as HOCON goes to the problems, and then there is no file. */
    static Optional<SourceFile> read(Path path, Map<String, String> environment, Problems problems) {
        String name = path.toString();
        try {
            ConfigParseOptions options = ConfigParseOptions.defaults()
                    .setAllowMissing(false)
                    .setSyntax(ConfigSyntax.CONF)
                    .setIncluder(new StrictIncludes());
            Config parsed = ConfigFactory.parseFile(path.toFile(), options);
            Map<List<String>, Written> written = new HashMap<>();
            note(parsed.root(), List.of(), name, written);
            Config resolved = parsed.resolve(ConfigResolveOptions.noSystem()
                    .setAllowUnresolved(true)
                    .appendResolver(new EnvironmentResolver(environment)));
            SourceFile file = new SourceFile(name, resolved.root(), written);
            file.reportUnresolved(resolved.root(), List.of(), problems);
            RepeatedKeys.report(path, problems);
            return Optional.of(file);
        } catch (ConfigException e) {
            SyntaxProblem.add(e, path, problems);
            return Optional.empty();
        }
    }

    /** A file that is not there, read as one without settings. */
    static SourceFile empty(Path path) {
        return new SourceFile(path.toString(), ConfigFactory.empty().root(), Map.of());
    }

    String name() {
        return name;
    }

    ConfigObject root() {
        return root;
    }

    /** The value at a path, unless it is missing. */
    Optional<ConfigValue> at(List<String> path) {
        ConfigValue value = root;
        for (String element : path) {
            Optional<ConfigObject> section = section(value);
            if (section.isEmpty()) {
                return Optional.empty();
            }
            value = section.get().get(element);
        }
        return Optional.ofNullable(value);
    }

    /** A text that is spelt out at a path. */
    Optional<String> textAt(List<String> path) {
        return at(path).filter(value -> !unresolved(value) && value.valueType() == ConfigValueType.STRING)
                .map(value -> value.unwrapped().toString());
    }

    /** What it says for one namespace of those that it stands for, on the same lines. */
    SourceFile filled(Filling filling, Set<String> without) {
        Map<List<String>, Written> lines = new HashMap<>();
        written.forEach((path, where) -> lines.put(filling.path(path), where));
        return new SourceFile(name, filling.root(root, without), lines);
    }

    /** The value as a section, if it is one whose keys are known. */
    static Optional<ConfigObject> section(ConfigValue value) {
        if (!(value instanceof ConfigObject object)) {
            return Optional.empty();
        }
        try {
            int unused = object.size(); // throws while a substitution decides what is in it
            return Optional.of(object);
        } catch (ConfigException.NotResolved e) {
            return Optional.empty();
        }
    }

    /** Whether a substitution in it failed, which was reported when the file was read. */
    static boolean unresolved(ConfigValue value) {
        try {
            return value.valueType() == ConfigValueType.OBJECT && section(value).isEmpty();
        } catch (ConfigException.NotResolved e) {
            return true;
        }
    }

    /** Where the value at a path was written, or else the innermost section that should hold it. */
    Place placeOf(List<String> path) {
        for (int length = path.size(); length > 0; length--) {
            List<String> outer = path.subList(0, length);
            Written here = written.get(outer);
            if (here != null) {
                return here.place();
            }
            Optional<ConfigValue> value = at(outer);
            if (value.isPresent() && value.get().origin().lineNumber() > 0) {
                return place(value.get(), name);
            }
        }
        return new Place(name, 0);
    }

    /** Names in the substitutions from which the value at a path is made, if it is not spelt out there. */
    Set<String> substitutionsAt(List<String> path) {
        Written here = written.get(path);
        return here == null ? Set.of() : here.substitutions();
    }

    private static void note(ConfigObject object, List<String> path, String name, Map<List<String>, Written> written) {
        for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            List<String> here = append(path, entry.getKey());
            ConfigValue value = entry.getValue();
            Set<String> substitutions = new LinkedHashSet<>();
            if (unresolved(value)) {
                Matcher matcher = SUBSTITUTION.matcher(value.render());
                while (matcher.find()) {
                    substitutions.add(matcher.group(2));
                }
            }
            written.put(here, new Written(place(value, name), substitutions));
            Optional<ConfigObject> section = section(value);
            if (section.isPresent()) {
                note(section.get(), here, name, written);
            }
        }
    }

    /** Of a value that several lines make up, such as {@code a = x} and then {@code a = ${?A}}, the first. */
    private static Place place(ConfigValue value, String name) {
        String file = value.origin().filename();
        int line = value.origin().lineNumber();
        return file == null || line <= 0 ? new Place(name, 0) : new Place(file, line);
    }

    private void reportUnresolved(ConfigValue value, List<String> path, Problems problems) {
        Optional<ConfigObject> section = section(value);
        if (section.isPresent()) {
            section.get().forEach((key, inner) -> reportUnresolved(inner, append(path, key), problems));
        } else if (value instanceof ConfigList list) {
            list.forEach(inner -> reportUnresolved(inner, path, problems));
        } else if (unresolved(value)) {
            Matcher matcher = SUBSTITUTION.matcher(value.render());
            while (matcher.find()) {
                if (matcher.group(1).isEmpty()) {
                    problems.add(
                            placeOf(path),
                            ConfigUtil.joinPath(path),
                            "${%1$s} is set neither in this file nor in the environment; ${?%1$s} may be left unset"
                                    .formatted(matcher.group(2)));
                }
            }
        }
    }

    static List<String> append(List<String> path, String element) {
        List<String> longer = new ArrayList<>(path);
        longer.add(element);
        return List.copyOf(longer);
    }
}
