package dev.firn.config;

import dev.firn.FirnException;
import dev.firn.config.LiveConfiguration.OneNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The same files, read by a program that goes on whatever becomes of them: file by file, each keeping what it said before. */
final class LiveFiles {

    private final ConfigurationFiles files;
    private final Path confDirectory;
    private final NamespaceRegistry registry;

    LiveFiles(Path confDirectory, Map<String, String> environment, NamespaceRegistry registry) {
        this.files = new ConfigurationFiles(confDirectory, environment, registry);
        this.confDirectory = files.confDirectory();
        this.registry = registry;
    }

    /** Refuses a service that cannot say what it is to do; one broken namespace among others is none. */
    LiveConfiguration first() {
        Problems problems = new Problems();
        ConfigurationFiles.Service service = files.service(problems);
        SortedMap<String, Path> found = ConfigurationFiles.namespaceFiles(service.namespacesDirectory(), problems);
        problems.throwIfAny(confDirectory);
        return new LiveConfiguration(
                service.settings().orElseThrow(), Optional.empty(), namespaces(found, new TreeMap<>()));
    }

    LiveConfiguration again(LiveConfiguration before) {
        Problems problems = new Problems();
        ConfigurationFiles.Service service;
        try {
            service = files.service(problems);
        } catch (ConfigurationException e) {
            return new LiveConfiguration(before.service(), Optional.of(kept(confDirectory, e)), before.namespaces());
        }
        SortedMap<String, Path> found = ConfigurationFiles.namespaceFiles(service.namespacesDirectory(), problems);
        Optional<FirnException> problem = problems.isEmpty()
                ? Optional.empty()
                : Optional.of(kept(confDirectory.resolve("firn.conf"), found(problems)));
        if (!Files.isDirectory(service.namespacesDirectory())) {
            // Not mounted for a moment, say: nobody means by it that no namespace is to be worked on.
            return new LiveConfiguration(before.service(), problem, before.namespaces());
        }
        return new LiveConfiguration(
                problem.isPresent() ? before.service() : service.settings().orElse(before.service()),
                problem,
                namespaces(found, before.namespaces()));
    }

    private SortedMap<String, OneNamespace> namespaces(
            SortedMap<String, Path> found, SortedMap<String, OneNamespace> before) {
        SortedMap<String, OneNamespace> namespaces = new TreeMap<>();
        List<NamespaceFile> owners = new ArrayList<>();
        List<NamespaceConfig> own = new ArrayList<>();
        Set<String> ownNames = new TreeSet<>();
        Doubts doubts = new Doubts();
        LiveTemplates templates = new LiveTemplates(registry, before);
        // Who was there first keeps a table that two name.
        List<String> order = new ArrayList<>(found.keySet());
        order.sort(Comparator.comparing((String name) ->
                        before.containsKey(name) && before.get(name).config().isPresent() ? 0 : 1)
                .thenComparing(Comparator.naturalOrder()));
        for (String name : order) {
            Path path = found.get(name);
            Problems problems = new Problems();
            Optional<SourceFile> source = files.source(path, problems);
            if (source.map(TemplateFile::isOne).orElseGet(() -> templates.hadFile(name))) {
                templates.add(name, path, source.flatMap(file -> TemplateFile.read(name, file, problems)), problems);
                continue;
            }
            ownNames.add(name);
            Optional<NamespaceFile> read = source.flatMap(file -> files.own(name, file, problems));
            read.ifPresent(file -> Ownership.report(file, owners, problems));
            if (problems.isEmpty() && read.isPresent()) {
                owners.add(read.get());
                own.add(read.get().settings());
                namespaces.put(name, new OneNamespace(Optional.of(read.get().settings()), Optional.empty()));
            } else {
                doubts.add(path, source);
                Optional<NamespaceConfig> last = last(before, name);
                last.ifPresent(own::add);
                namespaces.put(name, new OneNamespace(last, Optional.of(broken(path, last.isPresent(), problems))));
            }
        }
        templates
                .expand(new Expansion(ownNames, own, doubts), this)
                .forEach((name, one) -> namespaces.merge(name, one, OneNamespace::orElse));
        return namespaces;
    }

    FirnException broken(Path path, boolean kept, Problems problems) {
        return kept
                ? kept(path, found(problems))
                : told(path, found(problems), "nothing of it is worked on, the others are");
    }

    private static Optional<NamespaceConfig> last(SortedMap<String, OneNamespace> before, String name) {
        return Optional.ofNullable(before.get(name)).flatMap(OneNamespace::config);
    }

    private static FirnException kept(Path file, ConfigurationException e) {
        return told(file, e, "what it said before holds on");
    }

    private ConfigurationException found(Problems problems) {
        return new ConfigurationException(confDirectory, problems.found());
    }

    FirnException told(Path file, Problems problems, String nowTrue) {
        return told(file, found(problems), nowTrue);
    }

    private static FirnException told(Path file, ConfigurationException e, String nowTrue) {
        String all = e.problems().stream().map(Problem::toString).collect(Collectors.joining("; "));
        return new FirnException(
                FirnException.Category.CONFIGURATION,
                file.toString(),
                "reading it: %s; %s".formatted(all, nowTrue),
                "correct it: it is read again by itself; conf/REFERENCE.md describes every key");
    }
}
