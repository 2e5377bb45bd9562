package dev.firn.catalog;

import static dev.firn.catalog.CatalogFixture.LEASE;
import static dev.firn.catalog.CatalogFixture.chunk;
import static dev.firn.catalog.CatalogFixture.copy;
import static dev.firn.catalog.CatalogFixture.drop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.catalog.Claim.Purpose;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ClaimsIT {

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
    void oneOfManyGetsTheChunk() throws Exception {
        for (int round = 0; round < 10; round++) {
            ChunkKey key = fixture.newChunk();
            List<Optional<Claim>> answers = allAtOnce(8, worker -> key);
            assertThat(answers.stream().filter(Optional::isPresent)).hasSize(1);
        }
    }

    @Test
    void nobodyHoldsRangesThatOverlapThoseOfAnother() throws Exception {
        Random random = new Random(20261121);
        for (int round = 0; round < 10; round++) {
            String namespace = fixture.namespace();
            List<ChunkKey> wanted = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                long start = random.nextInt(100);
                wanted.add(chunk(namespace, start, start + 1 + random.nextInt(60)));
            }
            List<TimeRange> held = new ArrayList<>();
            for (Optional<Claim> answer : allAtOnce(8, wanted::get)) {
                answer.ifPresent(claim -> held.add(claim.key().range()));
            }
            assertThat(held).isNotEmpty();
            for (TimeRange one : held) {
                assertThat(held.stream().filter(one::overlaps))
                        .as("seeded round %d: %s", round, held)
                        .hasSize(1);
            }
        }
    }

    @Test
    void neighboursOtherTablesAndOtherNamespacesAreFree() {
        String namespace = fixture.namespace();
        fixture.claim(chunk(namespace, 100, 200));
        assertThat(claim(chunk(namespace, 0, 100))).isPresent();
        assertThat(claim(chunk(namespace, 200, Long.MAX_VALUE))).isPresent();
        assertThat(claim(chunk(namespace, Long.MIN_VALUE, 0))).isPresent();
        assertThat(claim(chunk(fixture.namespace(), 100, 200))).isPresent();
        TableName other = new TableName("tsdb_default.messages", "x");
        assertThat(claim(new ChunkKey(
                        namespace, other, chunk(namespace, 100, 200).range())))
                .isPresent();
        assertThat(claim(chunk(namespace, 199, 201))).isEmpty();
        assertThat(claim(chunk(namespace, Long.MIN_VALUE, Long.MAX_VALUE))).isEmpty();
    }

    /** Of two namespaces that archive one table, neither removes what the other is loading beside it. */
    @Test
    void claimsAreInForceForEveryNamespaceUntilTheirLeaseIsOver() {
        Claim held = fixture.claim(fixture.newChunk());
        Claim over = fixture.claim(fixture.newChunk());
        fixture.database()
                .execute("UPDATE firn.claim SET expires_at = clock_timestamp() WHERE token = " + over.token());

        assertThat(catalog.tokensInForce(fixture.namespace()))
                .contains(held.token())
                .doesNotContain(over.token());
    }

    @Test
    void theHolderItselfCannotClaimTwice() {
        ChunkKey key = fixture.newChunk();
        Claim first = fixture.claim(key);
        assertThat(catalog.claim(key, first.holder(), Purpose.ARCHIVE, LEASE)).isEmpty();
    }

    @Test
    void aReleasedChunkIsFreeAndItsNextTokenIsHigher() {
        ChunkKey key = fixture.newChunk();
        Claim first = fixture.claim(key);
        catalog.release(first);
        catalog.release(first);
        assertThat(fixture.claim(key).token()).isGreaterThan(first.token());
    }

    @Test
    void aLapsedClaimIsTakenOverByWhoeverOverlapsIt() {
        String namespace = fixture.namespace();
        Claim one = fixture.lapsedClaim(chunk(namespace, 0, 100));
        Claim two = fixture.lapsedClaim(chunk(namespace, 100, 200));
        Claim over = fixture.claim(chunk(namespace, 50, 150), "successor", LEASE);
        assertThat(catalog.claims(namespace)).extracting(Claim::token).containsExactly(over.token());
        assertThat(catalog.renew(one, LEASE)).isFalse();
        assertThat(catalog.renew(two, LEASE)).isFalse();
    }

    @Test
    void whoWakesUpBeforeAnybodyTookOverGoesOn() {
        ChunkKey key = fixture.newChunk();
        Claim claim = fixture.lapsedClaim(key);
        assertThat(catalog.renew(claim, LEASE)).isTrue();
        assertThat(claim(key)).isEmpty();
        catalog.recordArchived(claim, copy(key, 1));
    }

    @Test
    void renewingMovesTheEndOfTheLease() {
        ChunkKey key = fixture.newChunk();
        Claim claim = fixture.claim(key);
        assertThat(catalog.renew(claim, Duration.ofHours(3))).isTrue();
        Claim renewed = catalog.claims(key.namespace()).get(0);
        assertThat(Duration.between(claim.expiresAt(), renewed.expiresAt())).isGreaterThan(LEASE.multipliedBy(10));
        assertThat(renewed.token()).isEqualTo(claim.token());
        assertThat(renewed.purpose()).isEqualTo(Purpose.ARCHIVE);
    }

    @Test
    void aStaleHolderCanWriteNothing() throws SQLException {
        ChunkKey key = fixture.newChunk();
        Claim stale = fixture.lapsedClaim(key);
        Claim successor = fixture.claim(key, "successor", LEASE);
        catalog.recordAttempt(successor, "attempt-2");
        catalog.recordArchived(successor, copy(key, 1));
        String before = books(key);

        assertThat(catalog.renew(stale, LEASE)).isFalse();
        assertLost(stale, () -> catalog.requireHeld(stale));
        assertLost(stale, () -> catalog.recordAttempt(stale, "attempt-1"));
        assertLost(stale, () -> catalog.recordArchived(stale, copy(key, 2)));
        assertLost(stale, () -> catalog.recordFoundDropped(stale, "a reason"));
        try (Connection connection = fixture.transaction()) {
            assertLost(stale, () -> catalog.recordDropped(connection, stale, drop(copy(key, 1))));
            connection.commit();
        }
        catalog.release(stale);

        assertThat(books(key)).isEqualTo(before);
        assertThat(catalog.renew(successor, LEASE)).isTrue();
        assertThat(catalog.wasDropped(stale)).isFalse();
    }

    @Test
    void aStaleHolderIsToldSoAfterItsSuccessorWasDone() {
        ChunkKey key = fixture.newChunk();
        Claim stale = fixture.lapsedClaim(key);
        catalog.release(fixture.claim(key, "successor", LEASE));
        assertThatThrownBy(() -> catalog.recordArchived(stale, copy(key, 1)))
                .isInstanceOf(ClaimLostException.class)
                .hasMessageContaining("another worker took over (and has let go of it since");
    }

    @Test
    void nobodyTakesOverWhileALapsedHolderDrops() throws SQLException {
        ChunkKey key = fixture.newChunk();
        Claim lapsed = fixture.lapsedClaim(key);
        catalog.recordArchived(lapsed, copy(key, 1));
        try (Connection connection = fixture.transaction()) {
            catalog.recordDropped(connection, lapsed, drop(copy(key, 1)));
            assertThat(claim(key)).isEmpty();
            connection.commit();
        }
        assertThat(claim(key)).isPresent();
        assertThat(catalog.wasDropped(lapsed)).isTrue();
    }

    @Test
    void claimsNothingInANamespaceThatWasNeverRegistered() {
        assertThatThrownBy(() -> claim(chunk("nowhere", 0, 1)))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("the catalogue in this database knows no such namespace")
                .hasMessageContaining("HINT: run `archiver init`");
    }

    private static void assertLost(Claim claim, ThrowingCallable write) {
        assertThatThrownBy(write)
                .isInstanceOf(ClaimLostException.class)
                .hasMessageContaining("another worker took over (now held by successor with token")
                .hasMessageContaining("nothing was changed")
                .satisfies(lost -> {
                    assertThat(((ClaimLostException) lost).token()).isEqualTo(claim.token());
                    assertThat(((ClaimLostException) lost).category()).isEqualTo(Category.PASSING);
                });
    }

    /** Everything written about a chunk, but for the leases. */
    private static String books(ChunkKey key) throws SQLException {
        String of = " x WHERE namespace = '" + key.namespace() + "'";
        return fixture.texts("SELECT x::text FROM firn.chunk" + of
                        + " UNION ALL SELECT x::text FROM firn.copy" + of
                        + " UNION ALL SELECT x::text FROM firn.attempt" + of
                        + " UNION ALL SELECT x::text FROM firn.audit" + of
                        + " UNION ALL SELECT x.token || x.attempt FROM firn.claim" + of)
                .toString();
    }

    private Optional<Claim> claim(ChunkKey key) {
        return catalog.claim(key, "another", Purpose.ARCHIVE, LEASE);
    }

    private List<Optional<Claim>> allAtOnce(int workers, IntFunction<ChunkKey> wanted) throws Exception {
        CountDownLatch together = new CountDownLatch(workers);
        ExecutorService threads = Executors.newFixedThreadPool(workers);
        try {
            List<Future<Optional<Claim>>> answers = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                int worker = i;
                answers.add(threads.submit(() -> {
                    together.countDown();
                    together.await();
                    return catalog.claim(wanted.apply(worker), "worker-" + worker, Purpose.ARCHIVE, LEASE);
                }));
            }
            List<Optional<Claim>> answered = new ArrayList<>();
            for (Future<Optional<Claim>> answer : answers) {
                answered.add(answer.get());
            }
            return answered;
        } finally {
            threads.shutdownNow();
        }
    }
}
