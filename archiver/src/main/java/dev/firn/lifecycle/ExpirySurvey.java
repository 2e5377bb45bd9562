package dev.firn.lifecycle;

import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.catalog.Claim;
import dev.firn.config.Age;
import dev.firn.source.Chunk;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which archived ranges are older than {@code expire-after}, and what stands against removing their copies: all that may
 * still have to do with them. Changes nothing.
 */
final class ExpirySurvey {

    private final TableWork work;
    private final Clock clock;

    /**
     * A range that is old enough.
     *
     * @param copies all live ones, by generation
     * @param objection why they stay all the same
     */
    record Candidate(TimeRange range, List<Manifest> copies, Optional<String> objection) {

        Candidate {
            copies = List.copyOf(copies);
        }

        long rows() {
            return copies.stream().mapToLong(Manifest::rows).sum();
        }

        long bytes() {
            return copies.stream().mapToLong(Manifest::bytes).sum();
        }
    }

    ExpirySurvey(TableWork work, Clock clock) {
        this.work = work;
        this.clock = clock;
    }

    /** Oldest first. */
    List<Candidate> candidates() throws SQLException {
        if (work.config().expireAfter() instanceof Age.Never) {
            return List.of();
        }
        Map<TimeRange, List<Manifest>> live = new TreeMap<>();
        work.archive().live().forEach(copy -> live.computeIfAbsent(copy.range(), range -> new ArrayList<>())
                .add(copy));
        long now = now(live.keySet());
        List<Candidate> candidates = new ArrayList<>();
        for (Map.Entry<TimeRange, List<Manifest>> entry : live.entrySet()) {
            if (work.config().expireAfter().isReached(entry.getKey().end(), now)) {
                Optional<String> inWork = inWork(entry.getKey());
                candidates.add(new Candidate(
                        entry.getKey(),
                        entry.getValue(),
                        inWork.isPresent() ? inWork : objection(entry.getKey(), entry.getValue())));
            }
        }
        return List.copyOf(candidates);
    }

    /** Whether a range is old enough by what is configured now. */
    boolean isDue(TimeRange range) {
        List<TimeRange> live =
                work.archive().live().stream().map(Manifest::range).toList();
        return work.config().expireAfter().isReached(range.end(), now(live));
    }

    /**
     * The time that every clock has reached: one that runs ahead must not cost an archive. Partitions by number have no
     * clock, and the largest number in the table may be anybody's mistake; but what is archived was old enough to be.
     */
    private long now(Iterable<TimeRange> archived) {
        if (!work.table().timeKind().isInteger()) {
            return Math.min(work.now(), ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()));
        }
        if (work.table().hypertableId() != 0) {
            return work.now();
        }
        long newest = Long.MIN_VALUE;
        for (TimeRange range : archived) {
            newest = range.end() == Long.MAX_VALUE ? newest : Math.max(newest, range.end());
        }
        long units = work.config().archiveAfter() instanceof Age.OfUnits age ? age.units() : 0;
        return Math.min(work.now(), newest > Long.MAX_VALUE - units ? Long.MAX_VALUE : newest + units);
    }

    private Optional<String> inWork(TimeRange range) {
        return work.catalog().claims(work.namespace()).stream()
                .filter(claim -> claim.key().table().equals(work.table().name()))
                .filter(claim -> claim.key().range().overlaps(range))
                .filter(claim -> claim.expiresAt().isAfter(clock.instant()))
                .map(Claim::holder)
                .findFirst()
                .map(holder -> "in work: held by " + holder);
    }

    /** What stands against it, whoever has it in work. */
    Optional<String> objection(TimeRange range, List<Manifest> copies) throws SQLException {
        List<String> keys = copies.stream().map(Manifest::key).toList();
        Optional<String> known = work.catalog().objectionToExpiry(work.key(range), keys);
        if (known.isPresent()) {
            return known;
        }
        try (Connection connection = work.connections().getConnection()) {
            return work.source().loader(work.table()).placement(connection, range).overlapping().stream()
                    .map(Chunk::range)
                    .findFirst()
                    .map(chunk -> chunk.equals(range)
                            ? "rows of it are in the database, which came after it was dropped"
                            : "the chunk %s of the database lies over it".formatted(chunk));
        }
    }
}
