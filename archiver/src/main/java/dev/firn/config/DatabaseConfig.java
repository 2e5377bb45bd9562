package dev.firn.config;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How to work with the database of a namespace.
 *
 * @param url JDBC URL, without user and password
 * @param password empty where the server asks for none, or the driver finds it elsewhere
 * @param statementTimeout for the COPY of one chunk
 * @param lockTimeout how long one attempt to drop a chunk may wait for its lock
 * @param lockPause between two such attempts; jitter is added
 * @param snapshotMaxAge after which an export gives up its snapshot, because it holds back vacuum
 */
public record DatabaseConfig(
        String url,
        String user,
        Optional<Secret> password,
        Duration connectTimeout,
        Duration statementTimeout,
        Duration lockTimeout,
        int lockAttempts,
        Duration lockPause,
        Duration snapshotMaxAge,
        Standbys standbys) {

    /**
     * What standbys of it are to Firn.
     *
     * @param readUrl JDBC URL of one that chunks are read from, without user and password
     * @param readWait how long it may take until it shows what the primary showed
     * @param maxLag while one is further behind, no chunk is begun and nothing is loaded
     */
    public record Standbys(Optional<String> readUrl, Duration readWait, Optional<Duration> maxLag) {

        public Standbys {
            Objects.requireNonNull(readUrl, "readUrl");
            Objects.requireNonNull(readWait, "readWait");
            Objects.requireNonNull(maxLag, "maxLag");
        }
    }

    public DatabaseConfig {
        Objects.requireNonNull(url, "url");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(password, "password");
        Objects.requireNonNull(standbys, "standbys");
    }
}
