package dev.firn.config;

import dev.firn.TableName;
import dev.firn.config.NamespaceRegistry.Entry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A file that stands for every namespace in the registry of an event store. {@code {id}} and {@code {schema}} in it are what
 * the registry says of each; that is input, and goes only where it can do no harm.
 */
final class TemplateFile {

    static final String ID = "{id}";
    static final String SCHEMA = "{schema}";

    private static final String EVENT_STORE = "eventodb_store.namespaces";

    private static final Setting<String> FOR_EACH = Setting.optional(
            "for-each",
            ValueType.ofText("`" + EVENT_STORE + "`", text -> {
                if (!text.equals(EVENT_STORE)) {
                    throw new BadValue("expects " + EVENT_STORE + ", the registry of an event store");
                }
                return text;
            }),
            "the file is one namespace",
            "The registry whose entries are a namespace each. The user reads its columns `id` and `schema_name`.");
    private static final Setting<String> NAME = Setting.withDefault(
            "name",
            ValueType.ofText("text with `{id}` or `{schema}`", text -> {
                if (!text.contains(ID) && !text.contains(SCHEMA)) {
                    throw new BadValue(
                            "expects \"{id}\" or \"{schema}\" in it: each namespace needs a name of its own");
                }
                return text;
            }),
            "{id}",
            "What the namespaces are called, such as `\"eu-{id}\"` where two event stores have the same ids.");

    static final Section SECTION = new Section(
            "A template: `namespaces/<any>.conf` with `for-each`",
            "A file for all namespaces of an event store, those that are registered later too: `archiver serve` finds"
                    + " them at its next look, and makes their part of catalogue and archive by itself once `archiver"
                    + " init` was run for any namespace of that database. All commands take them by name. The file has all"
                    + " keys of a namespace, and these. `\"{id}\"` and `\"{schema}\"`, in double quotes, stand for what"
                    + " the registry says, in `name`, `location.url`, `athena.database` and the names of the tables, where"
                    + " one is required: `tables { \"{schema}\".messages { … } }`. A namespace that has a file of its own,"
                    + " or whose table another file names in the same database, is left to that file; while such a file"
                    + " is broken, what it may be about is taken by no template that did not have it before. One that is not"
                    + " registered any more stays as it is until the service is started again, and says so.",
            List.of(FOR_EACH, NAME),
            Set.of());

    /** What may go into a path: neither a slash nor a dot. */
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_-]{1,63}");

    private static final int LONGEST_SHOWN = 60;

    private final String file;
    private final SourceFile source;
    private final String pattern;
    private final NamespaceConfig sample;

    private TemplateFile(String file, SourceFile source, String pattern, NamespaceConfig sample) {
        this.file = file;
        this.source = source;
        this.pattern = pattern;
        this.sample = sample;
    }

    static boolean isOne(SourceFile source) {
        return source.at(FOR_EACH.path()).isPresent();
    }

    /**
     * Reads one; nothing where it has a problem, whatever is registered.
     *
     * @param file its name without the suffix
     */
    static Optional<TemplateFile> read(String file, SourceFile source, Problems problems) {
        Layer layer = new Layer(source, List.of());
        Values values = Values.read(SECTION.settings(), List.of(layer), problems);
        Problems ofSample = new Problems();
        // Fits wherever a name may stand.
        Entry entry = new Entry("sample", "sample");
        Optional<String> pattern = values.build(() -> values.get(NAME));
        Optional<NamespaceFile> sample =
                pattern.flatMap(name -> new TemplateFile(file, source, name, null).namespace(entry, ofSample));
        sample.ifPresent(found -> requirePlaceholders(source, found.settings(), ofSample));
        problems.addAll(ofSample);
        return ofSample.isEmpty()
                ? sample.map(found -> new TemplateFile(file, source, pattern.orElseThrow(), found.settings()))
                : Optional.empty();
    }

    /** A table of the same name in each of them would be one table, and have as many owners. */
    private static void requirePlaceholders(SourceFile source, NamespaceConfig sample, Problems problems) {
        for (TableName table : sample.tables().keySet()) {
            List<String> path = List.of("tables", table.schema(), table.name());
            if (source.at(path).isPresent()) {
                problems.add(
                        source.placeOf(path),
                        "tables." + table,
                        "is the same table for each namespace of the template: write \"{schema}\".%s"
                                .formatted(table.name()));
            }
        }
    }

    String file() {
        return file;
    }

    /** Asks which namespaces it stands for. */
    List<Entry> ask(NamespaceRegistry registry) {
        return registry.list(sample);
    }

    /** The namespace of one entry; nothing, and a problem on the line that made it one, where it cannot be. */
    Optional<NamespaceFile> namespace(Entry entry, Problems problems) {
        String name = filled(pattern, entry);
        if (!NamespaceConfig.isName(name)) {
            refuse(entry, "would be called %s, which is no name of a namespace".formatted(shown(name)), problems);
            return Optional.empty();
        }
        Map<String, String> values = Map.of(ID, entry.id(), SCHEMA, entry.schema());
        for (List<String> path : Filling.TEXTS) {
            Optional<String> text = source.textAt(path);
            if (text.isPresent()
                    && values.entrySet().stream()
                            .anyMatch(each -> text.get().contains(each.getKey())
                                    && !HARMLESS.matcher(each.getValue()).matches())) {
                refuse(
                        entry,
                        "does not fit into %s, which takes letters, digits, _ and - from the registry"
                                .formatted(String.join(".", path)),
                        problems);
                return Optional.empty();
            }
        }
        SourceFile filled = source.filled(new Filling(values), Set.of(FOR_EACH.key(), NAME.key()));
        return NamespaceSettings.read(name, filled, Optional.of(new NamespaceConfig.Template(file, entry)), problems)
                .map(settings -> new NamespaceFile(settings, filled));
    }

    void refuse(Entry entry, String why, Problems problems) {
        problems.add(
                source.placeOf(FOR_EACH.path()),
                FOR_EACH.key(),
                "namespace %s in schema %s %s: it needs a file of its own"
                        .formatted(shown(entry.id()), shown(entry.schema()), why));
    }

    /** What is known to be somebody's is one thing, what may be another one's is not touched until that is known. */
    void hold(Entry entry, Path broken, Problems problems) {
        problems.add(
                source.placeOf(FOR_EACH.path()),
                FOR_EACH.key(),
                "namespace %s in schema %s may be what %s is about, which is broken: it waits until that file is right"
                        .formatted(shown(entry.id()), shown(entry.schema()), broken.getFileName()));
    }

    String nameOf(Entry entry) {
        return filled(pattern, entry);
    }

    private static String filled(String text, Entry entry) {
        return new Filling(Map.of(ID, entry.id(), SCHEMA, entry.schema())).text(text);
    }

    private static String shown(String text) {
        String printable = text.replaceAll("[^\\p{L}\\p{N}\\p{P}\\p{S} ]", "?");
        return "'" + (printable.length() > LONGEST_SHOWN ? printable.substring(0, LONGEST_SHOWN) + "…" : printable)
                + "'";
    }
}
