package dev.firn.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.junit.jupiter.api.Test;

class DistinctHashesTest {

    private final DistinctHashes hashes = new DistinctHashes();

    @Test
    void sizesTheFilterByDistinctValues() {
        for (int i = 0; i < 100_000; i++) {
            hashes.add(spread(i % 500));
        }

        BlockSplitBloomFilter filter = hashes.toFilter();

        assertThat(filter.getBitsetSize()).isEqualTo(1024);
        assertFindsAll(filter, 500);
        assertThat(falsePositives(filter)).isLessThan(300);
    }

    @Test
    void staysWithinItsMemoryHoweverManyValuesThereAre() {
        for (int i = 0; i < 400_000; i++) {
            hashes.add(spread(i));
            assertThat(hashes.memoryBytes()).isLessThanOrEqualTo(2 << 20);
        }

        BlockSplitBloomFilter filter = hashes.toFilter();

        assertThat(filter.getBitsetSize()).isEqualTo(1 << 20);
        assertFindsAll(filter, 400_000);
        assertThat(falsePositives(filter)).isLessThan(300);
    }

    @Test
    void keepsTheHashThatIsZero() {
        hashes.add(0);

        assertThat(hashes.toFilter().findHash(0)).isTrue();
    }

    @Test
    void findsNothingInAColumnOfNulls() {
        assertThat(hashes.toFilter().findHash(spread(1))).isFalse();
    }

    private static void assertFindsAll(BlockSplitBloomFilter filter, int values) {
        for (int i = 0; i < values; i++) {
            assertThat(filter.findHash(spread(i))).isTrue();
        }
    }

    private static int falsePositives(BlockSplitBloomFilter filter) {
        int found = 0;
        for (int i = 0; i < 10_000; i++) {
            found += filter.findHash(spread(1_000_000 + i)) ? 1 : 0;
        }
        return found;
    }

    private static long spread(int value) {
        return new Random(value).nextLong();
    }
}
