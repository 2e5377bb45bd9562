package dev.firn.lifecycle;

import dev.firn.archive.ArchiveLayout;
import dev.firn.lifecycle.SweepSummary.Item;
import dev.firn.lifecycle.SweepSummary.Kind;
import dev.firn.lifecycle.SweepSummary.Outcome;
import dev.firn.store.ObjectStore;
import dev.firn.store.ObjectStore.ObjectInfo;
import dev.firn.store.ObjectStore.PendingUpload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What was written to try the store out, by programs that were stopped in between. */
final class ProbeLeftovers {

    private final ObjectStore store;
    private final String prefix;
    private final Janitor.Orders orders;

    ProbeLeftovers(ObjectStore store, String namespace, Janitor.Orders orders) {
        this.store = store;
        this.prefix = ArchiveLayout.probePrefix(namespace);
        this.orders = orders;
    }

    List<Item> sweep() {
        List<Item> items = new ArrayList<>();
        List<ObjectInfo> found = new ArrayList<>();
        store.list(prefix, found::add);
        for (ObjectInfo probe : found) {
            if (!probe.modified().isAfter(orders.old())) {
                if (!orders.dryRun()) {
                    store.delete(probe.key());
                }
                items.add(item(Kind.PROBE, probe.key(), probe.size(), probe.modified()));
            }
        }
        for (PendingUpload upload : store.pendingUploads(prefix)) {
            if (!upload.started().isAfter(orders.old())) {
                if (!orders.dryRun()) {
                    store.abort(upload);
                }
                items.add(item(Kind.UPLOAD, upload.key(), 0, upload.started()));
            }
        }
        return items;
    }

    private Item item(Kind kind, String key, long bytes, Instant lastSign) {
        return new Item(
                kind,
                Optional.empty(),
                key,
                bytes,
                Optional.of(lastSign),
                orders.dryRun() ? Outcome.DUE : Outcome.REMOVED,
                Optional.empty(),
                Optional.empty());
    }
}
