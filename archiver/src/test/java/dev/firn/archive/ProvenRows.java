package dev.firn.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.copy.Digest;
import dev.firn.copy.RowDigester;
import dev.firn.parquet.ParquetSettings;
import dev.firn.parquet.ParquetTable;
import dev.firn.parquet.TableWriter;
import dev.firn.parquet.WritePlan;
import dev.firn.parquet.WrittenFile;
import dev.firn.store.ObjectStore;
import dev.firn.types.Column;
import dev.firn.types.RowBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/** Rows of a small event table, on their way into real Parquet files. */
final class ProvenRows {

    /** One event; {@code null} is NULL. */
    record Event(long time, long position, String stream, String data) {}

    static final ParquetTable TABLE = table(Samples.TABLE);

    private static final long TO_POSTGRES_EPOCH = 10_957 * Samples.DAY;
    private static final ParquetSettings SETTINGS = new ParquetSettings(1, 1 << 20, 1 << 20, 1 << 12, 100);

    private ProvenRows() {}

    static ParquetTable table(TableName name) {
        return ParquetTable.of(
                name,
                List.of(
                        new Column("time", "time", 1, 1, Samples.TIMESTAMPTZ, true, false),
                        new Column("position", "position", 2, 2, Samples.INT8, true, false),
                        new Column("stream", "stream", 3, 3, Samples.TEXT, false, false),
                        new Column(
                                "data", "data", 4, 4, Samples.builtIn("jsonb", "jsonb", "jsonb_out"), false, false)));
    }

    /** 300 events on each of three days from this time on, some of their fields NULL, some empty. */
    static List<Event> events(long start) {
        return LongStream.range(0, 900)
                .mapToObj(i -> new Event(
                        start + (i / 300) * Samples.DAY + (i % 300) * 1_000_003,
                        i,
                        i % 7 == 0 ? null : i % 11 == 0 ? "" : "account-" + i / 10,
                        i % 5 == 0 ? null : "{\"amount\": %d}".formatted(i)))
                .toList();
    }

    /** The same events, one of them changed. */
    static List<Event> with(List<Event> events, int index, UnaryOperator<Event> change) {
        List<Event> changed = new ArrayList<>(events);
        changed.set(index, change.apply(events.get(index)));
        return changed;
    }

    static WritePlan plan(ParquetTable table) {
        return new WritePlan(table, SETTINGS, "time", TimeKind.TIMESTAMPTZ, true, Set.of("stream"), Map.of());
    }

    /** Writes the events of each day into a file of its own. */
    static List<WrittenFile> write(ObjectStore store, ParquetTable table, Attempt attempt, List<Event> events) {
        try (TableWriter writer =
                TableWriter.open(store, plan(table), (partition, part) -> Samples.LAYOUT.incomingKey(attempt, part))) {
            writer.write(batch(events));
            return writer.commit();
        }
    }

    static Digest digest(List<Event> events) {
        RowDigester digester = new RowDigester(4);
        digester.add(batch(events));
        return digester.digest();
    }

    private static RowBatch batch(List<Event> events) {
        RowBatch batch = new RowBatch(4, Math.max(1, events.size()), 1 << 20);
        for (Event event : events) {
            boolean infinite = event.time() == Long.MAX_VALUE || event.time() == Long.MIN_VALUE;
            number(batch, infinite ? event.time() : event.time() - TO_POSTGRES_EPOCH);
            number(batch, event.position());
            text(batch, event.stream(), false);
            text(batch, event.data(), true);
            batch.endRow();
        }
        return batch;
    }

    private static void number(RowBatch batch, long value) {
        batch.beginField();
        batch.appendLong(value);
        batch.endField();
    }

    private static void text(RowBatch batch, String text, boolean jsonb) {
        if (text == null) {
            batch.nullField();
            return;
        }
        batch.beginField();
        if (jsonb) {
            batch.appendByte(1);
        }
        byte[] bytes = text.getBytes(UTF_8);
        batch.append(bytes, 0, bytes.length);
        batch.endField();
    }
}
