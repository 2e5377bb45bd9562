package dev.firn.console;

import dev.firn.FirnException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;
import picocli.CommandLine;

/** What the command lines of both programs have in common: how they print, and how a failure becomes an exit code. */
public final class Program {

    private Program() {}

    /** A command line whose failures are one line, a hint and the exit code of their category. */
    public static CommandLine of(Object command, PrintWriter out, PrintWriter err) {
        return new CommandLine(command)
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, failed, parsed) -> explain(failure, failed));
    }

    /** Ends this JVM with what the program answers, told to print in UTF-8 whatever the platform prefers. */
    public static void exit(BiFunction<PrintWriter, PrintWriter, Integer> program) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(program.apply(out, err));
    }

    private static int explain(Exception failure, CommandLine command) throws Exception {
        if (failure instanceof FirnException known) {
            command.getErr().println(known.getMessage());
            return known.category().exitCode();
        }
        throw failure;
    }
}
