package dev.firn.config;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.config.LiveConfiguration.OneNamespace;
import dev.firn.config.NamespaceRegistry.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The templates among the files of a program that goes on. A namespace that is known stays so while its registry does not
 * answer, and when it is not listed any more: a row that somebody deleted says nothing about what is archived.
 */
final class LiveTemplates {

    private final NamespaceRegistry registry;
    private final SortedMap<String, OneNamespace> before;
    private final List<Read> templates = new ArrayList<>();

    /** A template's file, and what is wrong with it. */
    private record Read(String file, Path path, Optional<TemplateFile> template, Problems problems) {}

    LiveTemplates(NamespaceRegistry registry, SortedMap<String, OneNamespace> before) {
        this.registry = registry;
        this.before = before;
    }

    /** Whether a file was a template when it could last be read. */
    boolean hadFile(String name) {
        return !known(name).isEmpty();
    }

    private List<NamespaceConfig> known(String file) {
        return before.values().stream()
                .flatMap(one -> one.config().stream())
                .filter(config -> config.template()
                        .filter(template -> template.file().equals(file))
                        .isPresent())
                .toList();
    }

    void add(String file, Path path, Optional<TemplateFile> template, Problems problems) {
        templates.add(new Read(file, path, template, problems));
    }

    SortedMap<String, OneNamespace> expand(Expansion expansion, LiveFiles files) {
        SortedMap<String, OneNamespace> found = new TreeMap<>();
        for (Read read : templates) {
            Optional<FirnException> problem;
            if (read.template().isPresent() && read.problems().isEmpty()) {
                problem = expand(read.template().get(), read.path(), expansion, files, found);
            } else {
                List<NamespaceConfig> known = known(read.file());
                known.stream()
                        .filter(expansion::isFree)
                        .forEach(config ->
                                found.put(config.name(), new OneNamespace(Optional.of(config), Optional.empty())));
                problem = Optional.of(files.broken(read.path(), !known.isEmpty(), read.problems()));
            }
            problem.ifPresent(why -> found.merge(
                    read.file(), new OneNamespace(Optional.empty(), Optional.of(why)), OneNamespace::orElse));
        }
        return found;
    }

    /** Answers what is wrong with the template as a whole. */
    private Optional<FirnException> expand(
            TemplateFile template,
            Path path,
            Expansion expansion,
            LiveFiles files,
            SortedMap<String, OneNamespace> found) {
        List<Entry> known = known(template.file()).stream()
                .map(config -> config.template().orElseThrow().entry())
                .toList();
        Optional<FirnException> problem = Optional.empty();
        List<Entry> listed = known;
        try {
            listed = template.ask(registry);
        } catch (FirnException e) {
            problem = Optional.of(unasked(e, known.size()));
        }
        Set<Entry> all = new LinkedHashSet<>(listed);
        all.addAll(known);
        Problems ofEntries = new Problems();
        for (Entry entry : all) {
            boolean isListed = listed.contains(entry);
            expansion
                    .add(template, entry, known.contains(entry), ofEntries)
                    .map(NamespaceFile::settings)
                    .ifPresent(config -> found.put(
                            config.name(),
                            new OneNamespace(
                                    Optional.of(config), isListed ? Optional.empty() : Optional.of(gone(config)))));
        }
        return problem.or(() -> ofEntries.isEmpty()
                ? Optional.empty()
                : Optional.of(files.told(path, ofEntries, "nothing of these is worked on, the others are")));
    }

    private static FirnException unasked(FirnException why, int known) {
        return new FirnException(
                why.category(),
                why.where(),
                "%s; %s"
                        .formatted(
                                why.what(),
                                known == 0
                                        ? "no namespace of it is known yet"
                                        : "the %d namespaces that were known before go on".formatted(known)),
                why.hint(),
                why);
    }

    private static FirnException gone(NamespaceConfig config) {
        return new FirnException(
                Category.CONFIGURATION,
                config.name(),
                "its event store does not list it any more; it is worked on as before until the service is started"
                        + " again, and what is archived of it stays",
                "to go on for longer, or to bring ranges back, give it a file of its own, %s.conf beside the template"
                        .formatted(config.name()));
    }
}
