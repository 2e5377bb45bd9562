package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeRange;
import java.util.List;
import java.util.Optional;

/**
 * What became of a request that was taken up.
 *
 * @param ranges what became of each archived range, as far as this worker came
 * @param failure why it got no further, or what was in the way
 */
public record RequestResult(
        long id,
        TableName table,
        TimeRange range,
        Outcome outcome,
        List<RestoreSummary.Result> ranges,
        Optional<FirnException> failure) {

    /** How it stands now. */
    public enum Outcome {
        /** All of it is in the database. */
        DONE("done"),
        /** Something was in the way; it is tried again. */
        OPEN("open"),
        /** It cannot be done as it was asked for. */
        REFUSED("refused"),
        /** What is archived, or Firn itself, is at fault. */
        FAILED("failed"),
        /** Somebody has asked for its end; what was back by then stays until its hold ends. */
        CANCELLED("cancelled"),
        /** Another worker has taken it over. */
        LEFT("left to another worker");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    public RequestResult {
        ranges = List.copyOf(ranges);
    }
}
