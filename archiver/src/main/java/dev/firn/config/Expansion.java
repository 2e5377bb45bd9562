package dev.firn.config;

import dev.firn.config.NamespaceRegistry.Entry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What templates stand for, beside the namespaces that have files of their own. */
final class Expansion {

    private final Set<String> ownNames;
    private final Collection<NamespaceConfig> own;
    private final List<NamespaceFile> ofTemplates = new ArrayList<>();

    /**
     * @param ownNames of all files that are no template: a broken one keeps its name
     * @param own what those of them say, or said before
     */
    Expansion(Collection<String> ownNames, Collection<NamespaceConfig> own) {
        this.ownNames = Set.copyOf(ownNames);
        this.own = List.copyOf(own);
    }

    /** The namespace of one entry; nothing where a file of its own has it, and where it is a problem, which is told. */
    Optional<NamespaceFile> add(TemplateFile template, Entry entry, Problems problems) {
        if (ownNames.contains(template.nameOf(entry))) {
            return Optional.empty();
        }
        Optional<NamespaceFile> made = template.namespace(entry, problems).filter(found -> isFree(found.settings()));
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

    /** All that were added. */
    List<NamespaceFile> namespaces() {
        return List.copyOf(ofTemplates);
    }
}
