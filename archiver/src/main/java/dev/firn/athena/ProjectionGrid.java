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
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The widest grid on which every partition of an archive lies, and the next ones may be expected. Copies are added one by
 * one; taking one away is beginning anew.
 */
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

    private final Set<PartitionBy> ways = EnumSet.noneOf(PartitionBy.class);
    private final Set<Boolean> integers = new HashSet<>();
    private Manifest newest;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    /** The greatest length that divides the distances of all starts; zero while there is one alone. */
    private BigInteger distances = BigInteger.ZERO;

    private LocalDate firstDay = LocalDate.MAX;
    private Optional<String> noChunks = Optional.empty();
    private Optional<String> noDays = Optional.empty();

    /** Of live manifests, at least one. */
    static Projection of(Collection<Manifest> live) {
        return with(live).projection();
    }

    static ProjectionGrid with(Collection<Manifest> live) {
        ProjectionGrid grid = new ProjectionGrid();
        live.forEach(grid::add);
        return grid;
    }

    void add(Manifest copy) {
        if (newest != null) {
            distances = distances.gcd(BigInteger.valueOf(copy.range().start()).subtract(BigInteger.valueOf(first)));
        }
        if (newest == null || copy.createdAt().isAfter(newest.createdAt())) {
            newest = copy;
        }
        ways.add(copy.partitionBy());
        integers.add(copy.range().kind().isInteger());
        first = Math.min(first, copy.range().start());
        last = Math.max(last, copy.range().start());
        noChunks = noChunks.or(() -> noChunk(copy));
        copy.files().forEach(file -> addDay(copy, file));
    }

    /** Whether engines can be told of these copies as one table at all. */
    boolean isOneTable() {
        return ways.size() == 1;
    }

    /** Of all that were added, at least one. */
    Projection projection() {
        if (newest.partitionBy() == PartitionBy.DAY) {
            return days();
        }
        if (integers.size() > 1) {
            return new Projection.None("its time column was a number and a time in turn");
        }
        return newest.range().kind().isInteger() ? numbers() : chunks();
    }

    private static Optional<String> noChunk(Manifest copy) {
        if (!isPlain(copy.range())) {
            return Optional.of("the start of %s is not written as a plain date and second".formatted(copy.range()));
        }
        return copy.range().start() > micros(copy.createdAt())
                ? Optional.of("%s lay in the future when it was archived".formatted(copy.range()))
                : Optional.empty();
    }

    private Projection chunks() {
        if (noChunks.isPresent()) {
            return new Projection.None(noChunks.get());
        }
        long step = step(MICROS_PER_DAY);
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

    private Projection numbers() {
        if (first < 0) {
            return new Projection.None("chunks start below zero");
        }
        long step = step(0);
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

    private void addDay(Manifest copy, DataFile file) {
        OptionalLong day = day(file.partition());
        if (day.isEmpty()) {
            noDays = noDays.or(
                    () -> Optional.of("rows of %s lie on no day that a projection finds".formatted(copy.range())));
        } else if (day.getAsLong() * MICROS_PER_DAY > micros(copy.createdAt()) + MICROS_PER_DAY) {
            noDays = noDays.or(
                    () -> Optional.of("rows of %s lay in the future when they were archived".formatted(copy.range())));
        } else {
            LocalDate found = LocalDate.ofEpochDay(day.getAsLong());
            firstDay = found.isBefore(firstDay) ? found : firstDay;
        }
    }

    private Projection days() {
        if (noDays.isPresent()) {
            return new Projection.None(noDays.get());
        }
        return firstDay.equals(LocalDate.MAX)
                ? new Projection.None("no copy of it has any rows")
                : new Projection.Days(firstDay);
    }

    static OptionalLong day(String partition) {
        if (partition.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            long day = LocalDate.parse(partition).toEpochDay();
            boolean plain = day >= FIRST_YEAR / MICROS_PER_DAY && day <= LAST_YEAR / MICROS_PER_DAY;
            return plain ? OptionalLong.of(day) : OptionalLong.empty();
        } catch (DateTimeParseException e) {
            return OptionalLong.empty();
        }
    }

    /** The greatest length that divides also the chunk interval of the newest copy, and a most. */
    private long step(long most) {
        return distances
                .gcd(BigInteger.valueOf(most))
                .gcd(BigInteger.valueOf(newest.description().chunkInterval()))
                .longValueExact();
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
