package dev.firn.lifecycle;

import dev.firn.archive.Manifest;
import dev.firn.catalog.AuditEntry;
import dev.firn.store.ObjectStore.ObjectInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Removes files that do not count any more, and tells the audit trail. */
final class SupersededFiles {

    private final TableWork work;
    private final String holder;

    SupersededFiles(TableWork work, String holder) {
        this.work = work;
        this.holder = holder;
    }

    /**
     * Answers what was removed; nothing where what took their place is not old enough.
     *
     * @param promotedBefore as {@code ArchiveCleaner.retire} has it
     */
    List<ObjectInfo> remove(Manifest old, Instant promotedBefore) {
        work.fence().check();
        List<ObjectInfo> files = work.archive().cleaner().filesOf(old);
        if (!work.archive().cleaner().retire(old, promotedBefore)) {
            return List.of();
        }
        work.catalog()
                .audit(AuditEntry.of(
                        work.key(old.range()),
                        "removed files",
                        Map.of(
                                "manifest",
                                old.key(),
                                "files",
                                files.size(),
                                "bytes",
                                files.stream().mapToLong(ObjectInfo::size).sum()),
                        holder));
        return files;
    }
}
