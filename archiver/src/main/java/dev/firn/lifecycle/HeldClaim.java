package dev.firn.lifecycle;

import dev.firn.LogContext;
import dev.firn.catalog.Catalog;
import dev.firn.catalog.Claim;
import dev.firn.config.ServiceConfig;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A claim that is renewed in the background until it is let go of. */
final class HeldClaim implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HeldClaim.class);

    private final Catalog catalog;
    private final Claim claim;
    private final Duration lease;
    private final ScheduledFuture<?> renewal;

    HeldClaim(Catalog catalog, Claim claim, ServiceConfig.Claim settings, ScheduledExecutorService timer) {
        this.catalog = catalog;
        this.claim = claim;
        this.lease = settings.lease();
        long every = settings.renewEvery().toMillis();
        this.renewal =
                timer.scheduleWithFixedDelay(LogContext.carried(this::renew), every, every, TimeUnit.MILLISECONDS);
    }

    Claim claim() {
        return claim;
    }

    /** Renews it at once, so that what follows starts with a full lease; throws if another worker has taken over. */
    void require(String doing) {
        if (!catalog.renew(claim, lease)) {
            catalog.requireHeld(claim);
            throw new IllegalStateException("%s: %s without a claim".formatted(claim.key(), doing));
        }
    }

    private void renew() {
        try {
            if (!catalog.renew(claim, lease)) {
                LOG.warn("{}: another worker has taken over", claim.key());
                renewal.cancel(false);
            }
        } catch (RuntimeException e) {
            // The next one may reach the database; what counts is asked for again before it is done.
            LOG.warn("{}: the claim could not be renewed: {}", claim.key(), e.getMessage());
        }
    }

    @Override
    public void close() {
        renewal.cancel(false);
        try {
            catalog.release(claim);
        } catch (RuntimeException e) {
            LOG.warn("{}: the claim could not be released, it expires by itself: {}", claim.key(), e.getMessage());
        }
    }
}
