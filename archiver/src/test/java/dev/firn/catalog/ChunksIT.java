package dev.firn.catalog;

import static dev.firn.catalog.CatalogFixture.LEASE;
import static dev.firn.catalog.CatalogFixture.MESSAGES;
import static dev.firn.catalog.CatalogFixture.chunk;
import static dev.firn.catalog.CatalogFixture.copy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunksIT {

    private static CatalogFixture fixture;

    private final Catalog catalog = fixture.catalog();

    @BeforeAll
    static void createCatalogue() {
        fixture = CatalogFixture.create();
    }

    @AfterAll
    static void dropCatalogue() {
        fixture.close();
    }

    @Test
    void givesBackWhatWasRecorded() {
        ChunkKey key = fixture.newChunk();
        ArchivedChunk copy = copy(key, 1);
        catalog.recordArchived(fixture.claim(key), copy);
        ChunkRow chunk = catalog.chunk(key).orElseThrow();
        assertThat(chunk.state()).isEqualTo(ChunkState.ARCHIVED);
        assertThat(chunk.copies()).containsExactly(copy);
        assertThat(chunk.latest()).contains(copy);
        assertThat(chunk.droppedAt()).isEmpty();
        assertThat(chunk.failure()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(TimeKind.class)
    void rangesOfEveryKindComeBackAsTheyWere(TimeKind kind) {
        String namespace = fixture.namespace();
        for (TimeRange range : List.of(
                new TimeRange(kind, Long.MIN_VALUE, -5),
                new TimeRange(kind, -5, 5),
                new TimeRange(kind, 5, Long.MAX_VALUE))) {
            ChunkKey key = new ChunkKey(namespace, MESSAGES, range);
            catalog.recordArchived(fixture.claim(key), copy(key, 1));
            assertThat(catalog.chunk(key).orElseThrow().key()).isEqualTo(key);
        }
        assertThat(catalog.claims(namespace)).hasSize(3);
        assertThat(catalog.chunks(namespace, MESSAGES)).hasSize(3);
    }

    @Test
    void listsChunksByRangeAndOnlyThoseOfTheTable() {
        String namespace = fixture.namespace();
        List<Long> starts = List.of(10L, -3L, 1000L, 9L, Long.MIN_VALUE);
        for (long start : starts) {
            ChunkKey key = chunk(namespace, start, start + 1);
            catalog.recordArchived(fixture.claim(key), copy(key, 1));
        }
        catalog.recordFailure(
                new ChunkKey(
                        namespace,
                        new TableName("tsdb_default", "other"),
                        chunk(namespace, 1, 2).range()),
                Category.PASSING,
                "message",
                "hint",
                Duration.ZERO,
                "settings");
        assertThat(catalog.chunks(namespace, MESSAGES))
                .extracting(row -> row.key().range().start())
                .isEqualTo(starts.stream().sorted().toList());
    }

    @Test
    void recordingACopyAgainChangesNothing() throws Exception {
        ChunkKey key = fixture.newChunk();
        Claim claim = fixture.claim(key);
        catalog.recordArchived(claim, copy(key, 1));
        catalog.recordFoundDropped(claim, "a crash");
        catalog.recordArchived(claim, copy(key, 1));
        assertThat(catalog.chunk(key).orElseThrow().state()).isEqualTo(ChunkState.DROPPED);
        assertThat(fixture.texts(
                        "SELECT 1 FROM firn.audit WHERE action = 'archived' AND namespace = '" + key.namespace() + "'"))
                .hasSize(1);
    }

    @Test
    void refusesAnotherCopyOfTheSameGeneration() {
        ChunkKey key = fixture.newChunk();
        Claim claim = fixture.claim(key);
        ArchivedChunk first = copy(key, 1);
        catalog.recordArchived(claim, first);
        ArchivedChunk other = new ArchivedChunk(
                key,
                1,
                first.manifestKey(),
                List.of(),
                first.rows() - 1,
                first.bytes(),
                OptionalLong.empty(),
                first.digest(),
                "fingerprint",
                first.archivedAt());
        assertThatThrownBy(() -> catalog.recordArchived(claim, other))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("the catalogue has another copy of generation 1; nothing was changed")
                .extracting(thrown -> ((FirnException) thrown).category())
                .isEqualTo(Category.DATA);
        assertThat(catalog.chunk(key).orElseThrow().copies()).containsExactly(first);
    }

    @Test
    void anAdditionCountsAndAReplacedCopyDoesNot() {
        ChunkKey key = fixture.newChunk();
        Claim claim = fixture.claim(key);
        catalog.recordArchived(claim, copy(key, 1));
        catalog.recordArchived(claim, copy(key, 2));
        assertThat(catalog.chunk(key).orElseThrow().rows()).isEqualTo(3000);
        assertThat(catalog.chunk(key).orElseThrow().bytes()).isEqualTo(1000);
        ArchivedChunk replacement = copy(key, 3, CatalogFixture.manifest(key, 1), CatalogFixture.manifest(key, 2));
        catalog.recordArchived(claim, replacement);
        assertThat(catalog.chunk(key).orElseThrow().copies()).containsExactly(replacement);
    }

    @Test
    void aReplacedCopyThatBecomesKnownLateIsNotLive() {
        ChunkKey key = fixture.newChunk();
        Claim claim = fixture.claim(key);
        ArchivedChunk replacement = copy(key, 2, CatalogFixture.manifest(key, 1));
        catalog.recordArchived(claim, replacement);
        catalog.recordArchived(claim, copy(key, 1));
        assertThat(catalog.chunk(key).orElseThrow().copies()).containsExactly(replacement);
    }

    @Test
    void remembersAttemptsUntilTheyAreForgotten() {
        ChunkKey key = fixture.newChunk();
        Claim first = fixture.lapsedClaim(key);
        catalog.recordAttempt(first, "attempt-1");
        catalog.recordAttempt(first, "attempt-1");
        assertThat(catalog.chunk(key).orElseThrow().state()).isEqualTo(ChunkState.COPYING);
        Claim second = fixture.claim(key, "successor", LEASE);
        catalog.recordAttempt(second, "attempt-2");
        assertThat(catalog.attempts(key)).extracting(Attempt::id).containsExactly("attempt-1", "attempt-2");
        assertThat(catalog.attempts(key)).extracting(Attempt::holder).containsExactly("stalled", "successor");
        catalog.forgetAttempt(key, "attempt-1");
        assertThat(catalog.attempts(key)).extracting(Attempt::token).containsExactly(second.token());
    }

    @Test
    void countsFailuresUntilASuccess() {
        ChunkKey key = fixture.newChunk();
        catalog.recordFailure(key, Category.PASSING, "S3 said 503", "wait", Duration.ZERO, "settings");
        catalog.recordFailure(key, Category.DATA, "digests differ", "look", Duration.ofHours(1), "settings");
        ChunkRow.Failure failure = catalog.chunk(key).orElseThrow().failure().orElseThrow();
        assertThat(failure.count()).isEqualTo(2);
        assertThat(failure.category()).isEqualTo(Category.DATA);
        assertThat(failure.message()).isEqualTo("digests differ");
        assertThat(failure.hint()).isEqualTo("look");
        assertThat(failure.due()).isFalse();
        assertThat(Duration.between(failure.failedAt(), failure.retryAfter()))
                .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));

        catalog.recordArchived(fixture.claim(key), copy(key, 1));
        assertThat(catalog.chunk(key).orElseThrow().failure()).isEmpty();
    }

    @Test
    void aFailureIsDueOnceItsTimeHasCome() {
        ChunkKey key = fixture.newChunk();
        catalog.recordFailure(key, Category.PASSING, "S3 said 503", "wait", Duration.ZERO, "settings");
        assertThat(catalog.chunk(key).orElseThrow().failure().orElseThrow().due())
                .isTrue();
        catalog.clearFailure(key);
        assertThat(catalog.chunk(key).orElseThrow().failure()).isEmpty();
    }

    @Test
    void aFailureLeavesTheStateOfTheChunkAlone() {
        ChunkKey key = fixture.newChunk();
        catalog.recordArchived(fixture.claim(key), copy(key, 1));
        catalog.recordFailure(key, Category.PASSING, "busy", "wait", Duration.ZERO, "settings");
        assertThat(catalog.chunk(key).orElseThrow().state()).isEqualTo(ChunkState.ARCHIVED);
    }

    @Test
    void holdsLastUntilTheyLapseOrAreLifted() {
        String namespace = fixture.namespace();
        Instant tomorrow = Instant.parse("2999-01-01T00:00:00Z");
        catalog.placeHold(chunk(namespace, 0, 5), Instant.EPOCH, "a person");
        catalog.placeHold(chunk(namespace, 5, 9), Instant.EPOCH, "a person");
        catalog.placeHold(chunk(namespace, 5, 9), tomorrow, "another");
        assertThat(catalog.holds(namespace, MESSAGES))
                .containsExactly(
                        new Hold(chunk(namespace, 0, 5), Instant.EPOCH, "a person", true),
                        new Hold(chunk(namespace, 5, 9), tomorrow, "another", false));
        catalog.liftHold(chunk(namespace, 5, 9), "another");
        assertThat(catalog.holds(namespace, MESSAGES)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'; DROP TABLE firn.chunk; --",
                "\"quoted\"",
                "%s ? ${x} :name $1",
                "back\\slash",
                "söme \uD83C\uDFD4 näme",
                "line\nbreak",
            })
    void namesAreTakenAsTheyAre(String name) {
        String namespace = name + fixture.namespace();
        catalog.registerNamespace(namespace, name);
        ChunkKey key = new ChunkKey(
                namespace, new TableName(name, name), chunk(namespace, 0, 1).range());
        Claim claim = catalog.claim(key, name, Claim.Purpose.ARCHIVE, LEASE).orElseThrow();
        catalog.recordAttempt(claim, name);
        catalog.recordArchived(claim, copy(key, 1));
        catalog.recordFailure(key, Category.DATA, name, name, Duration.ZERO, "settings");
        catalog.placeHold(key, Instant.EPOCH, name);
        catalog.audit(AuditEntry.of(claim, name, Map.of(name, name)));

        assertThat(catalog.claims(namespace)).extracting(Claim::holder).containsExactly(name);
        assertThat(catalog.chunk(key).orElseThrow().latest()).contains(copy(key, 1));
        assertThat(catalog.chunk(key).orElseThrow().failure().orElseThrow().message())
                .isEqualTo(name);
        assertThat(catalog.attempts(key)).extracting(Attempt::id).containsExactly(name);
        assertThat(catalog.holds(namespace, key.table())).hasSize(1);
    }

    @Test
    void aMessageThatPostgresCannotHoldIsKeptAsFarAsItCan() {
        ChunkKey key = fixture.newChunk();
        catalog.recordFailure(key, Category.DATA, "value 'a\0b'", "look", Duration.ZERO, "settings");
        catalog.audit(AuditEntry.of(key, "looked", Map.of("value", "a\0b"), "a test"));
        assertThat(catalog.chunk(key).orElseThrow().failure().orElseThrow().message())
                .isEqualTo("value 'a\uFFFDb'");
    }
}
