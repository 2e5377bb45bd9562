package dev.firn.lifecycle;

import dev.firn.catalog.Claim;
import dev.firn.source.ChunkLoader;
import dev.firn.source.Leftover;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes stagings that are empty by now, or of no use any more, and those of workers that died over this table.
 *
 * @param own claims whose stagings are done with
 */
record StagingSweep(TableWork work, ChunkLoader loader, List<Long> own) {

    private static final Logger LOG = LoggerFactory.getLogger(StagingSweep.class);

    static StagingSweep of(TableWork work, ChunkLoader loader, List<Claim> own) {
        return new StagingSweep(work, loader, own.stream().map(Claim::token).toList());
    }

    void run(Connection connection) {
        try {
            connection.rollback();
            // Listed before the claims are: whoever makes a staging table later has his claim by then.
            List<Leftover> leftovers = loader.leftovers(connection);
            List<Long> alive = work.catalog().claims(work.namespace()).stream()
                    .map(Claim::token)
                    .filter(token -> !own.contains(token))
                    .toList();
            for (Leftover leftover : leftovers) {
                if (alive.stream().noneMatch(token -> RestoreTokens.isOf(token, leftover.token()))) {
                    loader.drop(connection, leftover);
                    connection.commit();
                }
            }
        } catch (SQLException | RuntimeException e) {
            // The next one over this table removes them.
            LOG.warn("{}: staging tables could not be removed: {}", work.table().name(), e.getMessage());
        }
    }
}
