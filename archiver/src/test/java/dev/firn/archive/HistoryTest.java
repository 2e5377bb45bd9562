package dev.firn.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private static History of(Map<String, List<String>> supersedes) {
        return History.of(new TreeSet<>(supersedes.keySet()), supersedes::get);
    }

    @Test
    void whatNothingSupersedesIsLive() {
        History history =
                of(Map.of("a", List.of(), "b", List.of(), "c", List.of("a"), "d", List.of("c", "b"), "e", List.of()));

        assertThat(history.live()).containsExactly("d", "e");
        assertThat(history.superseded()).containsExactly("a", "b", "c");
        assertThat(history.isLive("d")).isTrue();
        assertThat(history.isLive("a")).isFalse();
        assertThat(history.isLive("unknown")).isFalse();
    }

    @Test
    void successorsAreTheLiveOnesAtTheEndOfEveryWay() {
        History history = of(
                Map.of("week", List.of(), "day1", List.of("week"), "day2", List.of("week"), "again", List.of("day1")));

        assertThat(history.successors("week")).containsExactly("again", "day2");
        assertThat(history.successors("day2")).containsExactly("day2");
    }

    @Test
    void refusesToCallNothingLiveBecauseManifestsSupersedeEachOther() {
        assertThatThrownBy(() -> of(Map.of("a", List.of("b"), "b", List.of("c"), "c", List.of("a"), "d", List.of("a"))))
                .hasMessageStartingWith("a: reading the history of the archive: it supersedes itself by way of others")
                .hasMessageContaining("\nHINT: ");
        assertThatThrownBy(() -> of(Map.of("a", List.of("a")))).hasMessageContaining("it supersedes itself");
    }

    @Test
    void refusesToForgetWhatAMissingManifestSuperseded() {
        assertThatThrownBy(() -> of(Map.of("c", List.of("b"))))
                .hasMessageStartingWith("c: reading the history of the archive: it supersedes 'b', which is not there");
    }
}
