package dev.firn.lifecycle;

import dev.firn.TableName;
import dev.firn.config.NamespaceConfig;
import dev.firn.source.Roles;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code deploy/sql/roles.sql} with the names of one namespace in it: once for each role that owns one of its tables. */
final class RolesSql {

    private static final Logger LOG = LoggerFactory.getLogger(RolesSql.class);
    private static final String OWNER = "app_owner";

    private RolesSql() {}

    static String of(NamespaceConfig config) {
        Set<String> owners = owners(config);
        if (owners.isEmpty()) {
            return Roles.sql(OWNER, config.database().user(), Initialiser.READER);
        }
        StringJoiner all = new StringJoiner(System.lineSeparator());
        owners.forEach(owner -> all.add(Roles.sql(owner, config.database().user(), Initialiser.READER)));
        return all.toString();
    }

    /** Empty where the database cannot be asked yet: the role that would ask is what this SQL makes. */
    private static Set<String> owners(NamespaceConfig config) {
        Set<String> owners = new TreeSet<>();
        try (DatabasePool database = DatabasePool.open(config);
                Connection connection = database.connections().getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass(?)")) {
            for (TableName table : config.tables().keySet()) {
                statement.setString(1, table.quoted());
                try (ResultSet row = statement.executeQuery()) {
                    if (row.next()) {
                        owners.add(row.getString(1));
                    }
                }
            }
        } catch (SQLException e) {
            LOG.debug("asking who owns the tables: {}", e.getMessage());
        }
        return owners;
    }
}
