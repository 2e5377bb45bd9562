package dev.firn.store;

import dev.firn.store.StoreWatch.Outcome;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.metrics.CoreMetric;
import software.amazon.awssdk.http.HttpMetric;
import software.amazon.awssdk.metrics.MetricCollection;
import software.amazon.awssdk.metrics.MetricPublisher;
import software.amazon.awssdk.metrics.SdkMetric;

/** Passes on what the SDK measures of each attempt at each request: that is what S3 answers, and what it bills. */
final class S3RequestCounter implements MetricPublisher {

    private static final Logger LOG = LoggerFactory.getLogger(S3RequestCounter.class);

    private final StoreWatch watch;

    S3RequestCounter(StoreWatch watch) {
        this.watch = watch;
    }

    @Override
    public void publish(MetricCollection call) {
        try {
            tell(call);
        } catch (RuntimeException | Error e) {
            // The SDK would fail the request with it, though that may have been carried out.
            LOG.warn("counting a request to S3: {}", e.toString());
        }
    }

    private void tell(MetricCollection call) {
        String operation = first(call, CoreMetric.OPERATION_NAME, "unknown");
        for (MetricCollection attempt : call.children()) {
            watch.ended(operation, outcome(attempt), first(attempt, CoreMetric.SERVICE_CALL_DURATION, Duration.ZERO));
        }
    }

    private static Outcome outcome(MetricCollection attempt) {
        int status = first(attempt, HttpMetric.HTTP_STATUS_CODE, 0);
        return switch (status) {
            case 0 -> Outcome.NO_ANSWER;
            case 404 -> Outcome.MISSING;
            case 409, 412 -> Outcome.TAKEN;
            case 429, 503 -> Outcome.THROTTLED;
            case 408 -> Outcome.NO_ANSWER;
            default -> outcome(attempt, status);
        };
    }

    private static Outcome outcome(MetricCollection attempt, int status) {
        if (status >= 500) {
            return status == 501 ? Outcome.REFUSED : Outcome.SERVER_ERROR;
        }
        if (status >= 400) {
            return Outcome.REFUSED;
        }
        // Status 200, and then the rest of the answer did not come.
        return attempt.metricValues(CoreMetric.ERROR_TYPE).isEmpty() ? Outcome.ANSWERED : Outcome.NO_ANSWER;
    }

    private static <T> T first(MetricCollection collection, SdkMetric<T> metric, T none) {
        List<T> values = collection.metricValues(metric);
        return values.isEmpty() ? none : values.get(0);
    }

    @Override
    public void close() {
        // Nothing is kept here.
    }
}
