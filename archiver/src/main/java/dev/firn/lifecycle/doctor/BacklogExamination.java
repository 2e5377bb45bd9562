package dev.firn.lifecycle.doctor;

import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.catalog.ChunkState;
import dev.firn.source.Chunk;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** How far archiving has come: the age of the oldest chunk without a copy. */
record BacklogExamination() implements Examination<TableCase> {

    /** A run each day may miss one or two. */
    private static final Duration TOLERATED = Duration.ofDays(3);

    @Override
    public Area area() {
        return Area.BACKLOG;
    }

    @Override
    public List<Remark> look(TableCase subject) throws SQLException {
        if (!subject.archiveRead()) {
            return List.of();
        }
        Set<TimeRange> archived = archived(subject);
        List<Chunk> without = subject.scene().chunks().stream()
                .filter(chunk -> !archived.contains(chunk.range()))
                .sorted(Comparator.comparing(Chunk::range))
                .toList();
        List<Chunk> due = without.stream().filter(subject::archiveIsDue).toList();
        if (due.isEmpty()) {
            return List.of(Remark.ok(without.stream()
                    .findFirst()
                    .map(oldest -> "no chunk is due without a copy; the oldest one without ends %s"
                            .formatted(oldest.range().showEnd()))
                    .orElse("every chunk has a copy")));
        }
        return List.of(of(subject, due));
    }

    /** A chunk that came after its range was dropped holds rows that are not in the copy. */
    private static Set<TimeRange> archived(TableCase subject) {
        Set<TimeRange> archived =
                subject.scene().live().stream().map(Manifest::range).collect(Collectors.toCollection(HashSet::new));
        subject.scene().rows().stream()
                .filter(row -> row.state() == ChunkState.DROPPED)
                .forEach(row -> archived.remove(row.key().range()));
        return archived;
    }

    private static Remark of(TableCase subject, List<Chunk> due) {
        Chunk oldest = due.get(0);
        Optional<Duration> age = age(subject, oldest);
        String what = "%d chunks are due and have no copy; the oldest one ended %s%s"
                .formatted(
                        due.size(),
                        oldest.range().showEnd(),
                        age.map(known -> ", %d days ago".formatted(known.toDays()))
                                .orElse(""));
        long unready = due.stream()
                .filter(chunk -> subject.config().requireCompressed()
                        && subject.table().hypertableId() != 0
                        && !chunk.compressed())
                .count();
        String hint = unready == 0
                ? "see that `archiver run` is started again and again; `archiver plan` tells what it would do"
                : "%d of them are not compressed: add a compression policy, or set require-compressed = false"
                        .formatted(unready);
        boolean fresh = due.stream().noneMatch(chunk -> isLate(subject, chunk));
        return fresh ? Remark.note(what, hint) : Remark.warning(what, hint);
    }

    /** Whether it is due for longer than a run should take to come by; of numbers nobody knows how long that is. */
    private static boolean isLate(TableCase subject, Chunk chunk) {
        long tolerated = TOLERATED.toSeconds() * 1_000_000;
        return subject.table().timeKind().isInteger()
                || subject.config().archiveAfter().isReached(chunk.range().end(), subject.position() - tolerated);
    }

    private static Optional<Duration> age(TableCase subject, Chunk chunk) {
        return subject.table().timeKind().isInteger()
                ? Optional.empty()
                : Optional.of(
                        Duration.ofSeconds((subject.position() - chunk.range().end()) / 1_000_000));
    }
}
