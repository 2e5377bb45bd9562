package dev.firn.archive;

import dev.firn.TableName;
import dev.firn.copy.Digest;
import dev.firn.parquet.WrittenFile;
import dev.firn.types.Column;
import java.time.Instant;
import java.util.List;

/**
 * That these files, as they lie in the store, hold exactly the rows of the digest. Only {@link Prover} makes one, and
 * nothing is published without.
 */
public final class Proof {

    private final ProofMethod method;
    private final TableName table;
    private final List<Column> columns;
    private final Digest digest;
    private final List<WrittenFile> files;
    private final Instant at;
    private final String firnVersion;

    Proof(
            ProofMethod method,
            TableName table,
            List<Column> columns,
            Digest digest,
            List<WrittenFile> files,
            Instant at,
            String firnVersion) {
        this.method = method;
        this.table = table;
        this.columns = List.copyOf(columns);
        this.digest = digest;
        this.files = List.copyOf(files);
        this.at = at;
        this.firnVersion = firnVersion;
    }

    public Digest digest() {
        return digest;
    }

    public List<WrittenFile> files() {
        return files;
    }

    /** As a manifest records it. */
    public Manifest.ProofRecord record() {
        return new Manifest.ProofRecord(method, at, firnVersion);
    }

    /** Refuses a manifest that promises anything but what was proven. */
    void requireCovers(Manifest manifest) {
        require(manifest.table().equals(table), "table", manifest.table(), table);
        require(manifest.description().columns().equals(columns), "columns", "others", "these: " + columns);
        require(manifest.digest().equals(digest), "rows", manifest.digest(), digest);
        require(manifest.proof().equals(record()), "proof", manifest.proof(), record());
        List<WrittenFile> promised = manifest.files().stream()
                .map(file -> new WrittenFile(
                        file.incomingKey(),
                        file.partition(),
                        file.content(),
                        file.rows(),
                        file.minTime(),
                        file.maxTime()))
                .toList();
        require(promised.equals(files), "files", promised, files);
    }

    private static void require(boolean holds, String what, Object inManifest, Object proven) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "the manifest's %s: %s; what was proven: %s".formatted(what, inManifest, proven));
        }
    }
}
