package dev.firn.config;

import dev.firn.config.NamespaceRegistry.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What templates stand for, beside the namespaces that have files of their own. */
final class Expansion {

    private final Set<String> ownNames;
    private final Collection<NamespaceConfig> own;
    private final Doubts doubts;
    private final List<NamespaceFile> ofTemplates = new ArrayList<>();
    private final Set<String> held = new HashSet<>();

    /**
     * @param ownNames of all files that are no template: a broken one keeps its name
     * @param own what those of them say, or said before
     * @param doubts what those of them may say that are broken now
     */
    Expansion(Collection<String> ownNames, Collection<NamespaceConfig> own, Doubts doubts) {
        this.doubts = doubts;
        this.ownNames = Set.copyOf(ownNames);
        this.own = List.copyOf(own);
    }

    /**
     * The namespace of one entry; nothing where a file of its own has it, and where it is a problem, which is told.
     *
     * @param known whether it was the template's before: then a file that is broken now is no reason to stop it
     */
    Optional<NamespaceFile> add(TemplateFile template, Entry entry, boolean known, Problems problems) {
        if (ownNames.contains(template.nameOf(entry))) {
            return Optional.empty();
        }
        Optional<NamespaceFile> made = template.namespace(entry, problems).filter(found -> isFree(found.settings()));
        Optional<Path> doubt = known ? Optional.empty() : made.flatMap(found -> doubts.about(found.settings()));
        if (doubt.isPresent()) {
            held.add(template.nameOf(entry));
            template.hold(entry, doubt.get(), problems);
            return Optional.empty();
        }
        Optional<NamespaceFile> earlier = made.flatMap(found -> ofTemplates.stream()
                .filter(each -> Ownership.takes(each.settings(), found.settings()))
                .findFirst());
        if (earlier.isPresent()) {
            template.refuse(
                    entry,
                    "is the same as %s of %s"
                            .formatted(
                                    earlier.get().settings().name(),
                                    earlier.get().source().name()),
                    problems);
            return Optional.empty();
        }
        made.ifPresent(ofTemplates::add);
        return made;
    }

    /** Whether no file of its own has it. */
    boolean isFree(NamespaceConfig ofTemplate) {
        return !ownNames.contains(ofTemplate.name())
                && own.stream().noneMatch(each -> Ownership.takes(each, ofTemplate));
    }

    /** Names of those that wait until it is known whether a file of their own has them. */
    Set<String> held() {
        return Set.copyOf(held);
    }

    /** All that were added. */
    List<NamespaceFile> namespaces() {
        return List.copyOf(ofTemplates);
    }
}
