package dev.firn.config;

import dev.firn.FirnException;
import java.util.List;
import java.util.Objects;

/** Tells which namespaces an event store has, for a template that stands for all of them. */
@FunctionalInterface
public interface NamespaceRegistry {

    /** For whoever reads files alone: a template then stands for nothing that could be named. */
    NamespaceRegistry UNASKED = template -> {
        throw new FirnException(
                FirnException.Category.CONFIGURATION,
                template.name(),
                "reading it: it is a template, and its registry was not asked; nothing was started",
                "this is an error of Firn itself: please report it");
    };

    /**
     * One registered namespace of an event store.
     *
     * @param schema that its tables are in
     */
    record Entry(String id, String schema) {

        public Entry {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(schema, "schema");
        }
    }

    /**
     * Asks the registry in a template's database.
     *
     * @param template some namespace of the template, whose database is the one to ask
     * @throws FirnException where it cannot be asked
     */
    List<Entry> list(NamespaceConfig template);
}
