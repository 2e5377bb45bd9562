package dev.firn.config;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How the archive is shown to query engines by way of the Glue Data Catalog.
 *
 * @param database empty for the one that is named after the namespace
 * @param views whether tables get views too
 * @param region empty for the location's, else the default chain of the SDK
 * @param catalogId empty for the catalog of the account that the credentials are of
 * @param credentials empty for the default chain of the SDK
 * @param attempts how often one request is made at most
 */
public record AthenaConfig(
        CatalogSync sync,
        Optional<String> database,
        boolean views,
        Optional<String> region,
        Optional<URI> endpoint,
        Optional<String> catalogId,
        Optional<LocationConfig.Credentials> credentials,
        int attempts,
        Duration requestTimeout) {

    public AthenaConfig {
        Objects.requireNonNull(sync, "sync");
        Objects.requireNonNull(endpoint, "endpoint");
        if (attempts < 1) {
            throw new IllegalArgumentException("%d attempts".formatted(attempts));
        }
    }
}
