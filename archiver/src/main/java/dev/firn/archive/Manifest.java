package dev.firn.archive;

import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.copy.Digest;
import dev.firn.store.Content;
import dev.firn.types.Column;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What one archived copy promises to contain, and everything needed to bring it back without the database it came from.
 * Never rewritten once published.
 *
 * @param generation 1 for the first copy of a range, one more for every later addition or replacement
 * @param role what it is to the manifests of the same range that came before
 * @param supersedes keys of the manifests whose rows this one replaces; only a replacement has any
 * @param digest over the rows as COPY sent them, with their count
 * @param partitionBy {@code chunk} or {@code day}
 */
public record Manifest(
        Owner owner,
        String namespace,
        TableName table,
        TimeRange range,
        int generation,
        Role role,
        List<String> supersedes,
        String partitionBy,
        TableDescription description,
        Digest digest,
        SourceEvidence source,
        List<DataFile> files,
        ProofRecord proof,
        Instant createdAt) {

    /** Version of the JSON format that this program writes. */
    public static final int FORMAT_VERSION = 1;

    /** What a manifest adds to its range. */
    public enum Role {
        /** The first copy of a range. */
        ORIGINAL,
        /** Rows that came after an earlier copy was dropped: read together with it. */
        ADDITION,
        /** A newer copy of the same rows: read instead of what it supersedes. */
        REPLACEMENT
    }

    /**
     * Who wrote it.
     *
     * @param locationId random id in {@code firn.json} of the location
     * @param epoch the fence under which it was published
     */
    public record Owner(String locationId, String epoch, String firnVersion) {}

    /**
     * The table as it was: enough to create it again.
     *
     * @param avroSchema as in the files' footers
     * @param columnDefaults column name to default expression
     * @param identity column name to {@code ALWAYS} or {@code BY DEFAULT}
     */
    public record TableDescription(
            String timeColumn,
            long chunkInterval,
            List<Column> columns,
            Map<String, String> columnDefaults,
            Map<String, String> identity,
            String avroSchema,
            List<String> indexes,
            Map<String, String> constraints,
            Optional<CompressionSettings> compression) {

        public TableDescription {
            columns = List.copyOf(columns);
            columnDefaults = Map.copyOf(columnDefaults);
            identity = Map.copyOf(identity);
            indexes = List.copyOf(indexes);
            constraints = Map.copyOf(constraints);
        }
    }

    /** How the chunk was compressed. */
    public record CompressionSettings(List<String> segmentBy, List<String> orderBy) {

        public CompressionSettings {
            segmentBy = List.copyOf(segmentBy);
            orderBy = List.copyOf(orderBy);
        }
    }

    /**
     * Where the rows came from.
     *
     * @param database name of the database and its system identifier, as text
     * @param server what {@code SourceInfo} says
     * @param relation the chunk's relation at the time of export
     * @param snapshot the exported snapshot, as {@code pg_current_snapshot()} printed it
     * @param fingerprint the chunk's fingerprint in that snapshot, as text
     */
    public record SourceEvidence(
            String database,
            String server,
            String relation,
            boolean compressed,
            String snapshot,
            Instant exportedAt,
            String fingerprint) {}

    /**
     * One Parquet file.
     *
     * @param incomingKey where it was proven
     * @param key where readers find it, under {@code data/}
     */
    public record DataFile(String incomingKey, String key, Content content, long rows, long minTime, long maxTime) {}

    /**
     * How the copy was checked.
     *
     * @param method {@code roundtrip} or {@code footer}
     */
    public record ProofRecord(String method, Instant at, String firnVersion) {}

    public Manifest {
        Objects.requireNonNull(range, "range");
        supersedes = List.copyOf(supersedes);
        files = List.copyOf(files);
        if (generation < 1) {
            throw new IllegalArgumentException("%s %s: generation %d".formatted(table, range, generation));
        }
        if ((role == Role.REPLACEMENT) == supersedes.isEmpty()) {
            throw new IllegalArgumentException("%s %s: a %s supersedes %s".formatted(table, range, role, supersedes));
        }
        long rowsInFiles = files.stream().mapToLong(DataFile::rows).sum();
        if (rowsInFiles != digest.rows()) {
            throw new IllegalArgumentException(
                    "%s %s: copied %d rows, files hold %d".formatted(table, range, digest.rows(), rowsInFiles));
        }
    }

    public long rows() {
        return digest.rows();
    }

    public long bytes() {
        return files.stream().mapToLong(file -> file.content().size()).sum();
    }
}
