package dev.firn.catalog;

import dev.firn.StreamHead;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Raises heads, a bounded number at a time. They have to come ordered by stream within each
 * such number, so that two who write the same ones never wait for each other.
 */
public final class HeadWriter {

    private static final int AT_ONCE = 2_000;

    private static final String RAISE =
            "INSERT INTO firn.stream_head AS h (write_path, stream, position, global_position)"
                    + " SELECT ?, stream, position, global FROM unnest(?, ?, ?) AS t(stream, position, global)"
                    + " ORDER BY stream COLLATE \"C\""
                    + " ON CONFLICT (write_path, stream) DO UPDATE SET position = greatest(h.position, excluded.position),"
                    + " global_position = greatest(h.global_position, excluded.global_position)"
                    + " WHERE excluded.position > h.position"
                    + " OR coalesce(excluded.global_position > h.global_position,"
                    + " excluded.global_position IS NOT NULL AND h.global_position IS NULL)";

    private final Run run;
    private final WritePath path;
    private final List<StreamHead> waiting = new ArrayList<>();
    private OptionalLong firstGlobal = OptionalLong.empty();
    private OptionalLong lastGlobal = OptionalLong.empty();

    /** In which transaction: the one that drops the rows, or, where they are gone already, one for each few heads. */
    @FunctionalInterface
    interface Run {
        void run(Transactions.Work<Void> work) throws SQLException;
    }

    HeadWriter(Run run, WritePath path) {
        this.run = run;
        this.path = path;
    }

    /** Each stream once between two calls of {@link #flush}. */
    public void add(StreamHead head) throws SQLException {
        waiting.add(head);
        if (head.firstGlobal().isPresent()) {
            firstGlobal = OptionalLong.of(Math.min(head.firstGlobal().getAsLong(), firstGlobal.orElse(Long.MAX_VALUE)));
            lastGlobal = OptionalLong.of(Math.max(head.lastGlobal().getAsLong(), lastGlobal.orElse(Long.MIN_VALUE)));
        }
        if (waiting.size() == AT_ONCE) {
            flush();
        }
    }

    /** Writes what waits. */
    public void flush() throws SQLException {
        if (waiting.isEmpty()) {
            return;
        }
        String[] streams = waiting.stream().map(StreamHead::stream).toArray(String[]::new);
        Long[] positions = waiting.stream().map(StreamHead::position).toArray(Long[]::new);
        Long[] globals = waiting.stream()
                .map(head -> head.lastGlobal().isPresent() ? head.lastGlobal().getAsLong() : null)
                .toArray(Long[]::new);
        run.run(connection -> {
            Sql.update(
                    connection,
                    RAISE,
                    path.id(),
                    streams,
                    connection.createArrayOf("int8", positions),
                    connection.createArrayOf("int8", globals));
            return null;
        });
        waiting.clear();
    }

    /** Writes what waits, and records of which copy these were the heads. */
    public void finish(ChunkKey key, String manifestKey) throws SQLException {
        flush();
        run.run(connection -> {
            Sql.update(
                    connection,
                    "INSERT INTO firn.headed_copy (namespace, manifest_key) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    key.namespace(),
                    manifestKey);
            if (firstGlobal.isPresent()) {
                Sql.update(
                        connection,
                        "UPDATE firn.chunk SET first_global_position = least(first_global_position, ?),"
                                + " last_global_position = greatest(last_global_position, ?) WHERE "
                                + ChunkKey.MATCHES,
                        Sql.join(new Object[] {firstGlobal.getAsLong(), lastGlobal.getAsLong()}, key.values()));
            }
            return null;
        });
    }
}
