package dev.firn.lifecycle;

import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.source.RowFilter;
import dev.firn.types.Condition;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a copy is asked for.
 *
 * @param wanted the time asked for
 * @param conditions that are decided over archived rows; none where all of the copy has to be read
 */
record CopyPart(Manifest copy, TimeRange wanted, List<Condition> conditions) {

    CopyPart {
        conditions = List.copyOf(conditions);
    }

    static CopyPart whole(Manifest copy) {
        return new CopyPart(copy, copy.range(), List.of());
    }

    static CopyPart of(Manifest copy, PositionSpan span, RowFilter filter) {
        TimeRange range = copy.range();
        TimeRange wanted = span.resolve(range.kind());
        List<Condition> conditions =
                new ArrayList<>(filter.conditions(copy.description().columns()));
        if (wanted.start() > range.start() || wanted.end() < range.end()) {
            conditions.addAll(TimeConditions.of(copy, wanted));
        }
        return new CopyPart(copy, wanted, conditions);
    }

    /** Whether all of its rows are read, so that they can be held against the manifest. */
    boolean isWhole() {
        return conditions.isEmpty();
    }

    List<Manifest.DataFile> files() {
        return copy.files().stream().filter(file -> isWhole() || mayHold(file)).toList();
    }

    private boolean mayHold(Manifest.DataFile file) {
        boolean beginsBefore = file.minTime() < wanted.end() || wanted.contains(file.minTime());
        return beginsBefore && file.maxTime() >= wanted.start();
    }
}
