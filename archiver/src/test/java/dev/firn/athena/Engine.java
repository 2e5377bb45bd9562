package dev.firn.athena;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** A query engine that reads the archive, and how it says what tests ask of every engine. */
interface Engine {

    /** Every row, every value as text. */
    List<List<String>> rows(String query) throws SQLException;

    /** Executes what was printed, comments and all, one statement after the other. */
    void executePrinted(String printed) throws SQLException;

    /** The types of a table's columns, by name, all in Trino's words. */
    Map<String, String> types(String table) throws SQLException;

    /** A value as text. */
    String asText(String expression);

    /** A value of this type as text that leaves nothing out, the same for every engine and for {@link Probe}. */
    String exactText(String expression, String trinoType);

    /**
     * The value whose key this is: the text of a number or of a boolean, the days or microseconds since 1970 of a time, the
     * bytes of anything else.
     */
    String literal(String key, String trinoType);

    default String length(String array) {
        return "cardinality(%s)".formatted(array);
    }

    /** Element of an array, counted from 1; NULL where there is none. */
    String element(String array, int position);

    String isNan(String expression);

    /** A map as JSON. */
    String json(String map);

    /** The only value of the only row. */
    default String value(String query) throws SQLException {
        return rows(query).get(0).get(0);
    }
}
