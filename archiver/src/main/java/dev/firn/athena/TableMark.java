package dev.firn.athena;

import dev.firn.TableName;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * By which Firn knows that a table, or a view, of a catalog describes this very archive: others may have the same name.
 *
 * @param location URL below which the files lie
 */
public record TableMark(String namespace, TableName table, String location) {

    /** What the properties of all marks begin with. */
    public static final String PREFIX = "firn.";

    private static final String NAMESPACE = PREFIX + "namespace";
    private static final String TABLE = PREFIX + "table";
    private static final String LOCATION = PREFIX + "location";

    /** As a table carries it. */
    public Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(NAMESPACE, namespace);
        properties.put(TABLE, Sql.oneLine(table.toString()));
        properties.put(LOCATION, location);
        return properties;
    }

    /** Whether these properties of a table carry it. */
    public boolean isOn(Map<String, String> properties) {
        return properties.entrySet().containsAll(properties().entrySet());
    }

    /** Whether some archive's mark is among these properties. */
    public static boolean isOnAny(Map<String, String> properties) {
        return properties.containsKey(NAMESPACE);
    }

    /** Whose a table with these properties is, for messages. */
    public static String owner(Map<String, String> properties) {
        return isOnAny(properties)
                ? "%s/%s in %s".formatted(properties.get(NAMESPACE), properties.get(TABLE), properties.get(LOCATION))
                : "somebody other than Firn";
    }
}
