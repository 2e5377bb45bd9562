package dev.firn.rehydrator;

import dev.firn.FaultPoints;
import dev.firn.lifecycle.Surroundings;
import dev.firn.testing.Firn;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The {@code rehydrate} program over the configuration of a {@link Firn}. */
final class Rehydrate {

    private final Firn firn;

    Rehydrate(Firn firn) {
        this.firn = firn;
    }

    Firn.Ran run(String... arguments) {
        return run(FaultPoints.NONE, arguments);
    }

    Firn.Ran run(FaultPoints faults, String... arguments) {
        return run(new Surroundings(Clock.systemUTC(), new SecureRandom(), faults), arguments);
    }

    /** At another time than now. */
    Firn.Ran runAt(Instant now, String... arguments) {
        return run(new Surroundings(Clock.fixed(now, ZoneOffset.UTC), new SecureRandom(), FaultPoints.NONE), arguments);
    }

    private Firn.Ran run(Surroundings surroundings, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of("--conf", firn.conf().toString()));
        all.addAll(List.of(arguments));
        int exitCode = Main.run(
                surroundings, new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
        return new Firn.Ran(exitCode, out.toString(), err.toString());
    }

    /** As {@link #run}, for commands that must succeed. */
    Firn.Ran succeed(String... arguments) {
        Firn.Ran ran = run(arguments);
        if (ran.exitCode() != 0) {
            throw new AssertionError(
                    "rehydrate %s: exit code %d%n%s".formatted(String.join(" ", arguments), ran.exitCode(), ran.all()));
        }
        return ran;
    }
}
