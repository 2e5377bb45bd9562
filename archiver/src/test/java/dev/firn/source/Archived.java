package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.copy.CopyDecoder;
import dev.firn.copy.CopyEncoder;
import dev.firn.copy.Digest;
import dev.firn.copy.RowDigester;
import dev.firn.types.Codecs;
import dev.firn.types.Column;
import dev.firn.types.ColumnCodec;
import dev.firn.types.Columns;
import dev.firn.types.RowBatch;
import dev.firn.types.SourceColumn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/** The rows of a chunk as the export takes them out and the way back brings them in, held in memory in between. */
record Archived(TimeRange range, List<Column> columns, RowBatch rows, Digest digest) {

    private static final int ROWS = 1 << 14;
    private static final int BYTES = 1 << 24;

    static Archived of(Connection connection, ChunkSource source, Table table, Chunk chunk) throws SQLException {
        List<SourceColumn> live = table.columns().stream()
                .map(column -> new SourceColumn(
                        column.name(), column.attnum(), column.type(), column.notNull(), column.generated()))
                .toList();
        List<Column> columns = Columns.assign(live, List.of());
        List<ColumnCodec> codecs = Codecs.of(columns);
        List<String> list = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            list.add(codecs.get(i)
                    .selectExpression(TableName.quote(columns.get(i).name())));
        }
        RowBatch rows = read(connection, source.loader(table), source.selectRows(table, chunk, list), codecs);
        return new Archived(chunk.range(), columns, rows, digest(rows));
    }

    private static RowBatch read(Connection connection, ChunkLoader loader, String select, List<ColumnCodec> codecs)
            throws SQLException {
        RowBatch rows = new RowBatch(codecs.size(), ROWS, BYTES);
        Bench.inTransaction(connection, () -> {
            loader.pinForReading(connection);
            CopyDecoder decoder = new CopyDecoder(codecs, BYTES);
            CopyOut copy = connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY (" + select + ") TO STDOUT (FORMAT binary)");
            for (byte[] piece = copy.readFromCopy(); piece != null; piece = copy.readFromCopy()) {
                decoder.feed(piece);
                assertThat(decoder.decode(rows)).isFalse();
            }
            assertThat(decoder.finish()).isEqualTo(rows.rows());
        });
        return rows;
    }

    private static Digest digest(RowBatch rows) {
        RowDigester digester = new RowDigester(rows.columns());
        digester.add(rows);
        return digester.digest();
    }

    /** Loads all rows into a staging and makes the table's values of them, each step in a transaction of its own. */
    StagedRows load(Connection connection, ChunkLoader loader, String token) throws SQLException {
        Staging[] staging = new Staging[1];
        Bench.inTransaction(connection, () -> staging[0] = loader.stage(connection, range, columns, token));
        copyInto(connection, staging[0]);
        StagedRows[] settled = new StagedRows[1];
        Bench.inTransaction(connection, () -> settled[0] = loader.settle(connection, staging[0]));
        return settled[0];
    }

    void copyInto(Connection connection, Staging staging) throws SQLException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(staging.copyIn());
        try {
            CopyEncoder encoder = new CopyEncoder(
                    Codecs.of(columns),
                    staging.elementOids().stream().mapToInt(oid -> oid).toArray(),
                    staging.loaded(),
                    copy::writeToCopy);
            encoder.begin();
            encoder.write(rows);
            encoder.end();
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    /** What the staged rows digest to, read as the export would. */
    Digest proof(Connection connection, ChunkLoader loader, StagedRows staged) throws SQLException {
        return digest(read(connection, loader, staged.selectRows(), Codecs.of(columns)));
    }

    /** The whole way back. */
    Chunk restore(Connection connection, ChunkLoader loader, String token, boolean compress) throws SQLException {
        StagedRows staged = load(connection, loader, token);
        assertThat(proof(connection, loader, staged)).isEqualTo(digest);
        return attach(connection, loader, staged, compress);
    }

    static Chunk attach(Connection connection, ChunkLoader loader, StagedRows staged, boolean compress)
            throws SQLException {
        Chunk[] attached = new Chunk[1];
        ReadyChunk[] ready = new ReadyChunk[1];
        Bench.inTransaction(connection, () -> ready[0] = loader.ready(connection, staged, false));
        Bench.inTransaction(
                connection,
                () -> attached[0] = loader.attach(connection, ready[0], compress, Optional.of("as_it_was_called")));
        return attached[0];
    }

    @Override
    public String toString() {
        return "%d rows of %s".formatted(rows.rows(), range);
    }
}
