package dev.firn.athena;

import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.archive.Manifest.DataFile;
import dev.firn.archive.PartitionBy;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/** Finds the widest grid on which every partition of an archive lies, and the next ones may be expected. */
final class ProjectionGrid {

    static final long MICROS_PER_DAY = 86_400_000_000L;

    /** Each is a request to the store in a query that names no range; Trino refuses a million. */
    static final long MOST_PARTITIONS = 100_000;

    /** Chunks that are expected after the last one, where time is a number and no clock tells. */
    static final long NUMBERS_AHEAD = 1_000;

    private static final long MICROS_PER_SECOND = 1_000_000;

    /** Before it, the calendar by which engines print days is not the one by which Firn does. */
    private static final long FIRST_YEAR = LocalDate.of(1600, 1, 1).toEpochDay() * MICROS_PER_DAY;

    private static final long LAST_YEAR = LocalDate.of(9999, 12, 31).toEpochDay() * MICROS_PER_DAY;
    private static final DateTimeFormatter CHUNK =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private ProjectionGrid() {}

    /** Of live manifests, at least one. */
    static Projection of(List<Manifest> live) {
        Manifest newest =
                live.stream().max(Comparator.comparing(Manifest::createdAt)).orElseThrow();
        if (newest.partitionBy() == PartitionBy.DAY) {
            return days(live);
        }
        boolean numbers = newest.range().kind().isInteger();
        if (live.stream().anyMatch(manifest -> manifest.range().kind().isInteger() != numbers)) {
            return new Projection.None("its time column was a number and a time in turn");
        }
        return numbers ? numbers(live, newest) : chunks(live, newest);
    }

    private static Projection chunks(List<Manifest> live, Manifest newest) {
        for (Manifest manifest : live) {
            if (!isPlain(manifest.range())) {
                return new Projection.None(
                        "the start of %s is not written as a plain date and second".formatted(manifest.range()));
            }
            if (manifest.range().start() > micros(manifest.createdAt())) {
                return new Projection.None("%s lay in the future when it was archived".formatted(manifest.range()));
            }
        }
        long first = live.stream()
                .mapToLong(manifest -> manifest.range().start())
                .min()
                .orElseThrow();
        long step = step(live, first, MICROS_PER_DAY, newest);
        long seconds = step / MICROS_PER_SECOND;
        if (step % MICROS_PER_SECOND != 0) {
            return new Projection.None("its chunks are not whole seconds long");
        }
        long partitions = (micros(newest.createdAt()) - first) / step;
        if (partitions > MOST_PARTITIONS) {
            return new Projection.None(
                    "its chunks lie on no wider grid than %s, which makes %d partitions of which most are empty"
                            .formatted(words(Duration.ofSeconds(seconds)), partitions));
        }
        return new Projection.Chunks(first / MICROS_PER_SECOND, Duration.ofSeconds(seconds));
    }

    private static Projection numbers(List<Manifest> live, Manifest newest) {
        long first = live.stream()
                .mapToLong(manifest -> manifest.range().start())
                .min()
                .orElseThrow();
        long last = live.stream()
                .mapToLong(manifest -> manifest.range().start())
                .max()
                .orElseThrow();
        if (first < 0) {
            return new Projection.None("chunks start below zero");
        }
        long step = step(live, first, 0, newest);
        if (step == 0) {
            return new Projection.None("the size of its chunks is not known");
        }
        long partitions = (last - first) / step;
        if (partitions > MOST_PARTITIONS) {
            return new Projection.None(
                    "its chunks lie on no wider grid than %d, which makes %d partitions of which most are empty"
                            .formatted(step, partitions));
        }
        long ahead = Math.min(NUMBERS_AHEAD, (Long.MAX_VALUE - 1 - last) / step);
        return new Projection.Numbers(first, last + ahead * step, step);
    }

    private static Projection days(List<Manifest> live) {
        LocalDate first = LocalDate.MAX;
        for (Manifest manifest : live) {
            for (DataFile file : manifest.files()) {
                OptionalLong day = day(file.partition());
                if (day.isEmpty()) {
                    return new Projection.None(
                            "rows of %s lie on no day that a projection finds".formatted(manifest.range()));
                }
                if (day.getAsLong() * MICROS_PER_DAY > micros(manifest.createdAt()) + MICROS_PER_DAY) {
                    return new Projection.None(
                            "rows of %s lay in the future when they were archived".formatted(manifest.range()));
                }
                LocalDate found = LocalDate.ofEpochDay(day.getAsLong());
                first = found.isBefore(first) ? found : first;
            }
        }
        return first.equals(LocalDate.MAX)
                ? new Projection.None("no copy of it has any rows")
                : new Projection.Days(first);
    }

    static OptionalLong day(String partition) {
        try {
            long day = LocalDate.parse(partition).toEpochDay();
            boolean plain = day >= FIRST_YEAR / MICROS_PER_DAY && day <= LAST_YEAR / MICROS_PER_DAY;
            return plain ? OptionalLong.of(day) : OptionalLong.empty();
        } catch (DateTimeParseException e) {
            return OptionalLong.empty();
        }
    }

    /** The greatest length that divides the distances of all starts, the chunk interval of the newest copy, and a most. */
    private static long step(List<Manifest> live, long first, long most, Manifest newest) {
        BigInteger step = BigInteger.valueOf(most)
                .gcd(BigInteger.valueOf(newest.description().chunkInterval()));
        for (Manifest manifest : live) {
            step = step.gcd(BigInteger.valueOf(manifest.range().start()).subtract(BigInteger.valueOf(first)));
        }
        return step.longValueExact();
    }

    /** Whether the start is spelled in keys as any engine's date format spells it. */
    static boolean isPlain(TimeRange range) {
        return !range.kind().isInteger()
                && range.start() >= FIRST_YEAR
                && range.start() <= LAST_YEAR
                && range.start() % MICROS_PER_SECOND == 0;
    }

    static String chunkName(long second) {
        return CHUNK.format(Instant.ofEpochSecond(second));
    }

    /** As SQL and people say it: {@code 6 HOURS}. */
    static String words(Duration step) {
        return count(step) + " " + unit(step).name();
    }

    static long count(Duration step) {
        return step.toSeconds() / unit(step).getDuration().toSeconds();
    }

    /** The greatest unit that divides the step; it prints as engines call it. */
    static ChronoUnit unit(Duration step) {
        for (ChronoUnit unit : List.of(ChronoUnit.DAYS, ChronoUnit.HOURS, ChronoUnit.MINUTES)) {
            if (step.toSeconds() % unit.getDuration().toSeconds() == 0) {
                return unit;
            }
        }
        return ChronoUnit.SECONDS;
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
