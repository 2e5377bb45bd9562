package dev.firn.config;

import dev.firn.config.NamespaceRegistry.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files below a configuration directory, read together so that their problems are told together. */
final class ConfigurationFiles {

    private static final String SUFFIX = ".conf";

    private final Path confDirectory;
    private final Map<String, String> environment;
    private final NamespaceRegistry registry;

    ConfigurationFiles(Path confDirectory, Map<String, String> environment, NamespaceRegistry registry) {
        // Without a parent, an include relative to the file would not be found.
        this.confDirectory = confDirectory.toString().isEmpty() ? Path.of(".") : confDirectory;
        this.environment = environment;
        this.registry = registry;
    }

    /** What {@code firn.conf} says, and where the namespaces are even if it says something wrong elsewhere. */
    record Service(Optional<ServiceConfig> settings, Path namespacesDirectory) {}

    /** The files of namespaces that could be read, and their names. */
    private record Found(List<String> ownNames, List<NamespaceFile> own, List<TemplateFile> templates, Doubts doubts) {}

    Path confDirectory() {
        return confDirectory;
    }

    Configuration all() {
        Problems problems = new Problems();
        Service service = service(problems);
        Found found = read(namespaceFiles(service.namespacesDirectory(), problems), problems);
        for (int index = 1; index < found.own().size(); index++) {
            Ownership.report(found.own().get(index), found.own().subList(0, index), problems);
        }
        problems.throwIfAny(confDirectory);
        List<NamespaceFile> all = new ArrayList<>(found.own());
        // What is registered under an impossible name is no problem of a file, and configured by none.
        all.addAll(expanded(found, new Problems()).namespaces());
        return configuration(service, all, all);
    }

    Configuration only(String name) {
        Problems problems = new Problems();
        Service service = service(problems);
        Problems ofOthers = new Problems();
        SortedMap<String, Path> files = namespaceFiles(service.namespacesDirectory(), ofOthers);
        Optional<SourceFile> source = Optional.ofNullable(files.get(name)).flatMap(file -> source(file, problems));
        if (files.containsKey(name) && source.filter(TemplateFile::isOne).isEmpty()) {
            files.remove(name);
            Optional<NamespaceFile> own = source.flatMap(file -> own(name, file, problems));
            List<NamespaceFile> others = read(files, ofOthers).own();
            own.ifPresent(namespace -> Ownership.report(namespace, others, problems));
            problems.throwIfAny(confDirectory);
            return configuration(service, List.of(own.orElseThrow()), others);
        }
        problems.throwIfAny(confDirectory);
        return ofTemplate(name, service, read(files, ofOthers), ofOthers);
    }

    private Configuration ofTemplate(String name, Service service, Found found, Problems ofOthers) {
        Problems ofEntries = new Problems();
        Expansion expansion = expanded(found, ofEntries);
        List<NamespaceFile> all = new ArrayList<>(found.own());
        all.addAll(expansion.namespaces());
        List<String> names = new ArrayList<>(found.ownNames());
        for (NamespaceFile namespace : expansion.namespaces()) {
            if (namespace.settings().name().equals(name)) {
                return configuration(service, List.of(namespace), all);
            }
            names.add(namespace.settings().name());
        }
        Problems problems = new Problems();
        if (!expansion.held().contains(name)) {
            reportMissing(name, service.namespacesDirectory(), names, problems);
        }
        problems.addAll(ofEntries);
        // What could not be read may have been the template that stands for it.
        problems.addAll(ofOthers);
        throw new ConfigurationException(confDirectory, problems.found());
    }

    private Expansion expanded(Found found, Problems problems) {
        Expansion expansion = new Expansion(found.ownNames(), settings(found.own()), found.doubts());
        for (TemplateFile template : found.templates()) {
            for (Entry entry : template.ask(registry)) {
                expansion.add(template, entry, false, problems);
            }
        }
        return expansion;
    }

    private Found read(SortedMap<String, Path> files, Problems problems) {
        Found found = new Found(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new Doubts());
        files.forEach((name, path) -> {
            Optional<SourceFile> source = source(path, problems);
            if (source.filter(TemplateFile::isOne).isPresent()) {
                TemplateFile.read(name, source.get(), problems).ifPresent(found.templates()::add);
            } else {
                found.ownNames().add(name);
                Problems ofFile = new Problems();
                Optional<NamespaceFile> own = source.flatMap(file -> own(name, file, ofFile));
                problems.addAll(ofFile);
                own.ifPresent(found.own()::add);
                if (own.isEmpty() || !ofFile.isEmpty()) {
                    found.doubts().add(path, source);
                }
            }
        });
        return found;
    }

    Optional<SourceFile> source(Path file, Problems problems) {
        return SourceFile.read(file, environment, problems);
    }

    Optional<NamespaceFile> own(String name, SourceFile source, Problems problems) {
        return NamespaceSettings.read(name, source, problems).map(settings -> new NamespaceFile(settings, source));
    }

    Service service(Problems problems) {
        if (!Files.isDirectory(confDirectory)) {
            problems.add(
                    new Place(confDirectory.toString(), 0),
                    "",
                    "is no directory: firn.conf and namespaces/ belong there");
            problems.throwIfAny(confDirectory);
        }
        Path path = confDirectory.resolve("firn.conf");
        Optional<SourceFile> source = Files.notExists(path)
                ? Optional.of(SourceFile.empty(path))
                : SourceFile.read(path, environment, problems);
        Layer layer = new Layer(source.orElseGet(() -> SourceFile.empty(path)), List.of());
        Optional<ServiceConfig> settings = source.flatMap(file -> ServiceSettings.read(layer, confDirectory, problems));
        return new Service(settings, ServiceSettings.namespacesDirectory(layer, confDirectory));
    }

    static SortedMap<String, Path> namespaceFiles(Path directory, Problems problems) {
        SortedMap<String, Path> files = new TreeMap<>();
        Place place = new Place(directory.toString(), 0);
        try (Stream<Path> entries = Files.list(directory)) {
            entries.filter(path -> path.getFileName().toString().endsWith(SUFFIX))
                    .forEach(path -> {
                        String file = path.getFileName().toString();
                        String name = file.substring(0, file.length() - SUFFIX.length());
                        if (NamespaceConfig.isName(name)) {
                            files.put(name, path);
                        } else {
                            problems.add(
                                    new Place(path.toString(), 0),
                                    "",
                                    "the file's name is the namespace's: a lower-case letter, then at most 62"
                                            + " lower-case letters, digits, _ or - (a file to include belongs elsewhere)");
                        }
                    });
        } catch (IOException e) {
            problems.add(place, "", "cannot be listed: it should hold one file <name>.conf per namespace");
            return files;
        }
        if (files.isEmpty()) {
            problems.add(place, "", "holds no namespace: each is a file <name>.conf there");
        }
        return files;
    }

    private static Configuration configuration(
            Service service, Collection<NamespaceFile> read, Collection<NamespaceFile> all) {
        return Configuration.of(service.settings().orElseThrow(), settings(read), settings(all))
                .knowing(settings(all));
    }

    private static List<NamespaceConfig> settings(Collection<NamespaceFile> files) {
        return files.stream().map(NamespaceFile::settings).toList();
    }

    private static void reportMissing(String name, Path directory, Collection<String> others, Problems problems) {
        String advice = Suggestion.closest(name, others)
                .map(other -> "did you mean " + other + "?")
                .orElseGet(() -> others.isEmpty() ? "there is none yet" : "there are " + String.join(", ", others));
        String file = directory.resolve(name + SUFFIX).toString();
        problems.add(new Place(file, 0), "", "there is no namespace '%s'; %s".formatted(name, advice));
    }
}
