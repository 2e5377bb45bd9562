package dev.firn.lifecycle.doctor;

import dev.firn.FirnException;
import dev.firn.archive.ArchiveLayout;
import dev.firn.store.Content;
import dev.firn.store.ObjectStore;
import dev.firn.store.ObjectStore.ObjectInfo;
import dev.firn.store.ObjectStore.PendingUpload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Does with an object of its own all that archiving does with its files: writes it where nothing is, reads, lists and
 * deletes it, and discards an upload. It lies beside the tables' folders under a name that no table can have.
 */
record ProbeExamination() implements Examination<LocationCase> {

    /** What is older was left by a doctor that was stopped in between. */
    private static final Duration LEFT_BEHIND = Duration.ofHours(1);

    private static final byte[] CONTENT =
            "archiver doctor tries whether it can write here; may be deleted\n".getBytes(StandardCharsets.UTF_8);

    private static final String RIGHTS =
            "let Firn's credentials get, put, delete and list objects under the location, and list and abort uploads";

    private interface Step {
        void run();
    }

    @Override
    public Area area() {
        return Area.LOCATION;
    }

    @Override
    public List<Remark> look(LocationCase location) {
        String prefix = ArchiveLayout.probePrefix(location.config().name());
        String key = prefix + location.token();
        ObjectStore store = location.store();
        List<Remark> remarks = new ArrayList<>();
        boolean written = succeeded(remarks, () -> {
            if (!store.putIfAbsent(key, CONTENT)) {
                throw defect("a new object was said to be there already", location);
            }
            if (store.putIfAbsent(key, new byte[] {1})) {
                throw defect("an object was written over, though only a new one was to be made", location);
            }
        });
        boolean held = written && succeeded(remarks, () -> requireHeld(location, key));
        boolean listed = succeeded(remarks, () -> requireListed(location, prefix, held ? List.of(key) : List.of()));
        // Also where nothing is known to have been written: the answer may have been lost.
        boolean deleted = succeeded(remarks, () -> requireDeleted(location, key));
        boolean discarded = succeeded(remarks, () -> location.inspection().abortUpload(key + "-upload"));
        if (listed && deleted && discarded) {
            succeeded(remarks, () -> sweep(location, prefix));
        }
        return remarks.isEmpty()
                ? List.of(Remark.ok("an object was written, read, listed and deleted, and an upload discarded"))
                : remarks;
    }

    private static boolean succeeded(List<Remark> remarks, Step step) {
        try {
            step.run();
            return true;
        } catch (FirnException e) {
            remarks.add(Remark.error(e.what(), e.hint() + "; " + RIGHTS));
            return false;
        }
    }

    private static void requireHeld(LocationCase location, String key) {
        if (!location.store().readBack(key).equals(Optional.of(Content.of(CONTENT)))) {
            throw defect("an object did not hold what was written to it a moment ago", location);
        }
    }

    private static void requireListed(LocationCase location, String prefix, List<String> written) {
        List<String> keys = new ArrayList<>();
        location.store().list(prefix, found -> keys.add(found.key()));
        if (!keys.containsAll(written)) {
            throw defect("an object that was written a moment ago was not listed", location);
        }
    }

    private static void requireDeleted(LocationCase location, String key) {
        location.store().delete(key);
        if (location.store().head(key).isPresent()) {
            throw defect("an object was still there after it had been deleted", location);
        }
    }

    /** Whatever another doctor could not take away. */
    private static void sweep(LocationCase location, String prefix) {
        Instant old = location.now().minus(LEFT_BEHIND);
        List<ObjectInfo> left = new ArrayList<>();
        location.store().list(prefix, found -> {
            if (found.modified().isBefore(old)) {
                left.add(found);
            }
        });
        left.forEach(found -> location.store().delete(found.key()));
        for (PendingUpload upload : location.store().pendingUploads(prefix)) {
            if (upload.started().isBefore(old)) {
                location.store().abort(upload);
            }
        }
    }

    private static FirnException defect(String what, LocationCase location) {
        return new FirnException(
                FirnException.Category.REFUSED,
                location.inspection().url(),
                what,
                "do not archive here: the store does not keep the promises that an archive rests on");
    }
}
