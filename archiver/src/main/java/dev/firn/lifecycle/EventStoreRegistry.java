package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.config.NamespaceConfig;
import dev.firn.config.NamespaceRegistry;
import dev.firn.config.Secret;
import dev.firn.source.EventStores;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

/** Asks an event store which namespaces it has, on a connection of its own and for a short while only. */
public final class EventStoreRegistry implements NamespaceRegistry {

    /** A service asks at each look at its files, and looks at the others meanwhile no more than this later. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    @Override
    public List<Entry> list(NamespaceConfig template) {
        String where = template.template().map(NamespaceConfig.Template::file).orElse(template.name());
        String doing = "asking %s for the namespaces of the event store"
                .formatted(template.database().url());
        try (Connection connection =
                DriverManager.getConnection(template.database().url(), login(template))) {
            connection.setReadOnly(true);
            if (!EventStores.isThere(connection)) {
                throw new FirnException(
                        Category.CONFIGURATION,
                        where,
                        doing + ": there is no table eventodb_store.namespaces; nothing was changed",
                        "see that database.url of the template leads to the event store's database");
            }
            return EventStores.entries(connection).stream()
                    .map(entry -> new Entry(entry.id(), entry.schema()))
                    .toList();
        } catch (SQLException e) {
            throw Failures.of(where, doing + "; nothing was changed", e);
        }
    }

    private static Properties login(NamespaceConfig template) {
        Duration timeout = template.database().connectTimeout();
        String seconds = Long.toString((timeout.compareTo(LONGEST) < 0 ? timeout : LONGEST).toSeconds());
        Properties login = new Properties();
        login.setProperty("user", template.database().user());
        template.database().password().map(Secret::reveal).ifPresent(it -> login.setProperty("password", it));
        login.setProperty("ApplicationName", "firn registry");
        login.setProperty("loginTimeout", seconds);
        login.setProperty("connectTimeout", seconds);
        login.setProperty("socketTimeout", seconds);
        return login;
    }
}
