package dev.firn.parquet;

import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;

/**
 * The distinct values of a column chunk by their hashes, so that its Bloom filter is made as large as they need and no
 * larger. Beyond a bound it turns into the largest filter at once, so that its memory is bounded.
 */
final class DistinctHashes {

    private static final double FALSE_POSITIVES = 0.01;
    private static final int LARGEST_FILTER_BYTES = 1 << 20;
    private static final int MOST_HASHES = 1 << 16;

    private long[] table = new long[1 << 10];
    private int count;
    private boolean zero;
    private BlockSplitBloomFilter overflowed;

    void add(long hash) {
        if (overflowed != null) {
            overflowed.insertHash(hash);
        } else if (hash == 0) {
            zero = true;
        } else if (place(table, hash) && ++count > table.length / 2) {
            grow();
        }
    }

    long memoryBytes() {
        return overflowed != null ? LARGEST_FILTER_BYTES : (long) table.length * Long.BYTES;
    }

    BlockSplitBloomFilter toFilter() {
        if (overflowed != null) {
            return overflowed;
        }
        int bits = BlockSplitBloomFilter.optimalNumOfBits(Math.max(count + 1, 16), FALSE_POSITIVES);
        return filled(new BlockSplitBloomFilter(bits / Byte.SIZE, LARGEST_FILTER_BYTES));
    }

    private void grow() {
        if (count > MOST_HASHES) {
            overflowed = filled(new BlockSplitBloomFilter(LARGEST_FILTER_BYTES, LARGEST_FILTER_BYTES));
            table = new long[0];
            return;
        }
        long[] larger = new long[table.length * 2];
        for (long hash : table) {
            if (hash != 0) {
                place(larger, hash);
            }
        }
        table = larger;
    }

    private BlockSplitBloomFilter filled(BlockSplitBloomFilter filter) {
        if (zero) {
            filter.insertHash(0);
        }
        for (long hash : table) {
            if (hash != 0) {
                filter.insertHash(hash);
            }
        }
        return filter;
    }

    /** Answers whether the hash was new. A power of two of slots, probed one after the other. */
    private static boolean place(long[] slots, long hash) {
        int mask = slots.length - 1;
        int slot = (int) (hash ^ (hash >>> 32)) & mask;
        while (slots[slot] != 0) {
            if (slots[slot] == hash) {
                return false;
            }
            slot = (slot + 1) & mask;
        }
        slots[slot] = hash;
        return true;
    }
}
