package dev.firn.archiver.http;

import dev.firn.archiver.http.ServiceView.InProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How fast a piece of work goes, and how long it will still take if that stays so. */
record Pace(double rowsPerSecond, double bytesPerSecond, Optional<Duration> left) {

    static Pace of(InProgress work, Instant now) {
        double seconds = Math.max(1e-3, Duration.between(work.since(), now).toMillis() / 1000.0);
        double rows = work.rows() / seconds;
        Optional<Duration> left = work.rows() > 0 && work.expectedRows() > work.rows()
                ? Optional.of(Duration.ofMillis(Math.round((work.expectedRows() - work.rows()) / rows * 1000)))
                : Optional.empty();
        return new Pace(rows, work.bytes() / seconds, left);
    }
}
