package dev.firn.archiver.http;

import dev.firn.archiver.http.ServiceView.Activity;
import dev.firn.archiver.http.ServiceView.Jobs;
import dev.firn.archiver.http.ServiceView.NamespaceView;
import dev.firn.archiver.http.ServiceView.Readiness;
import dev.firn.config.GuardName;
import dev.firn.lifecycle.NamespaceStatus;
import dev.firn.lifecycle.NamespaceStatus.Lag;
import dev.firn.lifecycle.NamespaceStatus.Range;
import dev.firn.lifecycle.NamespaceStatus.RangeState;
import dev.firn.lifecycle.NamespaceStatus.TableStatus;
import dev.firn.lifecycle.Progress;
import dev.firn.lifecycle.guards.Alarm;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** What is, as the service last read it: put in anew before each scrape, so that what is gone is not told any more. */
final class Gauges {

    private final MeterRegistry registry;
    private final Map<String, MultiGauge> gauges = new LinkedHashMap<>();
    private final Map<String, List<MultiGauge.Row<?>>> rows = new LinkedHashMap<>();
    private final AtomicReference<Jobs> jobs = new AtomicReference<>();

    Gauges(MeterRegistry registry) {
        this.registry = registry;
    }

    void set(ServiceView view, Instant now) {
        rows.values().forEach(List::clear);
        ServiceView.About about = view.about();
        put("firn.info", "Which Firn this is", Tags.of("version", about.version(), "node", about.node()), 1);
        put("firn.stopping", "Whether it was told to stop", Tags.empty(), about.stopping() ? 1 : 0);
        about.jobs().ifPresent(this::put);
        for (NamespaceView namespace : view.namespaces()) {
            put(namespace, now);
        }
        rows.forEach((name, list) -> gauges.get(name).register(list, true));
    }

    private void put(Jobs told) {
        put("firn.jobs", "Jobs that the scheduler knows", Tags.empty(), told.scheduled());
        put("firn.jobs.running", "Jobs that run on this node", Tags.empty(), told.running());
        put("firn.jobs.threads", "Most jobs that run on this node at once", Tags.empty(), told.threads());
        if (jobs.getAndSet(told) == null) {
            FunctionCounter.builder("firn.jobs.executed", jobs, ref -> ref.get().executed())
                    .description("Jobs begun on this node")
                    .register(registry);
            FunctionCounter.builder("firn.jobs.misfired", jobs, ref -> ref.get().misfired())
                    .description("Jobs that did not begin in time")
                    .register(registry);
        }
    }

    private void put(NamespaceView namespace, Instant now) {
        Tags tags = Tags.of("namespace", namespace.name());
        put(
                "firn.namespace.ready",
                "Whether the service can work on it",
                tags,
                namespace.readiness() instanceof Readiness.Ready ? 1 : 0);
        put(
                "firn.namespace.configuration.broken",
                "Whether its file is broken, and what was read before holds on",
                tags,
                namespace.configuration().isPresent() ? 1 : 0);
        put(
                "firn.namespace.active",
                "Whether it is let work: neither paused, nor outside its window, nor waiting for a standby",
                tags,
                namespace.activity().kind() == Activity.Kind.ACTIVE ? 1 : 0);
        for (Progress.Work what : Progress.Work.values()) {
            put(
                    "firn.work.running",
                    "Pieces of work in progress on this node",
                    tags.and("work", Counters.word(what)),
                    namespace.work().stream()
                            .filter(work -> work.what() == what)
                            .count());
        }
        namespace.status().ifPresent(read -> {
            put(
                    "firn.status.age.seconds",
                    "How long ago was read what the other gauges tell",
                    tags,
                    seconds(Duration.between(read.at(), now)));
            put(read.status(), tags);
        });
    }

    private void put(NamespaceStatus status, Tags namespace) {
        for (TableStatus table : status.tables()) {
            Tags tags = namespace.and("table", table.table().toString());
            for (RangeState state : RangeState.values()) {
                put(
                        "firn.chunks",
                        "Chunks, and ranges without a chunk, by where their rows are",
                        tags.and("state", Counters.word(state)),
                        table.ranges().stream()
                                .filter(range -> range.state() == state)
                                .count());
            }
            put(table, tags);
            table.lag().ifPresent(lag -> put(lag, tags));
        }
    }

    private void put(TableStatus table, Tags tags) {
        List<Range> ranges = table.ranges();
        put(
                "firn.chunks.due",
                "Chunks old enough to be archived that are not",
                tags,
                ranges.stream().filter(Range::due).count());
        put(
                "firn.chunks.failed",
                "Chunks of which the last try failed",
                tags,
                ranges.stream().filter(range -> range.lastFailure().isPresent()).count());
        put(
                "firn.chunks.in.work",
                "Chunks that somebody has in work, on whatever node",
                tags,
                ranges.stream().filter(range -> range.claim().isPresent()).count());
        put(
                "firn.chunks.vanished",
                "Chunks that are gone though Firn did not drop them",
                tags,
                table.alarms().stream()
                        .filter(alarm -> alarm.guard().equals(GuardName.VANISHED_CHUNKS.toString()))
                        .count());
        for (Alarm.Level level : Alarm.Level.values()) {
            put(
                    "firn.alarms",
                    "What somebody should know of a table",
                    tags.and("level", level.word()),
                    table.alarms().stream()
                            .filter(alarm -> alarm.level() == level)
                            .count());
        }
        put(
                "firn.table.refused",
                "Whether the table is refused",
                tags,
                table.refusal().isPresent() ? 1 : 0);
        put("firn.database.bytes", "What its chunks take in the database", tags, table.bytesInDatabase());
        put("firn.archive.bytes", "What its copies take in the store", tags, table.bytesArchived());
        put(
                "firn.archive.rows",
                "Rows of its copies",
                tags,
                ranges.stream().mapToLong(Range::rowsArchived).sum());
        table.compressionRatio()
                .ifPresent(ratio -> put(
                        "firn.archive.compression.ratio",
                        "How many times smaller copies are than their chunks were",
                        tags,
                        ratio));
        table.aggregateLag()
                .ifPresent(lag -> put(
                        "firn.continuous.aggregate.lag.seconds",
                        "By how much the last of its continuous aggregates is behind its newest rows",
                        tags,
                        seconds(lag)));
    }

    private void put(Lag lag, Tags tags) {
        put(
                "firn.archive.lag.seconds",
                "Age of the oldest chunk that is due and not archived, 0 without one",
                tags,
                seconds(lag.age()));
        put(
                "firn.archive.overdue.seconds",
                "How long the oldest chunk that is not archived has been due, 0 without one",
                tags,
                seconds(lag.overdue()));
    }

    private void put(String name, String description, Tags tags, long value) {
        put(name, description, tags, (double) value);
    }

    private void put(String name, String description, Tags tags, double value) {
        gauges.computeIfAbsent(
                name, key -> MultiGauge.builder(key).description(description).register(registry));
        rows.computeIfAbsent(name, key -> new ArrayList<>()).add(MultiGauge.Row.of(tags, value));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
