package dev.firn.config;

import dev.firn.FirnException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that is configured, read file by file and again as often as somebody asks: a file that is broken keeps what it said
 * before, and hinders no other. What it includes and what comes from the environment count as parts of a file.
 *
 * @param service what {@code firn.conf} says, or said before it was broken
 * @param problem what is wrong with it
 */
public record LiveConfiguration(
        ServiceConfig service, Optional<FirnException> problem, SortedMap<String, OneNamespace> namespaces) {

    /**
     * One file, or one namespace of a template. What is wrong with a template itself has an entry under the name of its file.
     *
     * @param config as it holds now; empty while the file was broken all the time
     * @param problem what is wrong with it now
     */
    public record OneNamespace(Optional<NamespaceConfig> config, Optional<FirnException> problem) {

        public OneNamespace {
            Objects.requireNonNull(config, "config");
            Objects.requireNonNull(problem, "problem");
        }

        /** A namespace may have the name of its template's file, and is told the problem of either. */
        OneNamespace orElse(OneNamespace other) {
            return new OneNamespace(config.or(() -> other.config), problem.or(() -> other.problem));
        }
    }

    public LiveConfiguration {
        Objects.requireNonNull(service, "service");
        Objects.requireNonNull(problem, "problem");
        namespaces = Collections.unmodifiableSortedMap(new TreeMap<>(namespaces));
    }

    /**
     * Reads everything for the first time.
     *
     * @throws ConfigurationException where {@code firn.conf} is broken, or there is no namespace at all
     */
    public static LiveConfiguration read(Path confDirectory, NamespaceRegistry registry) {
        return read(confDirectory, System.getenv(), registry);
    }

    static LiveConfiguration read(Path confDirectory, Map<String, String> environment, NamespaceRegistry registry) {
        return new LiveFiles(confDirectory, environment, registry).first();
    }

    /** Reads everything again. */
    public LiveConfiguration again(Path confDirectory, NamespaceRegistry registry) {
        return again(confDirectory, System.getenv(), registry);
    }

    LiveConfiguration again(Path confDirectory, Map<String, String> environment, NamespaceRegistry registry) {
        return new LiveFiles(confDirectory, environment, registry).again(this);
    }

    /** What holds for one namespace, for whoever takes one alone; refuses one that cannot be worked on. */
    public Configuration only(String name) {
        OneNamespace found = namespaces.get(name);
        if (found == null || found.config().isEmpty()) {
            throw Optional.ofNullable(found)
                    .flatMap(OneNamespace::problem)
                    .orElseGet(() -> new FirnException(
                            FirnException.Category.CONFIGURATION,
                            name,
                            "there is no such namespace any more; nothing of it is worked on",
                            "configured are: " + namespaces.keySet()));
        }
        return Configuration.of(
                service,
                List.of(found.config().get()),
                namespaces.values().stream()
                        .flatMap(one -> one.config().stream())
                        .toList());
    }
}
