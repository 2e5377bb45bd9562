package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class ChunkFailuresTest {

    @Test
    void aFullHeapIsNoErrorOfFirnButAsksForMore() {
        FirnException failure = ChunkFailures.explain("test/events.messages", new OutOfMemoryError("Java heap space"));

        assertThat(failure.category()).isEqualTo(Category.REFUSED);
        assertThat(failure.getMessage())
                .startsWith("test/events.messages: archiving it: the heap of "
                        + Runtime.getRuntime().maxMemory() / (1 << 20) + " MB is full; it was not dropped")
                .contains("-Xmx")
                .contains("parquet.row-group-size");
    }

    @Test
    void whatNobodyForesawIsToBeReported() {
        assertThat(ChunkFailures.explain("test/events.messages", new IllegalStateException("odd")))
                .satisfies(failure -> assertThat(failure.category()).isEqualTo(Category.DATA))
                .hasMessageContaining("odd; it was not dropped")
                .hasMessageContaining("please report it");
    }

    @Test
    void aCallThatWasCutOffBecauseTheProgramEndsIsNoErrorOfFirn() {
        FirnException failure = ChunkFailures.explain(
                "request 7", "bringing it back", "each range of it is back whole", new CancellationException());

        assertThat(failure.category()).isEqualTo(Category.PASSING);
        assertThat(failure)
                .hasMessageStartingWith("request 7: bringing it back: interrupted; each range of it is back whole\n")
                .hasMessageContaining("HINT: nothing to do");
    }

    @Test
    void whatIsKnownStaysAsItIs() {
        FirnException known = new FirnException(Category.PASSING, "here", "what", "hint");

        assertThat(ChunkFailures.explain("there", known)).isSameAs(known);
    }
}
