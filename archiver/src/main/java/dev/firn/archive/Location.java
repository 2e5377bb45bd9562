package dev.firn.archive;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What {@code firn.json} says: whose archives a location holds, and at which epoch each one stands.
 *
 * @param locationId random, made when the location was claimed first
 * @param namespaces by name
 */
public record Location(String locationId, Map<String, Holder> namespaces) {

    /**
     * Who owns one namespace's archive.
     *
     * @param catalogId random identity of the catalogue that owns it
     * @param database name and system identifier of the database that the catalogue is in, for people
     * @param epoch random token; whoever does not know it is not the owner, or no longer
     * @param since when this catalogue became the owner
     */
    public record Holder(String catalogId, String database, String epoch, Instant since) {

        public Holder {
            requireText(catalogId, "id of a catalogue");
            requireText(database, "database");
            requireText(epoch, "epoch");
            Objects.requireNonNull(since, "since");
        }

        Holder at(String nextEpoch) {
            return new Holder(catalogId, database, nextEpoch, since);
        }
    }

    public Location {
        requireText(locationId, "id of a location");
        namespaces = Map.copyOf(namespaces);
    }

    Location with(String namespace, Holder holder) {
        Map<String, Holder> changed = new TreeMap<>(namespaces);
        changed.put(namespace, holder);
        return new Location(locationId, changed);
    }

    private static void requireText(String text, String what) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("the %s is empty".formatted(what));
        }
    }
}
