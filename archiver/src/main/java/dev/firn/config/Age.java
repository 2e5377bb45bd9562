package dev.firn.config;

import dev.firn.TimeKind;
import java.time.Duration;
import java.util.Objects;

/** How old a chunk must be, measured from the end of its range. */
public sealed interface Age {

    /** Whether a table with time of this kind can be measured so. */
    boolean fits(TimeKind kind);

    /**
     * Whether a chunk that ends at this position is that old. Positions are those of {@link dev.firn.TimeRange}; a chunk
     * without an end never is.
     */
    boolean isReached(long chunkEnd, long now);

    /** Whether this comes earlier in the life of a chunk than the other, which must be of the same kind or never. */
    boolean isShorterThan(Age other);

    /** For tables by timestamp or date. */
    record OfTime(Duration duration) implements Age {

        public OfTime {
            Objects.requireNonNull(duration, "duration");
            if (duration.isNegative()) {
                throw new IllegalArgumentException("an age of %s is negative".formatted(duration));
            }
        }

        @Override
        public boolean fits(TimeKind kind) {
            return !kind.isInteger();
        }

        @Override
        public boolean isReached(long chunkEnd, long now) {
            long micros =
                    Math.addExact(Math.multiplyExact(duration.getSeconds(), 1_000_000L), duration.getNano() / 1_000);
            return endedBefore(chunkEnd, now, micros);
        }

        @Override
        public boolean isShorterThan(Age other) {
            if (other instanceof OfTime that) {
                return duration.compareTo(that.duration) < 0;
            }
            return never(other, this);
        }

        @Override
        public String toString() {
            return Show.duration(duration);
        }
    }

    /** For tables whose time is a plain number, in units of that number. */
    record OfUnits(long units) implements Age {

        public OfUnits {
            if (units < 0) {
                throw new IllegalArgumentException("an age of %d is negative".formatted(units));
            }
        }

        @Override
        public boolean fits(TimeKind kind) {
            return kind.isInteger();
        }

        @Override
        public boolean isReached(long chunkEnd, long now) {
            return endedBefore(chunkEnd, now, units);
        }

        @Override
        public boolean isShorterThan(Age other) {
            if (other instanceof OfUnits that) {
                return units < that.units;
            }
            return never(other, this);
        }

        @Override
        public String toString() {
            return Long.toString(units);
        }
    }

    /** Not at any age. */
    record Never() implements Age {

        @Override
        public boolean fits(TimeKind kind) {
            return true;
        }

        @Override
        public boolean isReached(long chunkEnd, long now) {
            return false;
        }

        @Override
        public boolean isShorterThan(Age other) {
            return false;
        }

        @Override
        public String toString() {
            return "never";
        }
    }

    /** Whether both are of one kind, or one is never, so that they can be compared. */
    static boolean comparable(Age one, Age other) {
        return one instanceof Never || other instanceof Never || one.getClass() == other.getClass();
    }

    private static boolean endedBefore(long chunkEnd, long now, long amount) {
        if (chunkEnd == Long.MAX_VALUE) {
            return false;
        }
        long threshold = now < Long.MIN_VALUE + amount ? Long.MIN_VALUE : now - amount;
        return chunkEnd <= threshold;
    }

    private static boolean never(Age other, Age self) {
        if (!(other instanceof Never)) {
            throw new IllegalArgumentException("%s and %s cannot be compared".formatted(self, other));
        }
        return true;
    }
}
