package dev.firn.archiver.service;

import dev.firn.config.ServeConfig;
import dev.firn.lifecycle.ChunkResult;
import dev.firn.lifecycle.HinderedException;
import dev.firn.lifecycle.OpenNamespace;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Works on chunks as their turn comes. Whoever cannot be worked on now gives his place to others, and never waits here. */
final class ChunkDesk {

    private static final Duration LEAST_WAIT = Duration.ofSeconds(1);

    /**
     * A chunk whose turn has come.
     *
     * @param tries how often it came for nothing
     * @param last whether more of its table are due than there was room for
     */
    record Turn(ChunkId chunk, int tries, boolean last) {}

    private final Namespaces namespaces;
    private final Line line;
    private final Permits permits;
    private final Clock clock;
    private final BooleanSupplier stopping;

    ChunkDesk(Namespaces namespaces, Line line, Permits permits, Clock clock, BooleanSupplier stopping) {
        this.namespaces = namespaces;
        this.line = line;
        this.permits = permits;
        this.clock = clock;
        this.stopping = stopping;
    }

    /** Answers whether the table is worth another look at once. */
    boolean work(Turn turn) {
        ChunkId chunk = turn.chunk();
        Optional<ServedNamespace> found = namespaces.with(chunk.table());
        if (found.isEmpty()) {
            line.leave(chunk);
            return false;
        }
        ServedNamespace namespace = found.get();
        ServeConfig limits = namespace.serve().orElseThrow();
        if (!namespace.isInWindow() || namespace.isSetBack()) {
            leave(chunk, namespace);
            // It may have been called, and then another one was not.
            wake(limits);
            return false;
        }
        if (stopping.getAsBoolean()) {
            line.postpone(turn, clock.instant());
            return false;
        }
        String database = namespace.database();
        if (!permits.take(database, limits.threads(), limits.chunksPerDatabase())) {
            line.await(turn, clock.instant(), database);
            // Where there is room by now, nobody knew of this one when it was made.
            wake(limits);
            return false;
        }
        line.begun(chunk, database);
        try {
            return work(turn, namespace);
        } finally {
            permits.giveBack(database);
            wake(limits);
        }
    }

    private void wake(ServeConfig limits) {
        line.wake(database -> permits.hasRoom(database, limits.threads(), limits.chunksPerDatabase()), clock.instant());
    }

    private boolean work(Turn turn, ServedNamespace namespace) {
        ChunkId chunk = turn.chunk();
        Instant begun = clock.instant();
        try {
            return namespace.use(open -> {
                if (namespace.isPaused(open, chunk.name())) {
                    return leave(chunk, namespace);
                }
                try {
                    ChunkResult result = open.work(chunk.name(), chunk.range(), namespace.watcher());
                    if (result.failure().orElse(null) instanceof HinderedException hindered) {
                        namespace.setBack(hindered, begun);
                        return leave(chunk, namespace);
                    }
                    return end(turn, open, result);
                } catch (HinderedException e) {
                    namespace.hindrance(open);
                    return leave(chunk, namespace);
                }
            });
        } catch (RuntimeException e) {
            if (stopping.getAsBoolean()) {
                line.postpone(turn, clock.instant());
            } else {
                line.leave(chunk);
                namespace.couldNot(Optional.of(chunk.name()), Optional.of(chunk.range()), e);
            }
            return false;
        }
    }

    /**
     * All of them wait, which was said once; the end of it has them looked for again. In this order: who looks finds it in
     * the line, or is told that it was left.
     */
    private boolean leave(ChunkId chunk, ServedNamespace namespace) {
        line.leave(chunk);
        namespace.leftOne();
        return false;
    }

    private boolean end(Turn turn, OpenNamespace open, ChunkResult result) {
        ChunkId chunk = turn.chunk();
        if (result.outcome() == ChunkResult.Outcome.LEFT) {
            Optional<Instant> until = open.claimedUntil(chunk.name(), chunk.range());
            if (until.isPresent()) {
                // Its worker may be dead: once the lease is over it is ours, or somebody has finished it.
                line.postpone(turn, after(until.get(), open.lease()));
                return false;
            }
        }
        if (result.outcome() == ChunkResult.Outcome.FAILED && stopping.getAsBoolean()) {
            line.postpone(turn, clock.instant());
            return false;
        }
        line.leave(chunk);
        return turn.last();
    }

    /** Two clocks are at work: the database's, which counts, and this one. */
    private Instant after(Instant until, Duration lease) {
        Instant now = clock.instant();
        Duration wait = Duration.between(now, until).plus(LEAST_WAIT);
        if (wait.compareTo(LEAST_WAIT) < 0) {
            return now.plus(LEAST_WAIT);
        }
        Duration longest = lease.plus(LEAST_WAIT);
        return now.plus(wait.compareTo(longest) < 0 ? wait : longest);
    }
}
