package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.catalog.Catalog;
import dev.firn.catalog.Placed;
import dev.firn.source.ChunkBusyException;
import dev.firn.source.StagedRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows that came back of a range and go with it, read from the archive once more. Those that were left out then stay,
 * and so do those that another range has besides, which came back later and found them there: they are its rows from now on.
 *
 * @param expected how many rows these are
 * @param handedOn what is to be recorded of such ranges when these rows go
 */
record WhatCame(StagedRows rows, long expected, List<HandedOn> handedOn) {

    /** A range that keeps rows of this one. */
    record HandedOn(TimeRange range, Placed before, Placed after) {}

    WhatCame {
        handedOn = List.copyOf(handedOn);
    }

    /** Commits; what is on the connection is seen by nobody else all the same. */
    static WhatCame gather(
            TableWork work,
            StagingArea area,
            TimeRange range,
            Placed placed,
            List<Manifest> copies,
            Progress progress,
            Surroundings surroundings)
            throws SQLException {
        List<StagedRows> staged = area.load(copies, progress, surroundings);
        StagedRows rows = area.loader().gather(area.connection(), staged);
        long leftOut = area.loader()
                .leaveOut(area.connection(), rows, placed.leftOut())
                .size();
        if (leftOut != placed.leftOut().size()) {
            throw new FirnException(
                    Category.DATA,
                    work.where(range),
                    "taking out what came back: of %d archived rows that were left out then, %d are found in the archive; it"
                                    .formatted(placed.leftOut().size(), leftOut)
                            + " stays, and nothing was changed",
                    "the table's columns were changed since; change them back, or keep the range in the database");
        }
        long expected = copies.stream().mapToLong(Manifest::rows).sum() - leftOut;
        List<HandedOn> handedOn = new ArrayList<>();
        Map<TimeRange, Placed> all =
                work.catalog().placed(work.namespace(), work.table().name());
        for (Map.Entry<TimeRange, Placed> other : all.entrySet()) {
            if (!other.getKey().equals(range) && other.getKey().overlaps(range)) {
                List<Long> shared = area.loader()
                        .leaveOut(area.connection(), rows, other.getValue().leftOut());
                if (!shared.isEmpty()) {
                    handedOn.add(new HandedOn(other.getKey(), other.getValue(), with(other.getValue(), shared)));
                    expected -= shared.size();
                }
            }
        }
        area.connection().commit();
        return new WhatCame(rows, expected, handedOn);
    }

    private static Placed with(Placed before, List<Long> shared) {
        Map<Long, Integer> taken = new HashMap<>();
        shared.forEach(hash -> taken.merge(hash, 1, Integer::sum));
        List<Long> leftOut = new ArrayList<>();
        for (Long hash : before.leftOut()) {
            if (taken.merge(hash, -1, Integer::sum) < 0) {
                leftOut.add(hash);
            }
        }
        return new Placed(before.manifestKeys(), before.rows() + shared.size(), leftOut);
    }

    /** In the transaction in which the other rows go. Nobody works on these ranges, which overlap the claim of this one. */
    void handOn(Connection connection, TableWork work) throws SQLException {
        Catalog catalog = work.catalog();
        for (HandedOn each : handedOn) {
            if (!catalog.recordStaying(connection, work.key(each.range()), each.before(), each.after())) {
                throw new ChunkBusyException(
                        work.where(each.range()),
                        "keeping rows that it shares with what goes: it changed meanwhile; nothing was changed",
                        null);
            }
        }
    }
}
