package dev.firn.lifecycle.doctor;

import dev.firn.config.LocationConfig;
import dev.firn.config.NamespaceConfig;
import dev.firn.store.ObjectStore;
import dev.firn.store.StoreInspection;
import dev.firn.store.StoreInspection.Reached;
import java.time.Instant;

/**
 * An archive's location that answers.
 *
 * @param reached what it answered first
 * @param token random, for what is written there to see whether that can be done
 * @param now by this program's clock
 */
public record LocationCase(
        NamespaceConfig config,
        StoreInspection inspection,
        ObjectStore store,
        Reached reached,
        String token,
        Instant now) {

    boolean isBucket() {
        return config.location() instanceof LocationConfig.S3;
    }
}
