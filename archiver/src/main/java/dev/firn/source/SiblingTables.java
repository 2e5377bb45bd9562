package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Makes siblings, and tells them from all other tables: by what their comment says. */
public final class SiblingTables {

    private static final String COMMENT = "Rows out of the archive of %s, loaded by Firn. Never archived itself";
    private static final String BEGINNING = "Rows out of the archive of ";

    /** First half of the advisory locks' key; the second one is the name. */
    private static final int LOCK_SPACE = 0x4669726e;

    /** What is made beside it is called as it is, and some more. */
    private static final int LONGEST_NAME_BYTES = 50;

    private SiblingTables() {}

    /**
     * Makes the sibling, its view and the function that the view asks, as far as they are missing.
     *
     * @param namespace whose archive it is
     * @throws FirnException where something else has one of the names, or the sibling is not like its original any more
     */
    public static SiblingTable prepare(
            Connection connection, ChunkSource source, Table original, TableName name, String namespace)
            throws SQLException {
        SiblingTable sibling = new SiblingTable(source, original, name);
        requireShort(sibling);
        requireNoPolicies(connection, sibling);
        Query.text(
                connection,
                "SELECT pg_advisory_xact_lock(?, hashtext(?))",
                LOCK_SPACE,
                name.schema().length() + "/" + name);
        if (!isThere(connection, sibling)) {
            create(connection, source, sibling);
        }
        List<String> differences = sibling.differences(connection);
        if (!differences.isEmpty()) {
            throw refused(
                    sibling,
                    "it lacks what %s has by now: %s".formatted(original.name(), String.join(", ", differences)),
                    "drop it and load again, or take another name");
        }
        new SiblingView(connection, sibling, namespace).create();
        return sibling;
    }

    /**
     * The sibling as it is, where it is there; refuses what {@link #prepare} would refuse.
     */
    public static Optional<SiblingTable> find(Connection connection, ChunkSource source, Table original, TableName name)
            throws SQLException {
        SiblingTable sibling = new SiblingTable(source, original, name);
        requireShort(sibling);
        requireNoPolicies(connection, sibling);
        return isThere(connection, sibling) ? Optional.of(sibling) : Optional.empty();
    }

    /** A sibling's rows are in the archive already: archived under its own name they would be there twice. */
    public static void requireNone(Connection connection, Table table) throws SQLException {
        String comment = Query.text(connection, "SELECT obj_description(?::oid, 'pg_class')", table.oid());
        if (comment != null && comment.startsWith(BEGINNING)) {
            throw new FirnException(
                    Category.REFUSED,
                    table.name().toString(),
                    "Firn does not archive this table: it holds rows that were loaded out of the archive of another",
                    "take it out of the configuration");
        }
    }

    private static void requireShort(SiblingTable sibling) {
        int bytes = sibling.name().name().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_NAME_BYTES) {
            throw refused(
                    sibling,
                    "its name is longer than %d bytes, and its view's is longer still".formatted(LONGEST_NAME_BYTES),
                    "take a shorter name");
        }
    }

    private static void requireNoPolicies(Connection connection, SiblingTable sibling) throws SQLException {
        boolean secured = Query.one(
                connection,
                "SELECT relrowsecurity FROM pg_class WHERE oid = ?::oid",
                row -> row.getBoolean(1),
                sibling.original().oid());
        if (secured) {
            throw refused(
                    sibling,
                    "policies say who sees which rows of %s, and would say nothing of a table beside it"
                            .formatted(sibling.original().name()),
                    "bring the range back into the table itself");
        }
    }

    private static boolean isThere(Connection connection, SiblingTable sibling) throws SQLException {
        Optional<String> comment = Query.first(
                connection,
                """
                SELECT coalesce(obj_description(c.oid, 'pg_class'), '') FROM pg_class c
                JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?""",
                row -> row.getString(1),
                sibling.name().schema(),
                sibling.name().name());
        if (comment.isPresent() && !comment.get().equals(comment(sibling))) {
            throw refused(
                    sibling,
                    "something of this name is there, and was not made for rows of "
                            + sibling.original().name(),
                    "take another name");
        }
        return comment.isPresent();
    }

    static String comment(SiblingTable sibling) {
        return COMMENT.formatted(sibling.original().name());
    }

    private static void create(Connection connection, ChunkSource source, SiblingTable sibling) throws SQLException {
        Table original = sibling.original();
        String quoted = sibling.name().quoted();
        Query.execute(
                connection,
                "CREATE TABLE %s (LIKE %s INCLUDING ALL EXCLUDING IDENTITY EXCLUDING COMMENTS) USING heap"
                        .formatted(quoted, original.name().quoted()));
        Query.execute(connection, "ALTER TABLE %s OWNER TO %s".formatted(quoted, TableName.quote(original.owner())));
        Query.execute(
                connection,
                "COMMENT ON TABLE %s IS %s"
                        .formatted(quoted, Query.text(connection, "SELECT quote_literal(?)", comment(sibling))));
        if (original.hypertableId() != 0) {
            SiblingHypertable.make(connection, source, sibling);
        }
        new Likeness(connection, original.oid(), sibling.name()).give();
    }

    static FirnException refused(SiblingTable sibling, String why, String hint) {
        return new FirnException(
                Category.REFUSED,
                sibling.name().toString(),
                "loading archived rows of %s into it: %s; nothing was changed"
                        .formatted(sibling.original().name(), why),
                hint);
    }
}
