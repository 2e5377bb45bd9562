package dev.firn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException.Category;
import dev.firn.store.S3Settings.Checksums;
import dev.firn.store.S3Settings.Encryption;
import dev.firn.store.S3Settings.Writing;
import dev.firn.testing.Brake;
import dev.firn.testing.FaultyHttp;
import dev.firn.testing.FaultyHttp.Fault;
import dev.firn.testing.RequestClass;
import dev.firn.testing.S3Server;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A long object by several requests at a time: in order, of one version, and no more of it in memory than is allowed. */
class S3StreamIT {

    private static final int PART = 5 << 20;
    private static final int PARTS = 8;
    private static final byte[] LONG = ObjectStoreContract.bytes((PARTS - 1) * PART + 1234, 5);
    private static final String KEY = "long";

    private static S3Server server;
    private static FaultyHttp proxy;

    @BeforeAll
    static void start() {
        server = S3Server.start();
        proxy = FaultyHttp.before(server);
        try (ObjectStore store = open(4)) {
            put(store, LONG);
        }
    }

    @AfterAll
    static void stop() {
        proxy.close();
        server.close();
    }

    @AfterEach
    void heal() {
        proxy.heal();
        proxy.resetCounts();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 64})
    void allBytesComeInOrder(int parallel) throws IOException {
        try (ObjectStore store = open(parallel);
                InputStream in = store.stream(KEY, 17, LONG.length - 17)) {
            byte[] first = in.readNBytes(3 * PART);
            byte[] rest = in.readAllBytes();

            assertThat(first).isEqualTo(Arrays.copyOfRange(LONG, 17, 17 + first.length));
            assertThat(rest).isEqualTo(Arrays.copyOfRange(LONG, 17 + first.length, LONG.length));
            assertThat(in.read()).isEqualTo(-1);
        }
        assertThat(proxy.requests(RequestClass.GET_RANGE)).isEqualTo(PARTS);
        assertThat(proxy.bytesFromStore(RequestClass.GET_RANGE)).isEqualTo(LONG.length - 17);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void neverMorePartsAreOnTheirWayOrInMemoryThanIsAllowed(int parallel) throws IOException {
        // So that one too many would be seen beside the others, instead of after one of them.
        proxy.slowDown(new Brake(Duration.ofMillis(20), 80_000_000));
        try (ObjectStore store = open(parallel);
                InputStream in = store.stream(KEY, 0, LONG.length)) {
            byte[] some = new byte[1 << 16];
            long used = 0;
            for (int read = in.read(some); read > 0; read = in.read(some)) {
                used += read;
                assertThat(proxy.bytesFromStore(RequestClass.GET_RANGE) - used)
                        .as("bytes that came from the store, and nobody has read yet")
                        .isLessThanOrEqualTo((long) parallel * PART);
            }
            assertThat(used).isEqualTo(LONG.length);
        }
        assertThat(proxy.mostAtOnce(RequestClass.GET_RANGE)).isLessThanOrEqualTo(parallel);
    }

    @Test
    void severalPartsAreOnTheirWayAtTheSameTime() throws IOException {
        CountDownLatch together = new CountDownLatch(3);
        AtomicInteger alone = new AtomicInteger();
        for (int request = 2; request <= 4; request++) {
            proxy.beforeNth(RequestClass.GET_RANGE, request, () -> {
                together.countDown();
                if (!await(together)) {
                    alone.incrementAndGet();
                }
            });
        }

        try (ObjectStore store = open(4);
                InputStream in = store.stream(KEY, 0, LONG.length)) {
            assertThat(in.readAllBytes()).isEqualTo(LONG);
        }

        assertThat(alone).as("requests that no other one was beside").hasValue(0);
    }

    @Test
    void allReadersTogetherFetchNoMoreAheadThanIsAllowed() throws IOException {
        try (ObjectStore store = open(4);
                InputStream idle = store.stream(KEY, 0, LONG.length)) {
            try (InputStream in = store.stream(KEY, 0, LONG.length)) {
                assertThat(in.readAllBytes()).isEqualTo(LONG);
            }
            assertThat(proxy.requests(RequestClass.GET_RANGE))
                    .as("one and three ahead for who does not read on, one at a time for the other")
                    .isBetween((long) PARTS + 1, (long) PARTS + 4);

            assertThat(idle.readAllBytes()).isEqualTo(LONG);
        }
        assertThat(proxy.requests(RequestClass.GET_RANGE)).isEqualTo(2L * PARTS);
    }

    @Test
    void whoStopsReadingLeavesItsPlacesToOthers() throws IOException {
        CountDownLatch together = new CountDownLatch(3);
        AtomicInteger alone = new AtomicInteger();
        try (ObjectStore store = open(4)) {
            for (int given = 0; given < 5; given++) {
                try (InputStream in = store.stream(KEY, 0, LONG.length)) {
                    assertThat(in.read()).isEqualTo(LONG[0] & 0xff);
                }
            }
            // Only once what nobody wants any more has ended are all places free.
            long requests;
            do {
                requests = proxy.requests(RequestClass.GET_RANGE);
                try (InputStream in = store.stream(KEY, 0, LONG.length)) {
                    assertThat(in.readAllBytes()).isEqualTo(LONG);
                }
            } while (proxy.requests(RequestClass.GET_RANGE) - requests != PARTS);
            for (int request = 2; request <= 4; request++) {
                proxy.beforeNth(RequestClass.GET_RANGE, request, () -> {
                    together.countDown();
                    if (!await(together)) {
                        alone.incrementAndGet();
                    }
                });
            }

            try (InputStream in = store.stream(KEY, 0, LONG.length)) {
                assertThat(in.readAllBytes()).isEqualTo(LONG);
            }
        }
        assertThat(alone).as("requests that no other one was beside").hasValue(0);
    }

    @ParameterizedTest
    @EnumSource
    void aPartThatFailsOnceIsFetchedAgain(Fault fault) throws IOException {
        for (int request : new int[] {1, 3}) {
            proxy.failNth(RequestClass.GET_RANGE, request, fault);

            try (ObjectStore store = open(4);
                    InputStream in = store.stream(KEY, 0, LONG.length)) {
                assertThat(in.readAllBytes()).isEqualTo(LONG);
            }
            proxy.heal();
        }
    }

    @Test
    void aPartThatGoesOnFailingIsToldWhenItsTurnComes() throws IOException {
        try (ObjectStore store = open(4);
                InputStream in = store.stream(KEY, 0, LONG.length)) {
            proxy.failAll(RequestClass.GET_RANGE, Fault.ERROR_500);

            assertThatThrownBy(in::readAllBytes)
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.category()).isEqualTo(Category.PASSING))
                    .hasMessageContaining("reading 'long' from ")
                    .hasMessageContaining("HINT: ");
        }
    }

    @Test
    void partsOfTwoVersionsAreNeverPutTogether() throws IOException {
        try (ObjectStore store = open(1);
                ObjectStore other = open(4)) {
            try (InputStream in = store.stream(KEY, 0, LONG.length)) {
                assertThat(in.read()).isEqualTo(LONG[0] & 0xff);
                other.delete(KEY);
                put(other, ObjectStoreContract.bytes(LONG.length, 6));

                assertThatThrownBy(in::readAllBytes)
                        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.category())
                                .isEqualTo(Category.DATA))
                        .hasMessageContaining("reading 'long': it was replaced while it was read");
            } finally {
                other.delete(KEY);
                put(other, LONG);
            }
        }
    }

    @Test
    void anObjectThatEndsTooEarlyIsNamed() throws IOException {
        try (ObjectStore store = open(4);
                InputStream in = store.stream(KEY, 0, LONG.length + 1)) {
            assertThatThrownBy(in::readAllBytes)
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.category()).isEqualTo(Category.DATA))
                    .hasMessageContaining("of 'long': the object ends before");
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static ObjectStore open(int parallel) {
        S3Settings given = server.settings("archive", proxy.endpoint());
        return Stores.open(new S3Settings(
                given.bucket(),
                given.prefix(),
                given.endpoint(),
                given.accessKey(),
                new Writing(new Encryption.BucketDefault(), Optional.empty(), Checksums.WHEN_REQUIRED, PART, parallel),
                given.patience()));
    }

    private static void put(ObjectStore store, byte[] content) {
        try (Upload upload = store.create(KEY)) {
            upload.write(content);
            assertThat(upload.commit()).isEqualTo(Content.of(content));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
