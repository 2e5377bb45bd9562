package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.archive.Archive;
import dev.firn.archive.Manifest;
import dev.firn.lifecycle.RestoreForecast.Range;
import dev.firn.lifecycle.RestoreForecast.Step;
import dev.firn.source.Chunk;
import dev.firn.source.SourceInfo;
import dev.firn.source.Table;
import dev.firn.source.TableMaker;
import dev.firn.store.ObjectStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** Creates a table that is lost from what its newest manifest says of it: the archive is all there is. */
final class TableRecovery {

    private final String namespace;
    private final DataSource connections;
    private final SourceInfo info;
    private final String holder;

    TableRecovery(String namespace, DataSource connections, SourceInfo info, String holder) {
        this.namespace = namespace;
        this.connections = connections;
        this.info = info;
        this.holder = holder;
    }

    /** Whether {@link #create} would have anything to make. */
    boolean isLacking(TableName name) throws SQLException {
        try (Connection connection = connections.getConnection()) {
            return !TableMaker.isThere(connection, name);
        }
    }

    /** Of a table that would be made: all that is archived of the span would be loaded. */
    List<Range> forecast(TableName name, Archive archive, ObjectStore store, PositionSpan span) {
        List<ArchivedPiece> pieces = ArchivedPiece.overlapping(archive.live(), span);
        if (pieces.isEmpty()) {
            throw Restore.nothingArchived(namespace, name);
        }
        RestingFiles resting = new RestingFiles(store, namespace);
        pieces.forEach(piece -> piece.copies().forEach(copy -> resting.look(name, copy.files())));
        resting.requireNone("bringing it back", "nothing was loaded");
        return pieces.stream()
                .map(piece -> new Range(
                        name,
                        piece.range(),
                        Step.LOAD,
                        piece.copies().size(),
                        piece.rows(),
                        piece.bytes(),
                        OptionalLong.empty(),
                        List.of("the table itself would be made"),
                        Optional.empty()))
                .toList();
    }

    /** Answers what a person should know of what was made; nothing where the table is there already. */
    Optional<List<String>> create(TableName name, Archive archive) {
        Manifest newest = archive.live().stream()
                .max(Comparator.comparing(Manifest::createdAt))
                .orElseThrow(() -> new FirnException(
                        Category.REFUSED,
                        namespace + "/" + name,
                        "creating the table: nothing of it is archived; nothing was created",
                        "see that location and namespace are those of the archive"));
        Table table = TableDescriptions.table(newest);
        try (Connection connection = connections.getConnection()) {
            connection.setAutoCommit(false);
            try {
                Optional<List<String>> notes = new TableMaker(connection, info, table).make();
                connection.commit();
                return notes;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw Failures.of(
                    namespace + "/" + name,
                    "creating the table from its manifest; it is there whole or not at all, run it again",
                    e);
        }
    }

    /** Writes into the catalogue what is archived of a table that has been made, and that none of it is there. */
    void settle(TableWork work, Progress progress, Surroundings surroundings) throws SQLException {
        List<Chunk> chunks;
        try (Connection connection = connections.getConnection()) {
            chunks = work.source().chunks(connection, work.table());
        }
        Set<TimeRange> there = chunks.stream().map(Chunk::range).collect(Collectors.toSet());
        new GoneChunks(work, holder, progress, surroundings, false, chunks.isEmpty())
                .settle(there, (range, failure) -> {
                    throw failure;
                });
        new ExpiredRanges(work, holder).settle();
        new HeadRecovery(work).catchUp(chunks);
    }
}
