package dev.firn.testing;

import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** The server whose superuser URL is in {@code FIRN_TEST_JDBC_URL}. */
record GivenServer(String host, int port, String superuser, String password) implements DatabaseServer {

    static GivenServer at(String url) {
        Properties parsed = Driver.parseURL(url, new Properties());
        if (parsed == null) {
            throw new IllegalArgumentException("FIRN_TEST_JDBC_URL is not a jdbc:postgresql: URL");
        }
        return new GivenServer(
                PGProperty.PG_HOST.getOrDefault(parsed),
                Integer.parseInt(PGProperty.PG_PORT.getOrDefault(parsed)),
                PGProperty.USER.getOrDefault(parsed),
                parsed.getProperty(PGProperty.PASSWORD.getName(), ""));
    }

    @Override
    public String describe() {
        return "the server of FIRN_TEST_JDBC_URL, %s:%d".formatted(host, port);
    }
}
