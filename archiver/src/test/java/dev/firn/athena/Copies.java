package dev.firn.athena;

import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.archive.ArchiveLayout;
import dev.firn.archive.Attempt;
import dev.firn.archive.Expiry;
import dev.firn.archive.Manifest;
import dev.firn.archive.Manifest.DataFile;
import dev.firn.archive.Manifest.Owner;
import dev.firn.archive.Manifest.ProofRecord;
import dev.firn.archive.Manifest.SourceEvidence;
import dev.firn.archive.Manifest.TableDescription;
import dev.firn.archive.PartitionBy;
import dev.firn.archive.ProofMethod;
import dev.firn.copy.Digest;
import dev.firn.store.Content;
import dev.firn.types.Column;
import dev.firn.types.PgType;
import dev.firn.types.PgTypes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Manifests and expiries of a table, each made a day after the one before, for tests that look at nothing else. */
final class Copies {

    static final ArchiveLayout LAYOUT = new ArchiveLayout("my-shop", new TableName("tsdb_default", "messages"));
    static final PgType TIMESTAMPTZ = PgTypes.builtIn("timestamptz", -1, "timestamp with time zone");
    static final List<Column> TIME = List.of(column("time", "time", 1, TIMESTAMPTZ));

    private static final Owner OWNER = new Owner("location", "epoch", "0.1.0");
    private static final Instant FIRST_MADE = Instant.parse("2026-01-01T00:00:00Z");

    private int made;

    static Column column(String name, String parquetName, int attnum, PgType type) {
        int fieldId = Math.floorMod(parquetName.hashCode(), 1_000) + 1;
        return new Column(name, parquetName, fieldId, attnum, type, false, false);
    }

    static long micros(Instant instant) {
        return Math.multiplyExact(instant.getEpochSecond(), 1_000_000L);
    }

    /** A chunk that starts then. */
    Manifest chunk(String start, Duration interval, Column... columns) {
        long from = micros(Instant.parse(start));
        long length = interval.toNanos() / 1_000;
        return copy(
                new TimeRange(TimeKind.TIMESTAMPTZ, from, from + length),
                length,
                "",
                columns.length == 0 ? TIME : List.of(columns));
    }

    /** A chunk of an unknown interval, as partitions have it. */
    Manifest chunk(TimeRange range) {
        return copy(range, 0, "", TIME);
    }

    /** A chunk of numbers. */
    Manifest numbers(long from, long interval) {
        PgType int8 = PgTypes.builtIn("int8", -1, "bigint");
        return copy(
                new TimeRange(TimeKind.BIGINT, from, from + interval),
                interval,
                "",
                List.of(column("time", "time", 1, int8)));
    }

    /** A week whose rows all lie on one day. */
    Manifest day(String start, String day) {
        long from = micros(Instant.parse(start));
        long week = micros(Instant.EPOCH.plus(Duration.ofDays(7)));
        return copy(new TimeRange(TimeKind.TIMESTAMPTZ, from, from + week), week, day, TIME);
    }

    /** Rows that came after copies of this range had expired. */
    Manifest late(Manifest expired) {
        return copy(expired.range(), expired.description().chunkInterval(), "", TIME, 3);
    }

    /** That these copies of one range expire, after whatever was made before. */
    Expiry expire(Manifest... copies) {
        return new Expiry(
                OWNER,
                LAYOUT.namespace(),
                LAYOUT.table(),
                copies[0].range(),
                copies[0].generation() + 1,
                Stream.of(copies).map(Manifest::key).toList(),
                "1d",
                1,
                4,
                Optional.empty(),
                nextMade());
    }

    private Instant nextMade() {
        return FIRST_MADE.plus(Duration.ofDays(made++));
    }

    private Manifest copy(TimeRange range, long interval, String day, List<Column> columns) {
        return copy(range, interval, day, columns, 1);
    }

    private Manifest copy(TimeRange range, long interval, String day, List<Column> columns, int generation) {
        Attempt attempt = Attempt.of(range, generation, "abcdefgh");
        long time = day.isEmpty() || !day.startsWith("2") ? range.start() : micros(Instant.parse(day + "T00:00:00Z"));
        DataFile file = new DataFile(
                LAYOUT.incomingKey(attempt, 0),
                LAYOUT.dataKey(range, generation, day, 0),
                day,
                Content.of("PAR1".getBytes(StandardCharsets.US_ASCII)),
                1,
                time,
                time);
        return new Manifest(
                OWNER,
                LAYOUT.namespace(),
                LAYOUT.table(),
                attempt,
                generation == 1 ? Manifest.Role.ORIGINAL : Manifest.Role.ADDITION,
                List.of(),
                day.isEmpty() ? PartitionBy.CHUNK : PartitionBy.DAY,
                new TableDescription(
                        "time", interval, columns, Map.of(), Map.of(), "{}", List.of(), Map.of(), Optional.empty()),
                new Digest(1, 1, 1),
                new SourceEvidence("database", "server", "chunk", true, "1:1:", FIRST_MADE, "fingerprint"),
                List.of(file),
                new ProofRecord(ProofMethod.ROUNDTRIP, FIRST_MADE, "0.1.0"),
                nextMade());
    }
}
