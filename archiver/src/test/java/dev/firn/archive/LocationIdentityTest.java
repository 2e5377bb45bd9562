package dev.firn.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.FirnException;
import dev.firn.store.DirectorySettings;
import dev.firn.store.ObjectStore;
import dev.firn.store.Stores;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocationIdentityTest {

    private static final String PINNED =
            """
            {
              "formatVersion": 1,
              "locationId": "location-1",
              "namespaces": {
                "Straße \\"7\\"": {
                  "catalogId": "catalog-2",
                  "database": "other, system 8",
                  "epoch": "epoch-b",
                  "since": "2025-03-01T10:00:00Z"
                },
                "default": {
                  "catalogId": "catalog-1",
                  "database": "events, system 7",
                  "epoch": "epoch-a",
                  "since": "2025-03-01T10:00:00Z"
                }
              },
              "contentSha256": "SEAL"
            }
            """;

    @TempDir
    private Path directory;

    private ObjectStore store;
    private LocationIdentity identity;

    @BeforeEach
    void open() {
        store = Stores.open(new DirectorySettings(directory));
        identity = new LocationIdentity(store, Clock.fixed(Samples.NOW, ZoneOffset.UTC), () -> "location-1");
    }

    @AfterEach
    void close() {
        store.close();
    }

    private String content() {
        return new String(store.get(LocationIdentity.KEY).orElseThrow().content(), UTF_8);
    }

    @Test
    void writesAndReadsVersion1AsItIsPinned() {
        identity.claim("default", "catalog-1", "events, system 7", "epoch-a");
        Location written = identity.claim("Straße \"7\"", "catalog-2", "other, system 8", "epoch-b");

        String expected = PINNED.replace("SEAL", "c0ffee");
        assertThat(content().replaceAll("\"[0-9a-f]{64}\"", "\"c0ffee\"")).isEqualTo(expected);
        assertThat(identity.read()).contains(written);
        assertThat(written.namespaces().get("default"))
                .isEqualTo(new Location.Holder("catalog-1", "events, system 7", "epoch-a", Samples.NOW));
    }

    @Test
    void nobodyOwnsALocationBeforeItIsClaimed() {
        assertThat(identity.read()).isEmpty();
        assertThat(identity.holder("default")).isEmpty();
        assertThatThrownBy(() -> identity.check("default", "catalog-1", Set.of("epoch-a")))
                .hasMessageContaining("nobody owns this namespace there")
                .hasMessageContaining("archiver init");
        assertThatThrownBy(() -> identity.raise("default", "catalog-1", Set.of("epoch-a"), "epoch-b"))
                .hasMessageContaining("nobody owns this namespace there; nothing was changed");
        assertThat(store.get(LocationIdentity.KEY)).isEmpty();
    }

    @Test
    void claimingAgainChangesNothing() {
        Location first = identity.claim("default", "catalog-1", "events", "epoch-a");
        String before = content();

        assertThat(identity.claim("default", "catalog-1", "events", "epoch-a")).isEqualTo(first);
        assertThat(content()).isEqualTo(before);
    }

    @Test
    void refusesANamespaceThatAnotherCatalogueHolds() {
        identity.claim("default", "catalog-1", "events, system 7", "epoch-a");

        for (Callable<?> attempt : List.<Callable<?>>of(
                () -> identity.claim("default", "catalog-2", "other", "epoch-a"),
                () -> identity.raise("default", "catalog-2", Set.of("epoch-a"), "epoch-b"),
                () -> identity.check("default", "catalog-2", Set.of("epoch-a")))) {
            assertThatThrownBy(attempt::call)
                    .isInstanceOfSatisfying(FirnException.class, e -> assertThat(e.category())
                            .isEqualTo(FirnException.Category.REFUSED))
                    .hasMessageContaining("since 2025-03-01T10:00:00Z it belongs to catalogue catalog-1 of database"
                            + " events, system 7; nothing was changed")
                    .hasMessageContaining("--take-over");
        }
    }

    @Test
    void refusesToClaimAnArchiveOfUnknownOwner() {
        store.putIfAbsent(Samples.LAYOUT.manifestKey(Samples.WEEK, 1), new byte[] {1});

        assertThatThrownBy(() -> identity.claim("default", "catalog-1", "events", "epoch-a"))
                .hasMessageContaining(
                        "1 objects of its archive lie there, but 'firn.json' does not say whose they are");
        identity.claim("defaul", "catalog-1", "events", "epoch-a");
        identity.takeOver("default", "catalog-1", "events", "epoch-a");
        assertThat(identity.check("default", "catalog-1", Set.of("epoch-a"))).isEqualTo("epoch-a");
    }

    @Test
    void raisesOnlyFromAnEpochThatTheCatalogueKnows() {
        identity.claim("default", "catalog-1", "events", "a");

        identity.raise("default", "catalog-1", Set.of("z", "a"), "b");
        assertThatThrownBy(() -> identity.raise("default", "catalog-1", Set.of("a"), "c"))
                .hasMessageContaining("the archive has moved on without this database");
        assertThat(identity.raise("default", "catalog-1", Set.of("a"), "b")
                        .namespaces()
                        .get("default")
                        .epoch())
                .as("an earlier call got through unseen")
                .isEqualTo("b");
        assertThat(identity.check("default", "catalog-1", Set.of("b", "c"))).isEqualTo("b");
        assertThatThrownBy(() -> identity.check("default", "catalog-1", Set.of("a")))
                .hasMessageContaining("it stands at an epoch that the catalogue here never knew");
    }

    @Test
    void takingOverTwiceChangesNothingMore() {
        identity.claim("default", "catalog-1", "events", "a");
        Location taken = identity.takeOver("default", "catalog-2", "restored", "b");
        String before = content();

        assertThat(identity.takeOver("default", "catalog-2", "restored", "b")).isEqualTo(taken);
        assertThat(content()).isEqualTo(before);
        assertThat(taken.locationId()).isEqualTo("location-1");
    }

    @Test
    void namespacesThatRaiseAtTheSameTimeLoseNothing() throws Exception {
        int namespaces = 4;
        int raises = 8;
        ExecutorService threads = Executors.newFixedThreadPool(namespaces);
        try {
            List<Future<Void>> running = new ArrayList<>();
            for (int i = 0; i < namespaces; i++) {
                String name = "namespace-" + i;
                running.add(threads.submit(() -> {
                    identity.claim(name, "catalog-" + name, "events", "0");
                    for (int raise = 0; raise < raises; raise++) {
                        identity.raise(name, "catalog-" + name, Set.of("" + raise), "" + (raise + 1));
                    }
                    return null;
                }));
            }
            for (Future<Void> each : running) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }

        Location location = identity.read().orElseThrow();
        assertThat(location.namespaces()).hasSize(namespaces);
        assertThat(location.namespaces().values())
                .extracting(Location.Holder::epoch)
                .containsOnly("" + raises);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"formatVersion\": 2}",
                "{\"formatVersion\": 1, \"locationId\": \"x\", \"namespaces\": {}}",
                "{\"formatVersion\": 1, \"locationId\": \"x\", \"namespaces\": {}, \"contentSha256\": \"00\"}"
            })
    void refusesAFileThatItDidNotWrite(String content) {
        store.putIfAbsent(LocationIdentity.KEY, content.getBytes(UTF_8));

        assertThatThrownBy(() -> identity.claim("default", "catalog-1", "events", "a"))
                .isInstanceOfSatisfying(
                        FirnException.class, e -> assertThat(e.category()).isEqualTo(FirnException.Category.DATA))
                .hasMessageContaining("reading who owns this location, from 'firn.json': ")
                .hasMessageContaining("nothing was changed");
        assertThat(content()).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoch", "catalogId", "database", "since"})
    void refusesAnEntryWithoutOneOfItsFields(String field) {
        identity.claim("default", "catalog-1", "events", "a");
        ObjectNode json = StrictJson.parse(content().getBytes(UTF_8));
        ((ObjectNode) json.get("namespaces").get("default")).remove(field);
        store.delete(LocationIdentity.KEY);
        store.putIfAbsent(LocationIdentity.KEY, StrictJson.write(StrictJson.seal(json)));

        assertThatThrownBy(identity::read).hasMessageContaining("namespaces.default.%s: is missing", field);
    }
}
