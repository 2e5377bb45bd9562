package dev.firn.parquet;

import static dev.firn.parquet.Rows.EVENTS;
import static dev.firn.parquet.Rows.MICROS_PER_DAY;
import static dev.firn.parquet.Rows.SMALL;
import static dev.firn.parquet.Rows.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.firn.FirnException;
import dev.firn.types.RowBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartitionByDayTest {

    private final MemoryStore store = new MemoryStore();
    private final Random random = new Random(3);

    @Test
    void sendsEachRowToTheFilesOfItsDay() {
        RowBatch[] batches = new RowBatch[20];
        for (int i = 0; i < batches.length; i++) {
            batches[i] = days(500, 7);
        }

        List<WrittenFile> files = Rows.write(store, Rows.byDay(EVENTS, SMALL), batches);

        assertThat(files)
                .extracting(WrittenFile::partition)
                .containsOnly(
                        "2024-12-05",
                        "2024-12-06",
                        "2024-12-07",
                        "2024-12-08",
                        "2024-12-09",
                        "2024-12-10",
                        "2024-12-11");
        assertThat(files).allSatisfy(file -> {
            long day = Math.floorDiv(file.minTime(), MICROS_PER_DAY);
            assertThat(Days.name(day)).isEqualTo(file.partition());
            assertThat(Math.floorDiv(file.maxTime(), MICROS_PER_DAY)).isEqualTo(day);
            assertThat(file.key()).startsWith("dt=" + file.partition() + "/");
        });
        assertThat(sorted(Rows.read(store, files, EVENTS))).isEqualTo(sorted(Rows.show(batches)));
    }

    @Test
    void putsTheLastMicrosecondOfADayIntoIt() {
        RowBatch batch = new RowBatch(5, 2, 1 << 10);
        Rows.event(batch, START - 1, 1, "a", null, 1);
        Rows.event(batch, START, 2, "a", null, 2);

        List<WrittenFile> files = Rows.write(store, Rows.byDay(EVENTS, SMALL), batch);

        assertThat(files).extracting(WrittenFile::partition).containsExactly("2024-12-04", "2024-12-05");
    }

    @Test
    void putsRowsOfNoNameableDayIntoThePartitionThatEnginesReadAsNull() {
        RowBatch batch = new RowBatch(5, 5, 1 << 10);
        Rows.event(batch, Long.MIN_VALUE, 1, "a", null, 1);
        Rows.event(batch, START, 2, "a", null, 2);
        Rows.event(batch, Long.MAX_VALUE, 3, "a", null, 3);
        Rows.event(batch, 8_000L * 366 * MICROS_PER_DAY, 4, "a", null, 4);
        Rows.event(batch, -2_001L * 366 * MICROS_PER_DAY, 5, "a", null, 5);

        List<WrittenFile> files = Rows.write(store, Rows.byDay(EVENTS, SMALL), batch);

        assertThat(files)
                .extracting(WrittenFile::partition, WrittenFile::rows)
                .containsExactlyInAnyOrder(tuple("2024-12-05", 1L), tuple("__HIVE_DEFAULT_PARTITION__", 4L));
        assertThat(Rows.read(store, files, EVENTS)).containsExactlyInAnyOrderElementsOf(Rows.show(batch));
    }

    @Test
    void sharesTheMemoryOfOneRowGroupAndFewUploadsAmongManyDays() {
        List<RowBatch> batches = new ArrayList<>();
        long mostMemory = 0;
        List<WrittenFile> files;
        try (TableWriter writer = TableWriter.open(store, Rows.byDay(EVENTS, SMALL), Rows::name)) {
            for (int i = 0; i < 200; i++) {
                RowBatch batch = days(500, 60);
                batches.add(batch);
                writer.write(batch);
                mostMemory = Math.max(mostMemory, writer.memoryBytes());
            }
            files = writer.commit();
        }

        assertThat(mostMemory).isLessThan(2 << 20);
        assertThat(store.mostOpenUploads).isLessThanOrEqualTo(Partitions.MOST_OPEN_FILES);
        assertThat(files).extracting(WrittenFile::key).doesNotHaveDuplicates();
        assertThat(sorted(Rows.read(store, files, EVENTS)))
                .isEqualTo(sorted(Rows.show(batches.toArray(RowBatch[]::new))));
    }

    @Test
    void refusesAChunkOfMoreDaysThanAnybodyWantsToQuery() {
        try (TableWriter writer = TableWriter.open(store, Rows.byDay(EVENTS, SMALL), Rows::name)) {
            assertThatThrownBy(() -> writer.write(days(5000, 1000)))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("the chunk holds rows of more than 128 days")
                    .hasMessageContaining("HINT: set partition-by = chunk");
        }
        assertThat(store.objects).isEmpty();
    }

    private static List<String> sorted(List<String> rows) {
        return rows.stream().sorted().toList();
    }

    private RowBatch days(int rows, int days) {
        RowBatch batch = new RowBatch(5, rows, 1 << 20);
        for (int row = 0; row < rows; row++) {
            long time = START + random.nextLong(days * MICROS_PER_DAY);
            Rows.event(batch, time, row, "stream-" + row / 50, "{\"x\": %d}".formatted(time), random.nextLong());
        }
        return batch;
    }
}
