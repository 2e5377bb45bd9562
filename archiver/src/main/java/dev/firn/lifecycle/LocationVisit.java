package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.config.NamespaceConfig;
import dev.firn.lifecycle.doctor.Area;
import dev.firn.lifecycle.doctor.Finding;
import dev.firn.lifecycle.doctor.LocationCase;
import dev.firn.lifecycle.doctor.Rounds;
import dev.firn.store.ObjectStore;
import dev.firn.store.StoreInspection;
import dev.firn.store.StoreInspection.Reached;
import dev.firn.store.StoreSettings;
import dev.firn.store.Stores;
import java.util.List;
import java.util.Optional;

/** A doctor's look at the location: all of it that can be opened, and what is to be said of the rest. */
final class LocationVisit implements AutoCloseable {

    private final NamespaceConfig config;
    private final Surroundings surroundings;
    private StoreInspection inspection;
    private ObjectStore store;
    private Reached reached;

    private LocationVisit(NamespaceConfig config, Surroundings surroundings) {
        this.config = config;
        this.surroundings = surroundings;
    }

    static LocationVisit begin(NamespaceConfig config, Surroundings surroundings, List<Finding> found) {
        LocationVisit visit = new LocationVisit(config, surroundings);
        try {
            StoreSettings settings = StoreSettingsOf.location(config.location());
            visit.inspection = Stores.inspect(settings, surroundings.clock());
            visit.reached = visit.inspection.reach();
            // Opening a directory makes it, and a doctor makes nothing.
            if (visit.reached.exists()) {
                visit.store = Stores.open(settings);
            }
        } catch (FirnException e) {
            found.add(Finding.error(Area.LOCATION, visit.url(), e));
        } catch (RuntimeException e) {
            found.add(Finding.error(
                    Area.LOCATION,
                    visit.url(),
                    "asking it for the first time: %s; nothing was changed".formatted(e),
                    "check the location of the namespace's file"));
        }
        return visit;
    }

    void look(List<Finding> found) {
        if (store != null) {
            found.addAll(Rounds.ofLocation(new LocationCase(
                    config,
                    inspection,
                    store,
                    reached,
                    surroundings.token(),
                    surroundings.clock().instant())));
        }
    }

    /** The store, where there is something and it answers. */
    Optional<ObjectStore> store() {
        return Optional.ofNullable(store);
    }

    /** Whether it answers, but nothing was ever put there. */
    boolean isYetToBeMade() {
        return reached != null && !reached.exists();
    }

    String url() {
        return config.location().url();
    }

    @Override
    public void close() {
        if (store != null) {
            store.close();
        }
        if (inspection != null) {
            inspection.close();
        }
    }
}
