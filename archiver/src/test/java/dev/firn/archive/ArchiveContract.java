package dev.firn.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FaultPoints;
import dev.firn.FirnException;
import dev.firn.TimeRange;
import dev.firn.parquet.WrittenFile;
import dev.firn.store.ObjectStore;
import dev.firn.store.Upload;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds of an archive on every store. */
abstract class ArchiveContract {

    private ObjectStore store;
    private Archive archive;

    /** An empty store. */
    abstract ObjectStore open();

    @BeforeEach
    void openStore() {
        store = open();
        archive = new Archive(store, Samples.LAYOUT, FaultPoints.NONE);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private ArchiveWorker worker(String name) {
        return new ArchiveWorker(store, name, FaultPoints.NONE);
    }

    /** Everything below the table, with its content. */
    private Map<String, String> everything() {
        return below(Samples.LAYOUT.prefix());
    }

    private Map<String, String> below(String prefix) {
        Map<String, String> found = new TreeMap<>();
        store.list(prefix, object -> found.put(object.key(), ""));
        found.replaceAll((key, none) -> new String(store.get(key).orElseThrow().content(), UTF_8));
        return found;
    }

    private void requireOneCleanCopy(String content) {
        List<Manifest> live = archive.live();
        assertThat(live).hasSize(1);
        Manifest manifest = live.get(0);
        assertThat(below(Samples.LAYOUT.dataPrefix()))
                .isEqualTo(Map.of(
                        manifest.files().get(0).key(), content + " part 0",
                        manifest.files().get(1).key(), content + " part 1"));
        assertThat(archive.isPromoted(manifest)).isTrue();
        assertThat(below(Samples.LAYOUT.incomingPrefix())).isEmpty();
        assertThat(store.pendingUploads(Samples.LAYOUT.prefix())).isEmpty();
        assertThat(archive.cleaner().strayData()).isEmpty();
        assertThat(archive.cleaner().superseded()).isEmpty();
        assertThat(archive.cleaner().attempts(Samples.WEEK)).isEmpty();
    }

    @Test
    void keepsOneCopyOfAChunkWhereReadersFindIt() {
        Manifest manifest = worker("aaaaaaaa").copy("rows").orElseThrow();

        requireOneCleanCopy("rows");
        assertThat(archive.manifest(Samples.WEEK, 1)).contains(manifest);
        assertThat(archive.liveOf(Samples.WEEK)).containsExactly(manifest);
        assertThat(archive.liveOf(new TimeRange(Samples.WEEK.kind(), 0, Samples.WEEK.end())))
                .isEmpty();
        assertThat(archive.manifests()).containsExactly(manifest);
        assertThat(archive.nextGeneration(Samples.WEEK)).isEqualTo(2);
    }

    @Test
    void holdsNothingBeforeAnythingIsArchived() {
        assertThat(archive.manifests()).isEmpty();
        assertThat(archive.live()).isEmpty();
        assertThat(archive.manifest(Samples.WEEK, 1)).isEmpty();
        assertThat(archive.nextGeneration(Samples.WEEK)).isEqualTo(1);
        assertThat(archive.cleaner().strayData()).isEmpty();
        assertThat(archive.cleaner().attempts(Samples.WEEK.kind())).isEmpty();
    }

    @Test
    void ofTwoAttemptsAtOneGenerationTheFirstToPublishWins() {
        Attempt slow = archive.begin(Samples.WEEK, "aaaaaaaa");
        List<WrittenFile> slowFiles = worker("aaaaaaaa").upload(slow, "slow");
        Manifest fast = worker("bbbbbbbb").copy("fast").orElseThrow();

        Publication outcome = archive.publish(Samples.proof(slowFiles), Samples.manifest(slow, slowFiles));

        assertThat(outcome).isEqualTo(new Publication.Lost(fast));
        archive.cleaner().discardAttempt(slow);
        requireOneCleanCopy("fast");
    }

    @Test
    void publishingTwiceAnswersTwiceTheSame() {
        Attempt attempt = archive.begin(Samples.WEEK, "aaaaaaaa");
        List<WrittenFile> files = worker("aaaaaaaa").upload(attempt, "rows");
        Manifest manifest = Samples.manifest(attempt, files);

        assertThat(archive.publish(Samples.proof(files), manifest)).isEqualTo(new Publication.Won(manifest));
        assertThat(archive.publish(Samples.proof(files), manifest)).isEqualTo(new Publication.Won(manifest));
    }

    @Test
    void aReplacementPublishedTwiceAnswersTwiceTheSame() {
        Manifest first = worker("aaaaaaaa").copy("old").orElseThrow();
        Attempt attempt = archive.begin(Samples.WEEK, "bbbbbbbb");
        List<WrittenFile> files = worker("bbbbbbbb").upload(attempt, "new");
        Manifest second = Samples.manifest(attempt, files, first.key());

        assertThat(archive.publish(Samples.proof(files), second)).isEqualTo(new Publication.Won(second));
        assertThat(archive.publish(Samples.proof(files), second)).isEqualTo(new Publication.Won(second));
    }

    @Test
    void publishesOnlyWhatWasProven() {
        Attempt attempt = archive.begin(Samples.WEEK, "aaaaaaaa");
        List<WrittenFile> files = worker("aaaaaaaa").upload(attempt, "rows");
        Manifest manifest = Samples.manifest(attempt, files);

        assertThatThrownBy(() -> archive.publish(Samples.proof(files.subList(0, 1)), manifest))
                .hasMessageStartingWith("the manifest's rows: ");
        List<WrittenFile> turned = List.of(files.get(1), files.get(0));
        assertThatThrownBy(() -> archive.publish(Samples.proof(turned), manifest))
                .hasMessageStartingWith("the manifest's files: ");
        Proof otherColumns = new Proof(
                ProofMethod.ROUNDTRIP,
                Samples.TABLE,
                Samples.COLUMNS.subList(0, 2),
                manifest.digest(),
                files,
                Samples.NOW,
                "0.1.0");
        assertThatThrownBy(() -> archive.publish(otherColumns, manifest))
                .hasMessageStartingWith("the manifest's columns: ");
        assertThat(archive.manifests()).isEmpty();
    }

    @Test
    void doesNotPublishAnAttemptThatWasSweptMeanwhile() {
        Attempt attempt = archive.begin(Samples.WEEK, "aaaaaaaa");
        List<WrittenFile> files = worker("aaaaaaaa").upload(attempt, "rows");
        store.delete(files.get(1).key());

        assertThatThrownBy(() -> archive.publish(Samples.proof(files), Samples.manifest(attempt, files)))
                .hasMessageContaining(
                        "publishing the copy: '%s' is gone or changed since it was proven; nothing was published",
                        files.get(1).key());
        assertThat(archive.manifests()).isEmpty();
    }

    @Test
    void promotesOnlyWhatIsPublished() {
        Attempt attempt = archive.begin(Samples.WEEK, "aaaaaaaa");
        List<WrittenFile> files = worker("aaaaaaaa").upload(attempt, "rows");
        Manifest unpublished = Samples.manifest(attempt, files);

        assertThatThrownBy(() -> archive.promote(unpublished))
                .hasMessageContaining("its manifest is not the one published as '%s'", unpublished.key());
        assertThat(worker("bbbbbbbb").copy("others")).isPresent();
        assertThatThrownBy(() -> archive.promote(unpublished)).hasMessageContaining("is not the one published");
        assertThat(below(Samples.LAYOUT.dataPrefix()).values()).containsExactly("others part 0", "others part 1");
    }

    @Test
    void promotesWhatOthersHaveNotTouchedAndNothingElse() {
        Manifest manifest = publish("aaaaaaaa", "rows");
        store.delete(manifest.files().get(1).incomingKey());
        store.putIfAbsent(manifest.files().get(1).incomingKey(), "ROWS part 1".getBytes(UTF_8));

        Archive afterARestart = new Archive(store, Samples.LAYOUT, FaultPoints.NONE);
        assertThatThrownBy(() -> afterARestart.promote(manifest))
                .hasMessageContaining(
                        "'%s' is not what was proven", manifest.files().get(1).incomingKey());

        assertThat(below(Samples.LAYOUT.dataPrefix()).values()).containsExactly("rows part 0");
        assertThat(archive.isPromoted(manifest)).isFalse();
        assertThatThrownBy(() -> archive.promote(manifest))
                .as("in the process that has just proven it")
                .isInstanceOf(FirnException.class);
        assertThatThrownBy(() -> archive.promote(manifest)).as("and again").isInstanceOf(FirnException.class);
    }

    @Test
    void leavesAloneWhatSomebodyElsePutUnderAKeyOfItsOwn() {
        Manifest manifest = publish("aaaaaaaa", "rows");
        store.putIfAbsent(manifest.files().get(1).key(), "somebody else's".getBytes(UTF_8));

        assertThat(archive.presence(manifest)).isEqualTo(Presence.BROKEN);
        assertThatThrownBy(() -> archive.promote(manifest)).isInstanceOf(FirnException.class);
        assertThat(below(Samples.LAYOUT.dataPrefix()).values()).contains("somebody else's");
        assertThat(below(Samples.LAYOUT.incomingPrefix())).hasSize(2);
    }

    @Test
    void tellsWhereTheFilesOfAManifestAre() {
        Manifest manifest = publish("aaaaaaaa", "rows");
        assertThat(archive.presence(manifest)).isEqualTo(Presence.PROMOTABLE);
        Promoted promoted = archive.promote(manifest);
        assertThat(archive.presence(manifest)).isEqualTo(Presence.PROMOTED);

        store.delete(manifest.files().get(0).key());
        assertThat(archive.presence(manifest)).isEqualTo(Presence.PROMOTABLE);
        assertThatThrownBy(() -> archive.cleaner().dropIncoming(promoted))
                .hasMessageContaining("the copies under data/ are not whole any more; nothing was removed");
        archive.cleaner().dropIncoming(archive.promote(manifest));
        assertThat(archive.presence(manifest)).isEqualTo(Presence.PROMOTED);

        store.delete(manifest.files().get(0).key());
        assertThat(archive.presence(manifest)).isEqualTo(Presence.BROKEN);
        assertThatThrownBy(() -> archive.promote(manifest))
                .hasMessageContaining(
                        "'%s' is neither in incoming/ nor whole under data/",
                        manifest.files().get(0).key())
                .hasMessageContaining("was not dropped");
    }

    @Test
    void promotingAgainAfterIncomingIsGoneChangesNothing() {
        Manifest manifest = worker("aaaaaaaa").copy("rows").orElseThrow();
        Map<String, String> before = everything();

        worker("bbbbbbbb").finish(manifest);

        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void aReplacementTakesThePlaceOfWhatItSupersedes() {
        Manifest old = worker("aaaaaaaa").copy("old").orElseThrow();

        worker("bbbbbbbb").copy("new", old.key());

        requireOneCleanCopy("new");
        assertThat(archive.manifests()).hasSize(2).contains(old);
        assertThat(archive.chronicle().live()).isEqualTo(archive.live());
        assertThatThrownBy(() -> archive.promote(old)).hasMessageContaining("a newer copy has taken its place");
    }

    @Test
    void anAdditionStandsBesideWhatWasThere() {
        Manifest original = worker("aaaaaaaa").copy("rows").orElseThrow();

        Manifest addition = worker("bbbbbbbb").copy("late rows").orElseThrow();

        assertThat(addition.role()).isEqualTo(Manifest.Role.ADDITION);
        assertThat(archive.live()).containsExactly(original, addition);
        assertThat(archive.chronicle().live()).containsExactly(original, addition);
        assertThat(below(Samples.LAYOUT.dataPrefix()).values())
                .containsExactly("rows part 0", "rows part 1", "late rows part 0", "late rows part 1");
        assertThatThrownBy(() -> archive.cleaner().retire(original, ArchiveWorker.LATER))
                .hasMessageContaining("nothing supersedes it; nothing was removed");
    }

    @Test
    void oneReplacementMayStandForAdditionsToo() {
        Manifest original = worker("aaaaaaaa").copy("rows").orElseThrow();
        Manifest addition = worker("bbbbbbbb").copy("late rows").orElseThrow();

        worker("cccccccc").copy("all rows", original.key(), addition.key());

        requireOneCleanCopy("all rows");
    }

    @Test
    void ofTwoReplacementsOfTheSameOnlyOneIsPublished() {
        Manifest old = worker("aaaaaaaa").copy("old").orElseThrow();
        worker("bbbbbbbb").copy("new", old.key());

        assertThatThrownBy(() -> worker("cccccccc").copy("newer", old.key()))
                .hasMessageContaining("'%s', which it is to supersede, is superseded already", old.key());
        assertThat(archive.live()).hasSize(1);
    }

    @Test
    void keepsWhatIsSupersededUntilItsReplacementIsWhole() {
        Manifest old = worker("aaaaaaaa").copy("old").orElseThrow();
        Manifest replacement = publish("bbbbbbbb", "new", old.key());
        ArchiveCleaner cleaner = archive.cleaner();

        assertThat(cleaner.superseded()).containsExactly(old);
        assertThat(cleaner.retire(old, ArchiveWorker.LATER)).isFalse();
        archive.promote(replacement);
        assertThat(cleaner.retire(old, Instant.EPOCH))
                .as("queries may still read it")
                .isFalse();
        assertThat(below(Samples.LAYOUT.dataPrefix())).hasSize(4);
        assertThat(cleaner.retire(old, ArchiveWorker.LATER)).isTrue();
        assertThat(below(Samples.LAYOUT.dataPrefix()).values()).containsExactly("new part 0", "new part 1");
        assertThat(cleaner.retire(old, ArchiveWorker.LATER)).as("again").isTrue();
    }

    @Test
    void sweepsNoAttemptThatIsPublishedOrMayBe() {
        Manifest published = publish("aaaaaaaa", "rows");
        assertThatThrownBy(() -> archive.cleaner().discardAttempt(published.attempt()))
                .hasMessageContaining("its manifest is published; nothing was removed");

        ArchiveWorker unlucky = new ArchiveWorker(store, "bbbbbbbb", point -> {
            if (point.equals(Archive.PUBLISH)) {
                throw new ArchiveWorker.Killed(point);
            }
        });
        assertThatThrownBy(() -> unlucky.copy("late rows")).isInstanceOf(ArchiveWorker.Killed.class);
        Attempt undecided = Samples.attempt(2, "bbbbbbbb");
        assertThatThrownBy(() -> unlucky.archive().cleaner().discardAttempt(undecided))
                .hasMessageContaining("whether its manifest was published is not known; nothing was removed");
        assertThat(below(Samples.LAYOUT.incomingPrefix())).hasSize(4);
    }

    @Test
    void findsAndSweepsWhatAnAttemptLeft() throws IOException {
        Attempt attempt = archive.begin(Samples.WEEK, "aaaaaaaa");
        worker("aaaaaaaa").upload(attempt, "rows");
        String dead = Samples.LAYOUT.incomingKey(attempt, 2);
        String foreign = Samples.LAYOUT.incomingPrefix() + "notes.txt";
        store.putIfAbsent(foreign, "by hand".getBytes(UTF_8));
        Upload upload = store.create(dead);
        upload.write(new byte[20 << 20]);

        List<AttemptFiles> found = archive.cleaner().attempts(Samples.WEEK.kind());

        assertThat(found).hasSize(1);
        assertThat(found.get(0).attempt()).isEqualTo(attempt);
        assertThat(found.get(0).files()).hasSize(2);
        assertThat(found.get(0).uploads())
                .extracting(ObjectStore.PendingUpload::key)
                .containsExactly(dead);
        assertThat(found.get(0).bytes()).isEqualTo(22);
        assertThat(found.get(0).lastSign()).isAfter(Instant.EPOCH);
        archive.cleaner().discardAttempt(attempt);
        assertThat(archive.cleaner().attempts(Samples.WEEK)).isEmpty();
        assertThat(below(Samples.LAYOUT.incomingPrefix()).keySet()).containsExactly(foreign);
        assertThatThrownBy(upload::commit).isInstanceOf(FirnException.class);
        upload.close();
    }

    @Test
    void namesWhatLiesUnderDataWithoutAManifest() {
        worker("aaaaaaaa").copy("rows");
        String stray = Samples.LAYOUT.dataPrefix() + "chunk=20241205T000000Z/part-0.parquet";
        store.putIfAbsent(stray, new byte[] {1});

        assertThat(archive.cleaner().strayData())
                .extracting(ObjectStore.ObjectInfo::key)
                .containsExactly(stray);
    }

    @Test
    void stopsAtAnObjectAmongTheManifestsThatIsNone() {
        worker("aaaaaaaa").copy("rows");
        String odd = Samples.LAYOUT.manifestsPrefix() + "20241205T000000Z_20241212T000000Z-1.json.bak";
        store.putIfAbsent(odd, new byte[] {1});

        assertThatThrownBy(archive::live).hasMessageStartingWith(odd + ": listing the manifests: this object is none");
        assertThatThrownBy(() -> archive.nextGeneration(Samples.WEEK)).hasMessageStartingWith(odd);
    }

    @Test
    void aRunFinishesWhatAnotherOneLeftWhereverItWasKilled() {
        int killed = 0;
        for (int kill = 1; ; kill++) {
            Manifest old = new ArchiveWorker(store, "aaaaaaaa", FaultPoints.NONE)
                    .copy("old")
                    .orElseThrow();
            AtomicInteger passed = new AtomicInteger();
            int at = kill;
            ArchiveWorker victim = new ArchiveWorker(store, "bbbbbbbb", point -> {
                if (passed.incrementAndGet() == at) {
                    throw new ArchiveWorker.Killed(point);
                }
            });
            boolean survived = true;
            try {
                victim.copy("new", old.key());
            } catch (ArchiveWorker.Killed e) {
                survived = false;
                killed++;
            }
            boolean wasPublished = archive.manifest(Samples.WEEK, 2).isPresent();

            worker("cccccccc").run("unused");

            requireOneCleanCopy(wasPublished ? "new" : "old");
            everything().keySet().forEach(store::delete);
            archive = new Archive(store, Samples.LAYOUT, FaultPoints.NONE);
            if (survived) {
                break;
            }
        }
        assertThat(killed).isEqualTo(11);
    }

    @Test
    void aWorkerThatWakesUpAfterItsSuccessorsChangesNothingThatCounts() {
        int slept = 0;
        for (int sleep = 1; ; sleep++) {
            AtomicInteger passed = new AtomicInteger();
            Map<String, String> whileAsleep = new TreeMap<>();
            int at = sleep;
            ArchiveWorker sleeper = new ArchiveWorker(store, "aaaaaaaa", point -> {
                if (passed.incrementAndGet() == at) {
                    overtake();
                    whileAsleep.putAll(below(Samples.LAYOUT.manifestsPrefix()));
                    whileAsleep.putAll(below(Samples.LAYOUT.dataPrefix()));
                }
            });
            try {
                sleeper.copy("slept over");
            } catch (FirnException e) {
                assertThat(e.hint()).isNotBlank();
            }
            if (whileAsleep.isEmpty()) {
                break;
            }
            slept++;

            Map<String, String> awake = below(Samples.LAYOUT.manifestsPrefix());
            awake.putAll(below(Samples.LAYOUT.dataPrefix()));
            assertThat(awake).as("woken at point %d", sleep).isEqualTo(whileAsleep);
            worker("dddddddd").run("unused");
            requireOneCleanCopy("replaced");
            everything().keySet().forEach(store::delete);
            archive = new Archive(store, Samples.LAYOUT, FaultPoints.NONE);
        }
        assertThat(slept).isEqualTo(9);
    }

    @Test
    void aCopyThatLandsAfterItsRowsWereReplacedIsTakenAwayAgain() {
        AtomicBoolean landed = new AtomicBoolean();
        ObjectStore slow = (ObjectStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("copy") && landed.compareAndSet(false, true)) {
                        byte[] inFlight =
                                store.get((String) arguments[0]).orElseThrow().content();
                        overtake();
                        return store.putIfAbsent((String) arguments[1], inFlight);
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        ArchiveWorker sleeper = new ArchiveWorker(slow, "aaaaaaaa", FaultPoints.NONE);

        assertThatThrownBy(() -> sleeper.copy("slept over")).hasMessageContaining("a newer copy has taken its place");

        assertThat(landed).isTrue();
        requireOneCleanCopy("replaced");
    }

    /** Others archive the range, drop the chunk, find an edited restore of it and archive that, and clean up. */
    private void overtake() {
        worker("bbbbbbbb").run("first");
        Manifest first = archive.live().get(0);
        worker("cccccccc").copy("replaced", first.key());
        worker("cccccccc").run("unused");
    }

    @Test
    void healsACopyThatWasSweptWhileItWasBeingPublished() {
        ArchiveWorker sleeper = new ArchiveWorker(store, "aaaaaaaa", point -> {
            if (point.equals(Archive.PUBLISH)) {
                archive.cleaner().discardAttempt(Samples.attempt(1, "aaaaaaaa"));
            }
        });

        assertThatThrownBy(() -> sleeper.copy("swept"))
                .hasMessageContaining("is neither in incoming/ nor whole under data/");
        assertThat(archive.presence(archive.live().get(0))).isEqualTo(Presence.BROKEN);
        worker("bbbbbbbb").run("copied again");

        requireOneCleanCopy("copied again");
    }

    @Test
    void refusesAHistoryWithAHole() {
        Manifest old = worker("aaaaaaaa").copy("old").orElseThrow();
        Manifest replacement = worker("bbbbbbbb").copy("new", old.key()).orElseThrow();
        store.delete(old.key());

        Archive fresh = new Archive(store, Samples.LAYOUT, FaultPoints.NONE);
        assertThatThrownBy(fresh::live)
                .hasMessageStartingWith(replacement.key() + ": reading the history of the archive: it supersedes '"
                        + old.key() + "', which is not there");
        assertThatThrownBy(() -> archive.live()).hasMessageContaining("which is not there");
        assertThatThrownBy(() -> archive.chronicle()).hasMessageContaining("which is not there");
    }

    private Manifest publish(String name, String content, String... supersedes) {
        Attempt attempt = archive.begin(Samples.WEEK, name);
        List<WrittenFile> files = worker(name).upload(attempt, content);
        Manifest manifest = Samples.manifest(attempt, files, supersedes);
        assertThat(archive.publish(Samples.proof(files), manifest)).isInstanceOf(Publication.Won.class);
        return manifest;
    }
}
