package dev.firn.athena.glue;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the Data Catalog is, and how to use it.
 *
 * @param endpoint empty for AWS
 * @param catalogId empty for the catalog of the account that the credentials are of
 * @param accessKey empty for the default credentials chain
 * @param views whether tables get views
 */
public record GlueSettings(
        Optional<URI> endpoint,
        String region,
        Optional<String> catalogId,
        Optional<AccessKey> accessKey,
        boolean views,
        Patience patience) {

    public GlueSettings {
        if (!region.matches("[a-z0-9-]+")) {
            throw new IllegalArgumentException("region '%s'".formatted(region));
        }
    }

    /** Keys given by configuration. Never printed. */
    public record AccessKey(String id, String secret, Optional<String> sessionToken) {

        @Override
        public String toString() {
            return "AccessKey[…]";
        }
    }

    /**
     * How long to wait and how often to try.
     *
     * @param attempts at one request, the first included
     * @param firstBackoff upper bound of the random wait before the second attempt; doubles with each further one
     * @param requestTimeout of one attempt
     */
    public record Patience(int attempts, Duration firstBackoff, Duration longestBackoff, Duration requestTimeout) {

        public Patience {
            if (attempts < 1 || longestBackoff.compareTo(firstBackoff) < 0 || requestTimeout.isNegative()) {
                throw new IllegalArgumentException("%d attempts, back-off %s to %s, timeout %s"
                        .formatted(attempts, firstBackoff, longestBackoff, requestTimeout));
            }
        }
    }
}
