package dev.firn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FirnException.Category;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FirnExceptionTest {

    @Test
    void theGravestFailureDecidesTheExitCodeAndWhatMayPassIsTheLeast() {
        assertThat(exitCode()).isZero();
        assertThat(exitCode(Category.PASSING)).isEqualTo(4);
        assertThat(exitCode(Category.PASSING, Category.CONFIGURATION)).isEqualTo(2);
        assertThat(exitCode(Category.REFUSED, Category.PASSING, Category.CONFIGURATION))
                .isEqualTo(3);
        assertThat(exitCode(Category.DATA, Category.REFUSED, Category.PASSING)).isEqualTo(5);
    }

    private static int exitCode(Category... categories) {
        return FirnException.exitCode(Stream.of(categories)
                .map(category -> new FirnException(category, "public.t", "looking; nothing was changed", "look")));
    }
}
