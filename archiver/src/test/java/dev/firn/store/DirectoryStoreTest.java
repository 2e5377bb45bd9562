package dev.firn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException.Category;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreTest extends ObjectStoreContract {

    @TempDir
    Path temporary;

    @Override
    ObjectStore open() {
        return Stores.open(new DirectorySettings(temporary.resolve("archive")));
    }

    private Path archive() {
        return temporary.resolve("archive");
    }

    @Test
    void refusesToOpenWhereTheParentIsMissing() {
        DirectorySettings settings = new DirectorySettings(temporary.resolve("not/there"));
        assertThatThrownBy(() -> Stores.open(settings))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.category()).isEqualTo(Category.CONFIGURATION))
                .hasMessageContaining("HINT: make its parent, or mount it");
        assertThat(temporary.resolve("not")).doesNotExist();
    }

    @Test
    void refusesToFollowSymbolicLinks() throws IOException {
        Path outside = Files.createDirectory(temporary.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createSymbolicLink(archive().resolve("link"), outside);
        Files.createSymbolicLink(archive().resolve("file"), outside.resolve("secret"));

        assertLinkRefused(() -> store.get("link/secret"));
        assertLinkRefused(() -> store.get("file"));
        assertLinkRefused(() -> store.putIfAbsent("link/new", text("x")));
        assertLinkRefused(() -> store.create("link/new"));
        assertLinkRefused(() -> store.delete("link/secret"));
        assertLinkRefused(() -> keys(""));

        try (Stream<Path> left = Files.list(outside)) {
            assertThat(left).containsExactly(outside.resolve("secret"));
        }
    }

    private static void assertLinkRefused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.category()).isEqualTo(Category.REFUSED))
                .hasMessageContaining("is a symbolic link, and none is followed");
    }

    @Test
    void sortsAsS3DoesBeyondTheBasicPlane() {
        store.putIfAbsent("\ud83d\ude00", text("x"));
        store.putIfAbsent("\uff5e", text("x"));
        assertThat(keys("")).containsExactly("\uff5e", "\ud83d\ude00");
    }

    @Test
    void aLocationMayItselfBeBehindALink() throws IOException {
        Files.createSymbolicLink(temporary.resolve("by-link"), archive());
        try (ObjectStore other = Stores.open(new DirectorySettings(temporary.resolve("by-link")))) {
            other.putIfAbsent("a", text("x"));
        }
        assertThat(keys("")).containsExactly("a");
    }

    @Test
    void aFileInTheWayOfAFolderIsToldAsSuch() {
        store.putIfAbsent("a", text("x"));
        assertThatThrownBy(() -> store.putIfAbsent("a/b", text("x"))).isInstanceOf(StoreException.class);
        store.putIfAbsent("c/d", text("x"));
        assertThatThrownBy(() -> store.putIfAbsent("c", text("x")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("nothing of it is visible");
        assertThat(store.head("a/b")).isEmpty();
        assertThat(store.get("c")).isEmpty();
        assertThat(store.pendingUploads("")).isEmpty();
    }

    @Test
    void leavesNothingButItsLockBehind() throws IOException {
        store.putIfAbsent("a/b/c", text("x"));
        store.replace("a/b/c", text("y"), store.get("a/b/c").orElseThrow().version());
        store.delete("a/b/c");
        try (Stream<Path> left = Files.list(archive())) {
            assertThat(left).containsExactly(archive().resolve(".lock"));
        }
    }

    /** It would else wait for as long as the other one is stopped. */
    @Test
    void doesNotWaitForeverForAProgramThatHoldsTheLock() throws Exception {
        store.putIfAbsent("fence", text("one"));
        DirectoryLock lock = new DirectoryLock(archive(), Duration.ofMillis(100));
        Process holder = program(LockHolder.class);
        try (var output = holder.inputReader()) {
            assertThat(output.readLine()).isEqualTo("held");
            assertThatThrownBy(() -> lock.holding(() -> "done"))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining(".lock: another program has held this lock");
        } finally {
            holder.destroyForcibly();
            assertThat(holder.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(new DirectoryLock(archive()).<String>holding(() -> "done")).isEqualTo("done");
    }

    private Process program(Class<?> main) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName(),
                        archive().toString())
                .redirectErrorStream(true)
                .start();
    }

    /** Programs that write and are killed: whatever is visible is whole, and the rest is swept. */
    @Test
    void survivesKillsAtAnyMoment() throws Exception {
        for (int round = 0; round < 6; round++) {
            Process writer = program(DirectoryWriter.class);
            try (var output = writer.inputReader()) {
                for (int line = 0; line < 3 + 5 * round; line++) {
                    assertThat(output.readLine()).startsWith("wrote ");
                }
            } finally {
                writer.destroyForcibly();
                assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
        }

        assertThat(keys("data/")).hasSizeGreaterThan(18).allSatisfy(key -> assertThat(
                        store.readBack(key).orElseThrow().sha256())
                .isEqualTo(key.substring(key.lastIndexOf('/') + 1)));
        String fence = new String(store.get("fence").orElseThrow().content(), StandardCharsets.UTF_8);
        assertThat(fence).startsWith("fence ").endsWith(" whole");
        store.pendingUploads("").forEach(store::abort);
        assertThat(store.pendingUploads("")).isEmpty();
        assertThat(store.replace(
                        "fence", text("mine"), store.get("fence").orElseThrow().version()))
                .isTrue();
        try (Stream<Path> left = Files.walk(archive())) {
            assertThat(left.filter(path -> path.getFileName().toString().startsWith(".")))
                    .containsExactly(archive().resolve(".lock"));
        }
    }
}
