package dev.firn.lifecycle.guards;

import dev.firn.TimeRange;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import dev.firn.config.GuardName;
import java.util.ArrayList;
import java.util.List;

/** Ranges that came back, do not hold any more what came back, and are left in the database for that. */
record EditedRangesWatch() implements Watch {

    @Override
    public GuardName name() {
        return GuardName.EDITED_RANGES;
    }

    @Override
    public List<Alarm> alarms(Scene scene) {
        List<Alarm> alarms = new ArrayList<>();
        for (ChunkRow row : scene.rows()) {
            TimeRange range = row.key().range();
            if (row.state() == ChunkState.RESTORED && row.edit().isPresent() && scene.isInDatabase(range)) {
                alarms.add(alarm(row, row.edit().get().kind()));
            }
        }
        return alarms;
    }

    /** For a range of which this was just found. */
    static Alarm alarm(ChunkRow row, ChunkRow.Edit.Kind kind) {
        return Alarm.alarm(GuardName.EDITED_RANGES, row.key().range(), what(row, kind), hint(row, kind));
    }

    private static String what(ChunkRow row, ChunkRow.Edit.Kind kind) {
        return switch (kind) {
            case EDITED -> "was edited after it came back, and stays: the archive has it as it was before";
            case EMPTIED ->
                "came back with %d rows and has none now, which is no edit: the archive has them all"
                        .formatted(row.rows());
            case SUPPLANTED ->
                "came back with %d rows, and that chunk is gone: another one is in its place, and stays; the archive has them all"
                        .formatted(row.rows());
            case TRUNCATED ->
                "came back with %d rows and has fewer now, and was truncated or rewritten in between, so that nobody can tell whether they were deleted: it stays, and the archive has them all"
                        .formatted(row.rows());
            case NARROWER ->
                "is not what came back, and stays: a copy of it would lack columns that are archived and that the table has no more";
            case UNKNOWN ->
                "stays: the table's columns were changed after it came back, so that nobody can tell whether it was edited";
        };
    }

    private static String hint(ChunkRow row, ChunkRow.Edit.Kind kind) {
        String replace = "`archiver run %s --table %s --chunk %s --divergent replace`"
                .formatted(
                        row.key().namespace(),
                        row.key().table(),
                        row.key().range().showStart());
        String undo = "to keep the archive as it is, drop the chunk yourself";
        return switch (kind) {
            case EDITED, UNKNOWN ->
                "to archive it in place of that: %s, or on-edit = replace for all of the table; %s"
                        .formatted(replace, undo);
            case NARROWER -> "to archive it all the same, without these columns: %s; %s".formatted(replace, undo);
            case SUPPLANTED ->
                "if its rows count instead of the archived ones: %s; if they count beside them: the same with --divergent add; to keep the archive as it is, drop the chunk yourself"
                        .formatted(replace);
            case TRUNCATED ->
                "if it holds all that the range should: %s; else save what is in it, drop the chunk yourself, and bring the range back"
                        .formatted(replace);
            case EMPTIED -> "if its rows were deleted on purpose: %s; %s".formatted(replace, undo);
        };
    }
}
