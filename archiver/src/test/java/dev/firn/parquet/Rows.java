package dev.firn.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.types.Column;
import dev.firn.types.PgType;
import dev.firn.types.RowBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Tables, rows of events, and the ways through a writer and a reader that the tests of this package share. */
final class Rows {

    static final long MICROS_PER_DAY = 86_400_000_000L;

    /** 2024-12-05 since PostgreSQL's epoch. */
    static final long START = 9105 * MICROS_PER_DAY;

    static final long TO_UNIX = 10_957 * MICROS_PER_DAY;

    static final ParquetTable EVENTS = table(
            "messages",
            column("time", 1, "timestamptz"),
            column("position", 2, "int8"),
            column("stream_name", 3, "text"),
            column("data", 4, "jsonb"),
            column("id", 5, "uuid"));

    /** The smallest row groups and files that settings allow. */
    static final ParquetSettings SMALL = new ParquetSettings(1, 1 << 20, 1 << 20, 1 << 14, 1000);

    private Rows() {}

    static ParquetTable table(String name, Column... columns) {
        return ParquetTable.of(new TableName("public", name), List.of(columns));
    }

    static Column column(String name, int fieldId, String type) {
        return column(name, fieldId, type(type));
    }

    static Column column(String name, int fieldId, PgType type) {
        return new Column(name, name, fieldId, fieldId, type, false, false);
    }

    static PgType type(String name) {
        return new PgType(
                "pg_catalog", name, -1, PgType.Kind.BASE, name, null, List.of(), "pg_catalog.%sout".formatted(name));
    }

    static WritePlan plan(ParquetTable table, ParquetSettings settings, String... bloomColumns) {
        return new WritePlan(
                table, settings, "time", TimeKind.TIMESTAMPTZ, false, Set.of(bloomColumns), Map.of("who", "a test"));
    }

    static WritePlan byDay(ParquetTable table, ParquetSettings settings) {
        return new WritePlan(table, settings, "time", TimeKind.TIMESTAMPTZ, true, Set.of("stream_name"), Map.of());
    }

    static RowBatch newBatch(ParquetTable table) {
        return new RowBatch(table.columns().size(), 500, 1 << 20);
    }

    /** Events of a few streams, one stream after the other, some of their fields NULL or empty. */
    static RowBatch events(int firstRow, int rows, Random random) {
        RowBatch batch = new RowBatch(5, Math.max(rows, 1), 1 << 20);
        for (int row = firstRow; row < firstRow + rows; row++) {
            event(
                    batch,
                    START + row * 1_000_000L + random.nextInt(1_000_000),
                    row,
                    "account-" + row / 100,
                    random.nextInt(10) == 0 ? null : "{\"amount\": %d}".formatted(random.nextInt()),
                    random.nextLong());
        }
        return batch;
    }

    static void event(RowBatch batch, long time, long position, String stream, String data, long id) {
        field(batch, () -> batch.appendLong(time));
        field(batch, () -> batch.appendLong(position));
        text(batch, stream, bytes -> {});
        text(batch, data, bytes -> batch.appendByte(1));
        field(batch, () -> {
            batch.appendLong(id);
            batch.appendLong(~id);
        });
        batch.endRow();
    }

    static void field(RowBatch batch, Runnable append) {
        batch.beginField();
        append.run();
        batch.endField();
    }

    static void text(RowBatch batch, String text, Consumer<byte[]> before) {
        if (text == null) {
            batch.nullField();
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        field(batch, () -> {
            before.accept(bytes);
            batch.append(bytes, 0, bytes.length);
        });
    }

    static List<WrittenFile> write(MemoryStore store, WritePlan plan, RowBatch... batches) {
        try (TableWriter writer = TableWriter.open(store, plan, Rows::name)) {
            for (RowBatch batch : batches) {
                writer.write(batch);
            }
            return writer.commit();
        }
    }

    static String name(String partition, int part) {
        return (partition.isEmpty() ? "" : "dt=" + partition + "/") + part + ".parquet";
    }

    static TableReader open(MemoryStore store, WrittenFile file, ParquetTable table) {
        return TableReader.open(store, file.key(), file.content().size(), table);
    }

    /** Each row of the files, one after the other, as text that tells all its bytes. */
    static List<String> read(MemoryStore store, List<WrittenFile> files, ParquetTable table) {
        List<String> rows = new ArrayList<>();
        RowBatch batch = newBatch(table);
        for (WrittenFile file : files) {
            try (TableReader reader = open(store, file, table)) {
                while (reader.next(batch)) {
                    rows.addAll(show(batch));
                }
                assertThat(reader.rows()).isEqualTo(file.rows());
                assertThat(reader.content()).isEqualTo(file.content());
            }
        }
        return rows;
    }

    static List<String> show(RowBatch... batches) {
        List<String> rows = new ArrayList<>();
        for (RowBatch batch : batches) {
            for (int row = 0; row < batch.rows(); row++) {
                rows.add(show(batch, row));
            }
        }
        return rows;
    }

    private static String show(RowBatch batch, int row) {
        StringBuilder text = new StringBuilder();
        for (int column = 0; column < batch.columns(); column++) {
            int length = batch.length(row, column);
            int start = batch.start(row, column);
            text.append('|').append(length).append(':');
            if (length > 0) {
                text.append(new String(batch.bytes(), start, length, StandardCharsets.ISO_8859_1));
            }
        }
        return text.toString();
    }

    /** The file, changed. */
    static void tamper(MemoryStore store, WrittenFile file, UnaryOperator<byte[]> change) {
        byte[] bytes = store.objects.get(file.key());
        store.objects.put(file.key(), change.apply(Arrays.copyOf(bytes, bytes.length)));
    }
}
