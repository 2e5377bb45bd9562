package dev.firn.parquet;

import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.io.api.Binary;

/**
 * Passes a column's values on and remembers them for a Bloom filter. parquet-java would need their number beforehand, or
 * write the largest filter each time.
 */
final class BloomWriter implements ColumnWriter {

    private final ColumnWriter out;
    private final BloomFilter hasher = new BlockSplitBloomFilter(BlockSplitBloomFilter.LOWER_BOUND_BYTES);
    private final DistinctHashes hashes = new DistinctHashes();
    private Binary previous = Binary.EMPTY;
    private boolean any;

    BloomWriter(ColumnWriter out) {
        this.out = out;
    }

    BloomFilter filter() {
        return hashes.toFilter();
    }

    long memoryBytes() {
        return hashes.memoryBytes();
    }

    @Override
    public void write(Binary value, int repetitionLevel, int definitionLevel) {
        out.write(value, repetitionLevel, definitionLevel);
        // A chunk is ordered by segment: most values are the one before.
        if (!any || !previous.equals(value)) {
            previous = value.copy();
            any = true;
            hashes.add(hasher.hash(value));
        }
    }

    @Override
    public void write(int value, int repetitionLevel, int definitionLevel) {
        out.write(value, repetitionLevel, definitionLevel);
        hashes.add(hasher.hash(value));
    }

    @Override
    public void write(long value, int repetitionLevel, int definitionLevel) {
        out.write(value, repetitionLevel, definitionLevel);
        hashes.add(hasher.hash(value));
    }

    @Override
    public void write(float value, int repetitionLevel, int definitionLevel) {
        throw new UnsupportedOperationException("two zeros are one value, and two entries of a Bloom filter");
    }

    @Override
    public void write(double value, int repetitionLevel, int definitionLevel) {
        throw new UnsupportedOperationException("two zeros are one value, and two entries of a Bloom filter");
    }

    @Override
    public void write(boolean value, int repetitionLevel, int definitionLevel) {
        throw new UnsupportedOperationException("Parquet defines no Bloom filter over booleans");
    }

    @Override
    public void writeNull(int repetitionLevel, int definitionLevel) {
        out.writeNull(repetitionLevel, definitionLevel);
    }

    @Override
    public void close() {
        out.close();
    }

    @Override
    public long getBufferedSizeInMemory() {
        return out.getBufferedSizeInMemory();
    }
}
