package dev.firn.archive;

import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest.CompressionSettings;
import dev.firn.archive.Manifest.DataFile;
import dev.firn.archive.Manifest.Owner;
import dev.firn.archive.Manifest.ProofRecord;
import dev.firn.archive.Manifest.Role;
import dev.firn.archive.Manifest.SourceEvidence;
import dev.firn.archive.Manifest.TableDescription;
import dev.firn.copy.Digest;
import dev.firn.parquet.WrittenFile;
import dev.firn.store.Content;
import dev.firn.types.Column;
import dev.firn.types.PgType;
import dev.firn.types.PgType.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A table like the event store's, and what its archive says. */
final class Samples {

    static final long DAY = 86_400_000_000L;
    static final long DEC_5 = 1_733_356_800_000_000L;
    static final TableName TABLE = new TableName("tsdb_default", "messages");
    static final ArchiveLayout LAYOUT = new ArchiveLayout("default", TABLE);
    static final TimeRange WEEK = new TimeRange(TimeKind.TIMESTAMPTZ, DEC_5, DEC_5 + 7 * DAY);
    static final Instant NOW = Instant.parse("2025-03-01T10:00:00Z");

    static final PgType TIMESTAMPTZ = builtIn("timestamptz", "timestamp with time zone", "timestamptz_out");
    static final PgType INT8 = builtIn("int8", "bigint", "int8out");
    static final PgType TEXT = builtIn("text", "text", "textout");
    static final PgType TEXT_ARRAY = new PgType(
            "pg_catalog", "_text", -1, Kind.ARRAY, "text[]", TEXT, List.of(), "\"pg_catalog\".\"array_out\"");
    static final PgType MOOD = new PgType(
            "app", "mood", -1, Kind.ENUM, "app.mood", null, List.of("sad", "so \"so\""), "\"pg_catalog\".\"enum_out\"");
    static final PgType MOOD_DOMAIN = new PgType(
            "app", "checked", -1, Kind.DOMAIN, "app.checked", MOOD, List.of(), "\"pg_catalog\".\"enum_out\"");

    static final List<Column> COLUMNS = List.of(
            new Column("time", "time", 1, 1, TIMESTAMPTZ, true, false),
            new Column("position", "position", 2, 3, INT8, true, false),
            new Column("Stream Name", "stream_name", 4, 4, TEXT, false, false),
            new Column("tags", "tags", 5, 5, TEXT_ARRAY, false, false),
            new Column("mood", "mood", 6, 6, MOOD_DOMAIN, false, true));

    static final TableDescription DESCRIPTION = new TableDescription(
            "time",
            7 * DAY,
            COLUMNS,
            Map.of("time", "now()", "position", "nextval('\"s\"'::regclass)"),
            Map.of("position", "BY DEFAULT"),
            "{\"type\":\"record\"}",
            List.of("CREATE INDEX i ON tsdb_default.messages USING btree (\"position\")"),
            Map.of("b_check", "CHECK (\"position\" >= 0)", "a_check", "CHECK (true)"),
            Optional.of(new CompressionSettings(List.of("Stream Name"), List.of("position", "time DESC"))));

    private Samples() {}

    static PgType builtIn(String name, String sql, String outputFunction) {
        return new PgType(
                "pg_catalog",
                name,
                -1,
                Kind.BASE,
                sql,
                null,
                List.of(),
                "\"pg_catalog\".\"%s\"".formatted(outputFunction));
    }

    static Attempt attempt(int generation, String random) {
        return Attempt.of(WEEK, generation, random);
    }

    /** A file as the writer answers it, of a content that names itself. */
    static WrittenFile file(Attempt attempt, int part, byte[] bytes, long rows) {
        long first = WEEK.start() + part * DAY;
        return new WrittenFile(LAYOUT.incomingKey(attempt, part), "", contentOf(bytes), rows, first, first + DAY - 1);
    }

    static Content contentOf(byte[] bytes) {
        return Content.of(bytes);
    }

    static Digest digestOf(List<WrittenFile> files) {
        long rows = files.stream().mapToLong(WrittenFile::rows).sum();
        return new Digest(rows, 0x9f31_0000_0000_0001L, rows);
    }

    static Proof proof(List<WrittenFile> files) {
        return new Proof(ProofMethod.ROUNDTRIP, TABLE, COLUMNS, digestOf(files), files, NOW, "0.1.0");
    }

    static Manifest manifest(Attempt attempt, List<WrittenFile> files, String... supersedes) {
        Role role =
                supersedes.length > 0 ? Role.REPLACEMENT : attempt.generation() == 1 ? Role.ORIGINAL : Role.ADDITION;
        return new Manifest(
                new Owner("location-1", "epoch-1", "0.1.0"),
                "default",
                TABLE,
                attempt,
                role,
                List.of(supersedes),
                PartitionBy.CHUNK,
                DESCRIPTION,
                digestOf(files),
                new SourceEvidence(
                        "events, system 7300000000000000001",
                        "TimescaleDB 2.25.2 (community) on PostgreSQL 15.18",
                        "_timescaledb_internal._hyper_1_2_chunk",
                        true,
                        "1000:1000:",
                        NOW.minusSeconds(60),
                        "fingerprint"),
                files.stream().map(file -> dataFile(attempt, file)).toList(),
                new ProofRecord(ProofMethod.ROUNDTRIP, NOW, "0.1.0"),
                NOW.plusMillis(1500));
    }

    static DataFile dataFile(Attempt attempt, WrittenFile file) {
        return new DataFile(
                file.key(),
                LAYOUT.dataKey(attempt.range(), attempt.generation(), file.partition(), LAYOUT.partOf(file.key())),
                file.partition(),
                file.content(),
                file.rows(),
                file.minTime(),
                file.maxTime());
    }
}
