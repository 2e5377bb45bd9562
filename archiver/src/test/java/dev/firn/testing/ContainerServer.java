package dev.firn.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** TimescaleDB in a container, where there is Docker. Testcontainers removes it when the JVM is gone. */
record ContainerServer(PostgreSQLContainer container) implements DatabaseServer {

    private static final String IMAGE = "timescale/timescaledb:2.25.2-pg17";

    @SuppressWarnings("resource") // lives as long as the JVM
    static Optional<DatabaseServer> start() {
        if (!dockerIsThere()) {
            return Optional.empty();
        }
        PostgreSQLContainer container = new PostgreSQLContainer(
                        DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("postgres"))
                .withUsername("postgres")
                .withPassword(TestDatabase.PASSWORD)
                .withCommand(
                        "postgres",
                        "-c",
                        "shared_preload_libraries=timescaledb",
                        "-c",
                        "timescaledb.max_background_workers=0",
                        "-c",
                        "fsync=off",
                        "-c",
                        "max_connections=200");
        container.start();
        return Optional.of(new ContainerServer(container));
    }

    private static boolean dockerIsThere() {
        // Without Docker the probe logs its failure as an error, which here is an ordinary answer.
        Logger logger = (Logger) LoggerFactory.getLogger("org.testcontainers");
        Level before = logger.getLevel();
        logger.setLevel(Level.OFF);
        try {
            return DockerClientFactory.instance().isDockerAvailable();
        } finally {
            logger.setLevel(before);
        }
    }

    @Override
    public String describe() {
        return "a container of " + IMAGE;
    }

    @Override
    public String host() {
        return container.getHost();
    }

    @Override
    public int port() {
        return container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT);
    }

    @Override
    public String superuser() {
        return container.getUsername();
    }

    @Override
    public String password() {
        return container.getPassword();
    }
}
