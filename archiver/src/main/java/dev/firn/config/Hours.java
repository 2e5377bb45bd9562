package dev.firn.config;

import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;

/**
 * When a service works on a namespace, as far as that is not as for all of them.
 *
 * @param window when it may take up chunks
 * @param timeZone of that window and of schedules
 * @param sweep when it clears away what was left behind
 * @param scrub when it proves a share of the archive again
 * @param expire when it removes copies that are old enough
 */
public record Hours(
        Optional<Window> window,
        Optional<ZoneId> timeZone,
        Optional<Schedule> sweep,
        Optional<Schedule> scrub,
        Optional<Schedule> expire) {

    public Hours {
        Objects.requireNonNull(window, "window");
        Objects.requireNonNull(timeZone, "timeZone");
        Objects.requireNonNull(sweep, "sweep");
        Objects.requireNonNull(scrub, "scrub");
        Objects.requireNonNull(expire, "expire");
    }
}
