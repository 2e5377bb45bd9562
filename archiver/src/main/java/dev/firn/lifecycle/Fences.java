package dev.firn.lifecycle;

import dev.firn.archive.Fence;
import dev.firn.archive.LocationIdentity;
import dev.firn.catalog.Catalog;
import dev.firn.catalog.RegisteredNamespace;
import dev.firn.store.ObjectStore;

/** Ties the fence of a location to the catalogue that remembers its epochs. */
final class Fences {

    private Fences() {}

    static LocationIdentity identity(ObjectStore store, Surroundings surroundings) {
        return new LocationIdentity(store, surroundings.clock(), surroundings::token);
    }

    static Fence of(Catalog catalog, ObjectStore store, RegisteredNamespace namespace, Surroundings surroundings) {
        return new Fence(
                identity(store, surroundings),
                new CatalogLedger(catalog, namespace.name()),
                namespace.name(),
                namespace.catalogId().toString(),
                surroundings::token,
                surroundings.faults());
    }
}
