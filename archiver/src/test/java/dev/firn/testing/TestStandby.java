package dev.firn.testing;

/** A physical standby of the tests' server, with all of its databases; gone when it is closed. */
public interface TestStandby extends AutoCloseable {

    /** Of a database on it; users and passwords are those of the primary. */
    String url(String database);

    /** The first column of a query's first row, if there is one, asked as superuser. */
    String text(String database, String sql);

    /** Asks as superuser, again and again, until this is so, or it was asked that often. */
    void await(String condition, int mostLooks);

    /** For all sessions of it from now on. */
    void set(String setting, String value);

    void promote();

    /** Shuts it down, until {@link #start}. */
    void stop();

    void start();

    @Override
    void close();
}
