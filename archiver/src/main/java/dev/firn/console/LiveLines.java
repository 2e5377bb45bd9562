package dev.firn.console;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The last lines of a terminal, which change, below all that stays. Whatever else is written meanwhile goes above them:
 * they are taken away for it and written anew.
 */
final class LiveLines {

    private static final String UP = "\u001b[%dA";
    private static final String CLEAR_BELOW = "\u001b[J";

    private final PrintStream terminal;
    private final Map<Object, String> lines = new LinkedHashMap<>();
    private int shown;

    LiveLines(PrintStream terminal) {
        this.terminal = terminal;
    }

    /** Adds a line, or changes it. */
    synchronized void show(Object key, String text) {
        if (!text.equals(lines.put(key, text))) {
            terminal.print(taken() + given());
            terminal.flush();
        }
    }

    /** Makes a line one of those that stay. */
    synchronized void settle(Object key) {
        String last = lines.remove(key);
        if (last != null) {
            terminal.print(taken() + last + "\n" + given());
            terminal.flush();
        }
    }

    /** A stream whose whole lines go above. */
    PrintStream above() {
        return new PrintStream(new Above(), true, StandardCharsets.UTF_8);
    }

    private synchronized void write(String text) {
        terminal.print(taken() + text + given());
        terminal.flush();
    }

    private String taken() {
        String taken = shown == 0 ? "" : "\r" + UP.formatted(shown) + CLEAR_BELOW;
        shown = 0;
        return taken;
    }

    private String given() {
        StringBuilder given = new StringBuilder();
        lines.values().forEach(line -> given.append(line).append('\n'));
        shown = lines.size();
        return given.toString();
    }

    /** Keeps what is not a whole line yet, so that nothing comes between. */
    private final class Above extends OutputStream {

        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        @Override
        public synchronized void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] bytes, int start, int length) {
            int whole = length;
            while (whole > 0 && bytes[start + whole - 1] != '\n') {
                whole--;
            }
            line.write(bytes, start, whole);
            if (whole > 0) {
                LiveLines.this.write(line.toString(StandardCharsets.UTF_8));
                line.reset();
            }
            line.write(bytes, start + whole, length - whole);
        }

        @Override
        public synchronized void close() {
            if (line.size() > 0) {
                LiveLines.this.write(line.toString(StandardCharsets.UTF_8) + "\n");
                line.reset();
            }
        }
    }
}
