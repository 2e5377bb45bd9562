package dev.firn.lifecycle;

import dev.firn.StreamHead;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A few streams of a chunk, each as likely as any other; and of those, preferably such as have no later rows. */
final class HeadSample {

    private static final int CANDIDATES = 32;
    private static final int CHOSEN = 8;

    /** The last position of a stream among the rows of the table. */
    @FunctionalInterface
    interface LastRow {
        Optional<Long> of(String stream) throws SQLException;
    }

    private final RandomGenerator random;
    private final List<StreamHead> candidates = new ArrayList<>();
    private long offered;

    HeadSample(RandomGenerator random) {
        this.random = random;
    }

    void offer(StreamHead head) {
        offered++;
        if (candidates.size() < CANDIDATES) {
            candidates.add(head);
        } else {
            long place = random.nextLong(offered);
            if (place < CANDIDATES) {
                candidates.set((int) place, head);
            }
        }
    }

    /** Streams whose last row is in this chunk are the ones that a drop would restart. */
    List<StreamHead> dormantFirst(LastRow lastRow) throws SQLException {
        List<StreamHead> dormant = new ArrayList<>();
        List<StreamHead> others = new ArrayList<>();
        for (StreamHead head : candidates) {
            boolean last = lastRow.of(head.stream()).equals(Optional.of(head.position()));
            (last ? dormant : others).add(head);
        }
        dormant.addAll(others);
        return dormant.subList(0, Math.min(CHOSEN, dormant.size()));
    }
}
