package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testing.Firn;
import dev.firn.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What is said when there is no way into the database: what PostgreSQL or the network said, not what a pool made of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnreachableDatabaseIT {

    private TestDatabase database;
    private Firn firn;

    @BeforeAll
    void initialise(@TempDir Path home) {
        database = TestDatabase.create();
        firn = Firn.configure(database, home, "events.messages { archive-after = 1d }")
                .init();
    }

    @AfterAll
    void close() {
        database.close();
    }

    @Test
    void saysThatTheRoleDoesNotExist() throws IOException {
        assertRefused("user = " + TestDatabase.ARCHIVER, "user = firn_nobody", 2, "as firn_nobody: FATAL: ");
    }

    @Test
    void saysThatTheDatabaseDoesNotExist() throws IOException {
        assertRefused(
                database.jdbcUrl(),
                database.jdbcUrl().replace("/" + database.name(), "/no_such_database"),
                2,
                "FATAL: database \"no_such_database\" does not exist");
    }

    @Test
    void saysThatNobodyAnswers() throws IOException {
        int free;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = closed.getLocalPort();
        }
        assertRefused(
                database.jdbcUrl(),
                "jdbc:postgresql://127.0.0.1:%d/app".formatted(free),
                4,
                "Connection to 127.0.0.1:%d refused".formatted(free));
    }

    private void assertRefused(String right, String wrong, int exitCode, String reason) throws IOException {
        Path file = firn.conf().resolve("namespaces").resolve(Firn.NAMESPACE + ".conf");
        String configured = Files.readString(file);
        assertThat(configured).contains(right);
        try {
            Files.writeString(file, configured.replace(right, wrong));

            Firn.Ran ran = firn.run("run", Firn.NAMESPACE);

            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(exitCode);
            assertThat(ran.err().strip().lines().toList()).as(ran.err()).hasSize(2);
            assertThat(ran.err())
                    .startsWith("test: connecting to jdbc:postgresql://")
                    .contains(reason)
                    .contains("; nothing was changed\nHINT: ")
                    .doesNotContain("HikariPool", "request timed out");
        } finally {
            Files.writeString(file, configured);
        }
    }
}
