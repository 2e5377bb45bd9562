package dev.firn;

/**
 * The named instructions at which a test may kill, stop or fail the program. Production passes {@link #NONE}; the names
 * are the steps of a chunk's way, so that a test can visit all of them.
 */
@FunctionalInterface
public interface FaultPoints {

    FaultPoints NONE = point -> {};

    /** Called just before the step named: may block, throw or never return. */
    void reached(String point);
}
