package dev.firn.catalog;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.catalog.RegisteredNamespace.Location;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The fence between this catalogue and copies of it. The next epoch is written here, and committed, before the store is
 * asked to swap it in: whichever way a crash falls, what then stands in the store is an epoch this catalogue knows. A
 * fork of the database knows only those up to the fork.
 *
 * <p>Two workers of one catalogue may each intend an epoch after the same one; the store lets one of them win, and both
 * intents stay known until an epoch that follows the same one is seen to have won.
 */
final class Epochs {

    private static final String INTENT = "SELECT epoch FROM firn.epoch WHERE namespace = ? AND settled_at IS NULL";

    private final Transactions transactions;

    Epochs(Transactions transactions) {
        this.transactions = transactions;
    }

    Set<String> expected(String namespace) {
        return transactions.run(
                namespace,
                "reading the epochs it may have",
                connection -> expected(connection, Namespaces.require(connection, namespace)));
    }

    void intend(String namespace, Optional<String> seen, String next) {
        transactions.run(namespace, "recording the next epoch before it is raised", connection -> {
            RegisteredNamespace known = Namespaces.lock(connection, namespace);
            if (!known.epoch().equals(seen)) {
                String inStore = seen.orElseThrow(() -> notOurs(known, seen));
                if (!isIntended(connection, namespace, inStore)) {
                    throw notOurs(known, seen);
                }
                settle(connection, namespace, inStore);
            }
            Sql.update(
                    connection,
                    "INSERT INTO firn.epoch (namespace, epoch, follows) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    namespace,
                    next,
                    seen.orElse(null));
            return null;
        });
    }

    void confirm(String namespace, String raised) {
        transactions.run(namespace, "confirming the epoch it was raised to", connection -> {
            Namespaces.lock(connection, namespace);
            if (isIntended(connection, namespace, raised)) {
                settle(connection, namespace, raised);
            } else if (!isSettled(connection, namespace, raised)) {
                throw new FirnException(
                        Category.REFUSED,
                        namespace,
                        "confirming the epoch it was raised to: this catalogue never meant to raise it so; it was"
                                + " replaced or restored since the pass began; nothing was changed",
                        "run again; if this database is a copy of another one and is to own the archive from now on,"
                                + " say so with --take-over");
            }
            return null;
        });
    }

    void takeOver(String namespace, Location location, String seen, String actor) {
        transactions.run(namespace, "taking over " + location.url(), connection -> {
            RegisteredNamespace known = Namespaces.lock(connection, namespace);
            Namespaces.writeLocation(connection, namespace, location);
            Sql.update(
                    connection,
                    "INSERT INTO firn.epoch (namespace, epoch) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    namespace,
                    seen);
            settle(connection, namespace, seen);
            AuditTrail.write(
                    connection,
                    AuditEntry.ofNamespace(
                            namespace,
                            "took over",
                            Map.of(
                                    "location_url",
                                    location.url(),
                                    "location_id",
                                    location.id(),
                                    "location_before",
                                    known.location().map(Location::url).orElse("")),
                            actor));
            return null;
        });
    }

    /** Makes an epoch that is known to stand in the store the current one; intents that can no longer win are removed. */
    private static void settle(Connection connection, String namespace, String epoch) throws SQLException {
        Sql.update(connection, "UPDATE firn.namespace SET epoch = ? WHERE name = ?", epoch, namespace);
        Sql.update(
                connection,
                "UPDATE firn.epoch SET settled_at = clock_timestamp() WHERE namespace = ? AND epoch = ?",
                namespace,
                epoch);
        Sql.update(
                connection,
                "DELETE FROM firn.epoch WHERE namespace = ? AND epoch <> ? AND"
                        + " (settled_at IS NULL OR settled_at < clock_timestamp() - interval '30 days')",
                namespace,
                epoch);
    }

    private static Set<String> expected(Connection connection, RegisteredNamespace known) throws SQLException {
        Set<String> epochs = new LinkedHashSet<>();
        known.epoch().ifPresent(epochs::add);
        epochs.addAll(Sql.list(connection, row -> row.getString(1), INTENT, known.name()));
        return Set.copyOf(epochs);
    }

    private static boolean isIntended(Connection connection, String namespace, String epoch) throws SQLException {
        return Sql.exists(connection, INTENT + " AND epoch = ?", namespace, epoch);
    }

    private static boolean isSettled(Connection connection, String namespace, String epoch) throws SQLException {
        return Sql.exists(
                connection,
                "SELECT 1 FROM firn.epoch WHERE namespace = ? AND epoch = ? AND settled_at IS NOT NULL",
                namespace,
                epoch);
    }

    private static FirnException notOurs(RegisteredNamespace known, Optional<String> seen) {
        return new FirnException(
                Category.REFUSED,
                known.name(),
                "raising the epoch: the location %s, which this catalogue did not put there; %s"
                        .formatted(
                                seen.isPresent() ? "holds an epoch" : "holds no epoch, and should hold one",
                                DatabaseFailures.NOTHING_CHANGED),
                "this database looks like a copy, or like one restored to an earlier time, of the database that owns"
                        + " the archive (or the location was replaced). Point it at a location of its own; if it is"
                        + " the rightful owner from now on, say so with --take-over");
    }
}
