package dev.firn.archiver.http;

import dev.firn.TableName;
import dev.firn.lifecycle.ChunkResult;
import dev.firn.lifecycle.Progress;
import dev.firn.lifecycle.RestoreSummary;
import dev.firn.store.StoreWatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;

/**
 * Counts what happens in one namespace since the service started. Labels are names of namespaces and tables, and words of
 * closed sets: never a range, a stream or a message, of which there is no end.
 */
final class Counters implements StoreWatch {

    private final MeterRegistry registry;
    private final Tags namespace;

    Counters(MeterRegistry registry, String namespace) {
        this.registry = registry;
        this.namespace = Tags.of("namespace", namespace);
    }

    /** Makes the counters that alerts look at exist before there is anything to count, or their first step is missed. */
    void expect(TableName table) {
        proofsFailed(table);
        for (ChunkResult.Outcome outcome : ChunkResult.Outcome.values()) {
            processed(table, outcome);
        }
    }

    void moved(TableName table, Progress.Work work, long rows, long bytes) {
        Tags tags = of(table).and("work", word(work));
        counter("firn.work.rows", "Rows that went through a piece of work", tags, Math.max(0, rows));
        counter("firn.work.bytes", "Bytes that went through a piece of work", tags, Math.max(0, bytes));
    }

    void passed(TableName table, Progress.Stage stage, Duration took) {
        Timer.builder("firn.stage")
                .description("Time that chunks spent in a stage of their way")
                .tags(of(table).and("stage", word(stage)))
                .register(registry)
                .record(took);
    }

    void notProven(TableName table) {
        proofsFailed(table).increment();
    }

    void archived(ChunkResult result) {
        processed(result.table(), result.outcome()).increment();
        counter(
                "firn.database.freed.bytes",
                "Bytes that drops gave back to the database",
                of(result.table()),
                result.bytesFreed());
    }

    void restored(RestoreSummary.Result result) {
        Counter.builder("firn.ranges.restored")
                .description("Ranges that were asked for back, by what became of them")
                .tags(of(result.table()).and("outcome", word(result.outcome())))
                .register(registry)
                .increment();
    }

    @Override
    public void ended(String operation, Outcome outcome, Duration took) {
        if (outcome != Outcome.NO_ANSWER) {
            Timer.builder("firn.s3.request")
                    .description("Requests to S3, each attempt at one, and the time until its answer")
                    .tags(namespace.and("operation", operation))
                    .register(registry)
                    .record(took);
        }
        counter("firn.s3.requests", "Requests to S3, each attempt at one", namespace.and("operation", operation), 1);
        if (isTrouble(outcome)) {
            counter("firn.s3.errors", "Requests to S3 that went wrong", namespace.and("kind", word(outcome)), 1);
        }
    }

    private static boolean isTrouble(Outcome outcome) {
        return switch (outcome) {
            case ANSWERED, MISSING, TAKEN -> false;
            case REFUSED, THROTTLED, SERVER_ERROR, NO_ANSWER -> true;
        };
    }

    private Counter proofsFailed(TableName table) {
        return Counter.builder("firn.proofs.failed")
                .description("Proofs that found a copy to differ from what it is a copy of")
                .tags(of(table))
                .register(registry);
    }

    private Counter processed(TableName table, ChunkResult.Outcome outcome) {
        return Counter.builder("firn.chunks.processed")
                .description("Chunks that a pass was done with, by what became of them")
                .tags(of(table).and("outcome", word(outcome)))
                .register(registry);
    }

    private void counter(String name, String description, Tags tags, long amount) {
        Counter.builder(name)
                .description(description)
                .tags(tags)
                .register(registry)
                .increment((double) amount);
    }

    private Tags of(TableName table) {
        return namespace.and("table", table.toString());
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
