package dev.firn.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The section {@code service} of {@code firn.conf}, and what a namespace or a table says otherwise. */
final class ServeSettings {

    /** It goes into SQL of Quartz's own unquoted. */
    static final Pattern SCHEMA_NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    private static final Setting<Integer> THREADS = Setting.withDefault(
            "service.threads",
            ValueType.wholeNumber(1, 64),
            "2",
            "Chunks that `archiver serve` has in work at once, of all namespaces; each takes the memory of a copy.");
    private static final Setting<Integer> PER_DATABASE = Setting.withDefault(
            "service.chunks-per-database",
            ValueType.wholeNumber(1, 64),
            "2",
            "As many of them at most are of one database, per node: each service of a cluster may have so many.");
    private static final Setting<Schedule> EVERY = Setting.withDefault(
            "service.schedule",
            Schedule.type(),
            "15m",
            "When each table is looked at for due chunks: at the start and then each such time, or by a cron expression"
                    + " such as `\"0 0/15 * * * ?\"`. What was missed meanwhile is made up for once, at once.");
    private static final Setting<ZoneId> ZONE = Setting.withDefault(
            "service.time-zone",
            zone(),
            "UTC",
            "Time zone in which cron expressions and windows are meant, such as `\"Europe/Berlin\"`.");
    private static final Setting<Window> HOURS = Setting.optional(
            "service.window",
            Window.type(),
            "all day",
            "Hours in which chunks are taken up; what is in work when they end is finished. Requests are served at any"
                    + " time.");
    private static final Setting<Schedule> SWEEP = Setting.withDefault(
            "service.sweep",
            Schedule.type(),
            "0 30 3 * * ?",
            "When what was left behind in a namespace is cleared away, as `archiver janitor` does: a cron expression,"
                    + " in the namespace's time zone, or at the start and then each such time. Of the times that were"
                    + " missed, while no service ran or all its threads were busy, one is made up for, at once; what came"
                    + " while the database was away, once it is back. Windows say nothing about this, a pause does: of the"
                    + " namespace, or of a table, which is then left out. So for the next two.");
    private static final Setting<Schedule> SCRUB = Setting.withDefault(
            "service.scrub",
            Schedule.type(),
            "0 0 4 * * ?",
            "When `scrub.share` of a namespace's archive is proven again.");
    private static final Setting<Schedule> EXPIRE = Setting.withDefault(
            "service.expire",
            Schedule.type(),
            "0 0 5 * * ?",
            "When copies older than their table's `expire-after` are removed.");
    private static final Setting<Duration> REQUESTS_EVERY = Setting.withDefault(
            "service.requests-every",
            TimeTypes.duration(Duration.ofSeconds(1), Duration.ofHours(24)),
            "1m",
            "How often requests of `firn.rehydrate()` are looked for, besides at once when the database tells of one.");
    private static final Setting<Duration> STOP_TIMEOUT = Setting.withDefault(
            "service.stop-timeout",
            TimeTypes.duration(Duration.ofMillis(100), Duration.ofHours(24)),
            "60s",
            "How long chunks in work may go on once the service was told to stop; then they are interrupted, and the"
                    + " next start goes on.");
    private static final Setting<Duration> RELOAD_EVERY = Setting.withDefault(
            "service.reload-every",
            TimeTypes.duration(Duration.ofMillis(100), Duration.ofHours(24)),
            "10s",
            "How often firn.conf and the files of the namespaces are looked at for changes. This itself is read at the"
                    + " start only.");
    private static final Setting<Boolean> CLUSTER = Setting.withDefault(
            "service.cluster",
            ValueType.flag(),
            "false",
            "Whether several services with the same namespaces share their work by way of a database; otherwise all"
                    + " jobs are in memory. This and the database are read at the start only.");
    private static final Setting<String> CLUSTER_URL = Setting.optional(
            "service.cluster-database.url",
            UrlTypes.jdbc(),
            "required with cluster = true",
            "The PostgreSQL that holds the jobs of the cluster; any will do, a namespace's own too. Losing it loses"
                    + " nothing.");
    private static final Setting<String> CLUSTER_USER = Setting.optional(
            "service.cluster-database.user",
            ValueType.text(),
            "required with cluster = true",
            "Role that may create the schema there, or owns it.");
    private static final Setting<Secret> CLUSTER_PASSWORD = Setting.optional(
            "service.cluster-database.password",
            ValueType.secret(),
            "none is sent",
            "Password of the role, best as `${?NAME}` from the environment.");
    private static final Setting<String> CLUSTER_SCHEMA = Setting.withDefault(
            "service.cluster-database.schema",
            ValueType.ofText("name of a schema in lower case", ServeSettings::schema),
            "firn_quartz",
            "Schema of the jobs, which Firn makes itself.");

    static final List<Setting<?>> ALL = List.of(
            THREADS,
            PER_DATABASE,
            EVERY,
            ZONE,
            HOURS,
            SWEEP,
            SCRUB,
            EXPIRE,
            REQUESTS_EVERY,
            STOP_TIMEOUT,
            RELOAD_EVERY,
            CLUSTER,
            CLUSTER_URL,
            CLUSTER_USER,
            CLUSTER_PASSWORD,
            CLUSTER_SCHEMA);

    private static final Setting<Window> NAMESPACE_WINDOW = Setting.optional(
            "window",
            Window.type(),
            "service.window of firn.conf",
            "Hours in which `archiver serve` takes up chunks of this namespace, such as `\"22:00-05:00\"`.");
    private static final Setting<ZoneId> NAMESPACE_ZONE = Setting.optional(
            "time-zone",
            zone(),
            "service.time-zone of firn.conf",
            "Time zone of that window, and of the schedules of the tables.");
    private static final Setting<Schedule> NAMESPACE_SWEEP = Setting.optional(
            "sweep",
            Schedule.type(),
            "service.sweep of firn.conf",
            "When `archiver serve` clears away what was left behind in this namespace.");
    private static final Setting<Schedule> NAMESPACE_SCRUB = Setting.optional(
            "scrub", Schedule.type(), "service.scrub of firn.conf", "When it proves a share of this archive again.");
    private static final Setting<Schedule> NAMESPACE_EXPIRE = Setting.optional(
            "expire",
            Schedule.type(),
            "service.expire of firn.conf",
            "When it removes copies that are older than their table's `expire-after`.");

    static final List<Setting<?>> OF_NAMESPACE =
            List.of(NAMESPACE_WINDOW, NAMESPACE_ZONE, NAMESPACE_SWEEP, NAMESPACE_SCRUB, NAMESPACE_EXPIRE);

    static final Setting<Schedule> TABLE_SCHEDULE = Setting.optional(
            "schedule",
            Schedule.type(),
            "service.schedule of firn.conf",
            "When `archiver serve` looks at the table for due chunks.");

    private ServeSettings() {}

    /** What a namespace says of its own. */
    static Hours hours(Values values) {
        return new Hours(
                values.find(NAMESPACE_WINDOW),
                values.find(NAMESPACE_ZONE),
                values.find(NAMESPACE_SWEEP),
                values.find(NAMESPACE_SCRUB),
                values.find(NAMESPACE_EXPIRE));
    }

    static void check(Values values) {
        if (values.find(CLUSTER).orElse(false)) {
            for (Setting<?> needed : List.of(CLUSTER_URL, CLUSTER_USER)) {
                if (!values.isGiven(needed)) {
                    values.contradict(needed, "is required with service.cluster = true" + values.cause(needed));
                }
            }
        }
    }

    /** Within {@link Values#build}. */
    static ServeConfig read(Values values) {
        Optional<ServeConfig.Cluster> cluster = values.get(CLUSTER)
                ? Optional.of(new ServeConfig.Cluster(
                        values.get(CLUSTER_URL),
                        values.get(CLUSTER_USER),
                        values.find(CLUSTER_PASSWORD),
                        values.get(CLUSTER_SCHEMA)))
                : Optional.empty();
        return new ServeConfig(
                values.get(THREADS),
                values.get(PER_DATABASE),
                values.get(EVERY),
                values.get(ZONE),
                values.find(HOURS),
                new ServeConfig.Upkeep(values.get(SWEEP), values.get(SCRUB), values.get(EXPIRE)),
                values.get(REQUESTS_EVERY),
                values.get(STOP_TIMEOUT),
                values.get(RELOAD_EVERY),
                cluster);
    }

    private static ValueType<ZoneId> zone() {
        return ValueType.ofText("time zone", text -> {
            try {
                return ZoneId.of(text);
            } catch (DateTimeException e) {
                throw new BadValue("expects a time zone such as UTC or \"Europe/Berlin\"");
            }
        });
    }

    private static String schema(String text) throws BadValue {
        if (!SCHEMA_NAME.matcher(text).matches()) {
            throw new BadValue("expects 1 to 63 lower-case letters, digits and _, no digit first");
        }
        return text;
    }
}
