package dev.firn.lifecycle;

import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import dev.firn.catalog.ScrubRecord;
import dev.firn.config.Age;
import dev.firn.config.GuardName;
import dev.firn.lifecycle.guards.Alarm;
import dev.firn.lifecycle.guards.Alarms;
import dev.firn.lifecycle.guards.Scene;
import dev.firn.source.Chunk;
import dev.firn.source.RetentionPolicies;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Puts together what alarms are raised from, for whoever has looked at the chunks, the catalogue and the store already. */
final class TableAlarms {

    /** What is not in the database, as the catalogue knows. */
    private static final Set<ChunkState> AWAY = EnumSet.of(ChunkState.DROPPED, ChunkState.EXPIRED);

    private final TableWork work;

    TableAlarms(TableWork work) {
        this.work = work;
    }

    List<Alarm> of(Connection connection, List<Chunk> chunks, List<ChunkRow> rows, List<Manifest> live)
            throws SQLException {
        Scene scene = new Scene(
                connection,
                work.table(),
                chunks,
                stillSo(chunks, rows),
                live,
                work.expired(),
                work.catalog().holds(work.namespace(), work.table().name()),
                work.catalog().foundGone(work.namespace(), work.table().name()),
                retention(connection),
                end -> work.config().archiveAfter().isReached(end, work.now()));
        List<Alarm> alarms = new ArrayList<>(Alarms.of(work.config().guards(), scene));
        if (!(work.config().dropAfter() instanceof Age.Never)) {
            work.writePathGuard().alarm(connection).ifPresent(alarms::add);
        }
        alarms.addAll(unproven(live));
        return List.copyOf(alarms);
    }

    /**
     * The rows without those that say that a chunk is in the database which is not in the list, and that have changed since:
     * another worker dropped the chunk between the two looks, and that is no reason for an alarm.
     */
    private List<ChunkRow> stillSo(List<Chunk> chunks, List<ChunkRow> rows) {
        Set<TimeRange> listed = chunks.stream().map(Chunk::range).collect(Collectors.toSet());
        Predicate<ChunkRow> amiss =
                row -> !AWAY.contains(row.state()) && !listed.contains(row.key().range());
        if (rows.stream().noneMatch(amiss)) {
            return rows;
        }
        Map<TimeRange, ChunkState> now = new HashMap<>();
        work.catalog()
                .chunks(work.namespace(), work.table().name())
                .forEach(row -> now.put(row.key().range(), row.state()));
        return rows.stream()
                .filter(row ->
                        !amiss.test(row) || row.state() == now.get(row.key().range()))
                .toList();
    }

    /** Copies that did not prove when they were last read again. */
    private List<Alarm> unproven(List<Manifest> live) {
        Map<String, ScrubRecord> records =
                work.catalog().scrubs(work.namespace(), work.table().name());
        List<Alarm> alarms = new ArrayList<>();
        for (Manifest copy : live) {
            Optional.ofNullable(records.get(copy.key()))
                    .flatMap(ScrubRecord::failure)
                    .ifPresent(failure -> alarms.add(new Alarm(
                            "scrub",
                            Alarm.Level.ALARM,
                            Optional.of(copy.range()),
                            "its copy, generation %d, does not prove since %s: %s"
                                    .formatted(copy.generation(), failure.since(), failure.message()),
                            failure.hint() + "; the alarm ends once `archiver scrub` proves it")));
        }
        return alarms;
    }

    /** Nothing where that guard is off. */
    RetentionPolicies retention(Connection connection) throws SQLException {
        return work.config().guards().isOn(GuardName.RETENTION)
                ? RetentionPolicies.of(connection, work.table(), work.now())
                : RetentionPolicies.none();
    }
}
