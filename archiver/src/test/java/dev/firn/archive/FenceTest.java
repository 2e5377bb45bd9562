package dev.firn.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FaultPoints;
import dev.firn.FirnException;
import dev.firn.store.DirectorySettings;
import dev.firn.store.ObjectStore;
import dev.firn.store.Stores;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every instruction between catalogue and store at which a worker can die or a database can be copied. */
class FenceTest {

    private static final Clock CLOCK = Clock.fixed(Samples.NOW, ZoneOffset.UTC);
    private static final String FORKED = "the archive has moved on without this database";

    @TempDir
    private Path directory;

    private final AtomicInteger epochs = new AtomicInteger();
    private final MemoryLedger original = new MemoryLedger();
    private ObjectStore store;
    private LocationIdentity identity;

    /** A moment between two instructions of {@link Fence#raise}. */
    enum Moment {
        BEFORE_INTENT,
        INTENDED,
        RAISED,
        CONFIRMED
    }

    @BeforeEach
    void claim() {
        store = Stores.open(new DirectorySettings(directory));
        identity = new LocationIdentity(store, CLOCK, () -> "location-1");
        fence(original).claim("events");
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Fence fence(Fence.Ledger ledger) {
        return fence(ledger, FaultPoints.NONE);
    }

    private Fence fence(Fence.Ledger ledger, FaultPoints faults) {
        return new Fence(identity, ledger, "default", "catalog-1", () -> "epoch-" + epochs.incrementAndGet(), faults);
    }

    /** Raises, and does something at this moment of it. */
    private void raise(MemoryLedger ledger, Moment moment, Runnable then) {
        Fence.Ledger watched = new Fence.Ledger() {
            @Override
            public Set<String> expected() {
                return ledger.expected();
            }

            @Override
            public void intend(Optional<String> seen, String next) {
                at(Moment.BEFORE_INTENT);
                ledger.intend(seen, next);
            }

            @Override
            public void confirm(String raised) {
                ledger.confirm(raised);
                at(Moment.CONFIRMED);
            }

            private void at(Moment here) {
                if (here == moment) {
                    then.run();
                }
            }
        };
        fence(watched, point -> {
                    if ((moment == Moment.INTENDED && point.equals(Fence.INTENDED))
                            || (moment == Moment.RAISED && point.equals(Fence.RAISED))) {
                        then.run();
                    }
                })
                .raise();
    }

    private void dieAt(MemoryLedger ledger, Moment moment) {
        assertThatThrownBy(() -> raise(ledger, moment, () -> {
                    throw new ArchiveWorker.Killed(moment.name());
                }))
                .isInstanceOf(ArchiveWorker.Killed.class);
    }

    private boolean isOwner(MemoryLedger ledger) {
        try {
            fence(ledger).check();
            return true;
        } catch (FirnException e) {
            assertThat(e).hasMessageContaining(FORKED).hasMessageContaining("--take-over");
            return false;
        }
    }

    @Test
    void theOwnerPassesAfterPassesStayInside() {
        for (int pass = 0; pass < 5; pass++) {
            String epoch = fence(original).raise();
            fence(original).check();
            assertThat(original.expected()).containsExactly(epoch);
            assertThat(identity.holder("default").orElseThrow().epoch()).isEqualTo(epoch);
        }
    }

    @Test
    void aWorkerThatIsOvertakenBetweenCatalogueAndStoreIsNotTakenForACopy() {
        AtomicInteger looks = new AtomicInteger();
        Fence.Ledger overtaken = new Fence.Ledger() {
            @Override
            public Set<String> expected() {
                Set<String> expected = original.expected();
                if (looks.incrementAndGet() <= 3) {
                    fence(original).raise();
                }
                return expected;
            }

            @Override
            public void intend(Optional<String> seen, String next) {
                original.intend(seen, next);
            }

            @Override
            public void confirm(String raised) {
                original.confirm(raised);
            }
        };

        assertThatCode(() -> fence(overtaken).check()).doesNotThrowAnyException();
        assertThat(looks).hasValueGreaterThan(3);
        looks.set(0);
        String raised = fence(overtaken).raise();
        assertThat(identity.holder("default").orElseThrow().epoch()).isEqualTo(raised);
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void aCrashLocksTheRightfulOwnerOutNowhere(Moment moment) {
        dieAt(original, moment);
        fence(original).check();
        dieAt(original, moment);
        dieAt(original, Moment.INTENDED);
        dieAt(original, Moment.RAISED);

        assertThatCode(() -> fence(original).raise()).doesNotThrowAnyException();
        assertThat(isOwner(original)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void aCopyOfAnOlderDatabaseIsRefusedBeforeItChangesAnything(Moment moment) {
        AtomicReference<MemoryLedger> copied = new AtomicReference<>();
        raise(original, moment, () -> copied.set(original.fork()));
        fence(original).raise();
        Location before = identity.read().orElseThrow();

        assertThatThrownBy(() -> fence(copied.get()).raise())
                .hasMessageStartingWith("default in file:" + directory)
                .hasMessageContaining(FORKED)
                .hasMessageContaining("is a copy of the one that owns the archive, or was restored to an earlier time")
                .hasMessageContaining("nothing was changed\nHINT: ")
                .hasMessageContaining("--take-over");

        assertThat(identity.read()).contains(before);
        assertThat(isOwner(original)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void ofTwoCopiesOfOneMomentExactlyOneGoesOnWhicheverIsFirst(Moment moment) {
        AtomicReference<MemoryLedger> copied = new AtomicReference<>();
        raise(original, moment, () -> copied.set(original.fork()));
        MemoryLedger second = original.fork();

        fence(second).raise();
        assertThat(isOwner(second)).isTrue();
        assertThat(isOwner(original)).isFalse();
        assertThat(isOwner(copied.get())).isFalse();
        assertThatThrownBy(() -> fence(original).raise()).hasMessageContaining(FORKED);
        assertThatThrownBy(() -> fence(copied.get()).raise()).hasMessageContaining(FORKED);
        fence(second).raise();
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void ofAnOwnerThatDiedAndACopyFromThatMomentExactlyOneGoesOn(Moment moment) {
        dieAt(original, moment);
        MemoryLedger copy = original.fork();

        fence(copy).raise();
        assertThat(isOwner(copy)).isTrue();
        assertThatThrownBy(() -> fence(original).raise()).hasMessageContaining(FORKED);
        assertThat(isOwner(original)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void anOwnerOvertakenByACopyInTheMidstOfRaisingIsOut(Moment moment) {
        AtomicReference<MemoryLedger> copied = new AtomicReference<>();
        try {
            raise(original, moment, () -> {
                copied.set(original.fork());
                fence(copied.get()).raise();
            });
        } catch (FirnException e) {
            assertThat(e).hasMessageContaining(FORKED);
        }

        assertThat(isOwner(original)).isFalse();
        assertThat(isOwner(copied.get())).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void twoWorkersOfOneCatalogueBothStayInside(Moment moment) {
        AtomicInteger times = new AtomicInteger();
        raise(original, moment, () -> {
            if (times.incrementAndGet() <= 3) {
                fence(original).raise();
            }
        });

        assertThat(times.get()).isPositive();
        assertThat(isOwner(original)).isTrue();
        fence(original).raise();
        assertThat(isOwner(original)).isTrue();
    }

    @Test
    void givesUpWhenOthersAreAlwaysFaster() {
        assertThatThrownBy(() ->
                        raise(original, Moment.INTENDED, () -> fence(original).raise()))
                .hasMessageContaining("other workers raised it 20 times in between; nothing was changed");
        assertThat(isOwner(original)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Moment.class,
            names = {"INTENDED", "RAISED"})
    void claimingGoesOnAfterACrash(Moment moment) {
        MemoryLedger other = new MemoryLedger();
        String point = moment == Moment.INTENDED ? Fence.INTENDED : Fence.RAISED;
        Fence dying =
                new Fence(identity, other, "second", "catalog-2", () -> "first-" + epochs.incrementAndGet(), here -> {
                    if (here.equals(point)) {
                        throw new ArchiveWorker.Killed(here);
                    }
                });
        assertThatThrownBy(() -> dying.claim("other events")).isInstanceOf(ArchiveWorker.Killed.class);

        Fence again = new Fence(
                identity, other, "second", "catalog-2", () -> "first-" + epochs.incrementAndGet(), FaultPoints.NONE);
        Location location = again.claim("other events");

        assertThat(location.namespaces()).containsOnlyKeys("default", "second");
        again.raise();
        again.check();
        assertThat(isOwner(original)).isTrue();
    }

    @Test
    void aCopyMayNotClaimWhatTheOriginalHasMovedOn() {
        MemoryLedger copy = original.fork();
        fence(original).raise();

        assertThatThrownBy(() -> fence(copy).claim("events")).hasMessageContaining(FORKED);
        assertThat(isOwner(original)).isTrue();
    }

    @Test
    void takingOverShutsTheOldOwnerOut() {
        MemoryLedger copy = original.fork();
        fence(original).raise();
        assertThat(isOwner(copy)).isFalse();

        copy.intend(Optional.of(copy.expected().iterator().next()), "taken");
        identity.takeOver("default", "catalog-1", "events, restored", "taken");
        copy.confirm("taken");

        assertThat(isOwner(copy)).isTrue();
        assertThat(isOwner(original)).isFalse();
        assertThatThrownBy(() -> fence(original).raise()).hasMessageContaining(FORKED);
        fence(copy).raise();
    }
}
