package dev.firn.archiver.service;

import dev.firn.archiver.http.ServiceMetrics;
import dev.firn.archiver.http.Watcher;
import dev.firn.config.LiveConfiguration;
import dev.firn.config.NamespaceConfig;
import dev.firn.lifecycle.Surroundings;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/** All namespaces that are configured, the broken ones too. */
final class Namespaces implements AutoCloseable {

    private final Map<String, ServedNamespace> byName = new ConcurrentSkipListMap<>();
    private final Surroundings surroundings;
    private final ServiceMetrics metrics;
    private final Watcher.Each others;
    private final Consumer<ServedNamespace> nowOpen;

    Namespaces(
            Surroundings surroundings, ServiceMetrics metrics, Watcher.Each others, Consumer<ServedNamespace> nowOpen) {
        this.surroundings = surroundings;
        this.metrics = metrics;
        this.others = others;
        this.nowOpen = nowOpen;
    }

    /** From now on these, under these settings. */
    void configure(LiveConfiguration live) {
        live.namespaces().forEach((name, found) -> {
            ServedNamespace namespace = byName.computeIfAbsent(
                    name,
                    unseen -> new ServedNamespace(
                            name,
                            surroundings.counting(metrics.requests(name)),
                            metrics.watch(name, others.of(name)),
                            nowOpen));
            namespace.misconfigured(found.problem());
            if (found.config().isPresent()) {
                namespace.configure(live.only(name));
            }
        });
        for (Iterator<ServedNamespace> all = byName.values().iterator(); all.hasNext(); ) {
            ServedNamespace namespace = all.next();
            if (!live.namespaces().containsKey(namespace.name())) {
                all.remove();
                namespace.close();
            }
        }
    }

    Optional<ServedNamespace> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The namespace of this table, if both are configured. */
    Optional<ServedNamespace> with(TableId table) {
        return find(table.namespace()).filter(namespace -> namespace
                .config()
                .filter(config -> config.tables().containsKey(table.table()))
                .isPresent());
    }

    /** What holds of each of them now. */
    List<NamespaceConfig> configured() {
        return byName.values().stream()
                .flatMap(namespace -> namespace.config().stream())
                .toList();
    }

    Collection<ServedNamespace> all() {
        return List.copyOf(byName.values());
    }

    /** Ends the connections of what is in work: nothing waits for an answer any more. */
    void cut() {
        byName.values().forEach(ServedNamespace::cut);
    }

    @Override
    public void close() {
        byName.values().forEach(ServedNamespace::close);
    }
}
