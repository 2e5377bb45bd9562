package dev.firn.lifecycle;

import dev.firn.FirnException.Category;
import dev.firn.catalog.DatabaseFailures;
import dev.firn.config.NamespaceConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * A standby that chunks are read from, as the configuration names it. Nobody connects to it before something is read: while
 * it is down, all else goes on.
 */
final class Standby implements AutoCloseable {

    private final String namespace;
    private final String url;
    private final Duration wait;
    private final DatabasePool pool;

    private Standby(String namespace, String url, Duration wait, DatabasePool pool) {
        this.namespace = namespace;
        this.url = url;
        this.wait = wait;
        this.pool = pool;
    }

    /** @param chunks read at once */
    static Optional<Standby> of(NamespaceConfig config, int chunks) {
        return config.database()
                .standbys()
                .readUrl()
                .map(url -> new Standby(
                        config.name(),
                        url,
                        config.database().standbys().readWait(),
                        DatabasePool.ofStandby(config, url, chunks)));
    }

    DataSource connections() {
        return pool.connections();
    }

    /** How long it may take until it shows what the primary showed. */
    Duration patience() {
        return wait;
    }

    /** For messages. */
    String name() {
        return "the standby " + url;
    }

    Connection connect() {
        try {
            return pool.connections().getConnection();
        } catch (SQLException e) {
            String state = DatabaseFailures.state(e);
            boolean passing = !state.startsWith("28") && !state.startsWith("3D");
            throw new HinderedException(
                    passing ? Category.PASSING : Category.CONFIGURATION,
                    namespace,
                    "connecting to %s: %s; nothing was read and nothing dropped"
                            .formatted(name(), DatabaseFailures.reason(e)),
                    passing
                            ? "see that it is up and can be reached from here; or take database.read-url out, to read from the"
                                    + " primary"
                            : "user, password and database are those of database.url: see that pg_hba.conf lets them in there"
                                    + " too",
                    e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
