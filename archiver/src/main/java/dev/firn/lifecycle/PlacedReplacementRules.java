package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeRange;
import dev.firn.archive.Attempt;
import dev.firn.archive.Manifest;
import dev.firn.catalog.Placed;
import dev.firn.config.GuardName;
import dev.firn.config.OnEdit;
import dev.firn.lifecycle.RunOptions.Divergence;
import dev.firn.lifecycle.TakeOut.Result.Edited;
import dev.firn.lifecycle.TakeOut.Result.Kind;
import dev.firn.types.Column;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * When what lies of a range in chunks of other bounds may be archived in place of what had come back: where nothing is lost
 * by it, or a person says so, and never where rows of another archived range may lie among it.
 */
final class PlacedReplacementRules {

    private static final String STAYS = "; it stays, and nothing was changed";

    private final TableWork work;
    private final TimeRange range;
    private final Optional<Divergence> person;

    PlacedReplacementRules(TableWork work, TimeRange range, Optional<Divergence> person) {
        this.work = work;
        this.range = range;
        this.person = person;
    }

    void requireReplaceable(Placed placed, Edited edited) {
        requireAsked(edited);
        List<Manifest> live = work.archive().liveOf(range);
        if (!live.stream().map(Manifest::key).toList().equals(placed.manifestKeys())) {
            throw refused(
                    edited,
                    "%s came back, and other copies were published since".formatted(placed.manifestKeys()),
                    "undo the edit: their rows may be there or not");
        }
        if (edited.holding().isEmpty()) {
            throw refused(
                    edited,
                    "no row of it is left in the database",
                    "drop what is empty yourself; the archive keeps its copies");
        }
        if (range.kind() != work.table().timeKind()) {
            throw refused(
                    edited,
                    "the table's time was %s when it was archived, and is %s"
                            .formatted(
                                    range.kind().catalogueName(),
                                    work.table().timeKind().catalogueName()),
                    "undo the edit, or keep the range in the database");
        }
        requireAlone(edited);
        requireNobodyAsleep(edited);
        if (person.isEmpty()) {
            requireNothingLost(edited, placed, live);
        }
    }

    /** Whether what is changed while the copy is made may be in it, too. */
    boolean takesEdits() {
        return person.isPresent() || work.config().onEdit() == OnEdit.REPLACE;
    }

    void requirePublishable(ArchiveStage.Selected plan, CopiedRows copy) {
        new PublicationRules(work, range, person.isPresent()).requirePublishable(plan, copy);
    }

    /** By the configuration, or by a person. */
    private void requireAsked(Edited edited) {
        if (person.equals(Optional.of(Divergence.ADD))) {
            throw refused(
                    edited,
                    "its rows came back from the archive, and would count twice if they were added",
                    "archive it in place of what had come back: " + decide());
        }
        boolean asked =
                switch (edited.kind()) {
                    case CHANGED -> takesEdits();
                    case PARTLY_GONE -> person.isPresent();
                    case MAY_BE_OVERTAKEN, AMONG_LATER -> true;
                    case WAITS -> throw refused(edited, "a chunk that held rows of it is gone, or empty", "");
                };
        if (!asked) {
            throw new FirnException(
                    Category.DATA,
                    work.where(range),
                    "comparing it with what came back: it was edited (%s are missing or different)"
                                    .formatted(edited.what())
                            + STAYS,
                    edited.kind() == Kind.PARTLY_GONE
                            ? "undo the edit; or, if the archive may lose the rows that are gone, " + decide()
                            : "undo the edit; or archive it in place of what had come back, once: " + decide()
                                    + ", or always: on-edit = replace");
        }
    }

    /** Rows of another range in the same chunks would be archived once more, with these. */
    private void requireAlone(Edited edited) {
        List<TimeRange> beside = new ArchivedBeside(work, range).notDropped();
        if (!beside.isEmpty()) {
            throw refused(
                    edited,
                    "%s is archived, too, and nothing says that it was dropped, so its rows may be among these"
                            .formatted(beside.get(0)),
                    "undo the edit; or, if that range came back too, let it go first (`rehydrate release`)");
        }
    }

    /** Over a copy of a chunk that lies over the range, late rows and all, which would be published beside this one. */
    private void requireNobodyAsleep(Edited edited) {
        List<dev.firn.catalog.Attempt> begun =
                work.catalog().attemptsOlderThan(work.namespace(), work.table().name(), Duration.ZERO);
        for (dev.firn.catalog.Attempt each : begun) {
            TimeRange other = each.key().range();
            if (!other.equals(range)
                    && other.overlaps(range)
                    && new Attempt(other, each.id()).generation()
                            >= work.archive().nextGeneration(other)) {
                throw refused(
                        edited,
                        "a copy of %s, which lies over it, was begun by %s and may still be published"
                                .formatted(other, each.holder()),
                        "the janitor forgets such a copy once it is older than janitor.min-age; then the next run goes on");
            }
        }
    }

    private void requireNothingLost(Edited edited, Placed placed, List<Manifest> live) {
        if (!placed.leftOut().isEmpty()) {
            throw refused(
                    edited,
                    "%d archived rows did not come back with it, but gave way to others or were there already"
                            .formatted(placed.leftOut().size()),
                    "undo the edit; or, if the archive may lose these rows, " + decide());
        }
        List<Column> columns = TableDescriptions.columns(
                work.table(), live.get(live.size() - 1).description().columns());
        if (EditedRange.lacksColumns(columns, live)) {
            throw refused(
                    edited,
                    "the table has not all columns any more that are archived",
                    "undo the edit; or, if the archive may lose those columns of the range, " + decide());
        }
    }

    private FirnException refused(Edited edited, String why, String hint) {
        if (edited.kind() == Kind.MAY_BE_OVERTAKEN || edited.kind() == Kind.WAITS) {
            return new FirnException(
                    Category.PASSING,
                    work.where(range),
                    "taking out what came back: a copy that was begun while it was edited may still be published, and none can"
                            + " be put in its place, because "
                            + why
                            + STAYS,
                    "the janitor forgets that copy once it is older than janitor.min-age; then a run lets the range go");
        }
        if (edited.kind() == Kind.AMONG_LATER) {
            return new FirnException(
                    Category.REFUSED,
                    work.where(range),
                    "taking out what came back: an aggregate keeps it from being parted from rows that came later, and it is not"
                            + " archived together with them, because "
                            + why
                            + STAYS,
                    "if the archive may lose that, %s; or set guards.%s = off"
                            .formatted(decide(), GuardName.CONTINUOUS_AGGREGATES));
        }
        return new FirnException(
                Category.DATA,
                work.where(range),
                "archiving it in place of what had come back: it was edited, and " + why + STAYS,
                hint);
    }

    private String decide() {
        return "`archiver run %s --table %s --chunk %s --divergent replace`"
                .formatted(work.namespace(), work.table().name(), range.showStart());
    }
}
