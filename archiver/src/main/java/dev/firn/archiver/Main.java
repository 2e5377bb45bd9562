package dev.firn.archiver;

import dev.firn.lifecycle.Surroundings;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The {@code archiver} program. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(Surroundings.real(), out, err, arguments));
    }

    /** Runs one command and answers its exit code; a test passes surroundings of its own. */
    public static int run(Surroundings surroundings, PrintWriter out, PrintWriter err, String... arguments) {
        return new ArchiverCommand(surroundings).commandLine(out, err).execute(arguments);
    }
}
