package dev.firn.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * What holds for the program as a whole, from {@code firn.conf}.
 *
 * @param namespacesDirectory where the files of the namespaces lie
 */
public record ServiceConfig(
        Path namespacesDirectory,
        Copy copy,
        Claim claim,
        Janitor janitor,
        Scrub scrub,
        Http http,
        ServeConfig serve,
        Limits limits) {

    /**
     * The one bounded queue between decoding and writing.
     *
     * @param batchRows most rows of a batch
     * @param batchBytes a batch is full once it holds this much; one row may take more
     * @param queueBatches batches in flight
     */
    public record Copy(int batchRows, int batchBytes, int queueBatches) {}

    /**
     * How a chunk in work is kept from others.
     *
     * @param lease how long a claim outlives the last sign of life of its owner
     * @param renewEvery how often the owner gives one
     */
    public record Claim(Duration lease, Duration renewEvery) {

        public Claim {
            if (renewEvery.compareTo(lease.dividedBy(2)) > 0) {
                throw new IllegalArgumentException("lease of %s renewed every %s".formatted(lease, renewEvery));
            }
        }
    }

    /**
     * What is cleared away that dead programs left.
     *
     * @param minAge nothing younger is touched, by the clock of the store or the database that it lies in; but for tables
     *     that rows were loaded into by somebody whose claim is over
     */
    public record Janitor(Duration minAge) {

        public Janitor {
            if (minAge.isNegative()) {
                throw new IllegalArgumentException("a janitor for what is %s old".formatted(minAge));
            }
        }
    }

    /**
     * How archived copies are proven again.
     *
     * @param share how much of the archive at a time
     */
    public record Scrub(Share share) {}

    /**
     * Where the service shows itself.
     *
     * @param address to listen on: a name or an address of this host
     * @param port 0 for any that is free
     */
    public record Http(boolean enabled, String address, int port) {}

    /**
     * How much of a machine and of a database the program may take.
     *
     * @param bytesPerSecond by all threads together; empty for no bound
     */
    public record Limits(OptionalLong bytesPerSecond) {

        public Limits {
            if (bytesPerSecond.isPresent() && bytesPerSecond.getAsLong() <= 0) {
                throw new IllegalArgumentException(bytesPerSecond + " bytes a second");
            }
        }
    }
}
