package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.archive.Manifest;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkRow.Edit;
import dev.firn.catalog.Placed;
import dev.firn.config.OnEdit;
import dev.firn.lifecycle.RunOptions.Divergence;
import dev.firn.lifecycle.guards.Alarms;
import dev.firn.source.Chunk;
import dev.firn.source.ChunkStorage;
import dev.firn.types.Column;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a range that came back and no longer holds what came back. It is archived in place of all of that, never
 * beside it, since its rows would count twice; and only where nothing is lost by it, or a person says so.
 */
final class EditedRange {

    private static final Logger LOG = LoggerFactory.getLogger(EditedRange.class);

    private final TableWork table;
    private final ChunkRow row;
    private final HeldClaim claim;

    /** @param row of the range, which says that it came back */
    EditedRange(TableWork table, ChunkRow row, HeldClaim claim) {
        this.table = table;
        this.row = row;
        this.claim = claim;
    }

    ArchiveStage decide(Manifest latest, Comparison.Result.Divergent found, Optional<Divergence> person) {
        List<Manifest> live = table.archive().liveOf(row.key().range());
        if (person.isPresent()) {
            return asDecided(person.get(), live);
        }
        Edit.Kind kind = kind(found, live);
        if (isReplaced(table, kind)) {
            requireAllCameBack();
            LOG.info("{}: it was edited, and is archived in place of what had come back", row.key());
            return replacementOf(live);
        }
        table.catalog().recordEdit(claim.claim(), new Edit(kind, FingerprintText.of(found.fingerprint())));
        LOG.warn("{}/{}: {}", table.namespace(), table.table().name(), Alarms.ofEdit(row, kind));
        return new ArchiveStage.Edited(latest);
    }

    /** What gave way to other rows is in the archive alone, and would be nowhere. */
    private void requireAllCameBack() {
        long leftOut = leftOut();
        if (leftOut > 0) {
            throw new FirnException(
                    Category.DATA,
                    row.key().toString(),
                    ("archiving it in place of what had come back: it was edited, and %d archived rows did not come back with"
                                    + " it, but gave way to others or were there already; it stays, and nothing was changed")
                            .formatted(leftOut),
                    "undo the edit; or, if the archive may lose these rows, `archiver run %s --table %s --chunk %s --divergent replace`"
                            .formatted(
                                    table.namespace(),
                                    table.table().name(),
                                    row.key().range().showStart()));
        }
    }

    private long leftOut() {
        Placed placed = table.catalog()
                .placed(table.namespace(), table.table().name())
                .get(row.key().range());
        return placed == null ? 0 : placed.leftOut().size();
    }

    /** Whether a pass archives it without asking anybody. */
    static boolean isReplaced(TableWork table, Edit.Kind kind) {
        return table.config().onEdit() == OnEdit.REPLACE && (kind == Edit.Kind.EDITED || kind == Edit.Kind.UNKNOWN);
    }

    /** Whether a copy with these columns would not have all that those copies have. */
    static boolean lacksColumns(List<Column> columns, List<Manifest> copies) {
        Set<String> names = columns.stream().map(Column::name).collect(Collectors.toSet());
        return copies.stream()
                .flatMap(copy -> copy.description().columns().stream())
                .anyMatch(column -> !names.contains(column.name()));
    }

    private Edit.Kind kind(Comparison.Result.Divergent found, List<Manifest> live) {
        if (found.rows() == 0 && row.rows() > 0) {
            return Edit.Kind.EMPTIED;
        }
        Optional<Edit.Kind> elsewhere = elsewhere(found.rows());
        if (elsewhere.isPresent()) {
            return elsewhere.get();
        }
        List<Column> columns = TableDescriptions.columns(
                table.table(), live.get(live.size() - 1).description().columns());
        if (lacksColumns(columns, live)) {
            return Edit.Kind.NARROWER;
        }
        return found.comparable() ? Edit.Kind.EDITED : Edit.Kind.UNKNOWN;
    }

    /**
     * Why what lies there now is no edit of what came back. Looked up after its rows were read: what lies where it lay has
     * lain there all the time.
     */
    private Optional<Edit.Kind> elsewhere(long rows) {
        Optional<ChunkStorage> then = row.storage().flatMap(ChunkStorage::parse);
        Optional<ChunkStorage> now = storage();
        if (then.isPresent() && (now.isEmpty() || now.get().isOtherRelation(then.get()))) {
            return Optional.of(Edit.Kind.SUPPLANTED);
        }
        return rows < row.rows() - leftOut() && (then.isEmpty() || !then.equals(now))
                ? Optional.of(Edit.Kind.TRUNCATED)
                : Optional.empty();
    }

    private Optional<ChunkStorage> storage() {
        try (Connection connection = table.connections().getConnection()) {
            Optional<Chunk> chunk =
                    table.source().chunkAt(connection, table.table(), row.key().range());
            return chunk.isEmpty() ? Optional.empty() : Optional.of(ChunkStorage.of(connection, chunk.get()));
        } catch (SQLException e) {
            throw table.failure(
                    row.key().range(), "looking whether it is the chunk that came back; nothing was changed", e);
        }
    }

    /** Nobody was asked: whoever has dropped or truncated it while it was copied has not edited it either. */
    void requireStillAnEdit(CopiedRows copy) {
        if (elsewhere(copy.digest().rows()).isPresent()) {
            table.archive().cleaner().discardAttempt(copy.attempt());
            throw new FirnException(
                    Category.PASSING,
                    row.key().toString(),
                    "archiving it in place of what had come back: it was dropped or truncated while it was copied; nothing was"
                            + " changed",
                    "nothing to do: the next run looks at it again");
        }
    }

    private ArchiveStage.Selected asDecided(Divergence person, List<Manifest> live) {
        if (person == Divergence.REPLACE) {
            return replacementOf(live);
        }
        if (elsewhere(row.rows()).isEmpty()) {
            throw new FirnException(
                    Category.REFUSED,
                    row.key().toString(),
                    "adding it: its rows came back from the archive, and would count twice; nothing was changed",
                    "archive it in place of what had come back: `archiver run %s --table %s --chunk %s --divergent replace`; to"
                                    .formatted(
                                            table.namespace(),
                                            table.table().name(),
                                            row.key().range().showStart())
                            + " keep the archive as it is, drop the chunk yourself");
        }
        return new ArchiveStage.Selected(Manifest.Role.ADDITION, List.of());
    }

    private static ArchiveStage.Selected replacementOf(List<Manifest> live) {
        return new ArchiveStage.Selected(
                Manifest.Role.REPLACEMENT, live.stream().map(Manifest::key).toList(), true);
    }
}
