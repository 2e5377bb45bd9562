package dev.firn;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * Where a stream ends among some rows of its table: what an application that numbers the rows of each stream has to find
 * when those rows are gone.
 *
 * @param position the highest
 * @param firstGlobal the lowest global position, where the table has one
 * @param lastGlobal the highest
 */
public record StreamHead(String stream, long position, OptionalLong firstGlobal, OptionalLong lastGlobal) {

    public StreamHead {
        Objects.requireNonNull(stream, "stream");
        if (firstGlobal.isPresent() != lastGlobal.isPresent()
                || (firstGlobal.isPresent() && firstGlobal.getAsLong() > lastGlobal.getAsLong())) {
            throw new IllegalArgumentException(
                    "stream '%s': global positions from %s to %s".formatted(stream, firstGlobal, lastGlobal));
        }
    }

    /** Where the stream ends among these rows and others. */
    public StreamHead with(StreamHead other) {
        if (!stream.equals(other.stream)) {
            throw new IllegalArgumentException("%s and %s are two streams".formatted(this, other));
        }
        return new StreamHead(
                stream,
                Math.max(position, other.position),
                firstGlobal.isEmpty() || other.firstGlobal.isEmpty()
                        ? OptionalLong.empty()
                        : OptionalLong.of(Math.min(firstGlobal.getAsLong(), other.firstGlobal.getAsLong())),
                firstGlobal.isEmpty() || other.firstGlobal.isEmpty()
                        ? OptionalLong.empty()
                        : OptionalLong.of(Math.max(lastGlobal.getAsLong(), other.lastGlobal.getAsLong())));
    }
}
