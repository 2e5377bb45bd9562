package dev.firn.catalog;

import dev.firn.TableName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Statement;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** Gives the service and the reports their rights on the catalogue: {@code deploy/sql/catalog-grants.sql}. */
public final class CatalogGrants {

    private static final String FILE = "/dev/firn/deploy/catalog-grants.sql";

    private CatalogGrants() {}

    /** The file's statements for these roles. */
    public static String sql(String serviceRole, String readerRole) {
        // Comments are left out: a role's name could end one and begin a statement.
        return text().lines()
                .filter(line -> !line.startsWith("--"))
                .map(line -> named(named(line, "firn_archiver", serviceRole), "firn_reader", readerRole))
                .collect(Collectors.joining("\n"));
    }

    /** Runs it, all or nothing, on a connection of the schema's owner. The roles must exist. */
    public static void apply(DataSource owner, String serviceRole, String readerRole) {
        Duration patience = Duration.ofSeconds(30);
        new Transactions(owner, patience, patience)
                .run("catalogue (schema firn)", "granting rights on it", connection -> {
                    try (Statement statement = connection.createStatement()) {
                        return statement.execute(sql(serviceRole, readerRole));
                    }
                });
    }

    private static String named(String line, String placeholder, String role) {
        return line.replaceAll("\\b" + placeholder + "\\b", Matcher.quoteReplacement(TableName.quote(role)));
    }

    private static String text() {
        try (InputStream file = CatalogGrants.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new IllegalStateException("not on the class path: " + FILE);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
