package dev.firn.catalog;

import java.util.Optional;
import java.util.UUID;

/**
 * A namespace that this catalogue keeps the books of.
 *
 * @param catalogId random identity of this catalogue of the namespace
 * @param location the archive it belongs to, once it was claimed
 * @param epoch the fence last known to stand in the location
 */
public record RegisteredNamespace(String name, UUID catalogId, Optional<Location> location, Optional<String> epoch) {

    /** Where the archive lies, without secrets, and the random id in its {@code firn.json}. */
    public record Location(String url, String id) {

        public Location {
            if (url.isEmpty() || id.isEmpty()) {
                throw new IllegalArgumentException("location '%s' with id '%s'".formatted(url, id));
            }
        }
    }
}
