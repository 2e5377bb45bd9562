package dev.firn.config;

import dev.firn.TableName;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds tables that two namespaces would archive to the same place: a chunk has one owner. */
final class Ownership {

    private static final Pattern JDBC = Pattern.compile("jdbc:postgresql://([^/]+)/([^?]+).*");

    private Ownership() {}

    /** Reports each table of a namespace that one of the others has too. */
    static void report(NamespaceFile namespace, Collection<NamespaceFile> others, Problems problems) {
        for (NamespaceFile other : others) {
            if (!sharePlaces(namespace.settings(), other.settings())) {
                continue;
            }
            for (TableName table : namespace.settings().tables().keySet()) {
                if (other.settings().tables().containsKey(table)) {
                    problems.add(
                            namespace.placeOf(table),
                            "tables." + table,
                            "belongs to namespace '%s' already, with the same database and location: a chunk has one owner"
                                    .formatted(other.settings().name()));
                }
            }
        }
    }

    /** Whether a namespace takes another one out of a template: it has its name, or one of its tables. */
    static boolean takes(NamespaceConfig one, NamespaceConfig other) {
        return one.name().equals(other.name())
                || (one.sharesDatabase(other)
                        && other.tables().keySet().stream()
                                .anyMatch(table -> one.tables().containsKey(table)));
    }

    /** Those that would be refused if the addresses of their databases were written alike. */
    static List<Configuration.Rival> rivals(NamespaceConfig one, Collection<NamespaceConfig> all) {
        return all.stream()
                .filter(other -> !other.name().equals(one.name())
                        && !other.sharesDatabase(one)
                        && other.location().url().equals(one.location().url()))
                .sorted(Comparator.comparing(NamespaceConfig::name))
                .flatMap(other -> other.tables().keySet().stream()
                        .filter(table -> one.tables().containsKey(table))
                        .limit(1)
                        .map(table -> new Configuration.Rival(other.name(), table)))
                .toList();
    }

    private static boolean sharePlaces(NamespaceConfig one, NamespaceConfig other) {
        return one.sharesDatabase(other)
                && one.location().url().equals(other.location().url());
    }

    /** Hosts with their ports, and the database: what is left of a URL that two users of one database share. */
    static String database(NamespaceConfig namespace) {
        Matcher url = JDBC.matcher(namespace.database().url());
        if (!url.matches()) {
            return namespace.database().url();
        }
        StringBuilder hosts = new StringBuilder();
        for (String host : url.group(1).toLowerCase(Locale.ROOT).split(",", -1)) {
            hosts.append(host.matches(".*:[0-9]+") ? host : host + ":5432").append(',');
        }
        return hosts + "/" + url.group(2);
    }
}
