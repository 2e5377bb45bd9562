package dev.firn.archive;

import dev.firn.TableName;
import dev.firn.TimeRange;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * That nothing will ever be published under a generation of a range: it takes the key of it. So a worker that sleeps can
 * publish there no more, be it that copies have expired which are to stay, or a copy the files of which are about to go.
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
        if (generation < 1) {
            throw new IllegalArgumentException("%s %s: there is no generation %d".formatted(table, range, generation));
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
