package dev.firn.lifecycle;

import dev.firn.lifecycle.RestoreOptions.Conflict;
import dev.firn.source.ChunkLoader;
import dev.firn.source.LeftOut;
import dev.firn.source.StagedRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Copies of one range that hold different rows of one key: a row was written again after it had been dropped. One of them
 * comes back, and the other stays archived, which is remembered. That is decided before anything is attached, since nobody
 * can tell afterwards which rows of a chunk are archived, and which are alive.
 *
 * @param staged the rows of all copies, in their order
 * @param standing those of the latest one, where they are in the table already: they stay there
 */
record RivalCopies(Connection connection, ChunkLoader loader, List<StagedRows> staged, Optional<StagedRows> standing) {

    RivalCopies {
        staged = List.copyOf(staged);
    }

    /** Answers which rows stay away. */
    LeftOut settle(Conflict onConflict) throws SQLException {
        LeftOut away = new LeftOut();
        List<StagedRows> ranked = ranked(onConflict);
        for (int winner = 0; winner < ranked.size(); winner++) {
            for (StagedRows other : ranked.subList(winner + 1, ranked.size())) {
                settle(onConflict, ranked.get(winner), other, away);
            }
        }
        return away;
    }

    private void settle(Conflict onConflict, StagedRows winner, StagedRows other, LeftOut away) throws SQLException {
        boolean later = staged.indexOf(winner) > staged.indexOf(other);
        StagedRows last = later ? winner : other;
        StagedRows first = later ? other : winner;
        StagedRows added = standing.equals(Optional.of(last)) ? first : last;
        if (onConflict == Conflict.REFUSE) {
            loader.requireNoRivals(connection, first, last, added);
        } else {
            loader.giveWay(connection, other, winner, added, away);
        }
    }

    /** Who comes first stays: nobody gives way to one that has given way itself. */
    private List<StagedRows> ranked(Conflict onConflict) {
        List<StagedRows> ranked = new ArrayList<>(staged);
        if (onConflict == Conflict.KEEP_ARCHIVED) {
            Collections.reverse(ranked);
        }
        standing.ifPresent(rows -> {
            ranked.remove(rows);
            ranked.add(0, rows);
        });
        return ranked;
    }
}
