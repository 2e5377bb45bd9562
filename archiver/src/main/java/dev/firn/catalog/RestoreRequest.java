package dev.firn.catalog;

import dev.firn.TableName;
import dev.firn.TimeRange;
import java.util.Objects;
import java.util.Optional;

/**
 * What somebody asked for with {@code firn.rehydrate()}, in the hands of the worker with this token.
 *
 * @param range what was asked for, whatever ranges are archived there
 * @param keep how long it is left alone afterwards: {@code 604800s}, {@code forever}; empty for what the table says
 * @param tries how often it was taken up, this time included
 */
public record RestoreRequest(
        long id,
        String namespace,
        TableName table,
        TimeRange range,
        Optional<String> keep,
        int tries,
        String holder,
        long token) {

    public RestoreRequest {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(range, "range");
        Objects.requireNonNull(keep, "keep");
        if (id <= 0 || tries <= 0 || token <= 0 || holder.isEmpty()) {
            throw new IllegalArgumentException(
                    "request %d, taken %d times, by '%s' with token %d".formatted(id, tries, holder, token));
        }
    }

    /** How it ends. */
    public enum End {
        DONE,
        REFUSED,
        FAILED,
        CANCELLED
    }

    /** What became of one archived range of it, so far. */
    public enum RangeState {
        WAITING,
        LOADING,
        RESTORED,
        THERE,
        LEFT,
        FAILED
    }

    /** Whether its worker may go on. */
    public enum Standing {
        HELD,
        /** Somebody has asked for its end. */
        CANCELLED,
        /** Another worker has it, or it is over. */
        LOST
    }

    /** One archived range, with the rows and bytes of its copies. */
    public record Part(TimeRange range, long rows, long bytes) {}

    @Override
    public String toString() {
        return "request %d (%s/%s %s)".formatted(id, namespace, table, range);
    }
}
