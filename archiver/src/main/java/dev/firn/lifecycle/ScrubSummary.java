package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeRange;
import java.util.List;
import java.util.Optional;

/**
 * What a scrub found, one result for each archived copy, and what lies where only proven rows of live copies may lie.
 *
 * @param strays keys of objects that no manifest names
 * @param superseded keys of files whose copies were replaced or have expired: they go with the next look at their table, and
 *     until then whoever reads all files there counts their rows besides
 */
public record ScrubSummary(List<Result> copies, List<String> strays, List<String> superseded) {

    /** One copy: proven again, or not. */
    public record Result(
            TableName table, TimeRange range, int generation, long rows, long bytes, Optional<FirnException> failure) {}

    public ScrubSummary {
        copies = List.copyOf(copies);
        strays = List.copyOf(strays);
        superseded = List.copyOf(superseded);
    }

    public int exitCode() {
        boolean passing = copies.stream()
                .flatMap(copy -> copy.failure().stream())
                .anyMatch(failure -> failure.category() == Category.PASSING);
        boolean broken = !strays.isEmpty()
                || copies.stream()
                        .flatMap(copy -> copy.failure().stream())
                        .anyMatch(failure -> failure.category() != Category.PASSING);
        return broken ? Category.DATA.exitCode() : passing ? Category.PASSING.exitCode() : 0;
    }
}
