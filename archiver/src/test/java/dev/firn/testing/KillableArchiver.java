package dev.firn.testing;

import dev.firn.archiver.Main;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The archiver in a process of its own that sends itself a signal where it is told to. */
public final class KillableArchiver {

    private KillableArchiver() {}

    /** Signal, fault point, which time, then what the archiver is to do. */
    public static void main(String[] arguments) {
        System.exit(Main.run(
                SelfSignal.surroundings(arguments),
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                Arrays.copyOfRange(arguments, 3, arguments.length)));
    }
}
