package dev.firn.rehydrator;

import dev.firn.console.Program;
import dev.firn.lifecycle.Surroundings;
import java.io.PrintWriter;

/** The {@code rehydrate} program. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        Program.exit((out, err) -> run(Surroundings.real(), out, err, arguments));
    }

    /** Runs one command and answers its exit code; a test passes surroundings of its own. */
    public static int run(Surroundings surroundings, PrintWriter out, PrintWriter err, String... arguments) {
        return Program.of(new RehydrateCommand(surroundings), out, err).execute(arguments);
    }
}
