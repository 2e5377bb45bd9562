package dev.firn.archiver;

import dev.firn.console.Program;
import dev.firn.lifecycle.Surroundings;
import java.io.PrintWriter;

/** The {@code archiver} program. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        Program.exit((out, err) -> run(Surroundings.real(), out, err, arguments));
    }

    /** Runs one command and answers its exit code; a test passes surroundings of its own. */
    public static int run(Surroundings surroundings, PrintWriter out, PrintWriter err, String... arguments) {
        return new ArchiverCommand(surroundings).commandLine(out, err).execute(arguments);
    }
}
