package dev.firn.lifecycle;

import dev.firn.TableName;
import dev.firn.config.NamespaceConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.regex.Matcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code deploy/sql/roles.sql} with the names of one namespace in it: once for each role that owns one of its tables. */
final class RolesSql {

    private static final Logger LOG = LoggerFactory.getLogger(RolesSql.class);
    private static final String FILE = "/dev/firn/deploy/roles.sql";
    private static final String OWNER = "app_owner";
    private static final String SERVICE = "firn_archiver";

    private RolesSql() {}

    static String of(NamespaceConfig config) {
        Set<String> owners = owners(config);
        if (owners.isEmpty()) {
            return named(OWNER, config.database().user());
        }
        StringJoiner all = new StringJoiner(System.lineSeparator());
        owners.forEach(owner -> all.add(named(owner, config.database().user())));
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

    /** In the file the names stand quoted, as identifiers, or as strings. */
    private static String named(String owner, String service) {
        return substitute(substitute(text(), OWNER, owner), SERVICE, service);
    }

    private static String substitute(String sql, String placeholder, String name) {
        return sql.replaceAll("\"" + placeholder + "\"", Matcher.quoteReplacement(TableName.quote(name)))
                .replaceAll("'" + placeholder + "'", Matcher.quoteReplacement("'" + name.replace("'", "''") + "'"));
    }

    private static String text() {
        try (InputStream file = RolesSql.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new IllegalStateException("not on the class path: " + FILE);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
