package dev.firn.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FaultPoints;
import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest.Role;
import dev.firn.archive.Manifest.TableDescription;
import dev.firn.archive.ProvenRows.Event;
import dev.firn.copy.Digest;
import dev.firn.parquet.ParquetTable;
import dev.firn.parquet.WrittenFile;
import dev.firn.store.Content;
import dev.firn.store.ObjectStore;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real Parquet files, proven, and tampered with, on every store. */
abstract class ProverContract {

    private static final String WEEK = "[2024-12-05, 2024-12-12)";
    private static final List<Event> EVENTS = ProvenRows.events(Samples.DEC_5);
    private static final Digest DIGEST = ProvenRows.digest(EVENTS);
    private static final Attempt ATTEMPT = Samples.attempt(1, "aaaaaaaa");

    private final Prover prover = new Prover(Clock.fixed(Samples.NOW, ZoneOffset.UTC), "0.1.0", ProofProgress.NONE);
    private ObjectStore store;
    private List<WrittenFile> files;
    private int scratch;

    /** An empty store. */
    abstract ObjectStore open();

    @BeforeEach
    void write() {
        store = open();
        files = ProvenRows.write(store, ProvenRows.TABLE, ATTEMPT, EVENTS);
        assertThat(files).hasSize(3);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    /** What a file is replaced by. */
    enum Tampering {
        LACKS_A_ROW("it holds 299 rows, written were 300"),
        HAS_A_ROW_TWICE("it holds 301 rows, written were 300"),
        NULL_IS_EMPTY_NOW("as many rows of the same times, but other values: its SHA-256 is "),
        EMPTY_IS_NULL_NOW("as many rows of the same times, but other values: its SHA-256 is "),
        TWO_VALUES_SWAPPED("as many rows of the same times, but other values: its SHA-256 is "),
        A_NUMBER_IS_OTHER("as many rows of the same times, but other values: its SHA-256 is "),
        A_TIME_IS_OTHER("its times reach from 2024-12-06 to 2024-12-06T00:0"),
        TRUNCATED("bytes, written were "),
        LONGER("bytes, written were "),
        EMPTY("it has 0 bytes, written were "),
        MISSING("it is not there"),
        ONE_BIT("CRC checksum verification failed", "but other values: its SHA-256 is "),
        NO_PARQUET("reading the footer: "),
        OTHER_CHUNK("it holds rows from outside [2024-12-05, 2024-12-12)"),
        OTHER_PART("its times reach from 2024-12-07 to 2024-12-07T00:04:59.000897Z, written were 2024-12-06 to "),
        OTHER_TABLE("it is a file of tsdb_default.others_");

        private final String complaint;
        private final String complaintAboutBytes;

        Tampering(String complaint) {
            this(complaint, complaint);
        }

        Tampering(String complaint, String complaintAboutBytes) {
            this.complaint = complaint;
            this.complaintAboutBytes = complaintAboutBytes;
        }

        String complaint(ProofMethod method) {
            return method == ProofMethod.ROUNDTRIP ? complaint : complaintAboutBytes;
        }
    }

    private byte[] bytes(String key) {
        return store.get(key).orElseThrow().content();
    }

    /** What the file of the second day is after tampering; null for nothing. */
    private byte[] tampered(Tampering how, byte[] good) {
        return switch (how) {
            case LACKS_A_ROW -> day2(without(EVENTS, 450));
            case HAS_A_ROW_TWICE -> day2(twice(EVENTS, 450));
            case NULL_IS_EMPTY_NOW ->
                day2(ProvenRows.with(EVENTS, 350, e -> new Event(e.time(), e.position(), "", e.data())));
            case EMPTY_IS_NULL_NOW ->
                day2(ProvenRows.with(EVENTS, 440, e -> new Event(e.time(), e.position(), null, e.data())));
            case TWO_VALUES_SWAPPED -> day2(swapped(EVENTS, 331, 342));
            case A_NUMBER_IS_OTHER ->
                day2(ProvenRows.with(EVENTS, 331, e -> new Event(e.time(), -e.position(), e.stream(), e.data())));
            case A_TIME_IS_OTHER ->
                day2(ProvenRows.with(
                        EVENTS, 599, e -> new Event(e.time() - 1_000_000, e.position(), e.stream(), e.data())));
            case TRUNCATED -> Arrays.copyOf(good, good.length - 1);
            case LONGER -> Arrays.copyOf(good, good.length + 1);
            case EMPTY -> new byte[0];
            case MISSING -> null;
            case ONE_BIT ->
                changed(good, bytes -> {
                    bytes[good.length / 3] ^= 4;
                    return bytes;
                });
            case NO_PARQUET ->
                changed(good, bytes -> {
                    Arrays.fill(bytes, (byte) 'x');
                    return bytes;
                });
            case OTHER_CHUNK -> day2(ProvenRows.events(Samples.DEC_5 + 7 * Samples.DAY));
            case OTHER_PART -> bytes(files.get(2).key());
            case OTHER_TABLE -> day2(ProvenRows.table(new TableName("tsdb_default", "others_")), EVENTS);
        };
    }

    private static byte[] changed(byte[] good, UnaryOperator<byte[]> change) {
        return change.apply(good.clone());
    }

    private byte[] day2(List<Event> events) {
        return day2(ProvenRows.TABLE, events);
    }

    /** The file of the second day, of other events. */
    private byte[] day2(ParquetTable table, List<Event> events) {
        Attempt elsewhere = Samples.attempt(1, "scratch" + (100 + scratch++));
        return bytes(ProvenRows.write(store, table, elsewhere, events).get(1).key());
    }

    private static List<Event> without(List<Event> events, int index) {
        List<Event> fewer = new ArrayList<>(events);
        fewer.remove(index);
        return fewer;
    }

    private static List<Event> twice(List<Event> events, int index) {
        List<Event> more = new ArrayList<>(events);
        more.add(index, events.get(index));
        return more;
    }

    private static List<Event> swapped(List<Event> events, int one, int other) {
        String first = events.get(one).stream();
        String second = events.get(other).stream();
        assertThat(first).isNotEqualTo(second);
        List<Event> changed = ProvenRows.with(events, one, e -> new Event(e.time(), e.position(), second, e.data()));
        return ProvenRows.with(changed, other, e -> new Event(e.time(), e.position(), first, e.data()));
    }

    private void replace(String key, byte[] content) {
        store.delete(key);
        if (content != null) {
            assertThat(store.putIfAbsent(key, content)).isTrue();
        }
    }

    private Proof prove(List<WrittenFile> given, Digest expected, ProofMethod method) {
        return prover.prove(store, ProvenRows.plan(ProvenRows.TABLE), Samples.WEEK, given, expected, method);
    }

    private Manifest archived() {
        Proof proof = prove(files, DIGEST, ProofMethod.ROUNDTRIP);
        Manifest sample = Samples.manifest(ATTEMPT, List.of());
        Manifest manifest = new Manifest(
                sample.owner(),
                sample.namespace(),
                sample.table(),
                ATTEMPT,
                Role.ORIGINAL,
                List.of(),
                PartitionBy.DAY,
                new TableDescription(
                        "time",
                        7 * Samples.DAY,
                        ProvenRows.TABLE.columns(),
                        Map.of(),
                        Map.of(),
                        ProvenRows.TABLE.avroSchema(),
                        List.of(),
                        Map.of(),
                        Optional.empty()),
                DIGEST,
                sample.source(),
                files.stream().map(file -> Samples.dataFile(ATTEMPT, file)).toList(),
                proof.record(),
                Samples.NOW);
        Archive archive = new Archive(store, Samples.LAYOUT, FaultPoints.NONE);
        assertThat(archive.publish(proof, manifest)).isEqualTo(new Publication.Won(manifest));
        archive.cleaner().dropIncoming(archive.promote(manifest));
        return archive.manifest(Samples.WEEK, 1).orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(ProofMethod.class)
    void provesWhatWasWritten(ProofMethod method) {
        Proof proof = prove(files, DIGEST, method);

        assertThat(proof.digest()).isEqualTo(DIGEST);
        assertThat(proof.files()).isEqualTo(files);
        assertThat(proof.record()).isEqualTo(new Manifest.ProofRecord(method, Samples.NOW, "0.1.0"));
    }

    @Test
    void provesAnArchivedCopyFromItsManifestAlone() {
        Manifest manifest = archived();

        prover.scrub(store, manifest);
    }

    @Test
    void provesACopyOfNothing() {
        assertThat(prove(List.of(), Digest.EMPTY, ProofMethod.ROUNDTRIP).files())
                .isEmpty();
        assertThatThrownBy(() -> prove(List.of(), DIGEST, ProofMethod.ROUNDTRIP))
                .hasMessageContaining("the files hold 0 rows, the chunk has 900");
    }

    @ParameterizedTest
    @EnumSource(ProofMethod.class)
    void provesRowsAtTheInfinities(ProofMethod method) {
        TimeRange all = new TimeRange(Samples.WEEK.kind(), Long.MIN_VALUE, Long.MAX_VALUE);
        List<Event> events = ProvenRows.with(
                ProvenRows.with(EVENTS, 3, e -> new Event(Long.MAX_VALUE, 3, e.stream(), e.data())),
                5,
                e -> new Event(Long.MIN_VALUE, 5, e.stream(), e.data()));
        List<WrittenFile> infinite = ProvenRows.write(store, ProvenRows.TABLE, Samples.attempt(1, "bbbbbbbb"), events);
        assertThat(infinite).extracting(WrittenFile::partition).contains("__HIVE_DEFAULT_PARTITION__");

        Proof proof = prover.prove(
                store, ProvenRows.plan(ProvenRows.TABLE), all, infinite, ProvenRows.digest(events), method);

        assertThat(proof.files()).isEqualTo(infinite);
    }

    @ParameterizedTest
    @EnumSource(Tampering.class)
    void refusesACopyThatWasTamperedWith(Tampering how) {
        WrittenFile file = files.get(1);
        replace(file.key(), tampered(how, bytes(file.key())));

        for (ProofMethod method : ProofMethod.values()) {
            differs(
                            "tsdb_default.messages " + WEEK + ": reading back what was archived: '" + file.key()
                                    + "': ",
                            () -> prove(files, DIGEST, method))
                    .hasMessageContaining(how.complaint(method))
                    .hasMessageContaining("\nHINT: nothing was dropped");
        }
    }

    @ParameterizedTest
    @EnumSource(Tampering.class)
    void findsInAScrubWhatWasTamperedWith(Tampering how) {
        byte[] bad = tampered(how, bytes(files.get(1).key()));
        Manifest manifest = archived();
        String key = manifest.files().get(1).key();
        replace(key, bad);

        differs(
                        "default/tsdb_default.messages " + WEEK + " generation 1: proving the archived copy again: '"
                                + key + "': ",
                        () -> prover.scrub(store, manifest))
                .hasMessageContaining(how.complaint)
                .hasMessageContaining("\nHINT: nothing was changed");
    }

    @ParameterizedTest
    @EnumSource(
            value = Tampering.class,
            names = {
                "LACKS_A_ROW",
                "HAS_A_ROW_TWICE",
                "NULL_IS_EMPTY_NOW",
                "EMPTY_IS_NULL_NOW",
                "TWO_VALUES_SWAPPED",
                "A_NUMBER_IS_OTHER"
            })
    void refusesAWriterThatChangedRowsOnTheWay(Tampering how) {
        Attempt attempt = Samples.attempt(1, "bbbbbbbb");
        List<Event> written =
                switch (how) {
                    case LACKS_A_ROW -> without(EVENTS, 450);
                    case HAS_A_ROW_TWICE -> twice(EVENTS, 450);
                    case NULL_IS_EMPTY_NOW ->
                        ProvenRows.with(EVENTS, 350, e -> new Event(e.time(), e.position(), "", e.data()));
                    case EMPTY_IS_NULL_NOW ->
                        ProvenRows.with(EVENTS, 440, e -> new Event(e.time(), e.position(), null, e.data()));
                    case TWO_VALUES_SWAPPED -> swapped(EVENTS, 331, 342);
                    default ->
                        ProvenRows.with(EVENTS, 331, e -> new Event(e.time(), -e.position(), e.stream(), e.data()));
                };
        List<WrittenFile> wrong = ProvenRows.write(store, ProvenRows.TABLE, attempt, written);
        long rows = written.size();

        differs(
                        "tsdb_default.messages " + WEEK + ": reading back what was archived: ",
                        () -> prove(wrong, DIGEST, ProofMethod.ROUNDTRIP))
                .hasMessageContaining(
                        rows == 900
                                ? "900 rows digest to %s, the chunk digested to %s"
                                        .formatted(ProvenRows.digest(written).hex(), DIGEST.hex())
                                : "the files hold %d rows, the chunk has 900".formatted(rows));
    }

    @Test
    void refusesRowsOfAnotherRange() {
        TimeRange twoDays = new TimeRange(Samples.WEEK.kind(), Samples.DEC_5, Samples.DEC_5 + 2 * Samples.DAY);

        for (ProofMethod method : ProofMethod.values()) {
            assertThatThrownBy(() ->
                            prover.prove(store, ProvenRows.plan(ProvenRows.TABLE), twoDays, files, DIGEST, method))
                    .hasMessageContaining(
                            "'%s': it holds rows from outside [2024-12-05, 2024-12-07)",
                            files.get(2).key());
        }
    }

    @Test
    void refusesAFileThatIsGivenTwiceInPlaceOfAnother() {
        List<WrittenFile> doubled = List.of(files.get(0), files.get(0), files.get(2));

        assertThatThrownBy(() -> prove(doubled, DIGEST, ProofMethod.ROUNDTRIP))
                .hasMessageContaining("900 rows digest to ");
    }

    @Test
    void namesEveryFileThatIsWrong() {
        replace(files.get(0).key(), null);
        replace(files.get(2).key(), new byte[] {1});

        assertThatThrownBy(() -> prove(files, DIGEST, ProofMethod.ROUNDTRIP))
                .hasMessageContaining("'%s': it is not there", files.get(0).key())
                .hasMessageContaining(
                        "'%s': it has 1 bytes, written were ", files.get(2).key())
                .satisfies(e ->
                        assertThat(e.getMessage()).doesNotContain(files.get(1).key()));
    }

    @Test
    void tellsHowFarItHasCome() {
        List<Long> rows = new ArrayList<>();
        List<Long> bytes = new ArrayList<>();
        Prover watched = new Prover(Clock.fixed(Samples.NOW, ZoneOffset.UTC), "0.1.0", (r, b) -> {
            rows.add(r);
            bytes.add(b);
        });

        watched.prove(store, ProvenRows.plan(ProvenRows.TABLE), Samples.WEEK, files, DIGEST, ProofMethod.ROUNDTRIP);

        assertThat(rows).isSorted().endsWith(900L);
        assertThat(bytes)
                .isSorted()
                .endsWith(files.stream()
                        .map(WrittenFile::content)
                        .mapToLong(Content::size)
                        .sum());
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> differs(String start, ThrowingCallable action) {
        return assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        FirnException.class, e -> assertThat(e.category()).isEqualTo(Category.DATA))
                .hasMessageStartingWith(start);
    }

    @Test
    void theSamplesAreWhatTheyClaim() {
        assertThat(EVENTS.get(350).stream()).isNull();
        assertThat(EVENTS.get(440).stream()).isEmpty();
        assertThat(new String(bytes(files.get(0).key()), 0, 4, UTF_8)).isEqualTo("PAR1");
    }
}
