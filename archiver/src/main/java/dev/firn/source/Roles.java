package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The SQL that makes Firn's roles: {@code deploy/sql/roles.sql}, with names put in. */
public final class Roles {

    private static final Pattern PLACEHOLDERS = Pattern.compile("app_owner|firn_archiver|firn_reader");

    /** The file names roles within quotes of two kinds; these need no escape in either. */
    private static final Pattern PLAIN_NAME = Pattern.compile("[\\p{L}\\p{N}_.@-][\\p{L}\\p{N}_.@ -]{0,62}");

    private Roles() {}

    /**
     * The script for one owner of tables, for people to read and a superuser to run.
     *
     * @throws FirnException when a name cannot be put into it safely
     */
    public static String sql(String owner, String archiver, String reader) {
        for (String name : List.of(owner, archiver, reader)) {
            if (!PLAIN_NAME.matcher(name).matches()) {
                throw new FirnException(
                        Category.REFUSED,
                        "role '" + name + "'",
                        "this name cannot be put into a script safely; nothing was changed",
                        "take deploy/sql/roles.sql and write the names into it yourself");
            }
        }
        Map<String, String> names = Map.of("app_owner", owner, "firn_archiver", archiver, "firn_reader", reader);
        return PLACEHOLDERS.matcher(template()).replaceAll(found -> names.get(found.group()));
    }

    private static String template() {
        try (InputStream file = Roles.class.getResourceAsStream("/dev/firn/deploy/roles.sql")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
