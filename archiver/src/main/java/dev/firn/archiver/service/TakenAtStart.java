package dev.firn.archiver.service;

import dev.firn.config.ServiceConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** What of {@code firn.conf} holds from one start to the next: whoever changes it is to know that a restart is left to do. */
final class TakenAtStart {

    private record Taken(String key, Function<ServiceConfig, Object> value) {}

    private static final List<Taken> ALL = List.of(
            new Taken("service.reload-every", config -> config.serve().reloadEvery()),
            new Taken("service.cluster", config -> config.serve().cluster().isPresent()),
            new Taken("service.cluster-database", config -> config.serve().cluster()),
            new Taken("http.enabled", config -> config.http().enabled()),
            new Taken("http.address", config -> config.http().address()),
            new Taken("http.port", config -> config.http().port()));

    private final ServiceConfig started;
    private ServiceConfig last;

    TakenAtStart(ServiceConfig started) {
        this.started = started;
        this.last = started;
    }

    /** What is to be said of what it says now; nothing where that was said. */
    Optional<String> look(ServiceConfig now) {
        boolean news = !differing(last, now).isEmpty();
        last = now;
        if (!news) {
            return Optional.empty();
        }
        List<String> differing = differing(started, now);
        return Optional.of(
                differing.isEmpty()
                        ? "firn.conf says again what this service was started with"
                        : "firn.conf: %s changed, which this service took at its start: what it said then holds on%nHINT: restart the service to have the change"
                                .formatted(String.join(", ", differing)));
    }

    private static List<String> differing(ServiceConfig one, ServiceConfig other) {
        List<String> keys = new ArrayList<>();
        for (Taken each : ALL) {
            if (!Objects.equals(each.value().apply(one), each.value().apply(other))) {
                keys.add(each.key());
            }
        }
        return keys;
    }
}
