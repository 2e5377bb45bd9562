package dev.firn.archive;

import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.store.Content;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * That the copies of a range were removed on purpose, because of their age. It stands among the manifests, under the key of
 * a generation of its own, for ever: so everybody knows, with nothing but the store, that these rows are not lost, and a
 * worker that slept over it can publish nothing under that generation. Rows that come later are a generation after it.
 *
 * @param supersedes keys of all manifests of exactly this range that were live
 * @param after the age that was configured
 * @param rows in those copies
 * @param bytes of those copies in the store
 * @param heads where the streams of those rows ended, if the table's application goes on from there
 */
public record Expiry(
        Manifest.Owner owner,
        String namespace,
        TableName table,
        TimeRange range,
        int generation,
        List<String> supersedes,
        String after,
        long rows,
        long bytes,
        Optional<Heads> heads,
        Instant expiredAt)
        implements Entry {

    /** Version of its JSON format, counted together with those of manifests: programs that know less refuse the table. */
    public static final int FORMAT_VERSION = 3;

    /** A file with the last position of each stream, which nothing else would tell once catalogue and copies are gone. */
    public record Heads(String key, Content content) {

        public Heads {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(content, "content");
        }
    }

    public Expiry {
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(heads, "heads");
        Objects.requireNonNull(expiredAt, "expiredAt");
        supersedes = List.copyOf(supersedes);
        ArchiveLayout layout = new ArchiveLayout(namespace, table);
        if (supersedes.isEmpty() || new HashSet<>(supersedes).size() != supersedes.size()) {
            throw new IllegalArgumentException("%s %s: supersedes %s".formatted(table, range, supersedes));
        }
        for (String key : supersedes) {
            if (!layout.rangeOf(key, range.kind()).equals(range) || layout.generationOf(key) >= generation) {
                throw new IllegalArgumentException(
                        "%s %s: generation %d supersedes '%s'".formatted(table, range, generation, key));
            }
        }
        if (rows < 0 || bytes < 0 || after.isBlank()) {
            throw new IllegalArgumentException(
                    "%s %s: %d rows in %d bytes expired after '%s'".formatted(table, range, rows, bytes, after));
        }
        if (heads.isPresent() && !heads.get().key().startsWith(layout.headsPrefix(range, generation))) {
            throw new IllegalArgumentException(
                    "%s %s: heads in '%s'".formatted(table, range, heads.get().key()));
        }
    }

    public ArchiveLayout layout() {
        return new ArchiveLayout(namespace, table);
    }

    @Override
    public String key() {
        return layout().manifestKey(range, generation);
    }

    /** For messages. */
    @Override
    public String toString() {
        return "%s/%s %s, expired on %s".formatted(namespace, table, range, expiredAt);
    }
}
