package dev.firn.parquet;

import dev.firn.store.DirectorySettings;
import dev.firn.store.ObjectStore;
import dev.firn.store.Stores;
import dev.firn.types.RowBatch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Writes and reads back rows of large values that do not compress; a program of its own, for a heap of its own. */
final class WideRows {

    private WideRows() {}

    /** Folder, rows, and megabytes of each. */
    public static void main(String[] arguments) {
        int rows = Integer.parseInt(arguments[1]);
        byte[] noise = noise((Integer.parseInt(arguments[2]) << 20) - 100);
        ObjectStore store = Stores.open(new DirectorySettings(Path.of(arguments[0])));
        List<WrittenFile> files;
        RowBatch batch = new RowBatch(5, 1000, 1 << 20);
        try (TableWriter writer =
                TableWriter.open(store, Rows.plan(Rows.EVENTS, ParquetSettings.DEFAULT, "stream_name"), Rows::name)) {
            for (int row = 0; row < rows; row++) {
                fill(batch, row, noise);
                writer.write(batch);
            }
            files = writer.commit();
        }
        int read = 0;
        RowBatch expected = new RowBatch(5, 1000, 1 << 20);
        for (WrittenFile file : files) {
            try (TableReader reader =
                    TableReader.open(store, file.key(), file.content().size(), Rows.EVENTS)) {
                while (reader.next(batch)) {
                    for (int row = 0; row < batch.rows(); row++) {
                        fill(expected, read++, noise);
                        requireSame(expected, batch, row);
                    }
                }
                if (!reader.content().equals(file.content())) {
                    throw new IllegalStateException(file.key() + " has other bytes");
                }
            }
        }
        if (read != rows) {
            throw new IllegalStateException("%d of %d rows came back".formatted(read, rows));
        }
        System.out.println("all came back");
    }

    /** Text that does not compress. */
    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        Random random = new Random(1);
        for (int i = 0; i < length; i += 10) {
            long bits = random.nextLong();
            for (int k = i; k < Math.min(i + 10, length); k++) {
                noise[k] = (byte) (' ' + (bits & 0x3f));
                bits >>>= 6;
            }
        }
        return noise;
    }

    private static void fill(RowBatch batch, int row, byte[] noise) {
        batch.clear();
        Rows.field(batch, () -> batch.appendLong(Rows.START + row));
        Rows.field(batch, () -> batch.appendLong(row));
        Rows.text(batch, "stream", ignored -> {});
        batch.beginField();
        batch.appendByte(1);
        batch.append(noise, row, noise.length - row);
        batch.endField();
        batch.nullField();
        batch.endRow();
    }

    private static void requireSame(RowBatch expected, RowBatch found, int row) {
        for (int column = 0; column < 5; column++) {
            int length = found.length(row, column);
            int start = found.start(row, column);
            int expectedStart = expected.start(0, column);
            boolean same = length == expected.length(0, column)
                    && (length < 0
                            || Arrays.equals(
                                    found.bytes(),
                                    start,
                                    start + length,
                                    expected.bytes(),
                                    expectedStart,
                                    expectedStart + length));
            if (!same) {
                throw new IllegalStateException("column %d of row %d is another".formatted(column, row));
            }
        }
    }
}
