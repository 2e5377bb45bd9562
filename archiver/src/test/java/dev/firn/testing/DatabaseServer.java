package dev.firn.testing;

/** A running PostgreSQL that tests may create databases in. */
interface DatabaseServer {

    /** Where it came from, for the one line that says which database the tests used. */
    String describe();

    String host();

    int port();

    String superuser();

    /** Password of the superuser; empty where none is asked for. */
    String password();

    /** Stops it as an operator would and starts it again; connections are lost, the port stays. */
    default void restart() {
        throw new UnsupportedOperationException(describe() + " cannot be restarted by a test");
    }

    /** Has it recover from the sudden death of one of its processes. */
    default void crash(String database) {
        throw new UnsupportedOperationException(describe() + " cannot be crashed by a test");
    }

    /** Whether {@link #restart} and {@link #crash} work here. */
    default boolean canRestart() {
        return false;
    }

    /** Starts it again as a standby of nobody, which {@link #restart} ends. */
    default void restartAsStandby() {
        throw new UnsupportedOperationException(describe() + " cannot be made a standby by a test");
    }

    /** Makes a streaming standby of it; where {@link #canRestart}, this works too. */
    default TestStandby startStandby() {
        throw new UnsupportedOperationException(describe() + " can be given no standby by a test");
    }

    /** Makes a server that is no standby of it, though a test may take it for one. */
    default TestStandby startStranger() {
        throw new UnsupportedOperationException(describe() + " can be given no standby by a test");
    }

    /** Whether it is gone after the tests, with whatever they leave behind. */
    default boolean throwAway() {
        return false;
    }
}
