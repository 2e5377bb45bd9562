package dev.firn.rehydrator;

import dev.firn.testing.SelfSignal;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** {@code rehydrate} in a process of its own that sends itself a signal where it is told to. */
final class KillableRehydrate {

    private KillableRehydrate() {}

    public static void main(String[] arguments) {
        System.exit(Main.run(
                SelfSignal.surroundings(arguments),
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                Arrays.copyOfRange(arguments, 3, arguments.length)));
    }
}
