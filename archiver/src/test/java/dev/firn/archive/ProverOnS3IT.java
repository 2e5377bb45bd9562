package dev.firn.archive;

import dev.firn.store.ObjectStore;
import dev.firn.store.Stores;
import dev.firn.testing.S3Server;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class ProverOnS3IT extends ProverContract {

    private static final AtomicInteger LOCATIONS = new AtomicInteger();

    private static S3Server server;

    @BeforeAll
    static void start() {
        server = S3Server.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    ObjectStore open() {
        return Stores.open(server.settings("prover/" + LOCATIONS.incrementAndGet()));
    }
}
