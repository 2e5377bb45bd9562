package dev.firn.testing;

import static dev.firn.testing.TestDatabase.execute;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes a database as every test finds it: owned by the application, with the extension and Firn's roles. */
final class DatabaseMaker {

    /** Version of TimescaleDB to the name of a database that is as a fresh one should be. */
    private static final Map<String, String> TEMPLATES = new HashMap<>();

    private DatabaseMaker() {}

    static void make(TestServer server, String name, String timescaleVersion) throws SQLException {
        if (!server.server().throwAway()) {
            fill(server, name, timescaleVersion);
            return;
        }
        // Creating the extension takes longer than copying a database that has it.
        synchronized (TEMPLATES) {
            if (!TEMPLATES.containsKey(timescaleVersion)) {
                String template = TestDatabase.nextName();
                fill(server, template, timescaleVersion);
                TEMPLATES.put(timescaleVersion, template);
            }
        }
        try (Connection connection = server.superuser("postgres")) {
            execute(
                    connection,
                    "CREATE DATABASE %s OWNER %s TEMPLATE %s"
                            .formatted(name, TestDatabase.OWNER, TEMPLATES.get(timescaleVersion)));
        }
    }

    private static void fill(TestServer server, String name, String timescaleVersion) throws SQLException {
        try (Connection connection = server.superuser("postgres")) {
            makeRole(connection, TestDatabase.OWNER);
            execute(connection, "CREATE DATABASE " + name + " OWNER " + TestDatabase.OWNER);
        }
        try (Connection connection = server.superuser(name)) {
            if (!timescaleVersion.isEmpty()) {
                execute(connection, "CREATE EXTENSION timescaledb VERSION '" + timescaleVersion + "'");
            }
        }
        // A session of its own: the one that creates the extension has not been through its start-up.
        try (Connection connection = server.superuser(name)) {
            // Tests of two JVMs may share a server, and roles are shared by all of its databases.
            execute(connection, "SELECT pg_advisory_lock(4686834)");
            execute(connection, rolesSql());
            for (String role : List.of(TestDatabase.ARCHIVER, TestDatabase.READER)) {
                execute(connection, "ALTER ROLE " + role + " PASSWORD '" + TestDatabase.PASSWORD + "'");
            }
        }
    }

    private static void makeRole(Connection connection, String role) throws SQLException {
        execute(connection, "SELECT pg_advisory_lock(4686834)");
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT FROM pg_roles WHERE rolname = '" + role + "'")) {
            if (rows.next()) {
                return;
            }
        }
        execute(connection, "CREATE ROLE " + role + " LOGIN PASSWORD '" + TestDatabase.PASSWORD + "'");
    }

    private static String rolesSql() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("deploy/sql/roles.sql"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException(
                    "no deploy/sql/roles.sql above " + Path.of("").toAbsolutePath());
        }
        try {
            return Files.readString(folder.resolve("deploy/sql/roles.sql"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
