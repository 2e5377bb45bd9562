package dev.firn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException.Category;
import dev.firn.store.ObjectStore.ObjectInfo;
import dev.firn.store.ObjectStore.PendingUpload;
import dev.firn.store.ObjectStore.Versioned;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store promises. */
abstract class ObjectStoreContract {

    static final int PART = 5 << 20;
    private static final int RACERS = 24;

    ObjectStore store;

    /** A store over a location with nothing in it; another call gives another store over the same location. */
    abstract ObjectStore open();

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    Content write(String key, byte[] content) {
        try (Upload upload = store.create(key)) {
            upload.write(content);
            return upload.commit();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    byte[] read(String key, int length) {
        byte[] into = new byte[length];
        store.read(key, 0, into, 0, length);
        return into;
    }

    List<String> keys(String prefix) {
        List<String> keys = new ArrayList<>();
        store.list(prefix, found -> keys.add(found.key()));
        return keys;
    }

    static int[] sizes() {
        return new int[] {0, 1, 70_000, PART - 1, PART, PART + 1, 3 * PART, 3 * PART + 17};
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void whatIsCommittedIsReadBackByteForByte(int size) {
        byte[] content = bytes(size, size);

        Content written = write("data/object", content);

        assertThat(written).isEqualTo(Content.of(content));
        assertThat(read("data/object", size)).isEqualTo(content);
        assertThat(store.head("data/object").orElseThrow().size()).isEqualTo(size);
        assertThat(store.readBack("data/object")).contains(written);
        assertThat(store.pendingUploads("")).isEmpty();
    }

    @Test
    void aListingShowsNothingOfObjectsThatAreStillBeingWritten() throws Exception {
        List<String> written = IntStream.range(0, 300)
                .mapToObj("manifests/%03d.json"::formatted)
                .toList();
        ExecutorService writers = Executors.newFixedThreadPool(8);
        try {
            List<Future<Boolean>> writing = written.stream()
                    .map(key -> writers.submit(() -> store.putIfAbsent(key, bytes(1 << 20, 1))))
                    .toList();
            while (!writing.stream().allMatch(Future::isDone)) {
                assertThat(written).containsAll(keys("manifests/"));
            }
            for (Future<Boolean> one : writing) {
                one.get();
            }
        } finally {
            writers.shutdownNow();
        }
        assertThat(keys("manifests/")).isEqualTo(written);
    }

    @Test
    void writesOfAllSizesEndUpInOrder() throws IOException {
        byte[] content = bytes(PART + 300_000, 7);
        try (Upload upload = store.create("object")) {
            Random random = new Random(7);
            int at = 0;
            while (at < content.length) {
                int length = Math.min(content.length - at, random.nextInt(200_000));
                if (length == 1) {
                    upload.write(content[at]);
                } else {
                    upload.write(content, at, length);
                }
                at += length;
                assertThat(upload.position()).isEqualTo(at);
            }
            assertThat(upload.commit()).isEqualTo(Content.of(content));
        }
        assertThat(read("object", content.length)).isEqualTo(content);
    }

    @Test
    void piecesAreOfOneVersionOrReadingFails() throws IOException {
        assertThat(store.pieces("object")).isEmpty();
        write("object", bytes(1_000, 1));
        byte[] into = new byte[20];
        try (ObjectStore.Pieces pieces = store.pieces("object").orElseThrow()) {
            assertThat(pieces.size()).isEqualTo(1_000);
            pieces.read(500, into, 10, 10);
            assertThat(Arrays.copyOfRange(into, 10, 20)).isEqualTo(Arrays.copyOfRange(bytes(1_000, 1), 500, 510));
            assertThatThrownBy(() -> pieces.read(995, into, 0, 10)).isInstanceOf(StoreException.class);

            store.delete("object");
            write("object", bytes(1_000, 2));

            try {
                pieces.read(500, into, 10, 10);
                assertThat(Arrays.copyOfRange(into, 10, 20))
                        .as("where the first version can still be read")
                        .isEqualTo(Arrays.copyOfRange(bytes(1_000, 1), 500, 510));
            } catch (StoreException e) {
                assertThat(e).hasMessageContaining("it was replaced while it was read");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, PART + 1})
    void nothingIsVisibleBeforeTheCommit(int size) throws IOException {
        try (Upload upload = store.create("object")) {
            upload.write(bytes(size, 1));
            assertThat(store.head("object")).isEmpty();
            assertThat(store.get("object")).isEmpty();
            assertThat(keys("")).isEmpty();
            upload.commit();
            assertThat(keys("")).containsExactly("object");
        }
        assertThat(keys("")).containsExactly("object");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000, 2 * PART + 1})
    void closingWithoutCommitLeavesNothing(int size) throws IOException {
        try (Upload upload = store.create("some/where/object")) {
            upload.write(bytes(size, 1));
        }
        assertThat(keys("")).isEmpty();
        assertThat(store.pendingUploads("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, PART + 10})
    void refusesToCommitOverAnObjectThatIsThere(int size) throws IOException {
        byte[] first = bytes(size, 1);
        write("object", first);

        try (Upload second = store.create("object")) {
            second.write(bytes(size, 2));
            assertThatThrownBy(second::commit)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("'object': the key was taken by another write, which was left alone");
        }

        assertThat(read("object", size)).isEqualTo(first);
        assertThat(store.pendingUploads("")).isEmpty();
    }

    @Test
    void nothingIsWrittenAfterTheCommit() throws IOException {
        try (Upload upload = store.create("object")) {
            upload.write(1);
            upload.commit();
            assertThatThrownBy(() -> upload.write(2)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(upload::commit).isInstanceOf(IllegalStateException.class);
        }
        assertThat(read("object", 1)).containsExactly(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, PART + 10})
    void exactlyOneOfManyCommitsWins(int size) throws Exception {
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < (size < PART ? RACERS : 8); i++) {
            contents.add(bytes(size, i));
        }

        List<Boolean> won = race(contents.stream()
                .map(content -> (Callable<Boolean>) () -> {
                    try (ObjectStore mine = open();
                            Upload upload = mine.create("object")) {
                        upload.write(content);
                        upload.commit();
                        return true;
                    } catch (StoreException e) {
                        assertThat(e).hasMessageContaining("taken by another write");
                        return false;
                    }
                })
                .toList());

        assertThat(won).containsOnlyOnce(true);
        assertThat(read("object", size)).isEqualTo(contents.get(won.indexOf(true)));
        assertThat(store.pendingUploads("")).isEmpty();
    }

    @Test
    void exactlyOneOfManyPutsWins() throws Exception {
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < RACERS; i++) {
            contents.add(text("content " + i));
        }

        List<Boolean> won = race(contents.stream()
                .map(content -> (Callable<Boolean>) () -> store.putIfAbsent("object", content))
                .toList());

        assertThat(won).containsOnlyOnce(true);
        assertThat(store.get("object").orElseThrow().content()).isEqualTo(contents.get(won.indexOf(true)));
    }

    @Test
    void exactlyOneOfManyReplacementsWinsEachRound() throws Exception {
        assertThat(store.putIfAbsent("fence.json", text("round 0"))).isTrue();
        for (int round = 1; round <= 5; round++) {
            Versioned before = store.get("fence.json").orElseThrow();
            List<byte[]> contents = new ArrayList<>();
            for (int i = 0; i < RACERS; i++) {
                contents.add(text("round %d of %d %s".formatted(round, i, UUID.randomUUID())));
            }

            List<Boolean> won = race(contents.stream()
                    .map(content -> (Callable<Boolean>) () -> store.replace("fence.json", content, before.version()))
                    .toList());

            assertThat(won).as("round %d", round).containsOnlyOnce(true);
            Versioned after = store.get("fence.json").orElseThrow();
            assertThat(after.content()).isEqualTo(contents.get(won.indexOf(true)));
            assertThat(after.version()).isNotEqualTo(before.version());
        }
        assertThat(keys("")).containsExactly("fence.json");
    }

    static <T> List<T> race(List<Callable<T>> racers) throws Exception {
        CyclicBarrier line = new CyclicBarrier(racers.size());
        ExecutorService threads = Executors.newFixedThreadPool(racers.size());
        try {
            List<Future<T>> running = new ArrayList<>();
            for (Callable<T> racer : racers) {
                running.add(threads.submit(() -> {
                    line.await();
                    return racer.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> one : running) {
                results.add(one.get());
            }
            return results;
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void putsOnlyWhereNothingIs() {
        assertThat(store.putIfAbsent("a/b.json", text("first"))).isTrue();
        assertThat(store.putIfAbsent("a/b.json", text("second"))).isFalse();
        assertThat(store.putIfAbsent("a/b.json", text("first"))).isFalse();
        assertThat(store.get("a/b.json").orElseThrow().content()).isEqualTo(text("first"));
    }

    @Test
    void replacesOnlyTheVersionThatWasSeen() {
        store.putIfAbsent("a/b.json", text("one"));
        String first = store.get("a/b.json").orElseThrow().version();

        assertThat(store.replace("a/b.json", text("two"), first)).isTrue();
        assertThat(store.replace("a/b.json", text("three"), first)).isFalse();
        String second = store.get("a/b.json").orElseThrow().version();
        assertThat(store.replace("a/b.json", text("three"), second)).isTrue();

        assertThat(store.get("a/b.json").orElseThrow().content()).isEqualTo(text("three"));
        assertThat(store.replace("nothing.json", text("x"), first)).isFalse();
        assertThat(store.get("nothing.json")).isEmpty();
        assertThat(store.putIfAbsent("a/b.json", text("four"))).isFalse();
    }

    @Test
    void anObjectThatWasReplacedAndDeletedStartsAnew() {
        store.putIfAbsent("b.json", text("one"));
        String first = store.get("b.json").orElseThrow().version();
        store.replace("b.json", text("two"), first);
        String second = store.get("b.json").orElseThrow().version();

        store.delete("b.json");

        assertThat(store.get("b.json")).isEmpty();
        assertThat(store.replace("b.json", text("three"), second)).isFalse();
        assertThat(store.putIfAbsent("b.json", text("new"))).isTrue();
        assertThat(store.get("b.json").orElseThrow().content()).isEqualTo(text("new"));
        assertThat(store.replace("b.json", text("three"), second)).isFalse();
        String anew = store.get("b.json").orElseThrow().version();
        assertThat(store.replace("b.json", text("newer"), anew)).isTrue();
        assertThat(store.get("b.json").orElseThrow().content()).isEqualTo(text("newer"));
    }

    @Test
    void manyReplacementsLeaveOneObject() {
        store.putIfAbsent("b.json", text("0"));
        for (int i = 1; i <= 40; i++) {
            assertThat(store.replace(
                            "b.json",
                            text("" + i),
                            store.get("b.json").orElseThrow().version()))
                    .isTrue();
        }
        assertThat(store.get("b.json").orElseThrow().content()).isEqualTo(text("40"));
        assertThat(keys("")).containsExactly("b.json");
    }

    @Test
    void readsPiecesExactly() throws IOException {
        byte[] content = bytes(100_000, 3);
        write("object", content);

        byte[] into = new byte[30];
        store.read("object", 99_990, into, 5, 10);
        assertThat(Arrays.copyOfRange(into, 5, 15)).isEqualTo(Arrays.copyOfRange(content, 99_990, 100_000));
        assertThat(into[4]).isZero();
        assertThat(into[15]).isZero();

        try (InputStream in = store.stream("object", 12_345, 54_321)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 12_345, 12_345 + 54_321));
            assertThat(in.read()).isEqualTo(-1);
        }
        try (InputStream in = store.stream("object", 5, 100)) {
            assertThat(in.read()).isEqualTo(content[5] & 0xff);
        }
    }

    @Test
    void refusesToReadBeyondTheEnd() {
        write("object", bytes(100, 3));
        byte[] into = new byte[200];

        assertThatThrownBy(() -> store.read("object", 50, into, 0, 51))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("reading 51 bytes from 50 on of 'object': the object ends before");
        assertThatThrownBy(() -> store.read("object", 100, into, 0, 1)).hasMessageContaining("the object ends before");
        assertThatThrownBy(() -> store.read("object", 1000, into, 0, 1)).hasMessageContaining("the object ends before");
        assertThatThrownBy(() -> {
                    try (InputStream in = store.stream("object", 0, 101)) {
                        in.readAllBytes();
                    }
                })
                .hasMessageContaining("the object ends before");
    }

    @Test
    void sayWhichObjectIsMissing() {
        assertThat(store.head("nothing")).isEmpty();
        assertThat(store.get("nothing")).isEmpty();
        assertThat(store.readBack("nothing")).isEmpty();
        assertThatThrownBy(() -> store.read("nothing", 0, new byte[1], 0, 1))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.category()).isEqualTo(Category.DATA))
                .hasMessageContaining("reading 'nothing': there is no such object");
    }

    @Test
    void refusesToReadALargeObjectAsASmallOne() {
        write("object", bytes((16 << 20) + 1, 3));
        assertThatThrownBy(() -> store.get("object")).hasMessageContaining("it is larger than 16777216 bytes");
    }

    @Test
    void deletesWhatIsThereAndMindsNothingElse() {
        write("a/b/object", bytes(10, 1));
        store.delete("a/b/object");
        store.delete("a/b/object");
        store.delete("x/y/z");
        assertThat(keys("")).isEmpty();
        assertThat(store.putIfAbsent("a", text("where a folder was"))).isTrue();
    }

    @Test
    void listsInTheOrderOfKeysWhatStartsWithThePrefix() {
        List<String> sorted = List.of("a-b", "a/b-1", "a/b/c", "a/b/d/e", "a/b0", "a0", "b", "\u00e9/x", "\uff5e");
        sorted.stream().sorted().forEach(key -> store.putIfAbsent(key, text(key)));

        assertThat(keys("")).containsExactlyElementsOf(sorted);
        assertThat(keys("a/")).containsExactly("a/b-1", "a/b/c", "a/b/d/e", "a/b0");
        assertThat(keys("a/b")).containsExactly("a/b-1", "a/b/c", "a/b/d/e", "a/b0");
        assertThat(keys("a/b/")).containsExactly("a/b/c", "a/b/d/e");
        assertThat(keys("a")).hasSize(6);
        assertThat(keys("c")).isEmpty();
        assertThat(keys("no/such/folder")).isEmpty();
    }

    @Test
    void listsSizeAgeAndStorageClass() {
        Instant before = Instant.now().minus(Duration.ofMinutes(1));
        write("object", bytes(321, 1));
        List<ObjectInfo> found = new ArrayList<>();
        store.list("", found::add);

        assertThat(found).singleElement().satisfies(one -> {
            assertThat(one.key()).isEqualTo("object");
            assertThat(one.size()).isEqualTo(321);
            assertThat(one.modified()).isAfter(before).isBefore(Instant.now().plusSeconds(60));
            assertThat(one.storageClass()).isEqualTo("STANDARD");
        });
        assertThat(store.head("object").orElseThrow().storageClass()).isEqualTo("STANDARD");
    }

    @Test
    void deletingWhileListingIsFine() {
        for (int i = 0; i < 20; i++) {
            store.putIfAbsent("k/" + i, text("x"));
        }
        store.list("k/", found -> store.delete(found.key()));
        assertThat(keys("")).isEmpty();
    }

    @Test
    void showsAndDiscardsUploadsThatNobodyFinishes() throws IOException {
        Instant before = Instant.now().minus(Duration.ofMinutes(1));
        Upload abandoned = store.create("in/coming/object");
        abandoned.write(bytes(2 * PART, 1));
        Upload other = store.create("else/where");
        other.write(bytes(PART + 1, 1));

        assertThat(store.pendingUploads(""))
                .extracting(PendingUpload::key)
                .containsExactlyInAnyOrder("in/coming/object", "else/where");
        List<PendingUpload> found = store.pendingUploads("in/com");
        assertThat(found).singleElement().satisfies(one -> {
            assertThat(one.key()).isEqualTo("in/coming/object");
            assertThat(one.started()).isAfter(before).isBefore(Instant.now().plusSeconds(60));
        });

        try (ObjectStore janitor = open()) {
            janitor.abort(found.get(0));
            janitor.abort(found.get(0));
        }

        assertThat(store.pendingUploads("in/")).isEmpty();
        assertThatThrownBy(abandoned::commit).isInstanceOf(StoreException.class);
        abandoned.close();
        assertThat(keys("")).isEmpty();
        other.commit();
        other.close();
        assertThat(keys("")).containsExactly("else/where");
        assertThat(store.pendingUploads("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000, PART + 1000})
    void copiesAndKnowsThatTheCopyIsWhole(int size) {
        byte[] content = bytes(size, 1);
        Content written = write("incoming/object", content);

        store.copy("incoming/object", "data/x=1/object", written);
        store.copy("incoming/object", "data/x=1/object", written);
        store.delete("incoming/object");

        assertThat(read("data/x=1/object", size)).isEqualTo(content);
        assertThat(keys("")).containsExactly("data/x=1/object");
        assertThat(store.pendingUploads("")).isEmpty();
    }

    @Test
    void copyingToWhatIsThereAlreadyNeedsNoSource() {
        Content written = write("data/object", bytes(1000, 1));
        assertThatCode(() -> store.copy("incoming/object", "data/object", written))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesToCopyOverSomethingElse() {
        Content written = write("incoming/object", bytes(1000, 1));
        byte[] other = bytes(1000, 2);
        write("data/object", other);

        assertThatThrownBy(() -> store.copy("incoming/object", "data/object", written))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.category()).isEqualTo(Category.DATA))
                .hasMessageContaining("'data/object' holds 1000 bytes with SHA-256 "
                        + Content.of(other).sha256())
                .hasMessageContaining("it was left alone");
        assertThat(read("data/object", 1000)).isEqualTo(other);
    }

    @Test
    void refusesACopyThatIsNotWhatWasExpected() {
        write("incoming/object", bytes(1000, 1));

        assertThatThrownBy(() -> store.copy("incoming/object", "data/object", Content.of(bytes(1000, 2))))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.category()).isEqualTo(Category.DATA));
        assertThatThrownBy(() -> store.copy("incoming/object", "data/short", Content.of(bytes(999, 1))))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.category()).isEqualTo(Category.DATA));
        assertThat(keys("data/short")).isEmpty();
    }

    @Test
    void saysThatTheSourceOfACopyIsMissing() {
        assertThatThrownBy(() -> store.copy("incoming/object", "data/object", Content.of(text("x"))))
                .hasMessageContaining("'incoming/object': there is no such object");
    }

    @Test
    void manyCopiesOfOneObjectAllSucceed() throws Exception {
        Content written = write("incoming/object", bytes(100_000, 1));
        List<Boolean> done = race(Collections.<Callable<Boolean>>nCopies(8, () -> {
            store.copy("incoming/object", "data/object", written);
            return true;
        }));
        assertThat(done).containsOnly(true);
        assertThat(store.readBack("data/object")).contains(written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/a",
                "a/",
                "a//b",
                "..",
                "a/../b",
                "../a",
                ".",
                "a/./b",
                ".hidden",
                "a/.hidden/b",
                "a\\b",
                "a\nb",
                "a\u0000b",
                "a\u007fb",
                "a\ud800b"
            })
    void refusesKeysThatLeadElsewhere(String key) {
        assertRefused(() -> store.create(key));
        assertRefused(() -> store.putIfAbsent(key, text("x")));
        assertRefused(() -> store.get(key));
        assertRefused(() -> store.replace(key, text("x"), "1"));
        assertRefused(() -> store.head(key));
        assertRefused(() -> store.read(key, 0, new byte[1], 0, 1));
        assertRefused(() -> store.stream(key, 0, 1));
        assertRefused(() -> store.copy(key, "b", Content.of(text("x"))));
        assertRefused(() -> store.copy("b", key, Content.of(text("x"))));
        assertRefused(() -> store.delete(key));
        if (!key.isEmpty() && !key.equals("a/")) {
            assertRefused(() -> keys(key));
            assertRefused(() -> store.pendingUploads(key));
        }
    }

    @Test
    void refusesKeysThatSomeStoreCouldNotHold() {
        assertRefused(() -> store.head("a".repeat(201)));
        assertRefused(() -> store.head("\u00e9".repeat(101)));
        assertRefused(() -> store.head("a/".repeat(400) + "a"));
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.category()).isEqualTo(Category.REFUSED))
                .hasMessageContaining("nothing was asked of the store");
    }
}
