package dev.firn.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.types.RowBatch;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RowDigesterTest {

    @Test
    void theFunctionIsPartOfTheFormatAndNeverChanges() {
        String[] row = {"a", null, "", "exactly eight and then sixteen more", "12345678", "x".repeat(24)};

        assertThat(digest(Batches.of(row)).hex()).isEqualTo("672d1bc4a9acdb47607927ecf92f30b9");
    }

    @Test
    void tellsRowsApartThatHoldTheSameBytes() {
        String[][] rows = {
            {"ab", "c"},
            {"a", "bc"},
            {"abc", ""},
            {"abc", null},
            {"", "abc"},
            {null, "abc"},
            {"c", "ab"},
            {"", ""},
            {null, ""},
            {"", null},
            {null, null},
            {"a\0", "c"},
            {"a", "\0c"},
            {"12345678", "12345678abcdefgh"},
            {"12345678abcdefgh", "12345678"},
            {"12345678abcdefghABCDEFGH", ""},
            {"12345678abcdefghABCDEFG\0", ""},
            {"12345678abcdefghABCDEFG", ""}
        };
        Set<String> digests = new HashSet<>();
        for (String[] row : rows) {
            digests.add(digest(Batches.of(row)).hex());
        }

        assertThat(digests).hasSameSizeAs(rows);
    }

    @Test
    void everySingleBitCounts() {
        Random random = new Random(7);
        for (int length = 1; length < 70; length++) {
            byte[] field = new byte[length];
            random.nextBytes(field);
            Set<String> digests = new HashSet<>();
            digests.add(digest(batch(field)).hex());
            for (int bit = 0; bit < length * 8; bit++) {
                field[bit / 8] ^= (byte) (1 << bit % 8);
                digests.add(digest(batch(field)).hex());
                field[bit / 8] ^= (byte) (1 << bit % 8);
            }
            assertThat(digests).hasSize(1 + length * 8);
        }
    }

    @Test
    void neitherOrderNorBatchesNorTheBytesAroundAFieldMatter() {
        String[] first = {"one", null};
        String[] second = {"two", "and some more to fill a block or two of them"};
        RowDigester split = new RowDigester(2);
        split.add(Batches.of(second));
        split.add(Batches.of(first));

        assertThat(split.digest()).isEqualTo(digest(Batches.of(first, second)));
        assertThat(digest(Batches.of(first)).plus(digest(Batches.of(second)))).isEqualTo(split.digest());
    }

    @Test
    void aRowTwiceIsNotARowOnce() {
        String[] row = {"a"};

        assertThat(digest(Batches.of(row, row)).hex())
                .isNotEqualTo(digest(Batches.of(row)).hex());
        assertThat(digest(Batches.of(row, row)).rows()).isEqualTo(2);
    }

    @Test
    void refusesABatchOfOtherColumns() {
        assertThatThrownBy(() -> new RowDigester(2).add(Batches.of(new String[] {"a"})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("1 columns, not 2");
    }

    private static RowBatch batch(byte[] field) {
        RowBatch batch = new RowBatch(1, 1, 1 << 10);
        Batches.add(batch, field);
        batch.endRow();
        return batch;
    }

    private static Digest digest(RowBatch batch) {
        RowDigester digester = new RowDigester(batch.columns());
        digester.add(batch);
        return digester.digest();
    }
}
