package dev.firn.config;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;

/**
 * How {@code archiver serve} works.
 *
 * @param threads chunks in work at once, of all namespaces
 * @param chunksPerDatabase of those, as many at most in one database
 * @param schedule when each table is looked at
 * @param timeZone in which cron expressions and windows are meant
 * @param window when chunks may be taken up; empty for always
 * @param upkeep when each namespace is looked after
 * @param requestsEvery how often requests are looked for beside being told of them
 * @param stopTimeout how long chunks in work may go on once the service is to stop
 * @param reloadEvery how often the configuration's files are looked at
 * @param cluster where several nodes share their jobs; empty for a service of its own
 */
public record ServeConfig(
        int threads,
        int chunksPerDatabase,
        Schedule schedule,
        ZoneId timeZone,
        Optional<Window> window,
        Upkeep upkeep,
        Duration requestsEvery,
        Duration stopTimeout,
        Duration reloadEvery,
        Optional<Cluster> cluster) {

    public ServeConfig {
        if (threads < 1 || chunksPerDatabase < 1) {
            throw new IllegalArgumentException(
                    "%d threads, %d chunks per database".formatted(threads, chunksPerDatabase));
        }
        Objects.requireNonNull(schedule, "schedule");
        Objects.requireNonNull(timeZone, "timeZone");
        Objects.requireNonNull(window, "window");
        Objects.requireNonNull(upkeep, "upkeep");
        Objects.requireNonNull(cluster, "cluster");
    }

    /**
     * What is done for a whole namespace now and then.
     *
     * @param sweep when what was left behind is cleared away
     * @param scrub when a share of the archive is proven again
     * @param expire when copies that are old enough are removed
     */
    public record Upkeep(Schedule sweep, Schedule scrub, Schedule expire) {

        public Upkeep {
            Objects.requireNonNull(sweep, "sweep");
            Objects.requireNonNull(scrub, "scrub");
            Objects.requireNonNull(expire, "expire");
        }
    }

    /**
     * The PostgreSQL that holds the jobs of a cluster.
     *
     * @param schema made by Firn, and nobody else's
     */
    public record Cluster(String url, String user, Optional<Secret> password, String schema) {

        public Cluster {
            Objects.requireNonNull(url, "url");
            Objects.requireNonNull(user, "user");
            Objects.requireNonNull(password, "password");
            if (!ServeSettings.SCHEMA_NAME.matcher(schema).matches()) {
                throw new IllegalArgumentException("'%s' is not the name of a schema".formatted(schema));
            }
        }
    }
}
