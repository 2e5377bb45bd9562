package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.catalog.Catalog;
import dev.firn.catalog.RegisteredNamespace;
import dev.firn.config.NamespaceConfig;
import dev.firn.lifecycle.doctor.Area;
import dev.firn.lifecycle.doctor.Finding;
import dev.firn.source.ChunkSource;
import dev.firn.source.ServerState;
import dev.firn.source.Sources;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** A doctor's way into the database: as far as it leads, and what is to be said where it ends. */
final class DatabaseVisit implements AutoCloseable {

    /** Something that a database is asked for, and may refuse. */
    private interface Question<T> {
        T ask() throws SQLException;
    }

    private final NamespaceConfig config;
    private final List<Finding> found;
    private DatabasePool pool;
    private Connection connection;
    private ChunkSource source;
    private Catalog catalog;
    private RegisteredNamespace registered;

    private DatabaseVisit(NamespaceConfig config, List<Finding> found) {
        this.config = config;
        this.found = found;
    }

    static DatabaseVisit begin(NamespaceConfig config, List<Finding> found) {
        DatabaseVisit visit = new DatabaseVisit(config, found);
        if (visit.connect()) {
            visit.lookAround();
            visit.openCatalog();
        }
        return visit;
    }

    private boolean connect() {
        try {
            pool = DatabasePool.open(config);
            connection = pool.connections().getConnection();
        } catch (FirnException e) {
            found.add(unreached(e));
            return false;
        } catch (SQLException e) {
            found.add(unreached(Failures.of(
                    config.name(), "connecting to " + config.database().url(), e)));
            return false;
        }
        found.add(Finding.ok(
                Area.CONNECTION,
                config.name(),
                "connected to %s as %s"
                        .formatted(config.database().url(), config.database().user())));
        return true;
    }

    private Finding unreached(FirnException why) {
        return Finding.error(
                Area.CONNECTION, config.name(), why.what() + "; what is in the database was not looked at", why.hint());
    }

    private void lookAround() {
        answer(Area.CONNECTION, "looking whether the connection is a direct one", () -> {
            ServerState.requireDirect(connection, config.name());
            return true;
        });
        source = answer(Area.SERVER, "asking for its version", () -> Sources.detect(connection))
                .orElse(null);
    }

    private void openCatalog() {
        catalog = answer(Area.CATALOGUE, "opening the catalogue", () -> Catalog.open(pool.connections()))
                .orElse(null);
        if (catalog == null) {
            return;
        }
        Optional<Optional<RegisteredNamespace>> known =
                answer(Area.CATALOGUE, "reading the namespace", () -> catalog.namespace(config.name()));
        registered = known.flatMap(namespace -> namespace).orElse(null);
        if (registered != null) {
            found.add(Finding.ok(
                    Area.CATALOGUE, config.name(), "schema firn is there, and of the version that this program needs"));
        } else if (known.isPresent()) {
            found.add(Finding.error(
                    Area.CATALOGUE,
                    config.name(),
                    "the catalogue in this database knows no such namespace",
                    "run `archiver init " + config.name() + "`"));
        }
    }

    private <T> Optional<T> answer(Area area, String doing, Question<T> question) {
        try {
            return Optional.of(question.ask());
        } catch (FirnException e) {
            found.add(Finding.error(area, config.name(), e));
        } catch (SQLException e) {
            found.add(Finding.error(area, config.name(), Failures.of(config.name(), doing, e)));
        }
        return Optional.empty();
    }

    Optional<Connection> connection() {
        return Optional.ofNullable(connection);
    }

    Optional<ChunkSource> source() {
        return Optional.ofNullable(source);
    }

    Optional<Catalog> catalog() {
        return Optional.ofNullable(catalog);
    }

    /** Known to the catalogue. */
    Optional<RegisteredNamespace> registered() {
        return Optional.ofNullable(registered);
    }

    @Override
    public void close() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // It goes with the pool.
            }
        }
        if (pool != null) {
            pool.close();
        }
    }
}
