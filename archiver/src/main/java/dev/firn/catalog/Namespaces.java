package dev.firn.catalog;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.catalog.RegisteredNamespace.Location;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Which namespaces this database keeps the books of, and which location belongs to each. */
final class Namespaces {

    private static final String COLUMNS =
            "SELECT name, catalog_id, location_url, location_id, epoch FROM firn.namespace";

    private final Transactions transactions;

    Namespaces(Transactions transactions) {
        this.transactions = transactions;
    }

    RegisteredNamespace register(String name, String actor) {
        return transactions.run(name, "registering the namespace", connection -> {
            int added =
                    Sql.update(connection, "INSERT INTO firn.namespace (name) VALUES (?) ON CONFLICT DO NOTHING", name);
            if (added > 0) {
                AuditTrail.write(connection, AuditEntry.ofNamespace(name, "registered", Map.of(), actor));
            }
            return require(connection, name);
        });
    }

    Optional<RegisteredNamespace> find(String name) {
        return transactions.run(
                name,
                "reading the namespace",
                connection -> Sql.one(connection, Namespaces::read, COLUMNS + " WHERE name = ?", name));
    }

    boolean comesAfter(String name, String other) {
        return transactions.run(
                name,
                "looking for " + other + " in the same database",
                connection -> Sql.exists(
                        connection,
                        "SELECT 1 FROM firn.namespace this JOIN firn.namespace other USING (location_id)"
                                + " WHERE this.name = ? AND other.name = ?"
                                + " AND (other.created_at, other.name) < (this.created_at, this.name)",
                        name,
                        other));
    }

    void setLocation(String name, Location location, String actor) {
        transactions.run(name, "binding it to " + location.url(), connection -> {
            RegisteredNamespace known = lock(connection, name);
            if (known.location().equals(Optional.of(location))) {
                return null;
            }
            known.location().filter(old -> !old.id().equals(location.id())).ifPresent(old -> {
                throw new FirnException(
                        Category.REFUSED,
                        name,
                        "binding it to %s: that location has the id %s, but the namespace belongs to %s with the id %s; %s"
                                .formatted(
                                        location.url(),
                                        location.id(),
                                        old.url(),
                                        old.id(),
                                        DatabaseFailures.NOTHING_CHANGED),
                        "correct the location in the namespace's configuration; if the archive really is another one"
                                + " now, say so with --take-over");
            });
            writeLocation(connection, name, location);
            AuditTrail.write(connection, AuditEntry.ofNamespace(name, "located", describe(location), actor));
            return null;
        });
    }

    static void writeLocation(Connection connection, String name, Location location) throws SQLException {
        Sql.update(
                connection,
                "UPDATE firn.namespace SET location_url = ?, location_id = ? WHERE name = ?",
                location.url(),
                location.id(),
                name);
    }

    static Map<String, String> describe(Location location) {
        return Map.of("location_url", location.url(), "location_id", location.id());
    }

    /** The namespace, locked against other changes of it until the transaction ends; claims may go on. */
    static RegisteredNamespace lock(Connection connection, String name) throws SQLException {
        return Sql.one(connection, Namespaces::read, COLUMNS + " WHERE name = ? FOR NO KEY UPDATE", name)
                .orElseThrow(() -> notRegistered(name));
    }

    static RegisteredNamespace require(Connection connection, String name) throws SQLException {
        return Sql.one(connection, Namespaces::read, COLUMNS + " WHERE name = ?", name)
                .orElseThrow(() -> notRegistered(name));
    }

    private static FirnException notRegistered(String name) {
        return new FirnException(
                Category.REFUSED,
                name,
                "the catalogue in this database knows no such namespace; " + DatabaseFailures.NOTHING_CHANGED,
                "run `archiver init` for the namespace, and see that its configuration names the right database");
    }

    private static RegisteredNamespace read(ResultSet row) throws SQLException {
        String url = row.getString("location_url");
        return new RegisteredNamespace(
                row.getString("name"),
                row.getObject("catalog_id", UUID.class),
                url == null ? Optional.empty() : Optional.of(new Location(url, row.getString("location_id"))),
                Optional.ofNullable(row.getString("epoch")));
    }
}
