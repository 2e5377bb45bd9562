package dev.firn.lifecycle;

import dev.firn.archive.Fence;
import dev.firn.catalog.Catalog;
import java.util.Optional;
import java.util.Set;

/** The catalogue as the place where a namespace's epochs are remembered. */
record CatalogLedger(Catalog catalog, String namespace) implements Fence.Ledger {

    @Override
    public Set<String> expected() {
        return catalog.expectedEpochs(namespace);
    }

    @Override
    public void intend(Optional<String> seen, String next) {
        catalog.intendEpoch(namespace, seen, next);
    }

    @Override
    public void confirm(String raised) {
        catalog.confirmEpoch(namespace, raised);
    }
}
