package dev.firn.archive;

import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.copy.Digest;
import dev.firn.store.Content;
import dev.firn.types.Column;
import dev.firn.types.UserType;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What one archived copy promises to contain, and everything needed to bring it back without the database it came from.
 * Never rewritten once published.
 *
 * @param attempt the try whose files these are; it fixes range and generation (1 for the first copy of a range, one more
 *     for every later addition or replacement)
 * @param role what it is to the manifests that came before
 * @param supersedes keys of the manifests whose rows this one replaces; only a replacement has any
 * @param digest over the rows as COPY sent them, with their count
 */
public record Manifest(
        Owner owner,
        String namespace,
        TableName table,
        Attempt attempt,
        Role role,
        List<String> supersedes,
        PartitionBy partitionBy,
        TableDescription description,
        Digest digest,
        SourceEvidence source,
        List<DataFile> files,
        ProofRecord proof,
        Instant createdAt)
        implements Entry {

    /**
     * Newest version of the JSON format that this program reads. It writes the oldest that says all there is to say: 1, and
     * 2 where there are types to be described.
     */
    public static final int FORMAT_VERSION = 2;

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
    public record Owner(String locationId, String epoch, String firnVersion) {

        public Owner {
            requireText(locationId, "id of the location");
            requireText(epoch, "epoch");
            requireText(firnVersion, "version of Firn");
        }
    }

    /**
     * The table as it was: enough to create it again.
     *
     * @param avroSchema as in the files' footers
     * @param columnDefaults column name to default expression
     * @param identity column name to {@code ALWAYS} or {@code BY DEFAULT}
     * @param types how the domains and composite types of the columns are made
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
            Optional<CompressionSettings> compression,
            List<UserType> types) {

        /** One whose columns are of no type but those that every database has. */
        public TableDescription(
                String timeColumn,
                long chunkInterval,
                List<Column> columns,
                Map<String, String> columnDefaults,
                Map<String, String> identity,
                String avroSchema,
                List<String> indexes,
                Map<String, String> constraints,
                Optional<CompressionSettings> compression) {
            this(
                    timeColumn,
                    chunkInterval,
                    columns,
                    columnDefaults,
                    identity,
                    avroSchema,
                    indexes,
                    constraints,
                    compression,
                    List.of());
        }

        public TableDescription {
            types = List.copyOf(types);
            columns = List.copyOf(columns);
            requireText(avroSchema, "Avro schema");
            requireDistinct(columns, Column::name, "name");
            requireDistinct(columns, Column::parquetName, "name in Parquet");
            requireDistinct(columns, Column::fieldId, "field id");
            if (chunkInterval < 0) {
                throw new IllegalArgumentException("chunk interval %d is negative".formatted(chunkInterval));
            }
            Set<String> names = columns.stream().map(Column::name).collect(Collectors.toSet());
            requireColumn(names, timeColumn, "time column");
            columnDefaults.keySet().forEach(name -> requireColumn(names, name, "column with a default"));
            identity.keySet().forEach(name -> requireColumn(names, name, "identity column"));
            identity.values().forEach(TableDescription::requireIdentity);
            columnDefaults = Map.copyOf(columnDefaults);
            identity = Map.copyOf(identity);
            indexes = List.copyOf(indexes);
            constraints = Map.copyOf(constraints);
            Objects.requireNonNull(compression, "compression");
        }

        private static void requireIdentity(String identity) {
            if (!identity.equals("ALWAYS") && !identity.equals("BY DEFAULT")) {
                throw new IllegalArgumentException("'%s' is not a kind of identity".formatted(identity));
            }
        }

        private static void requireColumn(Set<String> names, String name, String what) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException("%s '%s' is not among the columns".formatted(what, name));
            }
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
            String fingerprint) {

        public SourceEvidence {
            requireText(database, "database");
            requireText(server, "server");
            requireText(relation, "relation");
            requireText(snapshot, "snapshot");
            Objects.requireNonNull(exportedAt, "exportedAt");
            requireText(fingerprint, "fingerprint");
        }
    }

    /**
     * One Parquet file.
     *
     * @param incomingKey where it was proven
     * @param key where readers find it, under {@code data/}
     * @param partition the day of its rows under {@link PartitionBy#DAY}, else empty
     * @param minTime smallest position of the time column, as in {@link TimeRange}
     * @param maxTime largest one
     */
    public record DataFile(
            String incomingKey, String key, String partition, Content content, long rows, long minTime, long maxTime) {

        public DataFile {
            Objects.requireNonNull(partition, "partition");
            if (rows <= 0 || content.size() <= 0) {
                throw new IllegalArgumentException("%s: %d rows in %d bytes".formatted(key, rows, content.size()));
            }
            if (minTime > maxTime) {
                throw new IllegalArgumentException("%s: times from %d to %d".formatted(key, minTime, maxTime));
            }
        }
    }

    /** How the copy was checked. */
    public record ProofRecord(ProofMethod method, Instant at, String firnVersion) {

        public ProofRecord {
            Objects.requireNonNull(method, "method");
            Objects.requireNonNull(at, "at");
            requireText(firnVersion, "version of Firn");
        }
    }

    public Manifest {
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(partitionBy, "partitionBy");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(proof, "proof");
        Objects.requireNonNull(createdAt, "createdAt");
        supersedes = List.copyOf(supersedes);
        files = List.copyOf(files);
        new ManifestRules(new ArchiveLayout(namespace, table), attempt)
                .check(role, supersedes, partitionBy, files, digest.rows());
    }

    @Override
    public TimeRange range() {
        return attempt.range();
    }

    @Override
    public int generation() {
        return attempt.generation();
    }

    public ArchiveLayout layout() {
        return new ArchiveLayout(namespace, table);
    }

    /** Where it is, or will be, published. */
    @Override
    public String key() {
        return layout().manifestKey(range(), generation());
    }

    public long rows() {
        return digest.rows();
    }

    public long bytes() {
        return files.stream().mapToLong(file -> file.content().size()).sum();
    }

    @Override
    public String toString() {
        return "%s/%s %s generation %d".formatted(namespace, table, range(), generation());
    }

    private static void requireText(String text, String what) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("the %s is empty".formatted(what));
        }
    }

    private static <T> void requireDistinct(List<Column> columns, Function<Column, T> key, String what) {
        Set<T> seen = new HashSet<>();
        for (Column column : columns) {
            if (!seen.add(key.apply(column))) {
                throw new IllegalArgumentException("two columns have the %s %s".formatted(what, key.apply(column)));
            }
        }
    }
}
