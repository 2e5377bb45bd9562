package dev.firn.lifecycle;

import dev.firn.archive.Manifest;
import dev.firn.parquet.ParquetSettings;
import dev.firn.parquet.ParquetTable;
import dev.firn.parquet.TableReader;
import dev.firn.parquet.TableWriter;
import dev.firn.parquet.WritePlan;
import dev.firn.store.DirectorySettings;
import dev.firn.store.ObjectStore;
import dev.firn.store.Stores;
import dev.firn.types.Column;
import dev.firn.types.RowBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What somebody may do to a stored file: the first three leave a Parquet file that any reader takes for good. */
public enum Tampering {
    ONE_ROW_LESS {
        @Override
        public void apply(Target target) throws IOException {
            target.rewrite(rows -> rows.remove(rows.size() / 2));
        }
    },
    NULL_BECOMES_EMPTY_TEXT {
        @Override
        public void apply(Target target) throws IOException {
            // The table's texts are NOT NULL: the nearest thing is JSON's empty text. In COPY jsonb starts with its
            // version.
            int column = target.column("data");
            target.rewrite(rows ->
                    rows.stream().filter(row -> row[column] == null).findFirst().orElseThrow()[column] =
                            new byte[] {1, '"', '"'});
        }
    },
    TWO_VALUES_SWAPPED {
        @Override
        public void apply(Target target) throws IOException {
            int column = target.column("type");
            target.rewrite(rows -> {
                byte[][] one = rows.get(0);
                byte[][] other = rows.stream()
                        .filter(row -> !Arrays.equals(row[column], one[column]))
                        .findFirst()
                        .orElseThrow();
                byte[] kept = one[column];
                one[column] = other[column];
                other[column] = kept;
            });
        }
    },
    TRUNCATED {
        @Override
        public void apply(Target target) throws IOException {
            byte[] whole = target.bytes();
            target.put(Arrays.copyOf(whole, whole.length / 2));
        }
    },
    ANOTHER_CHUNKS_FILE {
        @Override
        public void apply(Target target) throws IOException {
            target.put(Files.readAllBytes(
                    target.archive().resolve(target.other().files().get(0).key())));
        }
    },
    ONE_BIT_FLIPPED {
        @Override
        public void apply(Target target) throws IOException {
            byte[] whole = target.bytes();
            whole[whole.length / 2] ^= 1;
            target.put(whole);
        }
    },
    DELETED {
        @Override
        public void apply(Target target) throws IOException {
            Files.delete(target.path());
        }
    };

    public abstract void apply(Target target) throws IOException;

    /** A change to rows, each of which is one field of COPY for each column, null for NULL. */
    interface Change {
        void to(List<byte[][]> rows);
    }

    /**
     * A file of an archive in a directory.
     *
     * @param other manifest of another chunk of the same table
     */
    public record Target(Path archive, String key, Manifest other) {

        Path path() {
            return archive.resolve(key);
        }

        byte[] bytes() throws IOException {
            return Files.readAllBytes(path());
        }

        /** In place of the file, as a new one: the old one may be open, or have a second name. */
        void put(byte[] content) throws IOException {
            Files.delete(path());
            Files.write(path(), content);
        }

        int column(String name) {
            return columns().stream().map(Column::name).toList().indexOf(name);
        }

        private List<Column> columns() {
            return other.description().columns();
        }

        /** Puts a whole and valid file there that the program itself wrote, of rows that were changed. */
        void rewrite(Change change) throws IOException {
            ParquetTable table = ParquetTable.of(other.table(), columns());
            List<byte[][]> rows;
            Path elsewhere = Files.createTempDirectory(archive.getParent(), "tampered");
            try (ObjectStore from = Stores.open(new DirectorySettings(archive));
                    ObjectStore to = Stores.open(new DirectorySettings(elsewhere));
                    TableWriter writer = TableWriter.open(to, plan(table), (partition, part) -> "file")) {
                rows = read(from, table);
                change.to(rows);
                writer.write(batch(rows));
                writer.commit();
            }
            put(Files.readAllBytes(elsewhere.resolve("file")));
        }

        private WritePlan plan(ParquetTable table) {
            return new WritePlan(
                    table,
                    ParquetSettings.DEFAULT,
                    other.description().timeColumn(),
                    other.range().kind(),
                    false,
                    Set.of(),
                    Map.of());
        }

        private List<byte[][]> read(ObjectStore store, ParquetTable table) throws IOException {
            List<byte[][]> rows = new ArrayList<>();
            RowBatch batch = new RowBatch(columns().size(), 100, 1 << 20);
            try (TableReader reader = TableReader.open(store, key, Files.size(path()), table)) {
                while (reader.next(batch)) {
                    for (int row = 0; row < batch.rows(); row++) {
                        rows.add(fields(batch, row));
                    }
                }
            }
            return rows;
        }

        private static byte[][] fields(RowBatch batch, int row) {
            byte[][] fields = new byte[batch.columns()][];
            for (int column = 0; column < fields.length; column++) {
                if (!batch.isNull(row, column)) {
                    int start = batch.start(row, column);
                    fields[column] = Arrays.copyOfRange(batch.bytes(), start, start + batch.length(row, column));
                }
            }
            return fields;
        }

        private static RowBatch batch(List<byte[][]> rows) {
            RowBatch batch = new RowBatch(rows.get(0).length, rows.size(), 1 << 20);
            for (byte[][] row : rows) {
                for (byte[] field : row) {
                    Optional.ofNullable(field).ifPresentOrElse(value -> append(batch, value), batch::nullField);
                }
                batch.endRow();
            }
            return batch;
        }

        private static void append(RowBatch batch, byte[] value) {
            batch.beginField();
            batch.append(value, 0, value.length);
            batch.endField();
        }
    }
}
