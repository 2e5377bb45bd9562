package dev.firn.console;

import java.util.ArrayList;
import java.util.List;

/** Columns of text, each as wide as its widest cell; numbers to the right. */
public final class TextTable {

    private final List<List<String>> rows = new ArrayList<>();
    private final boolean[] rightAligned;

    /** @param header column titles; one that starts with {@code >} aligns its column to the right */
    public TextTable(String... header) {
        rightAligned = new boolean[header.length];
        List<String> titles = new ArrayList<>();
        for (int i = 0; i < header.length; i++) {
            rightAligned[i] = header[i].startsWith(">");
            titles.add(rightAligned[i] ? header[i].substring(1) : header[i]);
        }
        rows.add(titles);
    }

    public void row(String... cells) {
        if (cells.length != rightAligned.length) {
            throw new IllegalArgumentException("%d cells for %d columns".formatted(cells.length, rightAligned.length));
        }
        rows.add(List.of(cells));
    }

    @Override
    public String toString() {
        int[] widths = new int[rightAligned.length];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(" ");
            for (int i = 0; i < widths.length; i++) {
                String cell = row.get(i);
                String padding = " ".repeat(widths[i] - cell.length());
                line.append(' ')
                        .append(rightAligned[i] ? padding + cell : cell + padding)
                        .append(' ');
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString().stripTrailing();
    }
}
