package dev.firn.archive;

import dev.firn.TableName;
import dev.firn.TimeRange;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * That the copies of a range stay, which somebody was about to remove because of their age: it takes the key under which
 * that would be published, so that a worker that slept over it can publish it no more.
 */
public record Reprieve(
        Manifest.Owner owner, String namespace, TableName table, TimeRange range, int generation, Instant reprievedAt)
        implements Entry {

    /** Version of its JSON format, counted together with those of manifests: programs that know less refuse the table. */
    public static final int FORMAT_VERSION = 4;

    public Reprieve {
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(range, "range");
        Objects.requireNonNull(reprievedAt, "reprievedAt");
        if (generation < 2) {
            throw new IllegalArgumentException("%s %s: nothing can have been about to expire as generation %d"
                    .formatted(table, range, generation));
        }
    }

    public ArchiveLayout layout() {
        return new ArchiveLayout(namespace, table);
    }

    @Override
    public String key() {
        return layout().manifestKey(range, generation);
    }

    /** Whatever counts goes on counting. */
    @Override
    public List<String> supersedes() {
        return List.of();
    }

    /** For messages. */
    @Override
    public String toString() {
        return "%s/%s %s, reprieved on %s".formatted(namespace, table, range, reprievedAt);
    }
}
