package dev.firn.parquet;

import dev.firn.types.Column;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.statistics.IntStatistics;
import org.apache.parquet.column.statistics.LongStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** Holds a footer against the table it is to be a file of. What does not fit is an {@link IllegalArgumentException}. */
final class Footers {

    /** Length of the footer and the magic word, at the end of every Parquet file. */
    static final int TRAILER_BYTES = 8;

    /** Far beyond what Firn writes: memory is not taken for a length that is garbage. */
    private static final int LARGEST_FOOTER_BYTES = 64 << 20;

    private Footers() {}

    /** Where the footer begins; the end of the file where the trailer says nothing that could be. */
    static long start(byte[] trailer, long fileSize) throws IOException {
        int footerBytes =
                ByteBuffer.wrap(trailer).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (footerBytes > LARGEST_FOOTER_BYTES) {
            throw new IOException("a footer of %d bytes".formatted(footerBytes));
        }
        return footerBytes > 0 ? fileSize - TRAILER_BYTES - footerBytes : fileSize;
    }

    /** Each page is held against its checksum when it is read. */
    static ParquetFileReader open(FileBytes bytes, String name, ZstdCodecs zstd) throws IOException {
        ParquetReadOptions options = ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(zstd)
                .usePageChecksumVerification()
                .withUseHadoopVectoredIo(false)
                .withMaxAllocationInBytes(SinglePass.READ_BYTES)
                .build();
        return new ParquetFileReader(new StoredFile(bytes, name), options);
    }

    static FileFooter read(ParquetMetadata footer, ParquetTable table, long fileSize) {
        MessageType schema = footer.getFileMetaData().getSchema();
        String writtenFor = footer.getFileMetaData().getKeyValueMetaData().get(ParquetTable.NAME_KEY);
        if (!table.name().toString().equals(writtenFor)) {
            throw new IllegalArgumentException("it is a file of %s".formatted(writtenFor));
        }
        checkSchema(schema, table);
        checkPlaces(footer.getBlocks(), fileSize);
        List<FileFooter.ColumnFacts> facts = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            facts.add(facts(
                    footer.getBlocks(), table.columns().get(i), table.leaves().get(i)));
        }
        return new FileFooter(
                footer.getBlocks().stream()
                        .mapToLong(BlockMetaData::getRowCount)
                        .sum(),
                footer.getBlocks().size(),
                footer.getFileMetaData().getKeyValueMetaData(),
                schema,
                facts);
    }

    /** Columns are found by their ids, since names change, and must then be what the table says. */
    private static void checkSchema(MessageType schema, ParquetTable table) {
        for (Type expected : table.schema().getFields()) {
            Type found = schema.getFields().stream()
                    .filter(field -> expected.getId().equals(field.getId()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("it has no column '%s' (field id %d)"
                            .formatted(expected.getName(), expected.getId().intValue())));
            if (!found.getName().equals(expected.getName())) {
                throw new IllegalArgumentException("its column with field id %d is called '%s', not '%s'"
                        .formatted(expected.getId().intValue(), found.getName(), expected.getName()));
            }
            if (!found.equals(expected)) {
                throw new IllegalArgumentException(
                        "its column '%s' is '%s', not '%s'".formatted(expected.getName(), found, expected));
            }
        }
        if (schema.getFieldCount() != table.schema().getFieldCount()) {
            Type surplus = schema.getFields().stream()
                    .filter(field -> !table.schema().containsField(field.getName()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("it has a column twice"));
            throw new IllegalArgumentException("its column '%s' is none of the table's".formatted(surplus.getName()));
        }
    }

    /** Before memory is taken for a column chunk, it must lie within the file. */
    private static void checkPlaces(List<BlockMetaData> groups, long fileSize) {
        long end = 0;
        for (BlockMetaData group : groups) {
            if (group.getRowCount() <= 0) {
                throw new IllegalArgumentException("it has a row group of %d rows".formatted(group.getRowCount()));
            }
            for (ColumnChunkMetaData column : group.getColumns()) {
                long start = column.getStartingPos();
                long size = column.getTotalSize();
                if (start < end || size <= 0 || size > fileSize - start) {
                    throw new IllegalArgumentException("its column chunk %s lies at %d, %d bytes long, in a file of %d"
                            .formatted(column.getPath(), start, size, fileSize));
                }
                end = start + size;
                boolean flat = column.getPath().size() == 1;
                if (flat && column.getValueCount() != group.getRowCount()) {
                    throw new IllegalArgumentException("its column chunk %s holds %d values in a row group of %d rows"
                            .formatted(column.getPath(), column.getValueCount(), group.getRowCount()));
                }
            }
        }
    }

    private static FileFooter.ColumnFacts facts(List<BlockMetaData> groups, Column column, ColumnDescriptor leaf) {
        long values = 0;
        OptionalLong nulls = OptionalLong.of(0);
        OptionalLong min = OptionalLong.empty();
        OptionalLong max = OptionalLong.empty();
        boolean complete = true;
        for (BlockMetaData group : groups) {
            ColumnChunkMetaData chunk = chunk(group, leaf);
            Statistics<?> statistics = chunk.getStatistics();
            values += chunk.getValueCount();
            boolean counted = statistics != null && statistics.isNumNullsSet();
            nulls = counted && nulls.isPresent()
                    ? OptionalLong.of(nulls.getAsLong() + statistics.getNumNulls())
                    : OptionalLong.empty();
            boolean onlyNulls = counted && statistics.getNumNulls() == chunk.getValueCount();
            if (statistics != null && statistics.hasNonNullValue() && isInteger(statistics)) {
                min = OptionalLong.of(Math.min(min.orElse(Long.MAX_VALUE), smallest(statistics)));
                max = OptionalLong.of(Math.max(max.orElse(Long.MIN_VALUE), largest(statistics)));
            } else {
                complete &= onlyNulls;
            }
        }
        return new FileFooter.ColumnFacts(
                column.parquetName(),
                values,
                nulls,
                complete ? min : OptionalLong.empty(),
                complete ? max : OptionalLong.empty());
    }

    static ColumnChunkMetaData chunk(BlockMetaData group, ColumnDescriptor leaf) {
        String path = String.join(".", leaf.getPath());
        return group.getColumns().stream()
                .filter(column -> column.getPath().toDotString().equals(path))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a row group lacks the column %s".formatted(path)));
    }

    private static boolean isInteger(Statistics<?> statistics) {
        return statistics instanceof LongStatistics || statistics instanceof IntStatistics;
    }

    private static long smallest(Statistics<?> statistics) {
        return statistics instanceof LongStatistics longs ? longs.getMin() : ((IntStatistics) statistics).getMin();
    }

    private static long largest(Statistics<?> statistics) {
        return statistics instanceof LongStatistics longs ? longs.getMax() : ((IntStatistics) statistics).getMax();
    }
}
