package dev.firn.config;

import dev.firn.FirnException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files below a configuration directory, read together so that their problems are told together. */
final class ConfigurationFiles {

    private static final String SUFFIX = ".conf";

    private final Path confDirectory;
    private final Map<String, String> environment;

    ConfigurationFiles(Path confDirectory, Map<String, String> environment) {
        // Without a parent, an include relative to the file would not be found.
        this.confDirectory = confDirectory.toString().isEmpty() ? Path.of(".") : confDirectory;
        this.environment = environment;
    }

    Configuration all() {
        Problems problems = new Problems();
        Service service = service(problems);
        SortedMap<String, Path> files = namespaceFiles(service.namespacesDirectory(), problems);
        List<NamespaceFile> read = namespaces(files, problems);
        for (int index = 1; index < read.size(); index++) {
            Ownership.report(read.get(index), read.subList(0, index), problems);
        }
        problems.throwIfAny(confDirectory);
        return configuration(service, read);
    }

    Configuration only(String name) {
        Problems problems = new Problems();
        Service service = service(problems);
        Problems ofOthers = new Problems();
        SortedMap<String, Path> files = namespaceFiles(service.namespacesDirectory(), ofOthers);
        Path file = files.remove(name);
        if (file == null) {
            reportMissing(name, service.namespacesDirectory(), files.keySet(), problems);
            problems.throwIfAny(confDirectory);
        }
        List<NamespaceFile> read = namespaces(new TreeMap<>(Map.of(name, file)), problems);
        for (NamespaceFile namespace : read) {
            Ownership.report(namespace, namespaces(files, ofOthers), problems);
        }
        problems.throwIfAny(confDirectory);
        return configuration(service, read);
    }

    /** Refuses a service that cannot say what it is to do; one broken namespace among others is none. */
    LiveConfiguration first() {
        Problems problems = new Problems();
        Service service = service(problems);
        SortedMap<String, Path> files = namespaceFiles(service.namespacesDirectory(), problems);
        problems.throwIfAny(confDirectory);
        return live(service.settings().orElseThrow(), Optional.empty(), files, new TreeMap<>());
    }

    LiveConfiguration again(LiveConfiguration before) {
        Problems problems = new Problems();
        Service service;
        try {
            service = service(problems);
        } catch (ConfigurationException e) {
            return new LiveConfiguration(before.service(), Optional.of(kept(confDirectory, e)), before.namespaces());
        }
        SortedMap<String, Path> files = namespaceFiles(service.namespacesDirectory(), problems);
        Optional<FirnException> problem = kept(confDirectory.resolve("firn.conf"), problems);
        if (!Files.isDirectory(service.namespacesDirectory())) {
            // Not mounted for a moment, say: nobody means by it that no namespace is to be worked on.
            return new LiveConfiguration(before.service(), problem, before.namespaces());
        }
        return live(
                problem.isPresent() ? before.service() : service.settings().orElse(before.service()),
                problem,
                files,
                before.namespaces());
    }

    private LiveConfiguration live(
            ServiceConfig service,
            Optional<FirnException> problem,
            SortedMap<String, Path> files,
            SortedMap<String, LiveConfiguration.OneNamespace> before) {
        SortedMap<String, LiveConfiguration.OneNamespace> namespaces = new TreeMap<>();
        List<NamespaceFile> owners = new ArrayList<>();
        // Who was there first keeps a table that two name.
        List<String> order = new ArrayList<>(files.keySet());
        order.sort(Comparator.comparing((String name) ->
                        before.containsKey(name) && before.get(name).config().isPresent() ? 0 : 1)
                .thenComparing(Comparator.naturalOrder()));
        for (String name : order) {
            Problems problems = new Problems();
            Optional<NamespaceFile> read = namespaces(new TreeMap<>(Map.of(name, files.get(name))), problems).stream()
                    .findFirst();
            read.ifPresent(file -> Ownership.report(file, owners, problems));
            if (problems.isEmpty() && read.isPresent()) {
                owners.add(read.get());
                namespaces.put(
                        name,
                        new LiveConfiguration.OneNamespace(
                                Optional.of(read.get().settings()), Optional.empty()));
            } else {
                Optional<NamespaceConfig> last =
                        Optional.ofNullable(before.get(name)).flatMap(LiveConfiguration.OneNamespace::config);
                namespaces.put(
                        name,
                        new LiveConfiguration.OneNamespace(
                                last,
                                last.isPresent()
                                        ? kept(files.get(name), problems)
                                        : broken(files.get(name), problems)));
            }
        }
        return new LiveConfiguration(service, problem, namespaces);
    }

    private Optional<FirnException> kept(Path file, Problems problems) {
        return problems.isEmpty()
                ? Optional.empty()
                : Optional.of(kept(file, new ConfigurationException(confDirectory, problems.found())));
    }

    private static FirnException kept(Path file, ConfigurationException e) {
        return told(file, e, "what it said before holds on");
    }

    private Optional<FirnException> broken(Path file, Problems problems) {
        return Optional.of(told(
                file,
                new ConfigurationException(confDirectory, problems.found()),
                "nothing of it is worked on, the others are"));
    }

    private static FirnException told(Path file, ConfigurationException e, String nowTrue) {
        String all = e.problems().stream().map(Problem::toString).collect(Collectors.joining("; "));
        return new FirnException(
                FirnException.Category.CONFIGURATION,
                file.toString(),
                "reading it: %s; %s".formatted(all, nowTrue),
                "correct it: it is read again by itself; conf/REFERENCE.md describes every key");
    }

    /** What {@code firn.conf} says, and where the namespaces are even if it says something wrong elsewhere. */
    private record Service(Optional<ServiceConfig> settings, Path namespacesDirectory) {}

    private Service service(Problems problems) {
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

    private static SortedMap<String, Path> namespaceFiles(Path directory, Problems problems) {
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
                                    "the file's name is the namespace's: a lower-case letter, then at most 62 lower-case"
                                            + " letters, digits, _ or - (a file to include belongs elsewhere)");
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

    private List<NamespaceFile> namespaces(SortedMap<String, Path> files, Problems problems) {
        List<NamespaceFile> namespaces = new ArrayList<>();
        files.forEach((name, path) -> SourceFile.read(path, environment, problems)
                .ifPresent(source -> NamespaceSettings.read(name, source, problems)
                        .ifPresent(settings -> namespaces.add(new NamespaceFile(settings, source)))));
        return namespaces;
    }

    private static Configuration configuration(Service service, List<NamespaceFile> read) {
        SortedMap<String, NamespaceConfig> namespaces = new TreeMap<>();
        read.forEach(file -> namespaces.put(file.settings().name(), file.settings()));
        return new Configuration(service.settings().orElseThrow(), namespaces);
    }

    private static void reportMissing(String name, Path directory, Collection<String> others, Problems problems) {
        String advice = Suggestion.closest(name, others)
                .map(other -> "did you mean " + other + "?")
                .orElseGet(() -> others.isEmpty() ? "there is none yet" : "there are " + String.join(", ", others));
        String file = directory.resolve(name + SUFFIX).toString();
        problems.add(new Place(file, 0), "", "there is no namespace '%s'; %s".formatted(name, advice));
    }
}
