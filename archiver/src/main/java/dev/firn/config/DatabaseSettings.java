package dev.firn.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The section {@code database} of a namespace. */
final class DatabaseSettings {

    private static final Setting<String> URL = Setting.required(
            "database.url", UrlTypes.jdbc(), "Where the database is: `\"jdbc:postgresql://host:5432/database\"`.");
    private static final Setting<String> USER =
            Setting.required("database.user", ValueType.text(), "Role that Firn works as; see `deploy/sql/roles.sql`.");
    private static final Setting<Secret> PASSWORD = Setting.optional(
            "database.password",
            ValueType.secret(),
            "none is sent",
            "Password of the role, best as `${?NAME}` from the environment.");
    private static final Setting<Duration> CONNECT_TIMEOUT = Setting.withDefault(
            "database.connect-timeout",
            TimeTypes.duration(Duration.ofSeconds(1), Duration.ofMinutes(5)),
            "10s",
            "How long a new connection may take.");
    private static final Setting<Duration> STATEMENT_TIMEOUT = Setting.withDefault(
            "database.statement-timeout",
            TimeTypes.duration(Duration.ofSeconds(1), Duration.ofDays(7)),
            "6h",
            "How long the COPY of one chunk may take.");
    private static final Setting<Duration> LOCK_TIMEOUT = Setting.withDefault(
            "database.lock-timeout",
            TimeTypes.duration(Duration.ofMillis(1), Duration.ofMillis(999)),
            "100ms",
            "How long one attempt to drop a chunk waits for its lock: writers of the chunk queue behind it meanwhile.");
    private static final Setting<Integer> LOCK_ATTEMPTS = Setting.withDefault(
            "database.lock-attempts",
            ValueType.wholeNumber(1, 1000),
            "20",
            "How often a pass tries to get that lock before it leaves the chunk for the next pass.");
    private static final Setting<Duration> LOCK_PAUSE = Setting.withDefault(
            "database.lock-pause",
            TimeTypes.duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
            "2s",
            "Pause between two attempts, with jitter, in which the queue drains.");
    private static final Setting<Duration> SNAPSHOT_MAX_AGE = Setting.withDefault(
            "database.snapshot-max-age",
            TimeTypes.duration(Duration.ofSeconds(1), Duration.ofDays(7)),
            "6h",
            "Age at which an export gives up, because its snapshot holds back vacuum in the whole database.");

    static final List<Setting<?>> ALL = List.of(
            URL,
            USER,
            PASSWORD,
            CONNECT_TIMEOUT,
            STATEMENT_TIMEOUT,
            LOCK_TIMEOUT,
            LOCK_ATTEMPTS,
            LOCK_PAUSE,
            SNAPSHOT_MAX_AGE);

    private DatabaseSettings() {}

    static Optional<DatabaseConfig> read(Layer file, Problems problems) {
        Values values = Values.read(ALL, List.of(file), problems);
        return values.build(() -> new DatabaseConfig(
                values.get(URL),
                values.get(USER),
                values.find(PASSWORD),
                values.get(CONNECT_TIMEOUT),
                values.get(STATEMENT_TIMEOUT),
                values.get(LOCK_TIMEOUT),
                values.get(LOCK_ATTEMPTS),
                values.get(LOCK_PAUSE),
                values.get(SNAPSHOT_MAX_AGE)));
    }
}
