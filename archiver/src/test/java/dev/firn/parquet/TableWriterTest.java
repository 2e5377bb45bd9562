package dev.firn.parquet;

import static dev.firn.parquet.Rows.EVENTS;
import static dev.firn.parquet.Rows.SMALL;
import static dev.firn.parquet.Rows.START;
import static dev.firn.parquet.Rows.TO_UNIX;
import static dev.firn.parquet.Rows.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.types.Codecs;
import dev.firn.types.ColumnCodec;
import dev.firn.types.RowBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;

class TableWriterTest {

    private final MemoryStore store = new MemoryStore();
    private final Random random = new Random(7);

    @Test
    void bringsEveryByteOfManyBatchesBack() {
        List<RowBatch> batches = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            batches.add(Rows.events(i * 997, random.nextInt(997), random));
        }
        RowBatch[] all = batches.toArray(RowBatch[]::new);

        List<WrittenFile> files = Rows.write(store, plan(EVENTS, ParquetSettings.DEFAULT, "stream_name"), all);

        assertThat(Rows.read(store, files, EVENTS)).isEqualTo(Rows.show(all));
    }

    @Test
    void beginsANewFileOnceOneIsFull() {
        RowBatch[] batches = new RowBatch[90];
        for (int i = 0; i < batches.length; i++) {
            batches[i] = Rows.events(i * 2000, 2000, random);
        }

        List<WrittenFile> files = Rows.write(store, plan(EVENTS, SMALL, "stream_name"), batches);

        assertThat(files).hasSizeGreaterThan(2);
        assertThat(files.stream().mapToLong(WrittenFile::rows).sum()).isEqualTo(180_000);
        assertThat(files).extracting(WrittenFile::key).doesNotHaveDuplicates();
        assertThat(files.subList(0, files.size() - 1))
                .allSatisfy(file -> assertThat(file.content().size()).isBetween(1L << 20, 3L << 20));
        assertThat(Rows.read(store, files, EVENTS)).isEqualTo(Rows.show(batches));
    }

    @Test
    void saysWhichTimesEachFileHolds() {
        RowBatch batch = new RowBatch(5, 10, 1 << 20);
        Rows.event(batch, START + 5, 1, "a", null, 1);
        Rows.event(batch, START - 7, 2, "a", null, 1);
        Rows.event(batch, START + 9, 3, "a", null, 1);

        List<WrittenFile> files = Rows.write(store, plan(EVENTS, SMALL), batch);

        assertThat(files).singleElement().satisfies(file -> {
            assertThat(file.minTime()).isEqualTo(START + TO_UNIX - 7);
            assertThat(file.maxTime()).isEqualTo(START + TO_UNIX + 9);
        });
    }

    @Test
    void carriesTimesAtTheInfinitiesBesideTheirColumn() {
        RowBatch batch = new RowBatch(5, 10, 1 << 20);
        Rows.event(batch, Long.MAX_VALUE, 1, "a", "{}", 1);
        Rows.event(batch, START, 2, "a", "", 2);
        Rows.event(batch, Long.MIN_VALUE, 3, "b", null, 3);

        List<WrittenFile> files = Rows.write(store, plan(EVENTS, SMALL), batch);

        assertThat(files).singleElement().satisfies(file -> {
            assertThat(file.minTime()).isEqualTo(Long.MIN_VALUE);
            assertThat(file.maxTime()).isEqualTo(Long.MAX_VALUE);
        });
        assertThat(Rows.read(store, files, EVENTS)).isEqualTo(Rows.show(batch));
    }

    @Test
    void makesNoFileOfNoRows() {
        List<WrittenFile> files = Rows.write(store, plan(EVENTS, SMALL), new RowBatch(5, 1, 1));

        assertThat(files).isEmpty();
        assertThat(store.objects).isEmpty();
    }

    @Test
    void leavesNothingBehindUnlessCommitted() {
        try (TableWriter writer = TableWriter.open(store, plan(EVENTS, SMALL), Rows::name)) {
            for (int i = 0; i < 40; i++) {
                writer.write(Rows.events(i * 2000, 2000, random));
            }
            assertThat(store.objects).isNotEmpty();
            assertThat(writer.rows()).isEqualTo(80_000);
            assertThat(writer.bytes()).isGreaterThan(1 << 20);
        }

        assertThat(store.objects).isEmpty();
        assertThat(store.openUploads).isZero();
    }

    @Test
    void refusesToCommitAfterAFailure() {
        RowBatch noTime = new RowBatch(5, 1, 1 << 10);
        noTime.nullField();
        Rows.field(noTime, () -> noTime.appendLong(1));
        noTime.nullField();
        noTime.nullField();
        noTime.nullField();
        noTime.endRow();
        try (TableWriter writer = TableWriter.open(store, plan(EVENTS, SMALL), Rows::name)) {
            writer.write(Rows.events(0, 10, random));

            assertThatThrownBy(() -> writer.write(noTime))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("public.messages")
                    .hasMessageContaining("writing row 10 of the copy: its time column time is NULL");
            assertThatThrownBy(writer::commit)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("FAILED");
        }
        assertThat(store.objects).isEmpty();
    }

    @Test
    void leavesNothingBehindWhenTheStoreIsFull() {
        store.fullAtBytes = 1 << 20;
        try (TableWriter writer = TableWriter.open(store, plan(EVENTS, SMALL), Rows::name)) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 40; i++) {
                            writer.write(Rows.events(i * 2000, 2000, random));
                        }
                        writer.commit();
                    })
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("memory: public.messages: writing rows: no space left");
            assertThatThrownBy(writer::commit).isInstanceOf(IllegalStateException.class);
        }
        assertThat(store.objects).isEmpty();
        assertThat(store.openUploads).isZero();
    }

    @Test
    void refusesADateThatMicrosecondsCannotCount() {
        ParquetTable table = Rows.table("ages", Rows.column("day", 1, "date"));
        WritePlan plan = new WritePlan(table, SMALL, "day", TimeKind.DATE, false, Set.of(), Map.of());
        RowBatch batch = new RowBatch(1, 1, 10);
        Rows.field(batch, () -> batch.appendInt(2_145_031_948));
        batch.endRow();

        assertThatThrownBy(() -> Rows.write(store, plan, batch))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("its time column day is no time that microseconds can count");
    }

    @Test
    void namesColumnAndRowOfAValueThatItCannotWrite() {
        ParquetTable table = ParquetTable.of(
                new TableName("public", "broken"),
                List.of(Rows.column("time", 1, "timestamptz"), Rows.column("odd", 2, "text")),
                columns -> List.of(Codecs.of(columns.get(0).type()), new RefusingCodec()));
        RowBatch batch = new RowBatch(2, 2, 1 << 10);
        for (int row = 0; row < 2; row++) {
            Rows.field(batch, () -> batch.appendLong(START));
            Rows.text(batch, row == 0 ? null : "x", bytes -> {});
            batch.endRow();
        }
        try (TableWriter writer = TableWriter.open(store, plan(table, SMALL), Rows::name)) {
            assertThatThrownBy(() -> writer.write(batch))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("public.broken: writing column odd of type text, row 1 of the row group")
                    .hasMessageContaining("cannot hold it");
        }
    }

    @Test
    void writesBloomFiltersOfTheSizeThatTheirColumnNeeds() throws IOException {
        List<WrittenFile> files =
                Rows.write(store, plan(EVENTS, SMALL, "stream_name", "position"), Rows.events(0, 5000, random));

        try (ParquetFileReader reader = parquetReader(files.get(0))) {
            BlockMetaData group = reader.getRowGroups().get(0);
            BloomFilter streams = reader.readBloomFilter(column(group, "stream_name"));
            BloomFilter positions = reader.readBloomFilter(column(group, "position"));
            assertThat(reader.readBloomFilter(column(group, "data"))).isNull();
            assertThat(streams.getBitsetSize()).isLessThan(256);
            assertThat(positions.getBitsetSize()).isBetween(4096, 16384);
            for (int i = 0; i < 50; i++) {
                assertThat(streams.findHash(streams.hash(Binary.fromString("account-" + i))))
                        .isTrue();
            }
            int wrong = 0;
            for (long i = 0; i < 5000; i++) {
                assertThat(positions.findHash(positions.hash(i))).isTrue();
                wrong += positions.findHash(positions.hash(i + 1_000_000)) ? 1 : 0;
            }
            assertThat(wrong).isLessThan(200);
        }
    }

    @Test
    void writesPageIndexesStatisticsAndTheAvroSchema() throws IOException {
        List<WrittenFile> files = Rows.write(store, plan(EVENTS, SMALL, "stream_name"), Rows.events(0, 5000, random));

        try (ParquetFileReader reader = parquetReader(files.get(0))) {
            assertThat(reader.getFileMetaData().getKeyValueMetaData())
                    .containsEntry("who", "a test")
                    .containsEntry("firn.table", "public.messages")
                    .containsEntry("parquet.avro.schema", EVENTS.avroSchema());
            for (BlockMetaData group : reader.getRowGroups()) {
                for (String name : List.of("time", "position", "stream_name", "data", "id")) {
                    ColumnChunkMetaData column = column(group, name);
                    assertThat(column.getCodec()).isEqualTo(CompressionCodecName.ZSTD);
                    assertThat(column.getStatistics().hasNonNullValue()).isTrue();
                    assertThat(reader.readOffsetIndex(column).getPageCount()).isGreaterThan(1);
                }
                ColumnIndex streams = reader.readColumnIndex(column(group, "stream_name"));
                assertThat(streams.getMinValues()).hasSizeGreaterThan(4);
            }
        }
    }

    @Test
    void keepsLargeValuesOutOfTheFooter() throws IOException {
        RowBatch[] batches = new RowBatch[6];
        for (int i = 0; i < batches.length; i++) {
            batches[i] = new RowBatch(5, 10, 1 << 20);
            Rows.event(batches[i], START, i, "small", "{}", i);
            Rows.event(batches[i], START, i, "x".repeat(300_000 + i), "y".repeat(700_000), i);
        }

        List<WrittenFile> files = Rows.write(store, plan(EVENTS, ParquetSettings.DEFAULT, "stream_name"), batches);

        assertThat(files.get(0).content().size()).isLessThan(100_000);
        assertThat(Rows.read(store, files, EVENTS)).isEqualTo(Rows.show(batches));
    }

    @Test
    void endsPagesOfLargeValuesWithoutWaitingForMoreRows() throws IOException {
        List<RowBatch> batches = new ArrayList<>();
        batches.add(Rows.events(0, 5000, random));
        for (int i = 0; i < 20; i++) {
            RowBatch batch = new RowBatch(5, 10, 1 << 20);
            Rows.event(batch, START, i, "wide", noise(400_000), i);
            batches.add(batch);
        }
        ParquetSettings settings = new ParquetSettings(1, 64 << 20, 4 << 20, 1 << 16, 20_000);

        List<WrittenFile> files = Rows.write(store, plan(EVENTS, settings), batches.toArray(RowBatch[]::new));

        try (ParquetFileReader reader = parquetReader(files.get(0))) {
            List<BlockMetaData> groups = reader.getRowGroups();
            assertThat(groups.get(0).getRowCount())
                    .as("rows before the first large value")
                    .isEqualTo(5000);
            assertThat(groups).hasSizeBetween(3, 6);
            assertThat(groups.subList(1, groups.size())).allSatisfy(group -> {
                assertThat(group.getCompressedSize()).isLessThan(5 << 20);
                assertThat(reader.readOffsetIndex(column(group, "data")).getPageCount())
                        .isEqualTo((int) group.getRowCount());
            });
        }
        assertThat(Rows.read(store, files, EVENTS)).isEqualTo(Rows.show(batches.toArray(RowBatch[]::new)));
    }

    @Test
    void refusesDaysOfATableWhoseTimeIsANumber() {
        assertThatThrownBy(() -> new WritePlan(EVENTS, SMALL, "position", TimeKind.BIGINT, true, Set.of(), Map.of()))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("its time column position is of type int8, which has no days");
    }

    /** Fails on every value. */
    private static final class RefusingCodec implements ColumnCodec {

        private final ColumnCodec text = Codecs.of(Rows.type("text"));

        @Override
        public String selectExpression(String quotedColumn) {
            return quotedColumn;
        }

        @Override
        public Type parquetType(String parquetName, int fieldId) {
            return text.parquetType(parquetName, fieldId);
        }

        @Override
        public boolean write(byte[] bytes, int offset, int length, ColumnWriter out) {
            throw new IllegalArgumentException("cannot hold it");
        }

        @Override
        public boolean read(ColumnReader in, RowBatch out) {
            return text.read(in, out);
        }

        @Override
        public String toText(byte[] bytes, int offset, int length) {
            return text.toText(bytes, offset, length);
        }

        @Override
        public String show(byte[] bytes, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void fromText(String value, RowBatch out) {
            text.fromText(value, out);
        }
    }

    private String noise(int length) {
        StringBuilder text = new StringBuilder(length);
        while (text.length() < length) {
            text.append((char) (' ' + random.nextInt(95)));
        }
        return text.toString();
    }

    private ParquetFileReader parquetReader(WrittenFile file) throws IOException {
        ParquetReadOptions options = ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(new ZstdCodecs(1))
                .build();
        SinglePass bytes = new SinglePass(store, file.key(), file.content().size());
        return new ParquetFileReader(new StoredFile(bytes, file.key()), options);
    }

    private static ColumnChunkMetaData column(BlockMetaData group, String name) {
        return group.getColumns().stream()
                .filter(column -> column.getPath().toDotString().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
