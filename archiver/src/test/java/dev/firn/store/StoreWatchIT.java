package dev.firn.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.store.StoreWatch.Outcome;
import dev.firn.testing.FaultyHttp;
import dev.firn.testing.FaultyHttp.Fault;
import dev.firn.testing.RequestClass;
import dev.firn.testing.S3Server;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** That each request to S3 is told of, and how it ended. */
class StoreWatchIT {

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final StoreWatch watch = (operation, outcome, took) -> {
        if (outcome != Outcome.NO_ANSWER) {
            assertThat(took).isPositive();
        }
        told.add(operation + " " + outcome);
    };

    @Test
    void aRequestDoesNotFailBecauseNobodyCanCountIt() throws Exception {
        StoreWatch broken = (operation, outcome, took) -> {
            throw new IllegalStateException("no room for another counter");
        };
        try (S3Server server = S3Server.start();
                ObjectStore store = Stores.open(server.settings("uncounted"), broken)) {
            assertThat(store.putIfAbsent("a", new byte[] {1})).isTrue();
            assertThat(store.head("a")).isPresent();
        }
    }

    @Test
    void tellsOfEachAttemptWithWhatBecameOfIt() throws Exception {
        try (S3Server server = S3Server.start();
                FaultyHttp proxy = FaultyHttp.before(server);
                ObjectStore store = Stores.open(server.settings("watched", proxy.endpoint()), watch)) {
            byte[] content = "x".getBytes(StandardCharsets.UTF_8);
            store.putIfAbsent("a", content);
            store.putIfAbsent("a", content);
            store.head("nothing");
            assertThat(told).contains("PutObject ANSWERED", "PutObject TAKEN", "HeadObject MISSING");

            told.clear();
            proxy.failNth(RequestClass.HEAD_OBJECT, 1, Fault.SLOW_DOWN);
            store.head("a");
            assertThat(told).containsExactly("HeadObject THROTTLED", "HeadObject ANSWERED");

            told.clear();
            proxy.failNth(RequestClass.HEAD_OBJECT, 1, Fault.ERROR_500);
            store.head("a");
            assertThat(told).containsExactly("HeadObject SERVER_ERROR", "HeadObject ANSWERED");

            told.clear();
            proxy.failNth(RequestClass.HEAD_OBJECT, 1, Fault.LOST_ANSWER);
            store.head("a");
            assertThat(told).containsExactly("HeadObject NO_ANSWER", "HeadObject ANSWERED");
            assertThat(Outcome.values()).hasSize(7);
        }
    }
}
