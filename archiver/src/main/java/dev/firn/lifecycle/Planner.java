package dev.firn.lifecycle;

import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.catalog.ArchivedChunk;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import dev.firn.catalog.Claim;
import dev.firn.catalog.Hold;
import dev.firn.lifecycle.guards.Objection;
import dev.firn.source.Chunk;
import dev.firn.source.RetentionPolicies;
import dev.firn.source.RetentionPolicies.Policy;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Decides what a pass would do with each chunk, and says why. Reads only what it was given. */
final class Planner {

    /** What the store and the catalogue know of the chunks of one table. */
    record Known(
            List<Manifest> live,
            Map<TimeRange, ChunkRow> rows,
            List<Claim> claims,
            List<Hold> holds,
            RetentionPolicies retention,
            Instant now) {}

    /** How it asks what the given facts do not tell; only of chunks that are old enough. */
    interface Look {
        Optional<Objection> objection(Chunk chunk) throws SQLException;

        /** Whether the chunk is still the one with this fingerprint, or somebody works on it so that nobody can tell. */
        boolean isStill(Chunk chunk, String fingerprint) throws SQLException;
    }

    private final TableWork work;
    private final Known known;
    private final Look guarded;
    private final boolean insists;

    Planner(TableWork work, Known known, Look guarded, boolean insists) {
        this.work = work;
        this.known = known;
        this.guarded = guarded;
        this.insists = insists;
    }

    Decision decide(Chunk chunk) throws SQLException {
        TimeRange range = chunk.range();
        Optional<Claim> claim = known.claims().stream()
                .filter(held -> held.key().table().equals(work.table().name()))
                .filter(held -> held.key().range().overlaps(range))
                .filter(held -> held.expiresAt().isAfter(known.now()))
                .findFirst();
        if (claim.isPresent()) {
            return new Decision.Wait(
                    Decision.Cause.IN_WORK, "held by " + claim.get().holder());
        }
        Optional<Hold> hold = known.holds().stream()
                .filter(held -> !held.lapsed() && held.key().range().overlaps(range))
                .findFirst();
        if (hold.isPresent()) {
            return new Decision.Wait(
                    Decision.Cause.ON_HOLD, "until " + hold.get().until());
        }
        Optional<ChunkRow> cameBack = known.rows().values().stream()
                .filter(row -> row.state() == ChunkState.RESTORED)
                .filter(row ->
                        !row.key().range().equals(range) && row.key().range().overlaps(range))
                .findFirst();
        if (cameBack.isPresent()) {
            return new Decision.Wait(
                    Decision.Cause.MIXED,
                    "rows of %s, which came back, are in it"
                            .formatted(cameBack.get().key().range()));
        }
        Optional<ChunkRow.Failure> failure =
                Optional.ofNullable(known.rows().get(range)).flatMap(ChunkRow::failure);
        if (failure.isPresent() && BackOff.holds(work, failure.get()) && !insists) {
            return new Decision.Wait(
                    Decision.Cause.BACKING_OFF,
                    "%d times, next try after %s: %s"
                            .formatted(
                                    failure.get().count(),
                                    failure.get().retryAfter(),
                                    failure.get().message()));
        }
        return byStage(chunk);
    }

    private Decision byStage(Chunk chunk) throws SQLException {
        Optional<Manifest> copy = currentCopy(chunk.range());
        if (copy.isPresent() && !work.archive().isPromoted(copy.get())) {
            return new Decision.Finish("generation %d is published, and not yet where readers look"
                    .formatted(copy.get().generation()));
        }
        if (copy.isPresent()) {
            return withCopy(chunk, copy.get());
        }
        Optional<Policy> policy = known.retention().takesSoon(chunk);
        if (policy.isPresent() && !(work.archiveIsDue(chunk.range()) && isReady(chunk))) {
            return new Decision.Archive(
                    false,
                    "a retention policy (job %d, after %s) drops it soon: copied as it is, ahead of its time (guard retention)"
                            .formatted(policy.get().jobId(), policy.get().after()));
        }
        if (!work.archiveIsDue(chunk.range())) {
            return new Decision.Wait(
                    Decision.Cause.TOO_YOUNG,
                    "ended %s, archived after %s"
                            .formatted(chunk.range().showEnd(), work.config().archiveAfter()));
        }
        if (!isReady(chunk)) {
            return new Decision.Wait(
                    Decision.Cause.NOT_COMPRESSED, "require-compressed = true, and it is not compressed yet");
        }
        String age = "older than archive-after = " + work.config().archiveAfter();
        String reason = isAddition(chunk.range())
                ? age + "; rows that came after it was dropped"
                : hasExpired(chunk.range()) ? age + "; rows that came after it had expired" : age;
        if (!work.dropIsDue(chunk.range())) {
            return new Decision.Archive(false, reason);
        }
        return against(chunk)
                .map(objection -> new Decision.Archive(false, reason + "; not dropped: " + objection))
                .orElseGet(() -> new Decision.Archive(true, reason));
    }

    private Decision withCopy(Chunk chunk, Manifest copy) throws SQLException {
        if (!work.dropIsDue(chunk.range())) {
            return new Decision.Wait(
                    Decision.Cause.ARCHIVED,
                    "archived as generation %d, dropped after %s"
                            .formatted(copy.generation(), work.config().dropAfter()));
        }
        Optional<ChunkRow.Edit> edit = Optional.ofNullable(known.rows().get(chunk.range()))
                .filter(row -> row.state() == ChunkState.RESTORED)
                .flatMap(ChunkRow::edit)
                .filter(found -> !EditedRange.isReplaced(work, found.kind()));
        if (edit.isPresent() && !insists && guarded.isStill(chunk, edit.get().fingerprint())) {
            return new Decision.Wait(
                    Decision.Cause.EDITED,
                    "it is not what came back (%s): see the alarm"
                            .formatted(edit.get().kind().name().toLowerCase(Locale.ROOT)));
        }
        Optional<Objection> objection = against(chunk);
        if (objection.isPresent()) {
            return new Decision.Wait(
                    Decision.Cause.GUARDED,
                    "archived as generation %d; not dropped: %s".formatted(copy.generation(), objection.get()));
        }
        return new Decision.Drop("archived as generation %d, older than drop-after = %s"
                .formatted(copy.generation(), work.config().dropAfter()));
    }

    /** What stands against the drop, unless the pass can mend it. */
    private Optional<Objection> against(Chunk chunk) throws SQLException {
        boolean refreshes =
                GuardedDrop.refreshes(work, Optional.ofNullable(known.rows().get(chunk.range())));
        return guarded.objection(chunk)
                .filter(objection -> !(refreshes && objection.ends() == Objection.Ends.BY_REFRESH));
    }

    /** Only TimescaleDB compresses: a plain partition never is. */
    private boolean isReady(Chunk chunk) {
        return chunk.compressed()
                || !work.config().requireCompressed()
                || work.table().hypertableId() == 0;
    }

    /** The published copy that the chunk should hold just the rows of. */
    private Optional<Manifest> currentCopy(TimeRange range) {
        if (isAddition(range)) {
            return Optional.empty();
        }
        return latest(range);
    }

    private boolean isAddition(TimeRange range) {
        Optional<ChunkRow> row = Optional.ofNullable(known.rows().get(range));
        return row.isPresent()
                && row.get().state() == ChunkState.DROPPED
                && row.get()
                        .latest()
                        .map(ArchivedChunk::manifestKey)
                        .equals(latest(range).map(Manifest::key));
    }

    private boolean hasExpired(TimeRange range) {
        ChunkRow row = known.rows().get(range);
        return row != null && row.state() == ChunkState.EXPIRED;
    }

    private Optional<Manifest> latest(TimeRange range) {
        return known.live().stream()
                .filter(manifest -> manifest.range().equals(range))
                .max(Comparator.comparingInt(Manifest::generation));
    }
}
