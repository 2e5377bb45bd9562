package dev.firn.lifecycle.guards;

import dev.firn.config.GuardConfig;
import dev.firn.source.Chunk;
import dev.firn.source.ChunkSource;
import dev.firn.source.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The guards of one table that are on. */
public final class Guards {

    /** Those that a look at one row decides come first. */
    private static final List<Guard> ALL = List.of(
            new FrozenChunksGuard(),
            new ForeignKeysGuard(),
            new RowLevelSecurityGuard(),
            new PublicationsGuard(),
            new PolicyJobsGuard(),
            new ContinuousAggregatesGuard());

    private final List<Guard> guards;
    private final ChunkSource source;
    private final Table table;

    public Guards(GuardConfig config, ChunkSource source, Table table) {
        this.guards = ALL.stream().filter(guard -> config.isOn(guard.name())).toList();
        this.source = source;
        this.table = table;
    }

    /** Every reason why the chunk must stay. */
    public List<Objection> objections(Connection connection, Chunk chunk) throws SQLException {
        List<Objection> objections = new ArrayList<>();
        for (Guard guard : guards) {
            guard.objection(connection, source, table, chunk).ifPresent(objections::add);
        }
        return List.copyOf(objections);
    }

    /** The first reason why the chunk must stay. */
    public Optional<Objection> objection(Connection connection, Chunk chunk) throws SQLException {
        for (Guard guard : guards) {
            Optional<Objection> objection = guard.objection(connection, source, table, chunk);
            if (objection.isPresent()) {
                return objection;
            }
        }
        return Optional.empty();
    }

    /**
     * The same under the drop's lock, where whoever might give a reason has to wait.
     *
     * @throws dev.firn.FirnException with the reason
     */
    public void require(Connection connection, Chunk chunk, String where) throws SQLException {
        Optional<Objection> objection = objection(connection, chunk);
        if (objection.isPresent()) {
            throw objection.get().asFailure(where);
        }
    }
}
