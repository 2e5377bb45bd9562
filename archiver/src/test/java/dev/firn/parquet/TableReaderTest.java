package dev.firn.parquet;

import static dev.firn.parquet.Rows.EVENTS;
import static dev.firn.parquet.Rows.SMALL;
import static dev.firn.parquet.Rows.START;
import static dev.firn.parquet.Rows.TO_UNIX;
import static dev.firn.parquet.Rows.column;
import static dev.firn.parquet.Rows.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.store.StoreException;
import dev.firn.types.Column;
import dev.firn.types.RowBatch;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TableReaderTest {

    private final MemoryStore store = new MemoryStore();
    private final Random random = new Random(11);

    @Test
    void readsEachByteOfTheStoreOnce() {
        RowBatch[] batches = new RowBatch[30];
        for (int i = 0; i < batches.length; i++) {
            batches[i] = Rows.events(i * 2000, 2000, random);
        }
        ParquetSettings settings = new ParquetSettings(1, 64 << 20, 1 << 20, 1 << 14, 1000);
        WrittenFile file = Rows.write(store, plan(EVENTS, settings), batches).get(0);

        Rows.read(store, List.of(file), EVENTS);

        assertThat(file.content().size()).isGreaterThan(1 << 20);
        assertThat(store.bytesRead).isEqualTo(file.content().size());
        assertThat(store.reads).as("one for the tail, one for the rest").isEqualTo(2);
    }

    @Test
    void digestsAFileOfWhichOnlyTheFooterWasRead() {
        WrittenFile file = written();
        try (TableReader reader = Rows.open(store, file, EVENTS)) {
            assertThat(reader.content()).isEqualTo(file.content());
            assertThat(reader.content()).as("asked again").isEqualTo(file.content());
        }
    }

    @Test
    void tellsWhatTheFooterSays() {
        RowBatch batch = new RowBatch(5, 3, 1 << 10);
        Rows.event(batch, START, 5, "a", null, 1);
        Rows.event(batch, START + 9, -5, "b", "{}", 2);
        Rows.event(batch, Long.MAX_VALUE, 0, "c", null, 3);
        WrittenFile file = Rows.write(store, plan(EVENTS, SMALL), batch).get(0);

        try (TableReader reader = Rows.open(store, file, EVENTS)) {
            FileFooter footer = reader.footer();
            assertThat(footer.rows()).isEqualTo(3);
            assertThat(footer.rowGroups()).isEqualTo(1);
            assertThat(footer.metadata()).containsEntry("who", "a test");
            assertThat(footer.schema()).isEqualTo(EVENTS.schema());
            assertThat(footer.columns())
                    .containsExactly(
                            facts("time", 1, START + TO_UNIX, START + TO_UNIX + 9),
                            facts("position", 0, -5, 5),
                            textFacts("stream_name", 0),
                            textFacts("data", 2),
                            textFacts("id", 0));
        }
    }

    @Test
    void findsEveryFlippedBit() {
        RowBatch rows = Rows.events(0, 80, random);
        WrittenFile file =
                Rows.write(store, plan(EVENTS, SMALL, "stream_name"), rows).get(0);
        byte[] whole = store.objects.get(file.key());
        List<String> expected = Rows.show(rows);
        int unseenByDecoding = 0;
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = Arrays.copyOf(whole, whole.length);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            store.objects.put(file.key(), flipped);
            try {
                unseenByDecoding += readsAs(file, expected) ? 1 : 0;
            } catch (FirnException e) {
                assertThat(e.category()).isEqualTo(FirnException.Category.DATA);
                assertThat(e).hasMessageContaining("memory:/0.parquet");
            }
        }
        assertThat(unseenByDecoding).as("of %d", whole.length).isLessThan(whole.length / 2);
    }

    @Test
    void namesAFileWhosePageWasChanged() {
        WrittenFile file = written();
        Rows.tamper(store, file, bytes -> {
            bytes[bytes.length / 3] ^= 4;
            return bytes;
        });

        try (TableReader reader = Rows.open(store, file, EVENTS)) {
            RowBatch batch = Rows.newBatch(EVENTS);
            assertThatThrownBy(() -> {
                        while (reader.next(batch)) {
                            assertThat(batch.rows()).isPositive();
                        }
                    })
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("memory:/0.parquet: reading row")
                    .hasMessageContaining("CRC checksum verification failed");
        }
    }

    @Test
    void namesAFileThatWasCutShort() {
        WrittenFile file = written();
        Rows.tamper(store, file, bytes -> Arrays.copyOf(bytes, bytes.length - 1000));

        assertThatThrownBy(() -> Rows.open(store, file, EVENTS))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("memory:/0.parquet: it has %d bytes, not %d"
                        .formatted(file.content().size() - 1000, file.content().size()));
    }

    @Test
    void namesAFileThatGrew() {
        WrittenFile file = written();
        Rows.tamper(store, file, bytes -> Arrays.copyOf(bytes, bytes.length + 1));

        assertThatThrownBy(() -> Rows.open(store, file, EVENTS)).hasMessageContaining("bytes, not");
    }

    @Test
    void namesAFileThatIsGone() {
        WrittenFile file = written();
        store.objects.clear();

        assertThatThrownBy(() -> Rows.open(store, file, EVENTS))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("memory:/0.parquet: it is not there");
    }

    @Test
    void refusesAFileThatIsNotParquet() {
        WrittenFile file = written();
        Rows.tamper(store, file, bytes -> {
            Arrays.fill(bytes, (byte) 'x');
            return bytes;
        });

        assertThatThrownBy(() -> Rows.open(store, file, EVENTS))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("a footer of");
    }

    @Test
    void refusesAnotherTablesFile() {
        WrittenFile file = written();
        ParquetTable other = Rows.table("commands", EVENTS.columns().toArray(Column[]::new));

        assertThatThrownBy(() -> Rows.open(store, file, other))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("it is a file of public.messages");
    }

    @Test
    void refusesAFileThatLacksAColumn() {
        WrittenFile file = written();

        assertThatThrownBy(() -> Rows.open(store, file, messagesWith(column("extra", 6, "text"))))
                .hasMessageContaining("it has no column 'extra' (field id 6)");
    }

    @Test
    void refusesAFileWithAColumnTooMany() {
        ParquetTable wider = messagesWith(column("extra", 6, "text"));
        RowBatch batch = new RowBatch(6, 1, 100);
        Rows.field(batch, () -> batch.appendLong(START));
        for (int i = 0; i < 5; i++) {
            batch.nullField();
        }
        batch.endRow();
        WrittenFile file = Rows.write(store, plan(wider, SMALL), batch).get(0);

        assertThatThrownBy(() -> Rows.open(store, file, EVENTS))
                .hasMessageContaining("its column 'extra' is none of the table's");
    }

    @Test
    void refusesAFileWhoseColumnHasAnotherNameOrType() {
        WrittenFile file = written();

        assertThatThrownBy(() -> Rows.open(store, file, replacing("position", column("place", 2, "int8"))))
                .hasMessageContaining("its column with field id 2 is called 'position', not 'place'");
        assertThatThrownBy(() -> Rows.open(store, file, replacing("position", column("position", 2, "text"))))
                .hasMessageContaining("its column 'position' is 'optional int64 position = 2'");
    }

    @Test
    void passesOnThatTheStoreFailed() {
        WrittenFile file = written();
        try (TableReader reader = Rows.open(store, file, EVENTS)) {
            store.objects.clear();
            assertThatThrownBy(() -> reader.next(Rows.newBatch(EVENTS))).isInstanceOf(StoreException.class);
        }
    }

    private boolean readsAs(WrittenFile file, List<String> expected) {
        try (TableReader reader = Rows.open(store, file, EVENTS)) {
            RowBatch batch = new RowBatch(5, 1000, 1 << 20);
            boolean same =
                    reader.next(batch) && Rows.show(batch).equals(expected) && !reader.next(Rows.newBatch(EVENTS));
            assertThat(reader.content()).isNotEqualTo(file.content());
            return same;
        }
    }

    /** Larger than the tail that is read at first. */
    private WrittenFile written() {
        RowBatch[] batches = new RowBatch[12];
        for (int i = 0; i < batches.length; i++) {
            batches[i] = Rows.events(i * 2000, 2000, random);
        }
        return Rows.write(store, plan(EVENTS, ParquetSettings.DEFAULT), batches).get(0);
    }

    private static ParquetTable messagesWith(Column extra) {
        Column[] columns = Arrays.copyOf(EVENTS.columns().toArray(Column[]::new), 6);
        columns[5] = extra;
        return Rows.table("messages", columns);
    }

    private static ParquetTable replacing(String name, Column by) {
        return Rows.table(
                "messages",
                EVENTS.columns().stream()
                        .map(column -> column.name().equals(name) ? by : column)
                        .toArray(Column[]::new));
    }

    private static FileFooter.ColumnFacts facts(String name, long nulls, long min, long max) {
        return new FileFooter.ColumnFacts(name, 3, OptionalLong.of(nulls), OptionalLong.of(min), OptionalLong.of(max));
    }

    private static FileFooter.ColumnFacts textFacts(String name, long nulls) {
        return new FileFooter.ColumnFacts(name, 3, OptionalLong.of(nulls), OptionalLong.empty(), OptionalLong.empty());
    }
}
