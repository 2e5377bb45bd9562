package dev.firn.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The values of some settings, looked up in one layer after the other (a table, then the defaults). What is wrong is
 * reported once, and then {@link #build} builds nothing, so that {@link #get} has a value to answer.
 */
final class Values {

    private static final int LONGEST_SHOWN = 60;

    private final List<Layer> layers;
    private final Problems problems;
    private boolean failed;

    private Values(List<Layer> layers, Problems problems) {
        this.layers = layers;
        this.problems = problems;
    }

    static Values read(List<Setting<?>> settings, List<Layer> layers, Problems problems) {
        Values values = new Values(List.copyOf(layers), problems);
        settings.forEach(values::find);
        return values;
    }

    /** What holds for a setting: as given, else the default, else nothing. */
    <T> Optional<T> find(Setting<T> setting) {
        Optional<Layer> layer = layerOf(setting);
        if (layer.isPresent()) {
            return parse(setting, layer.get());
        }
        if (setting.required()) {
            Layer first = layers.get(0);
            problems.add(first.place(setting.path()), first.shown(setting.path()), "is required" + cause(setting));
            failed = true;
        }
        return setting.defaultValue();
    }

    /** What holds for a setting that has a default or is required, within {@link #build}. */
    <T> T get(Setting<T> setting) {
        return find(setting).orElseThrow(() -> new IllegalStateException(setting.key() + " has no value"));
    }

    /** Whether a file says anything of it. */
    boolean isGiven(Setting<?> setting) {
        return layerOf(setting).isPresent();
    }

    /** Reports that a setting contradicts another. */
    void contradict(Setting<?> setting, String text) {
        Layer layer = layerOf(setting).orElse(layers.get(0));
        problems.add(layer.place(setting.path()), layer.shown(setting.path()), text);
        failed = true;
    }

    <R> Optional<R> build(Supplier<R> record) {
        return failed ? Optional.empty() : Optional.of(record.get());
    }

    /** For a value that was left out though the file speaks of it: which variable was not set. */
    String cause(Setting<?> setting) {
        for (Layer layer : layers) {
            Set<String> names = layer.file().substitutionsAt(layer.path(setting.path()));
            if (!names.isEmpty()) {
                return ": it comes from " + named(names) + ", which is not set";
            }
        }
        return "";
    }

    private Optional<Layer> layerOf(Setting<?> setting) {
        return layers.stream()
                .filter(layer -> layer.at(setting.path()).isPresent())
                .findFirst();
    }

    private <T> Optional<T> parse(Setting<T> setting, Layer layer) {
        List<String> key = setting.path();
        ConfigValue value = layer.at(key).orElseThrow();
        try {
            if (!SourceFile.unresolved(value)) {
                return Optional.of(setting.type().parse(value));
            }
        } catch (ConfigException.NotResolved e) {
            failed = true; // in an element of it: reported when the file was read
        } catch (BadValue e) {
            Set<String> names = layer.file().substitutionsAt(layer.path(key));
            String found = names.isEmpty() ? found(setting, value, e) : "the value of " + named(names);
            problems.add(layer.place(key), layer.shown(key), "%s (found %s)".formatted(e.getMessage(), found));
        }
        failed = true;
        return Optional.empty();
    }

    private static String found(Setting<?> setting, ConfigValue value, BadValue problem) {
        ConfigValueType type = value.valueType();
        if (type == ConfigValueType.OBJECT) {
            return "a section";
        }
        if (type == ConfigValueType.LIST && problem.shown().isEmpty()) {
            return "a list";
        }
        if (setting.type().confidential()) {
            return "something that is not shown";
        }
        return problem.shown().orElseGet(() -> {
            String text =
                    type == ConfigValueType.NULL ? "null" : value.atKey("v").getString("v");
            return "'" + (text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "…" : text) + "'";
        });
    }

    private static String named(Set<String> names) {
        return "${" + String.join("}, ${", names) + "}";
    }
}
