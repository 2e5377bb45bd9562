package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.TimeRange;
import dev.firn.archive.Chronicle;
import dev.firn.archive.Manifest;
import dev.firn.athena.HiddenCopies;
import dev.firn.athena.glue.SyncedTable;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import dev.firn.catalog.Claim;
import dev.firn.catalog.Hold;
import dev.firn.lifecycle.NamespaceStatus.Range;
import dev.firn.lifecycle.NamespaceStatus.RangeState;
import dev.firn.lifecycle.NamespaceStatus.TableStatus;
import dev.firn.lifecycle.guards.Alarm;
import dev.firn.source.Chunk;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Puts together where the rows of a table are: the database and the store say it, the catalogue only helps. */
final class StatusReader {

    private final TableWork work;
    private final List<Hold> holds;
    private final List<Claim> claims;
    private final Optional<AthenaSync> engines;

    /** @param engines to ask what query engines are told, where that is configured */
    StatusReader(TableWork work, Optional<AthenaSync> engines) {
        this.work = work;
        this.holds = work.catalog().holds(work.namespace(), work.table().name());
        List<Long> inForce = work.catalog().tokensInForce(work.namespace());
        this.claims = work.catalog().claims(work.namespace()).stream()
                .filter(claim -> inForce.contains(claim.token()))
                .toList();
        this.engines = engines;
    }

    TableStatus read() throws SQLException {
        Map<TimeRange, ChunkRow> rows = new TreeMap<>();
        List<ChunkRow> known =
                work.catalog().chunks(work.namespace(), work.table().name());
        known.forEach(row -> rows.put(row.key().range(), row));
        Map<TimeRange, List<Manifest>> archived = new TreeMap<>();
        Chronicle chronicle = work.archive().chronicle();
        List<Manifest> live = chronicle.live();
        live.forEach(manifest -> archived.computeIfAbsent(manifest.range(), key -> new ArrayList<>())
                .add(manifest));
        List<Range> ranges = new ArrayList<>();
        List<Alarm> alarms;
        Optional<Duration> aggregateLag;
        try (Connection connection = work.connections().getConnection()) {
            List<Chunk> chunks = work.source().chunks(connection, work.table());
            alarms = new TableAlarms(work).of(connection, chunks, known, live);
            aggregateLag = Lags.ofAggregates(connection, work, chunks);
            for (Chunk chunk : chunks) {
                List<Manifest> copies = archived.remove(chunk.range());
                ranges.add(
                        inDatabase(chunk, Optional.ofNullable(copies), Optional.ofNullable(rows.get(chunk.range()))));
            }
        }
        archived.forEach(
                (range, copies) -> ranges.add(withoutChunk(range, copies, Optional.ofNullable(rows.get(range)))));
        Set<TimeRange> there = ranges.stream().map(Range::range).collect(Collectors.toSet());
        known.stream()
                .filter(row -> row.state() == ChunkState.EXPIRED
                        && !there.contains(row.key().range()))
                .forEach(row -> ranges.add(expired(row)));
        ranges.sort((a, b) -> a.range().compareTo(b.range()));
        return new TableStatus(
                work.table().name(),
                work.table().chunkInterval(),
                work.table().timeKind(),
                work.table().compression(),
                work.table().retentionAfter(),
                ranges,
                Lags.ofArchive(work, ranges),
                aggregateLag,
                work.config().guards(),
                alarms,
                engines.map(this::lag).orElseGet(() -> HiddenCopies.warning(chronicle)),
                Optional.empty());
    }

    /** What the catalog does not show, as it says itself. */
    private Optional<String> lag(AthenaSync catalog) {
        SyncedTable forecast = catalog.forecast(work.table().name());
        if (forecast.failure().isPresent()) {
            FirnException failure = forecast.failure().get();
            return Optional.of(failure.what() + ". HINT: " + failure.hint());
        }
        return forecast.wasInStep()
                ? Optional.empty()
                : Optional.of(
                        "the Glue Data Catalog lags behind the archive: %s. HINT: `archiver athena sync %s` puts it right"
                                .formatted(String.join("; ", forecast.changes()), work.namespace()));
    }

    private Range inDatabase(Chunk chunk, Optional<List<Manifest>> copies, Optional<ChunkRow> row) {
        RangeState state;
        if (row.isPresent() && row.get().state() == ChunkState.RESTORED) {
            state = RangeState.RESTORED;
        } else if (copies.isPresent()) {
            state = row.isPresent() && row.get().state() == ChunkState.DROPPED
                    ? RangeState.LATE_ROWS
                    : RangeState.ARCHIVED;
        } else {
            state = chunk.compressed() ? RangeState.COMPRESSED : RangeState.HOT;
        }
        return new Range(
                chunk.range(),
                state,
                chunk.bytes(),
                copies.map(StatusReader::bytes).orElse(0L),
                copies.map(StatusReader::rows).orElse(0L),
                bytesBefore(row),
                isUnarchived(state) && work.archiveIsDue(chunk.range()),
                keptUntil(chunk.range()),
                claim(chunk.range()),
                row.flatMap(ChunkRow::failure));
    }

    /** Gone, or back in chunks of other bounds. */
    private Range withoutChunk(TimeRange range, List<Manifest> copies, Optional<ChunkRow> row) {
        boolean back = row.isPresent() && row.get().state() == ChunkState.RESTORED;
        return new Range(
                range,
                back ? RangeState.RESTORED : RangeState.DROPPED,
                0,
                bytes(copies),
                rows(copies),
                bytesBefore(row),
                false,
                keptUntil(range),
                claim(range),
                row.filter(found -> back).flatMap(ChunkRow::failure));
    }

    /** Nothing is left of it but that it was there. */
    private Range expired(ChunkRow row) {
        TimeRange range = row.key().range();
        return new Range(range, RangeState.EXPIRED, 0, 0, 0, 0, false, Optional.empty(), claim(range), row.failure());
    }

    private static long bytesBefore(Optional<ChunkRow> row) {
        return row.stream()
                .flatMap(known -> known.copies().stream())
                .mapToLong(copy -> copy.bytesBefore().orElse(0))
                .sum();
    }

    private static boolean isUnarchived(RangeState state) {
        return state == RangeState.HOT || state == RangeState.COMPRESSED || state == RangeState.LATE_ROWS;
    }

    private Optional<Instant> keptUntil(TimeRange range) {
        return holds.stream()
                .filter(hold -> !hold.lapsed() && hold.key().range().equals(range))
                .map(Hold::until)
                .findFirst();
    }

    private Optional<Claim> claim(TimeRange range) {
        return claims.stream()
                .filter(claim -> claim.key().equals(work.key(range)))
                .findFirst();
    }

    private static long bytes(List<Manifest> copies) {
        return copies.stream().mapToLong(Manifest::bytes).sum();
    }

    private static long rows(List<Manifest> copies) {
        return copies.stream().mapToLong(Manifest::rows).sum();
    }

    static TableStatus refused(dev.firn.config.TableConfig table, FirnException why) {
        return new TableStatus(
                table.name(),
                0,
                dev.firn.TimeKind.TIMESTAMPTZ,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                table.guards(),
                List.of(),
                Optional.empty(),
                Optional.of(why.what() + ". HINT: " + why.hint()));
    }
}
