package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ChunkStorageTest {

    private static final ChunkStorage LARGEST =
            new ChunkStorage("18446744073709551615/4294967295", 4294967295L, "4294967295/4294967295");

    @Test
    void isReadAsItWasWritten() {
        assertThat(LARGEST)
                .hasToString(
                        "database 18446744073709551615/4294967295, relation 4294967295, files 4294967295/4294967295");
        assertThat(ChunkStorage.parse(LARGEST.toString())).contains(LARGEST);
        assertThat(ChunkStorage.parse("relation 1")).isEmpty();
        assertThatThrownBy(() -> new ChunkStorage("1", 2, "3/0")).hasMessageContaining("database '1', relation 2");
    }

    @Test
    void saysNothingOfRelationsInAnotherDatabase() {
        ChunkStorage chunk = new ChunkStorage("1/2", 3, "4/0");
        assertThat(chunk.isOtherRelation(new ChunkStorage("1/2", 5, "4/0"))).isTrue();
        assertThat(chunk.isOtherRelation(new ChunkStorage("1/6", 5, "4/0"))).isFalse();
        assertThat(chunk.isOtherRelation(new ChunkStorage("1/2", 3, "7/0"))).isFalse();
    }
}
