package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeRange;
import java.util.List;
import java.util.Optional;

/** What a scrub found, one result for each archived copy, and what lies where only proven rows may lie. */
public record ScrubSummary(List<Result> copies, List<String> strays) {

    /** One copy: proven again, or not. */
    public record Result(
            TableName table, TimeRange range, int generation, long rows, long bytes, Optional<FirnException> failure) {}

    public ScrubSummary {
        copies = List.copyOf(copies);
        strays = List.copyOf(strays);
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
