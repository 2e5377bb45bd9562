package dev.firn.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.catalog.RegisteredNamespace.Location;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EpochsIT {

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
    void expectsNothingBeforeTheFirstEpoch() {
        assertThat(catalog.expectedEpochs(namespace)).isEmpty();
    }

    @Test
    void raisesOneEpochAfterTheOther() {
        raise(Optional.empty(), "a");
        assertThat(catalog.expectedEpochs(namespace)).containsExactly("a");
        raise(Optional.of("a"), "b");
        assertThat(catalog.expectedEpochs(namespace)).containsExactly("b");
        assertThat(catalog.namespace(namespace).orElseThrow().epoch()).contains("b");
    }

    @Test
    void aCrashBeforeTheStoreWasAskedLocksNobodyOut() {
        raise(Optional.empty(), "a");
        catalog.intendEpoch(namespace, Optional.of("a"), "never");
        assertThat(catalog.expectedEpochs(namespace)).containsExactlyInAnyOrder("a", "never");
        raise(Optional.of("a"), "b");
        assertThat(catalog.expectedEpochs(namespace)).containsExactly("b");
    }

    @Test
    void aCrashAfterTheStoreSwappedLocksNobodyOut() {
        raise(Optional.empty(), "a");
        catalog.intendEpoch(namespace, Optional.of("a"), "swapped");
        raise(Optional.of("swapped"), "b");
        assertThat(catalog.expectedEpochs(namespace)).containsExactly("b");
    }

    @Test
    void aCrashAfterTheVeryFirstEpochWasPutLocksNobodyOut() {
        catalog.intendEpoch(namespace, Optional.empty(), "put");
        raise(Optional.of("put"), "a");
        assertThat(catalog.expectedEpochs(namespace)).containsExactly("a");
    }

    @Test
    void whicheverOfTwoWorkersWinsTheOtherKnowsIt() {
        raise(Optional.empty(), "a");
        catalog.intendEpoch(namespace, Optional.of("a"), "one");
        catalog.intendEpoch(namespace, Optional.of("a"), "two");
        // The store swapped a for one, and the worker of it died before it could say so.
        assertThat(catalog.expectedEpochs(namespace)).contains("one");
        raise(Optional.of("one"), "three");
        assertThat(catalog.expectedEpochs(namespace)).containsExactly("three");
    }

    @Test
    void aLateConfirmationDoesNotTurnTheEpochBack() {
        raise(Optional.empty(), "a");
        catalog.intendEpoch(namespace, Optional.of("a"), "slow");
        raise(Optional.of("slow"), "fast");
        catalog.confirmEpoch(namespace, "slow");
        assertThat(catalog.expectedEpochs(namespace)).containsExactly("fast");
    }

    @Test
    void refusesALocationThatAForkHasRaised() {
        raise(Optional.empty(), "a");
        assertThatThrownBy(() -> catalog.intendEpoch(namespace, Optional.of("of the fork"), "b"))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("the location holds an epoch, which this catalogue did not put there")
                .hasMessageContaining("nothing was changed")
                .hasMessageContaining("--take-over");
        assertThat(catalog.expectedEpochs(namespace)).containsExactly("a");
    }

    @Test
    void refusesALocationThatWasEmptied() {
        raise(Optional.empty(), "a");
        assertThatThrownBy(() -> catalog.intendEpoch(namespace, Optional.empty(), "b"))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("holds no epoch, and should hold one");
    }

    @Test
    void refusesToConfirmWhatItNeverIntended() {
        raise(Optional.empty(), "a");
        assertThatThrownBy(() -> catalog.confirmEpoch(namespace, "b"))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("this catalogue never meant to raise it so");
    }

    @Test
    void takesOverALocationWhenToldTo() throws Exception {
        raise(Optional.empty(), "a");
        catalog.intendEpoch(namespace, Optional.of("a"), "pending");
        Location other = new Location("s3://other/archive", "other-id");
        catalog.takeOver(namespace, other, "of another", "a person");
        assertThat(catalog.expectedEpochs(namespace)).containsExactly("of another");
        assertThat(catalog.namespace(namespace).orElseThrow().location()).contains(other);
        raise(Optional.of("of another"), "b");
        assertThat(fixture.texts("SELECT actor FROM firn.audit WHERE action = 'took over' AND namespace = '" + namespace
                        + "' AND detail ->> 'location_id' = 'other-id'"))
                .containsExactly("a person");
    }

    @Test
    void keepsTheLocationItBelongsTo() {
        Location location = new Location("s3://bucket/archive", "id-1");
        catalog.setLocation(namespace, location, "a test");
        catalog.setLocation(namespace, location, "a test");
        Location moved = new Location("s3://bucket.example/archive", "id-1");
        catalog.setLocation(namespace, moved, "a test");
        assertThatThrownBy(() -> catalog.setLocation(namespace, new Location("s3://wrong", "id-2"), "a test"))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("the namespace belongs to s3://bucket.example/archive with the id id-1")
                .hasMessageContaining("--take-over");
        assertThat(catalog.namespace(namespace).orElseThrow().location()).contains(moved);
    }

    @Test
    void registersANamespaceOnce() {
        RegisteredNamespace again = catalog.registerNamespace(namespace, "a test");
        assertThat(catalog.namespace(namespace)).contains(again);
        assertThat(catalog.namespace(fixture.namespace()).orElseThrow().catalogId())
                .isNotEqualTo(again.catalogId());
    }

    private void raise(Optional<String> seen, String next) {
        catalog.intendEpoch(namespace, seen, next);
        catalog.confirmEpoch(namespace, next);
    }
}
