package dev.firn.console;

import dev.firn.lifecycle.Progress;
import java.io.Console;
import java.io.PrintWriter;

/** Shows long work: one bar per piece of work on a terminal, a line now and then in a log. */
public abstract class ProgressView implements Progress, AutoCloseable {

    /** Bars where somebody looks at a terminal, unless the output is for a program. */
    public static ProgressView forRun(boolean json, PrintWriter err) {
        return !json && isTerminal() ? new ProgressBars(err) : new ProgressLines();
    }

    /** From JDK 22 on there is a console without a terminal too, and a method to ask, which JDK 17 lacks. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null || "dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    static String word(Work work) {
        return switch (work) {
            case COPY -> "copying";
            case LOAD -> "loading";
            case COMPARE -> "comparing";
            case PROOF -> "proving";
            case SCRUB -> "scrubbing";
        };
    }

    @Override
    public abstract void close();
}
