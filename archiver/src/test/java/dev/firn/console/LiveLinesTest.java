package dev.firn.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LiveLinesTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final LiveLines lines = new LiveLines(new PrintStream(written, true, StandardCharsets.UTF_8));

    @Test
    void changesLinesWhereTheyStand() {
        lines.show("one", "one 1%");
        lines.show("two", "two 1%");
        lines.show("one", "one 2%");

        assertThat(screen()).containsExactly("one 2%", "two 1%");
    }

    @Test
    void leavesASettledLineAboveTheOthers() {
        lines.show("one", "one 1%");
        lines.show("two", "two 99%");
        lines.settle("two");
        lines.show("one", "one 2%");
        lines.show("three", "three 1%");

        assertThat(screen()).containsExactly("two 99%", "one 2%", "three 1%");
    }

    @Test
    void putsWhatElseIsWrittenAboveWithoutHarmToEither() {
        PrintStream above = lines.above();
        lines.show("one", "one 1%");
        above.print("WARN a long");
        lines.show("one", "one 2%");
        above.print(" story\nHINT: read it\n");
        lines.show("one", "one 3%");
        above.println("äö");

        assertThat(screen()).containsExactly("WARN a long story", "HINT: read it", "äö", "one 3%");
    }

    @Test
    void keepsTheLastWordsOfSomebodyWhoEndsNoLine() {
        PrintStream above = lines.above();
        lines.show("one", "one 1%");
        above.print("half a line");
        above.close();
        lines.settle("one");

        assertThat(screen()).containsExactly("half a line", "one 1%");
    }

    /** What a terminal shows after all that was written. */
    private List<String> screen() {
        List<StringBuilder> rows = new ArrayList<>(List.of(new StringBuilder()));
        int row = 0;
        Matcher token = Pattern.compile("\u001b\\[(\\d+)A|(\u001b\\[J)|(\r)|(\n)|(.)")
                .matcher(written.toString(StandardCharsets.UTF_8));
        boolean start = true;
        while (token.find()) {
            if (token.group(1) != null) {
                row -= Integer.parseInt(token.group(1));
            } else if (token.group(2) != null) {
                assertThat(start).as("cleared from the start of a line").isTrue();
                rows.subList(row, rows.size()).clear();
                rows.add(new StringBuilder());
            } else if (token.group(3) != null) {
                start = true;
            } else if (token.group(4) != null) {
                row++;
                start = true;
                if (row == rows.size()) {
                    rows.add(new StringBuilder());
                }
            } else {
                start = false;
                rows.get(row).append(token.group(5));
            }
        }
        return rows.stream()
                .map(StringBuilder::toString)
                .filter(text -> !text.isEmpty())
                .toList();
    }
}
