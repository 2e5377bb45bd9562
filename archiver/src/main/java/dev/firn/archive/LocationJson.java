package dev.firn.archive;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.archive.Location.Holder;
import java.util.TreeMap;

/** {@code firn.json}, both ways; as strict as a manifest. */
final class LocationJson {

    static final int FORMAT_VERSION = 1;

    private static final String VERSION = "formatVersion";

    private LocationJson() {}

    static byte[] write(Location location) {
        ObjectNode json = StrictJson.object();
        json.put(VERSION, FORMAT_VERSION);
        json.put("locationId", location.locationId());
        ObjectNode namespaces = json.putObject("namespaces");
        new TreeMap<>(location.namespaces()).forEach((name, holder) -> {
            ObjectNode entry = namespaces.putObject(name);
            entry.put("catalogId", holder.catalogId());
            entry.put("database", holder.database());
            entry.put("epoch", holder.epoch());
            entry.put("since", holder.since().toString());
        });
        return StrictJson.write(StrictJson.seal(json));
    }

    static Location read(String url, byte[] content) {
        try {
            ObjectNode json = StrictJson.parse(content);
            StrictJson.requireVersion(json, VERSION, FORMAT_VERSION);
            StrictJson.unseal(json);
            return Fields.read(json, "", fields -> {
                fields.integer(VERSION);
                return new Location(
                        fields.text("locationId"),
                        fields.map("namespaces", (entry, at) -> Fields.read(entry, at, LocationJson::readHolder)));
            });
        } catch (IllegalArgumentException e) {
            throw new FirnException(
                    Category.DATA,
                    url,
                    "reading who owns this location, from '%s': %s; nothing was changed"
                            .formatted(LocationIdentity.KEY, e.getMessage()),
                    "bring back an older version of the object, or use a version of Firn that knows its format",
                    e);
        }
    }

    private static Holder readHolder(Fields fields) {
        return new Holder(
                fields.text("catalogId"), fields.text("database"), fields.text("epoch"), fields.instant("since"));
    }
}
