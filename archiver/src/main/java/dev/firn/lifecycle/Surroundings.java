package dev.firn.lifecycle;

import dev.firn.FaultPoints;
import dev.firn.Pauses;
import dev.firn.Throttle;
import dev.firn.store.StoreWatch;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.random.RandomGenerator;

/**
 * What the lifecycle takes from outside, so that a test can settle it: time, chance, and the places where it may fail.
 *
 * @param requests who counts what a namespace's store is asked for
 * @param pauses how it waits for others
 * @param throttle shared by all that one program moves; each namespace that is opened sets it to what the configuration says
 * @param drops whose turn it is to be dropped, shared by all that one program drops
 */
public record Surroundings(
        Clock clock,
        RandomGenerator random,
        FaultPoints faults,
        StoreWatch requests,
        Pauses pauses,
        Throttle throttle,
        DropTurns drops) {

    public Surroundings(Clock clock, RandomGenerator random, FaultPoints faults) {
        this(clock, random, faults, Pauses.REAL);
    }

    public Surroundings(Clock clock, RandomGenerator random, FaultPoints faults, Pauses pauses) {
        this(clock, random, faults, StoreWatch.NONE, pauses, new Throttle(pauses), new DropTurns());
    }

    public static Surroundings real() {
        return new Surroundings(Clock.systemUTC(), new SecureRandom(), FaultPoints.NONE);
    }

    /** A name for this program, with a random part: under it it claims chunks, and is known among the nodes of a cluster. */
    public String holder() {
        return Holders.name(this);
    }

    /** The same, with requests counted. */
    public Surroundings counting(StoreWatch watch) {
        return new Surroundings(clock, random, faults, watch, pauses, throttle, drops);
    }

    /** A fresh random token of 128 bits in hexadecimal. */
    String token() {
        return "%016x%016x".formatted(random.nextLong(), random.nextLong());
    }
}
