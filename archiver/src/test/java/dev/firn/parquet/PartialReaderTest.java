package dev.firn.parquet;

import static dev.firn.parquet.Rows.column;
import static dev.firn.parquet.Rows.field;
import static dev.firn.parquet.Rows.plan;
import static dev.firn.parquet.Rows.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.types.Condition;
import dev.firn.types.Operator;
import dev.firn.types.RowBatch;
import dev.firn.types.ValueOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Reading only the pages that may hold the rows asked for, and all of those. */
class PartialReaderTest {

    private static final String LONG = "x".repeat(70);

    /** What pages tell of: numbers, texts of one long beginning, times of which some are infinite and so misfits. */
    private static final ParquetTable THINGS = Rows.table(
            "things",
            column("time", 1, "timestamptz"),
            column("stream_name", 2, "text"),
            column("n", 3, "int4"),
            column("until", 4, "timestamptz"),
            column("id", 5, "uuid"),
            column("ratio", 6, "float8"));

    private static final ParquetSettings PAGES = new ParquetSettings(1, 64 << 20, 1 << 20, 1 << 12, 50);

    private final MemoryStore store = new MemoryStore();
    private final Random random = new Random(17);

    @Test
    void noRowIsLostWhateverIsAskedFor() {
        RowBatch things = things(3_000);
        WrittenFile file =
                Rows.write(store, plan(THINGS, PAGES, "stream_name"), things).get(0);
        int someFound = 0;
        for (int i = 0; i < 400; i++) {
            List<Condition> conditions = new ArrayList<>(List.of(randomCondition()));
            if (i % 3 == 0) {
                conditions.add(randomCondition());
            }

            List<String> found = partial(file, conditions);

            assertThat(found).as(conditions.toString()).isEqualTo(meeting(things, THINGS, conditions));
            someFound += found.isEmpty() ? 0 : 1;
        }
        assertThat(someFound).isBetween(60, 395);
    }

    @Test
    void aStreamIsAFewPages() {
        ParquetTable events = Rows.EVENTS;
        ParquetSettings settings = new ParquetSettings(1, 64 << 20, 16 << 20, 1 << 16, 1000);
        RowBatch[] batches = new RowBatch[60];
        for (int i = 0; i < batches.length; i++) {
            batches[i] = Rows.events(i * 2000, 2000, random);
        }
        WrittenFile file = Rows.write(store, plan(events, settings, "stream_name"), batches)
                .get(0);
        store.bytesRead = 0;

        try (PartialReader reader = open(file, events, List.of(condition(events, 2, Operator.EQUAL, "account-0")))) {
            long chosen = reader.bytesChosen();
            RowBatch batch = Rows.newBatch(events);
            assertThat(reader.next(batch)).isTrue();
            assertThat(batch.rows()).isEqualTo(100);
            assertThat(reader.next(batch)).isFalse();
            assertThat(reader.rowsRead()).isEqualTo(reader.rowsChosen()).isBetween(100L, 2_000L);
            assertThat(reader.bytesRead()).isEqualTo(store.bytesRead);
            assertThat(chosen).isBetween(store.bytesRead, store.bytesRead * 11 / 10);
        }
        assertThat(store.bytesRead).isLessThan(file.content().size() / 20);
    }

    @Test
    void ofAStreamThatIsNotThereNoPageIsRead() {
        RowBatch rows = Rows.events(0, 1_000, random);
        WrittenFile file =
                Rows.write(store, plan(Rows.EVENTS, PAGES, "stream_name"), rows).get(0);

        try (PartialReader reader =
                open(file, Rows.EVENTS, List.of(condition(Rows.EVENTS, 2, Operator.EQUAL, "account-2b")))) {
            assertThat(reader.rowsChosen()).isZero();
            assertThat(reader.next(Rows.newBatch(Rows.EVENTS))).isFalse();
        }
    }

    @Test
    void aFileOfAnotherSizeOrWithAnotherNumberOfRowsIsNamed() {
        RowBatch rows = Rows.events(0, 100, random);
        WrittenFile file = Rows.write(store, plan(Rows.EVENTS, PAGES), rows).get(0);

        assertThatThrownBy(() -> PartialReader.open(
                        store, file.key(), file.content().size() + 1, file.rows(), Rows.EVENTS, List.of()))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining(file.key())
                .hasMessageContaining("not %d".formatted(file.content().size() + 1));
        assertThatThrownBy(() -> PartialReader.open(
                        store, file.key(), file.content().size(), file.rows() + 1, Rows.EVENTS, List.of()))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("its footer says 100 rows, not 101");
        assertThatThrownBy(() -> PartialReader.open(store, "none", 1_000, 1, Rows.EVENTS, List.of()))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("it is not there");
    }

    @Test
    void aChangedPageIsFound() {
        RowBatch rows = Rows.events(0, 1_000, random);
        WrittenFile file = Rows.write(store, plan(Rows.EVENTS, PAGES), rows).get(0);
        List<Condition> conditions = List.of(condition(Rows.EVENTS, 2, Operator.EQUAL, "account-5"));
        List<String> expected = meeting(rows, Rows.EVENTS, conditions);
        byte[] whole = store.objects.get(file.key());
        int found = 0;
        for (int at = 4; at < whole.length * 3 / 4; at += 7) {
            byte[] changed = Arrays.copyOf(whole, whole.length);
            changed[at] ^= 0x10;
            store.objects.put(file.key(), changed);
            try {
                assertThat(partial(file, Rows.EVENTS, conditions)).isEqualTo(expected);
            } catch (FirnException e) {
                assertThat(e).hasMessageContaining(file.key());
                found++;
            }
        }
        assertThat(found).as("changes within the pages read").isPositive();
    }

    private RowBatch things(int rows) {
        RowBatch batch = new RowBatch(6, rows, 1 << 20);
        for (int row = 0; row < rows; row++) {
            long time = Rows.START + random.nextInt(1_000_000);
            field(batch, () -> batch.appendLong(time));
            text(batch, stream(row / 100), bytes -> {});
            number(batch);
            until(batch);
            field(batch, () -> {
                batch.appendLong(random.nextLong());
                batch.appendLong(random.nextLong());
            });
            field(batch, () -> batch.appendLong(Double.doubleToLongBits(ratio())));
            batch.endRow();
        }
        return batch;
    }

    private String stream(int number) {
        return number % 3 == 0 ? LONG + number / 10 + "é" + number : "s-" + number;
    }

    private void number(RowBatch batch) {
        if (random.nextInt(4) == 0) {
            batch.nullField();
        } else {
            int n = random.nextInt(100) - 50;
            field(batch, () -> batch.appendInt(n));
        }
    }

    private void until(RowBatch batch) {
        int kind = random.nextInt(300);
        long value = kind == 0
                ? Long.MAX_VALUE
                : kind == 1 ? Long.MIN_VALUE : Rows.START + random.nextInt(50) * Rows.MICROS_PER_DAY;
        if (kind == 2) {
            batch.nullField();
        } else {
            field(batch, () -> batch.appendLong(value));
        }
    }

    private double ratio() {
        return switch (random.nextInt(20)) {
            case 0 -> Double.NaN;
            case 1 -> -0.0;
            case 2 -> 0.0;
            case 3 -> Double.NEGATIVE_INFINITY;
            default -> random.nextInt(10) / 4.0;
        };
    }

    private Condition randomCondition() {
        Operator any = Operator.longestFirst().get(random.nextInt(5));
        return switch (random.nextInt(6)) {
            case 0 -> condition(THINGS, 0, any, "2024-12-05T00:00:00." + (100_000 + random.nextInt(900_000)));
            case 1 -> condition(THINGS, 1, Operator.EQUAL, stream(random.nextInt(45)));
            case 2 -> condition(THINGS, 2, any, Integer.toString(random.nextInt(110) - 55));
            case 3 -> condition(THINGS, 3, any, untilText());
            case 4 -> condition(THINGS, 4, any, new java.util.UUID(random.nextLong(), 5).toString());
            default ->
                condition(
                        THINGS,
                        5,
                        any,
                        List.of("NaN", "0", "-0.0", "1.25", "-Infinity").get(random.nextInt(5)));
        };
    }

    private String untilText() {
        return switch (random.nextInt(4)) {
            case 0 -> "infinity";
            case 1 -> "-infinity";
            default -> "2024-12-%02d".formatted(5 + random.nextInt(20));
        };
    }

    private static Condition condition(ParquetTable table, int column, Operator operator, String value) {
        var of = table.columns().get(column);
        ValueOrder order = ValueOrder.of(of.type()).orElseThrow();
        return new Condition(of, operator, order.read(value), order);
    }

    private PartialReader open(WrittenFile file, ParquetTable table, List<Condition> conditions) {
        return PartialReader.open(store, file.key(), file.content().size(), file.rows(), table, conditions);
    }

    private List<String> partial(WrittenFile file, List<Condition> conditions) {
        return partial(file, THINGS, conditions);
    }

    private List<String> partial(WrittenFile file, ParquetTable table, List<Condition> conditions) {
        List<String> rows = new ArrayList<>();
        RowBatch batch = Rows.newBatch(table);
        try (PartialReader reader = open(file, table, conditions)) {
            while (reader.next(batch)) {
                rows.addAll(Rows.show(batch));
            }
        }
        return rows;
    }

    private static List<String> meeting(RowBatch batch, ParquetTable table, List<Condition> conditions) {
        List<String> rows = new ArrayList<>();
        List<String> shown = Rows.show(batch);
        for (int row = 0; row < batch.rows(); row++) {
            int number = row;
            if (conditions.stream()
                    .allMatch(each -> each.holds(batch, number, table.columns().indexOf(each.column())))) {
                rows.add(shown.get(row));
            }
        }
        return rows;
    }
}
