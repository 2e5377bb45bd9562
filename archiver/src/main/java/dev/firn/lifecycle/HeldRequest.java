package dev.firn.lifecycle;

import dev.firn.catalog.Requests;
import dev.firn.catalog.RestoreRequest;
import dev.firn.catalog.RestoreRequest.Standing;
import dev.firn.config.ServiceConfig;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request whose lease is renewed, and whose progress is written down, in the background until it is let go of. */
final class HeldRequest implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HeldRequest.class);

    private final Requests requests;
    private final RestoreRequest request;
    private final RequestProgress progress;
    private final Duration lease;
    private final ScheduledFuture<?> renewal;

    HeldRequest(
            Requests requests,
            RestoreRequest request,
            RequestProgress progress,
            ServiceConfig.Claim settings,
            ScheduledExecutorService timer) {
        this.requests = requests;
        this.request = request;
        this.progress = progress;
        this.lease = settings.lease();
        long every = settings.renewEvery().toMillis();
        this.renewal = timer.scheduleWithFixedDelay(this::renew, every, every, TimeUnit.MILLISECONDS);
    }

    /** Asked before each range, which then begins with a full lease. */
    Standing standing() {
        return requests.renew(request, lease);
    }

    private void renew() {
        try {
            if (requests.renew(request, lease) == Standing.LOST) {
                renewal.cancel(false);
            } else {
                progress.write();
            }
        } catch (RuntimeException e) {
            LOG.warn("{}: its lease could not be renewed: {}", request, e.getMessage());
        }
    }

    @Override
    public void close() {
        renewal.cancel(false);
    }
}
