package dev.firn.lifecycle;

import dev.firn.TableName;
import dev.firn.Throttle;
import dev.firn.archive.Manifest;
import dev.firn.catalog.ChunkRow;
import dev.firn.copy.Digest;
import dev.firn.source.ChunkLoader;
import dev.firn.source.StagedRows;
import dev.firn.types.Codecs;
import dev.firn.types.Column;
import dev.firn.types.ColumnCodec;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What proven rows digest to in the columns that the table has by now, where these are not the archived ones: the digests
 * of the manifests cannot tell later whether somebody has edited what came back, this one can.
 */
final class StagedDigest {

    private final TableWork work;
    private final ChunkLoader loader;
    private final List<Manifest> copies;
    private final Throttle throttle;

    StagedDigest(TableWork work, ChunkLoader loader, List<Manifest> copies, Throttle throttle) {
        this.work = work;
        this.loader = loader;
        this.copies = List.copyOf(copies);
        this.throttle = throttle;
    }

    /** Name and type of each column, as the catalogue keeps them. */
    static List<String> names(List<Column> columns) {
        return columns.stream()
                .map(column -> column.name() + " " + column.type().sql())
                .toList();
    }

    /** Empty where the columns are the archived ones. */
    Optional<ChunkRow.LoadedAs> of(Connection connection, List<StagedRows> staged) throws SQLException {
        List<Column> columns = TableDescriptions.columns(
                work.table(), copies.get(0).description().columns());
        if (copies.stream()
                .allMatch(copy ->
                        Comparison.sameColumns(columns, copy.description().columns()))) {
            return Optional.empty();
        }
        loader.pinForReading(connection);
        Digest sum = Digest.EMPTY;
        for (StagedRows rows : staged) {
            sum = sum.plus(new CopyDigest(columns, work.settings().copy(), throttle)
                    .of(
                            connection,
                            select(columns, rows),
                            new Meter(Progress.NONE, work.table().name(), rows.range(), Progress.Work.PROOF)));
        }
        connection.rollback();
        return Optional.of(new ChunkRow.LoadedAs(names(columns), sum.hex()));
    }

    private static String select(List<Column> columns, StagedRows rows) {
        List<ColumnCodec> codecs = Codecs.of(columns);
        List<String> selected = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            selected.add(codecs.get(i)
                    .selectExpression(TableName.quote(columns.get(i).name())));
        }
        return "SELECT %s FROM ONLY %s"
                .formatted(String.join(", ", selected), rows.relation().quoted());
    }
}
