package dev.firn.parquet;

import dev.firn.types.RowBatch;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * How the pages of a copy are made: encodings, statistics, and when a page is full. Learns which columns hold large values;
 * for these it gives up what parquet-java would keep whole in memory (dictionary entries, smallest and largest values).
 */
final class PageLayout {

    static final CompressionCodecName CODEC = CompressionCodecName.ZSTD;

    /** A value beyond this is large. Without large ones, the rows between two looks at the page sizes stay small. */
    static final int LARGE_VALUE_BYTES = 16 << 10;

    private static final int ROWS_BETWEEN_LOOKS = 64;
    private static final int STATISTICS_BYTES = 64;
    private static final int DICTIONARY_BYTES = 1 << 20;
    private static final int SMALL_DICTIONARY_BYTES = 1 << 16;

    private final WritePlan plan;
    private final BitSet large = new BitSet();
    private ParquetProperties properties;

    PageLayout(WritePlan plan) {
        this.plan = plan;
    }

    /** Answers whether the row holds a large value in a column that had none so far: a row group in work must end first. */
    boolean learn(RowBatch batch, int row) {
        int known = large.cardinality();
        for (int column = 0; column < batch.columns(); column++) {
            if (batch.length(row, column) > LARGE_VALUE_BYTES) {
                large.set(column);
            }
        }
        boolean more = large.cardinality() > known;
        if (more) {
            properties = null;
        }
        return more;
    }

    ParquetProperties properties() {
        if (properties == null) {
            properties = make();
        }
        return properties;
    }

    /** New writers for the columns that get a Bloom filter. */
    Map<ColumnDescriptor, BloomWriter> bloomWriters(ColumnWriteStore columns) {
        Map<ColumnDescriptor, BloomWriter> writers = new HashMap<>();
        bloomLeaves().forEach(leaf -> writers.put(leaf, new BloomWriter(columns.getColumnWriter(leaf))));
        return writers;
    }

    private List<ColumnDescriptor> bloomLeaves() {
        return plan.bloomColumns().stream()
                .map(column -> plan.table().leaves().get(plan.table().indexOf(column)))
                .filter(leaf -> switch (leaf.getPrimitiveType().getPrimitiveTypeName()) {
                    // Parquet defines none over booleans: an empty one would tell readers that no value is there.
                    case BOOLEAN -> false;
                    // It is over bits, and there are two zeros: of a row group with the other one alone, readers would
                    // be told that it has no rows where the column is 0.
                    case FLOAT, DOUBLE -> false;
                    case INT32, INT64, INT96, BINARY, FIXED_LEN_BYTE_ARRAY -> true;
                })
                .toList();
    }

    private ParquetProperties make() {
        ParquetSettings settings = plan.settings();
        // Pages and encodings of the first version: every engine reads them.
        ParquetProperties.Builder builder = ParquetProperties.builder()
                .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_1_0)
                .withPageSize(settings.pageBytes())
                .withPageRowCountLimit(settings.pageRows())
                .withDictionaryPageSize(plan.byDay() ? SMALL_DICTIONARY_BYTES : DICTIONARY_BYTES)
                .withColumnIndexTruncateLength(STATISTICS_BYTES)
                .withStatisticsTruncateLength(STATISTICS_BYTES)
                .withSizeStatisticsEnabled(false)
                .withPageWriteChecksumEnabled(true)
                // Never estimated from the rows before: they say nothing about the size of the next.
                .estimateRowCountForPageSizeCheck(false)
                .withMinRowCountForPageSizeCheck(large.isEmpty() ? ROWS_BETWEEN_LOOKS : 1);
        String exceptionValues = path(plan.table().exceptionValues());
        builder.withStatisticsEnabled(exceptionValues, false).withDictionaryEncoding(exceptionValues, false);
        for (int column = large.nextSetBit(0); column >= 0; column = large.nextSetBit(column + 1)) {
            String leaf = path(plan.table().leaves().get(column));
            builder.withStatisticsEnabled(leaf, false).withDictionaryEncoding(leaf, false);
        }
        // parquet-java leaves the filter out where a dictionary held; in a chunk's order, by segment, it saves nothing.
        bloomLeaves().forEach(leaf -> builder.withDictionaryEncoding(path(leaf), false));
        return builder.build();
    }

    private static String path(ColumnDescriptor leaf) {
        return String.join(".", leaf.getPath());
    }
}
