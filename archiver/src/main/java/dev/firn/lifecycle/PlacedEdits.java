package dev.firn.lifecycle;

import dev.firn.lifecycle.TakeOut.Result;
import dev.firn.lifecycle.TakeOut.Result.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of a range that came back among other rows is not as it came.
 *
 * @param expected how many rows came
 * @param goneIsEdited whether a chunk that somebody else dropped or emptied counts as an edit
 * @param mayBeOvertaken whether a worker may sleep over a copy of what came
 */
record PlacedEdits(long expected, boolean goneIsEdited, boolean mayBeOvertaken) {

    Optional<Result.Edited> of(List<PlacedPart> parts) {
        List<PlacedPart> holding =
                parts.stream().filter(part -> !part.isEmptied()).toList();
        List<String> what = new ArrayList<>();
        for (PlacedPart part : holding) {
            if (!part.found().all()) {
                what.add("%d of %d rows in %s"
                        .formatted(
                                part.found().staged() - part.found().equal(),
                                part.found().staged(),
                                part.chunk().range()));
            }
        }
        long gone = expected
                - holding.stream().mapToLong(part -> part.found().staged()).sum();
        boolean edited = !what.isEmpty() || (gone > 0 && goneIsEdited);
        if (!edited && !mayBeOvertaken) {
            return Optional.empty();
        }
        if (gone > 0) {
            what.add("%d rows, with chunks that are gone or empty,".formatted(gone));
        }
        return Optional.of(new Result.Edited(
                String.join(", ", what),
                kind(edited, gone > 0 || holding.stream().anyMatch(PlacedPart::wasMadeAnew)),
                holding));
    }

    private static Kind kind(boolean edited, boolean partlyGone) {
        if (edited) {
            return partlyGone ? Kind.PARTLY_GONE : Kind.CHANGED;
        }
        return partlyGone ? Kind.WAITS : Kind.MAY_BE_OVERTAKEN;
    }
}
