package dev.firn.store;

import static dev.firn.store.ObjectStoreContract.PART;
import static dev.firn.store.ObjectStoreContract.bytes;
import static dev.firn.store.ObjectStoreContract.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.store.S3Settings.Checksums;
import dev.firn.store.S3Settings.Encryption;
import dev.firn.store.S3Settings.Patience;
import dev.firn.store.S3Settings.Writing;
import dev.firn.testing.FaultyHttp;
import dev.firn.testing.FaultyHttp.Fault;
import dev.firn.testing.RequestClass;
import dev.firn.testing.S3Server;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Every class of request x every way to fail: the contract holds, or the error says what is true. */
class S3StoreFaultIT {

    private static final AtomicInteger LOCATIONS = new AtomicInteger();
    private static final byte[] LARGE = bytes(PART + 1000, 1);
    private static final byte[] SMALL = bytes(2000, 2);

    /** How many requests of each class all of it takes when nothing fails. */
    private static final Map<RequestClass, Integer> USUAL = new EnumMap<>(RequestClass.class);

    private static S3Server server;
    private static FaultyHttp proxy;

    private String location;
    private ObjectStore store;
    private ObjectStore undisturbed;

    @BeforeAll
    static void start() {
        server = S3Server.start();
        proxy = FaultyHttp.before(server);
    }

    @AfterAll
    static void stop() {
        proxy.close();
        server.close();
    }

    @BeforeEach
    void openStores() {
        location = "location-" + LOCATIONS.incrementAndGet();
        store = open(Duration.ofSeconds(20));
        undisturbed = Stores.open(server.settings(location));
    }

    @AfterEach
    void closeStores() {
        proxy.heal();
        store.close();
        undisturbed.close();
    }

    private ObjectStore open(Duration requestTimeout) {
        S3Settings given = server.settings(location, proxy.endpoint());
        return Stores.open(new S3Settings(
                given.bucket(),
                location,
                given.endpoint(),
                given.accessKey(),
                new Writing(new Encryption.BucketDefault(), Optional.empty(), Checksums.WHEN_REQUIRED, PART, 2),
                new Patience(
                        3,
                        Duration.ofMillis(2),
                        Duration.ofMillis(10),
                        Duration.ofSeconds(5),
                        requestTimeout,
                        requestTimeout)));
    }

    static Stream<Arguments> allClassesAndFaults() {
        return Stream.of(RequestClass.values())
                .filter(requests -> requests != RequestClass.OTHER)
                .flatMap(requests -> Stream.of(Fault.values()).map(fault -> Arguments.of(requests, fault)));
    }

    /** One use of everything; each piece fails alone. */
    private List<Runnable> everything() {
        return List.of(
                () -> assertThat(commit("large", LARGE)).isEqualTo(Content.of(LARGE)),
                () -> assertThat(commit("small", SMALL)).isEqualTo(Content.of(SMALL)),
                this::discard,
                () -> assertThat(store.putIfAbsent("put", text("first"))).isTrue(),
                () -> assertThat(store.putIfAbsent("put", text("second"))).isFalse(),
                () -> assertThat(store.putIfAbsent("fence", text("one"))).isTrue(),
                this::replaceTwice,
                () -> assertThat(store.get("small").orElseThrow().content()).isEqualTo(SMALL),
                this::readPieces,
                () -> store.copy("large", "data/large", Content.of(LARGE)),
                () -> store.copy("small", "data/small", Content.of(SMALL)),
                () -> assertThat(store.readBack("data/large")).contains(Content.of(LARGE)),
                () -> assertThat(keys()).contains("data/large", "data/small", "fence", "large", "put", "small"),
                () -> assertThat(store.pendingUploads("")).isEmpty(),
                () -> store.delete("small"));
    }

    private Content commit(String key, byte[] content) {
        try (Upload upload = store.create(key)) {
            upload.write(content);
            return upload.commit();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void discard() {
        try (Upload upload = store.create("discarded")) {
            upload.write(LARGE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void replaceTwice() {
        String first = store.get("fence").orElseThrow().version();
        assertThat(store.replace("fence", text("two"), first)).isTrue();
        assertThat(store.replace("fence", text("stale"), first)).isFalse();
        assertThat(store.replace(
                        "fence", text("three"), store.get("fence").orElseThrow().version()))
                .isTrue();
        assertThat(store.get("fence").orElseThrow().content()).isEqualTo(text("three"));
    }

    private void readPieces() {
        byte[] into = new byte[PART];
        store.read("large", 900, into, 0, PART);
        assertThat(into).isEqualTo(Arrays.copyOfRange(LARGE, 900, 900 + PART));
        try (InputStream in = store.stream("large", 5, LARGE.length - 5)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(LARGE, 5, LARGE.length));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> keys() {
        List<String> keys = new ArrayList<>();
        store.list("", found -> keys.add(found.key()));
        return keys;
    }

    @ParameterizedTest
    @MethodSource("allClassesAndFaults")
    void oneFailureOfAnyRequestIsNotNoticed(RequestClass requests, Fault fault) {
        for (int n : new TreeSet<>(List.of(1, requestsOfEverything(requests)))) {
            closeStores();
            openStores();
            if (fault == Fault.NO_ANSWER) {
                store.close();
                store = open(Duration.ofSeconds(1));
            }
            proxy.failNth(requests, n, fault);
            everything().forEach(Runnable::run);
            proxy.heal();

            assertThat(undisturbed.pendingUploads("")).as("request %d", n).isEmpty();
            discardAll();
        }
    }

    private int requestsOfEverything(RequestClass requests) {
        if (USUAL.isEmpty()) {
            proxy.resetCounts();
            everything().forEach(Runnable::run);
            Stream.of(RequestClass.values()).forEach(one -> USUAL.put(one, (int) proxy.requests(one)));
            discardAll();
        }
        int count = USUAL.get(requests);
        assertThat(count).as("requests of this class").isPositive();
        return count;
    }

    private void discardAll() {
        undisturbed.list("", found -> undisturbed.delete(found.key()));
        undisturbed.pendingUploads("").forEach(undisturbed::abort);
    }

    @ParameterizedTest
    @MethodSource("allClassesAndFaults")
    void aLastingFailureIsToldAndLeavesNothingHalfDone(RequestClass requests, Fault fault) {
        if (fault == Fault.NO_ANSWER) {
            store.close();
            store = open(Duration.ofMillis(300));
        }
        int worked = 0;
        proxy.failAll(requests, fault);
        for (Runnable one : everything()) {
            try {
                one.run();
                worked++;
            } catch (StoreException e) {
                assertThat(e.getMessage())
                        .startsWith("s3://firn-test/" + location + ": ")
                        .contains("\nHINT: ");
            } catch (NoSuchElementException | AssertionError e) {
                // A piece that builds on one that failed.
                assertThat(worked).isLessThan(everything().size());
            }
        }
        proxy.heal();

        assertThat(undisturbed.head("discarded")).isEmpty();
        for (String key : List.of("large", "data/large")) {
            undisturbed.readBack(key).ifPresent(found -> assertThat(found).isEqualTo(Content.of(LARGE)));
        }
        for (String key : List.of("small", "data/small")) {
            undisturbed.readBack(key).ifPresent(found -> assertThat(found).isEqualTo(Content.of(SMALL)));
        }
        undisturbed.get("put").ifPresent(found -> assertThat(found.content()).isIn(text("first"), text("second")));
        // Of a request that got no answer in such a short time nobody knows whether it was carried out, and when.
        if (requests != RequestClass.ABORT_MULTIPART && fault != Fault.NO_ANSWER) {
            assertThat(undisturbed.pendingUploads("")).isEmpty();
        }
        discardAll();
    }

    @Test
    void anAnswerThatIsLostAndCannotBeLookedForIsUnknown() {
        proxy.failAll(RequestClass.PUT_OBJECT, Fault.LOST_ANSWER);
        proxy.failAll(RequestClass.HEAD_OBJECT, Fault.ERROR_500);
        assertThatThrownBy(() -> store.putIfAbsent("put", text("mine")))
                .isInstanceOf(UnknownOutcomeException.class)
                .hasMessageContaining("whether the store carried it out is not known");
        proxy.heal();
        assertThat(undisturbed.get("put").orElseThrow().content()).isEqualTo(text("mine"));
        assertThat(store.putIfAbsent("put", text("mine"))).isFalse();
    }

    @Test
    void aLostCompletionThatCannotBeLookedForIsUnknownAndStays() {
        proxy.failAll(RequestClass.COMPLETE_MULTIPART, Fault.LOST_ANSWER);
        proxy.failAll(RequestClass.HEAD_OBJECT, Fault.ERROR_500);
        assertThatThrownBy(() -> commit("large", LARGE)).isInstanceOf(StoreException.class);
        proxy.heal();
        assertThat(undisturbed.readBack("large")).contains(Content.of(LARGE));
        assertThat(undisturbed.pendingUploads("")).isEmpty();
    }

    @Test
    void whatAnotherWroteBetweenTwoAttemptsIsNotTakenForOnesOwn() {
        proxy.failNth(RequestClass.PUT_OBJECT, 1, Fault.ERROR_500);
        proxy.beforeNth(RequestClass.PUT_OBJECT, 2, () -> undisturbed.putIfAbsent("put", text("the same")));
        assertThat(store.putIfAbsent("put", text("the same"))).isFalse();
    }

    @Test
    void whatAnotherCompletedBetweenTwoAttemptsIsNotTakenForOnesOwn() {
        proxy.failNth(RequestClass.COMPLETE_MULTIPART, 1, Fault.ERROR_500);
        proxy.beforeNth(RequestClass.COMPLETE_MULTIPART, 2, () -> undisturbed.putIfAbsent("large", text("other")));
        assertThatThrownBy(() -> commit("large", LARGE)).hasMessageContaining("taken by another write");
        assertThat(undisturbed.get("large").orElseThrow().content()).isEqualTo(text("other"));
        assertThat(undisturbed.pendingUploads("")).isEmpty();
    }

    @Test
    void aReplacementOvertakenBetweenReadingAndWritingLoses() {
        store.putIfAbsent("fence", text("one"));
        String seen = store.get("fence").orElseThrow().version();
        // The first request marks the object as one that is replaced, the second makes the successor.
        proxy.beforeNth(RequestClass.PUT_OBJECT, 2, () -> assertThat(undisturbed.replace("fence", text("theirs"), seen))
                .isTrue());
        assertThat(store.replace("fence", text("mine"), seen)).isFalse();
        assertThat(undisturbed.get("fence").orElseThrow().content()).isEqualTo(text("theirs"));
    }

    @Test
    void aReplacementThatSleptThroughManyOthersDoesNotClaimToHaveWon() {
        store.putIfAbsent("fence", text("one"));
        String seen = store.get("fence").orElseThrow().version();
        proxy.beforeNth(RequestClass.PUT_OBJECT, 2, () -> {
            for (int i = 0; i < 40; i++) {
                String version = undisturbed.get("fence").orElseThrow().version();
                assertThat(undisturbed.replace("fence", text("other " + i), version))
                        .isTrue();
            }
        });
        assertThatThrownBy(() -> store.replace("fence", text("mine"), seen))
                .isInstanceOf(UnknownOutcomeException.class);
        assertThat(undisturbed.get("fence").orElseThrow().content()).isEqualTo(text("other 39"));
    }

    @Test
    void anObjectReplacedWhileItIsReadIsNotMixed() throws IOException {
        commit("large", LARGE);
        proxy.failNth(RequestClass.GET_RANGE, 1, Fault.CUT_ANSWER);
        try (S3Client behind = server.client()) {
            // At once: several requests for it are on their way, and none of them is to find it gone.
            proxy.beforeNth(
                    RequestClass.GET_RANGE,
                    2,
                    () -> behind.putObject(
                            put -> put.bucket(server.bucket()).key(location + "/large"),
                            RequestBody.fromBytes(bytes(LARGE.length, 99))));
            try (InputStream in = store.stream("large", 0, LARGE.length)) {
                assertThatThrownBy(in::readAllBytes)
                        .hasMessageContaining("reading 'large': it was replaced while it was read");
            }
        }
    }

    @Test
    void aCopyThatAnotherMadeMeanwhileIsLookedInto() {
        commit("small", SMALL);
        proxy.failNth(RequestClass.COPY_OBJECT, 1, Fault.ERROR_500);
        proxy.beforeNth(RequestClass.COPY_OBJECT, 1, () -> undisturbed.putIfAbsent("data/small", text("other")));
        assertThatThrownBy(() -> store.copy("small", "data/small", Content.of(SMALL)))
                .hasMessageContaining("it was left alone");
        assertThat(undisturbed.get("data/small").orElseThrow().content()).isEqualTo(text("other"));
    }

    @Test
    void anUploadWhoseSourceFailsIsNeverCompleted() {
        assertThatThrownBy(() -> {
                    try (Upload upload = store.create("large")) {
                        upload.write(LARGE);
                        throw new IOException("the source failed");
                    }
                })
                .hasMessage("the source failed");
        assertThat(undisturbed.head("large")).isEmpty();
        assertThat(undisturbed.pendingUploads("")).isEmpty();
    }
}
