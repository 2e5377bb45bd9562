package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.StreamHead;
import dev.firn.archive.Manifest;
import dev.firn.catalog.HeadWriter;
import dev.firn.config.WritePathConfig;
import dev.firn.parquet.ParquetTable;
import dev.firn.parquet.TableReader;
import dev.firn.store.ObjectStore;
import dev.firn.types.RowBatch;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Where the streams of an archived copy end, read from its files; memory is bounded, whatever the number of streams. */
final class ArchivedHeads {

    private static final int BATCH_ROWS = 1_000;
    private static final int BATCH_BYTES = 1 << 20;
    private static final int MOST_STREAMS = 2_000;
    private static final int ABSENT = -1;

    private final ObjectStore store;
    private final Manifest manifest;
    private final ParquetTable table;
    private final int stream;
    private final int position;
    private final int global;
    private final Map<String, StreamHead> heads = new HashMap<>();

    ArchivedHeads(ObjectStore store, Manifest manifest, WritePathConfig config) {
        this.store = store;
        this.manifest = manifest;
        this.table = ParquetTable.of(manifest.table(), manifest.description().columns());
        this.stream = index(config.stream());
        this.position = index(config.position());
        this.global = config.globalPosition().map(this::index).orElse(ABSENT);
    }

    private int index(String name) {
        return IntStream.range(0, table.columns().size())
                .filter(i -> table.columns().get(i).name().equals(name))
                .findFirst()
                .orElseThrow(() -> new FirnException(
                        Category.REFUSED,
                        manifest.toString(),
                        "reading where its streams end: it has no column %s, which write-path names; nothing was changed"
                                .formatted(name),
                        "name the columns in write-path as the archived table has them"));
    }

    void writeTo(HeadWriter writer) throws SQLException {
        visit(some -> {
            for (StreamHead head : some) {
                writer.add(head);
            }
            writer.flush();
        });
    }

    void visit(HeadVisitor visitor) throws SQLException {
        RowBatch batch = new RowBatch(table.columns().size(), BATCH_ROWS, BATCH_BYTES);
        for (Manifest.DataFile file : manifest.files()) {
            try (TableReader reader =
                    TableReader.open(store, file.key(), file.content().size(), table)) {
                while (reader.next(batch)) {
                    take(batch, visitor);
                }
            }
        }
        give(visitor);
    }

    private void take(RowBatch batch, HeadVisitor visitor) throws SQLException {
        for (int row = 0; row < batch.rows(); row++) {
            if (batch.isNull(row, stream) || batch.isNull(row, position)) {
                continue;
            }
            OptionalLong ofAll = global == ABSENT || batch.isNull(row, global)
                    ? OptionalLong.empty()
                    : OptionalLong.of(number(batch, row, global));
            StreamHead head = new StreamHead(text(batch, row), number(batch, row, position), ofAll, ofAll);
            heads.merge(head.stream(), head, StreamHead::with);
            if (heads.size() == MOST_STREAMS) {
                give(visitor);
            }
        }
    }

    private void give(HeadVisitor visitor) throws SQLException {
        visitor.visit(List.copyOf(heads.values()));
        heads.clear();
    }

    private String text(RowBatch batch, int row) {
        return new String(batch.bytes(), batch.start(row, stream), batch.length(row, stream), StandardCharsets.UTF_8);
    }

    /** Two, four or eight bytes, as COPY BINARY has them. */
    private static long number(RowBatch batch, int row, int column) {
        return new BigInteger(batch.bytes(), batch.start(row, column), batch.length(row, column)).longValueExact();
    }
}
