package dev.firn.config;

import dev.firn.FirnException;
import dev.firn.TableName;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that was configured: the service and its namespaces by name.
 *
 * @param rivals of a namespace, where it has any
 * @param known every namespace that could be read, held or not; none for a program that goes on: what becomes of the others
 *     is no change of its own
 */
public record Configuration(
        ServiceConfig service,
        SortedMap<String, NamespaceConfig> namespaces,
        Map<String, List<Rival>> rivals,
        List<NamespaceConfig> known) {

    /**
     * Another namespace that has one of the tables of this one and the same location. Their databases have different
     * addresses; whether they are two is for the database to say.
     */
    public record Rival(String namespace, TableName table) {}

    public Configuration {
        Objects.requireNonNull(service, "service");
        namespaces = Collections.unmodifiableSortedMap(new TreeMap<>(namespaces));
        rivals = Map.copyOf(rivals);
        known = List.copyOf(known);
    }

    /** Some namespaces of all that are configured. */
    static Configuration of(ServiceConfig service, Collection<NamespaceConfig> some, Collection<NamespaceConfig> all) {
        SortedMap<String, NamespaceConfig> namespaces = new TreeMap<>();
        Map<String, List<Rival>> rivals = new HashMap<>();
        for (NamespaceConfig one : some) {
            namespaces.put(one.name(), one);
            List<Rival> found = Ownership.rivals(one, all);
            if (!found.isEmpty()) {
                rivals.put(one.name(), found);
            }
        }
        return new Configuration(service, namespaces, rivals, List.of());
    }

    /** The same, with all namespaces that could be read. */
    Configuration knowing(Collection<NamespaceConfig> all) {
        return new Configuration(service, namespaces, rivals, List.copyOf(all));
    }

    /** Every known namespace but this one. */
    public List<NamespaceConfig> others(String namespace) {
        return known.stream().filter(one -> !one.name().equals(namespace)).toList();
    }

    /** Of one namespace, by name. */
    public List<Rival> rivals(String namespace) {
        return rivals.getOrDefault(namespace, List.of());
    }

    /**
     * Reads {@code firn.conf} and every namespace, those that templates stand for too.
     *
     * @throws ConfigurationException with all problems of all files
     * @throws FirnException where a template's registry cannot be asked
     */
    public static Configuration load(Path confDirectory, NamespaceRegistry registry) {
        return new ConfigurationFiles(confDirectory, System.getenv(), registry).all();
    }

    /** As {@link #load(Path, NamespaceRegistry)}, of files that hold no template. */
    public static Configuration load(Path confDirectory) {
        return load(confDirectory, System.getenv());
    }

    /** As {@link #load(Path)}, with this environment. */
    public static Configuration load(Path confDirectory, Map<String, String> environment) {
        return new ConfigurationFiles(confDirectory, environment, NamespaceRegistry.UNASKED).all();
    }

    /**
     * Reads {@code firn.conf} and one namespace, which is then the only one held: what is wrong with another file is no
     * reason to refuse a command for this one. A table that another namespace owns too is one, as long as that other file
     * can be read. Templates are asked where it has no file of its own.
     *
     * @throws ConfigurationException with all problems of these files
     * @throws FirnException where a template's registry cannot be asked
     */
    public static Configuration namespace(Path confDirectory, String name, NamespaceRegistry registry) {
        return new ConfigurationFiles(confDirectory, System.getenv(), registry).only(name);
    }

    /** As {@link #namespace(Path, String, NamespaceRegistry)}, of a namespace with a file of its own. */
    public static Configuration namespace(Path confDirectory, String name) {
        return namespace(confDirectory, name, System.getenv());
    }

    /** As {@link #namespace(Path, String)}, with this environment. */
    public static Configuration namespace(Path confDirectory, String name, Map<String, String> environment) {
        return new ConfigurationFiles(confDirectory, environment, NamespaceRegistry.UNASKED).only(name);
    }

    /** A namespace by its name; refuses one that is not configured. */
    public NamespaceConfig namespace(String name) {
        NamespaceConfig namespace = namespaces.get(name);
        if (namespace == null) {
            throw new FirnException(
                    FirnException.Category.CONFIGURATION,
                    name,
                    "there is no such namespace; nothing was started",
                    "configured are: " + namespaces.keySet());
        }
        return namespace;
    }
}
