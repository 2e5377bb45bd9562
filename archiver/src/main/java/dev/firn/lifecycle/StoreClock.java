package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.archive.ArchiveLayout;
import dev.firn.store.ObjectStore;
import dev.firn.store.ObjectStore.ObjectInfo;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** What time it is for the store: its objects bear its times, and this machine's clock may say something else. */
final class StoreClock {

    private static final byte[] CONTENT =
            "archiver looks what time it is here; may be deleted\n".getBytes(StandardCharsets.UTF_8);

    private StoreClock() {}

    /** Found by writing a small object beside the tables' folders. */
    static Instant now(ObjectStore store, String namespace, String random) {
        String key = ArchiveLayout.probePrefix(namespace) + "clock-" + random;
        store.putIfAbsent(key, CONTENT);
        try {
            return store.head(key)
                    .map(ObjectInfo::modified)
                    .orElseThrow(() -> new FirnException(
                            Category.PASSING,
                            store.url(),
                            "asking what time it is for the store: '%s' was written, and is not there; nothing was removed"
                                    .formatted(key),
                            "the next run asks again; `archiver doctor` tries out what the store can do"));
        } finally {
            store.delete(key);
        }
    }
}
