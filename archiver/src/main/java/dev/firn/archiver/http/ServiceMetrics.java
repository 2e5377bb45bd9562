package dev.firn.archiver.http;

import dev.firn.archiver.http.ServiceView.NamespaceView;
import dev.firn.store.StoreWatch;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** All that {@code /metrics} tells. The service makes one when it starts, before it works on anything. */
public final class ServiceMetrics implements AutoCloseable {

    private static final String OPEN_METRICS = "application/openmetrics-text";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
    private final Map<String, Counters> counters = new ConcurrentHashMap<>();
    private final Gauges gauges = new Gauges(registry);
    private final Clock clock;

    public ServiceMetrics(Clock clock) {
        this.clock = clock;
        new UptimeMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        garbageCollection.bindTo(registry);
    }

    /** What is to watch all work on this namespace; two of one name count together. */
    public NamespaceWatch watch(String namespace) {
        return watch(namespace, Watcher.NONE);
    }

    /** The same, with somebody else who is told of everything, too. */
    public NamespaceWatch watch(String namespace, Watcher next) {
        return new NamespaceWatch(counters(namespace), clock, next);
    }

    /** What is to count the requests to this namespace's store. */
    public StoreWatch requests(String namespace) {
        return counters(namespace);
    }

    private Counters counters(String namespace) {
        return counters.computeIfAbsent(namespace, name -> new Counters(registry, name));
    }

    /** Everything, in the form that is asked for. One at a time: what is shown of the service is put in first. */
    synchronized Response scrape(ServiceView view, String accept) {
        gauges.set(view, clock.instant());
        for (NamespaceView namespace : view.namespaces()) {
            namespace.status().ifPresent(read -> read.status().tables().forEach(table -> counters(namespace.name())
                    .expect(table.table())));
        }
        String type = accept.contains(OPEN_METRICS)
                ? OPEN_METRICS + "; version=1.0.0; charset=utf-8"
                : "text/plain; version=0.0.4; charset=utf-8";
        return new Response(200, type, registry.scrape(type));
    }

    @Override
    public void close() {
        garbageCollection.close();
        registry.close();
    }
}
