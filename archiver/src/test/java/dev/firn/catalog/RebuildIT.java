package dev.firn.catalog;

import static dev.firn.catalog.CatalogFixture.MESSAGES;
import static dev.firn.catalog.CatalogFixture.chunk;
import static dev.firn.catalog.CatalogFixture.copy;
import static dev.firn.catalog.CatalogFixture.manifest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RebuildIT {

    private static CatalogFixture fixture;

    private final Catalog catalog = fixture.catalog();
    private String namespace;

    @BeforeAll
    static void createCatalogue() {
        fixture = CatalogFixture.create();
    }

    @AfterAll
    static void dropCatalogue() {
        fixture.close();
    }

    @BeforeEach
    void registerNamespace() {
        namespace = fixture.namespace();
    }

    @Test
    void aLostCatalogueComesBackFromTheStore() {
        ChunkKey one = chunk(namespace, 0, 10);
        ChunkKey two = chunk(namespace, 10, 20);
        List<ArchivedChunk> inStore = List.of(
                asManifestsSay(copy(two, 1)),
                asManifestsSay(copy(one, 2, manifest(one, 1))),
                asManifestsSay(copy(one, 1)),
                asManifestsSay(copy(one, 3)));
        RebuildReport report = rebuild(inStore);
        assertThat(report.copies()).isEqualTo(4);
        assertThat(report.added()).hasSize(4);
        assertThat(report.forgotten()).isEmpty();
        List<ChunkRow> chunks = catalog.chunks(namespace, MESSAGES);
        assertThat(chunks).extracting(ChunkRow::key).containsExactly(one, two);
        assertThat(chunks).extracting(ChunkRow::state).containsOnly(ChunkState.ARCHIVED);
        assertThat(chunks.get(0).copies()).containsExactly(inStore.get(1), inStore.get(3));
        assertThat(chunks.get(1).copies()).containsExactly(inStore.get(0));
    }

    @Test
    void whatWasKnownAndIsInTheStoreStaysAsItWas() {
        ChunkKey key = chunk(namespace, 0, 10);
        Claim claim = fixture.claim(key);
        catalog.recordArchived(claim, copy(key, 1));
        catalog.recordFoundDropped(claim, "a test");
        catalog.release(claim);
        ChunkRow before = catalog.chunk(key).orElseThrow();

        RebuildReport report = rebuild(List.of(asManifestsSay(copy(key, 1))));

        assertThat(report.added()).isEmpty();
        assertThat(report.forgotten()).isEmpty();
        assertThat(catalog.chunk(key)).contains(before);
    }

    @Test
    void saysWhatTheStoreDoesNotHave() throws Exception {
        ChunkKey kept = chunk(namespace, 0, 10);
        ChunkKey lost = chunk(namespace, 10, 20);
        for (ChunkKey key : List.of(kept, lost)) {
            Claim claim = fixture.claim(key);
            catalog.recordArchived(claim, copy(key, 1));
            catalog.recordFoundDropped(claim, "a test");
            catalog.release(claim);
        }
        RebuildReport report = rebuild(List.of(copy(kept, 1)));
        assertThat(report.forgotten()).containsExactly(new RebuildReport.Entry(manifest(lost, 1), true));
        assertThat(catalog.chunk(lost)).isEmpty();
        assertThat(fixture.texts("SELECT detail -> 'forgotten' ->> 0 FROM firn.audit WHERE action = 'rebuilt'"
                        + " AND actor = 'a person' AND namespace = '" + namespace + "'"))
                .containsExactly(manifest(lost, 1));
    }

    @Test
    void keepsHoldsFailuresAndTheAuditTrailAndLeavesOthersAlone() throws Exception {
        ChunkKey key = chunk(namespace, 0, 10);
        catalog.recordFailure(key, Category.DATA, "digests differ", "look", Duration.ofHours(1), "settings");
        catalog.placeHold(key, Instant.EPOCH, "a person");
        ChunkKey elsewhere = fixture.newChunk();
        catalog.recordArchived(fixture.claim(elsewhere), copy(elsewhere, 1));
        int audited = auditEntries();

        rebuild(List.of());

        assertThat(catalog.chunk(key).orElseThrow().failure().orElseThrow().message())
                .isEqualTo("digests differ");
        assertThat(catalog.holds(namespace, MESSAGES)).hasSize(1);
        assertThat(catalog.chunk(elsewhere).orElseThrow().copies()).hasSize(1);
        assertThat(auditEntries()).isEqualTo(audited + 1);
    }

    @Test
    void isRefusedWhileSomebodyIsAtWork() {
        ChunkKey key = chunk(namespace, 0, 10);
        Claim claim = fixture.claim(key);
        catalog.recordArchived(claim, copy(key, 1));
        assertThatThrownBy(() -> rebuild(List.of()))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("worker-1 at work; nothing was changed")
                .hasMessageContaining("HINT: stop the archiver of this namespace");
        assertThat(catalog.chunk(key).orElseThrow().copies()).hasSize(1);
    }

    @Test
    void aStalledHolderCannotWriteOverIt() {
        ChunkKey key = chunk(namespace, 0, 10);
        Claim stalled = fixture.lapsedClaim(key);
        rebuild(List.of());
        assertThatThrownBy(() -> catalog.recordArchived(stalled, copy(key, 1))).isInstanceOf(ClaimLostException.class);
    }

    @Test
    void whatIsKnownOfTablesThatAreNotConfiguredAnyMoreStays() {
        ChunkKey key = chunk(namespace, 0, 10);
        Claim claim = fixture.claim(key);
        catalog.recordArchived(claim, copy(key, 1));
        catalog.release(claim);

        RebuildReport report =
                catalog.rebuild(namespace, Set.of(new TableName("public", "another")), table -> List.of(), "a person");

        assertThat(report.forgotten()).isEmpty();
        assertThat(catalog.chunk(key).orElseThrow().copies()).containsExactly(copy(key, 1));
    }

    @Test
    void asksTheStoreOnlyOnceNobodyCanPublishAnyMore() {
        ChunkKey key = chunk(namespace, 0, 10);
        catalog.rebuild(
                namespace,
                Set.of(MESSAGES),
                table -> {
                    assertThatThrownBy(() -> Catalog.open(fixture.service(), Duration.ofMillis(200))
                                    .claim(key, "worker-2", Claim.Purpose.ARCHIVE, Duration.ofMinutes(1)))
                            .hasMessageContaining("HINT");
                    return List.of();
                },
                "a person");
    }

    @Test
    void isAllOrNothing() {
        ChunkKey key = chunk(namespace, 0, 10);
        Claim claim = fixture.claim(key);
        catalog.recordArchived(claim, copy(key, 1));
        catalog.release(claim);
        assertThatThrownBy(() -> rebuild(List.of(copy(key, 2), copy(key, 2))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two copies of generation 2");
        assertThat(catalog.chunk(key).orElseThrow().copies()).containsExactly(copy(key, 1));
    }

    private RebuildReport rebuild(List<ArchivedChunk> inStore) {
        return catalog.rebuild(namespace, Set.of(MESSAGES), table -> inStore, "a person");
    }

    /** A manifest does not know how large the chunk was in the database. */
    private static ArchivedChunk asManifestsSay(ArchivedChunk copy) {
        return new ArchivedChunk(
                copy.key(),
                copy.generation(),
                copy.manifestKey(),
                copy.supersedes(),
                copy.rows(),
                copy.bytes(),
                OptionalLong.empty(),
                copy.digest(),
                copy.fingerprint(),
                copy.archivedAt());
    }

    private int auditEntries() throws Exception {
        return fixture.texts("SELECT 1 FROM firn.audit WHERE namespace = '" + namespace + "'")
                .size();
    }
}
