package dev.firn.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** The settings of {@code firn.conf}. */
final class ServiceSettings {

    private static final Setting<Path> NAMESPACES = Setting.withDefault(
            "namespaces",
            ValueType.ofText("directory", ServiceSettings::directory),
            "namespaces",
            "Directory with one file `<name>.conf` per namespace, relative to the directory of firn.conf.");
    private static final Setting<Integer> BATCH_ROWS = Setting.withDefault(
            "copy.batch-rows",
            ValueType.wholeNumber(1, 1_000_000),
            "4096",
            "Most rows that go from decoding to writing at once.");
    private static final Setting<Long> BATCH_BYTES = Setting.withDefault(
            "copy.batch-bytes",
            ValueType.size(64L << 10, 256L << 20),
            "2MiB",
            "Size at which such a batch is full; one row may take more.");
    private static final Setting<Integer> QUEUE_BATCHES = Setting.withDefault(
            "copy.queue-batches",
            ValueType.wholeNumber(1, 64),
            "4",
            "Batches that may wait between decoding and writing.");
    private static final Setting<Duration> LEASE = Setting.withDefault(
            "claim.lease",
            TimeTypes.duration(Duration.ofSeconds(1), Duration.ofHours(24)),
            "2m",
            "How long a chunk in work stays claimed after the last sign of life of the program that works on it.");
    private static final Setting<Duration> RENEW_EVERY = Setting.withDefault(
            "claim.renew-every",
            TimeTypes.duration(Duration.ofMillis(100), Duration.ofHours(12)),
            "20s",
            "How often a working program gives that sign; at most half of the lease.");
    private static final Setting<OptionalLong> BYTES_PER_SECOND = Setting.withDefault(
            "limits.bytes-per-second",
            ValueType.sizeOrOff(64L << 10, 1L << 40),
            "off",
            "What all threads of one program together read from databases, load into them and read back from archives, at"
                    + " most: `20MiB`, say. A chunk still has to be read within database.statement-timeout and"
                    + " database.snapshot-max-age.");

    private static final Setting<Duration> JANITOR_MIN_AGE = Setting.withDefault(
            "janitor.min-age",
            TimeTypes.duration(Duration.ofHours(1), Duration.ofDays(365)),
            "1d",
            "Age below which the janitor touches nothing, by the clock of the store or the database that it lies in. Tables"
                    + " that rows were being loaded into bear no time: they go once the claim of whoever did so is over.");
    private static final Setting<Share> SCRUB_SHARE = Setting.withDefault(
            "scrub.share",
            ValueType.ofText("share of the whole (1/30, 3%)", Share::read),
            "1/30",
            "How much of the archive a scrub proves again, by bytes: the copies whose last proof is the oldest.");
    private static final Setting<Boolean> HTTP = Setting.withDefault(
            "http.enabled",
            ValueType.flag(),
            "true",
            "Whether `archiver serve` shows health, metrics and a status page over HTTP. They change nothing and ask for no"
                    + " password. This, address and port are read at the start only.");
    private static final Setting<String> HTTP_ADDRESS = Setting.withDefault(
            "http.address",
            ValueType.ofText("address or name of this host", ServiceSettings::address),
            "127.0.0.1",
            "Where it listens. Anybody who can reach it reads the names of tables and what failed: `0.0.0.0` is for a"
                    + " container.");
    private static final Setting<Integer> HTTP_PORT = Setting.withDefault(
            "http.port",
            ValueType.wholeNumber(0, 65_535),
            "9780",
            "Port that it listens on; 0 takes any that is free.");

    static final Section SECTION = new Section(
            "The service: `firn.conf`",
            "The file may be missing: every setting has a default.",
            Stream.concat(
                            Stream.of(
                                    NAMESPACES,
                                    BATCH_ROWS,
                                    BATCH_BYTES,
                                    QUEUE_BATCHES,
                                    LEASE,
                                    RENEW_EVERY,
                                    JANITOR_MIN_AGE,
                                    SCRUB_SHARE,
                                    HTTP,
                                    HTTP_ADDRESS,
                                    HTTP_PORT,
                                    BYTES_PER_SECOND),
                            ServeSettings.ALL.stream())
                    .toList(),
            Set.of());

    private ServiceSettings() {}

    static Optional<ServiceConfig> read(Layer file, Path confDirectory, Problems problems) {
        SECTION.reportUnknown(file, problems);
        Values values = Values.read(SECTION.settings(), List.of(file), problems);
        Optional<Duration> lease = values.find(LEASE);
        Optional<Duration> renewEvery = values.find(RENEW_EVERY);
        if (lease.isPresent()
                && renewEvery.isPresent()
                && renewEvery.get().compareTo(lease.get().dividedBy(2)) > 0) {
            values.contradict(
                    values.isGiven(RENEW_EVERY) ? RENEW_EVERY : LEASE,
                    "claim.renew-every = %s is more than half of claim.lease = %s"
                            .formatted(Show.duration(renewEvery.get()), Show.duration(lease.get())));
        }
        ServeSettings.check(values);
        return values.build(() -> new ServiceConfig(
                confDirectory.resolve(values.get(NAMESPACES)),
                new ServiceConfig.Copy(
                        values.get(BATCH_ROWS), Math.toIntExact(values.get(BATCH_BYTES)), values.get(QUEUE_BATCHES)),
                new ServiceConfig.Claim(values.get(LEASE), values.get(RENEW_EVERY)),
                new ServiceConfig.Janitor(values.get(JANITOR_MIN_AGE)),
                new ServiceConfig.Scrub(values.get(SCRUB_SHARE)),
                new ServiceConfig.Http(values.get(HTTP), values.get(HTTP_ADDRESS), values.get(HTTP_PORT)),
                ServeSettings.read(values),
                new ServiceConfig.Limits(values.get(BYTES_PER_SECOND))));
    }

    /** Where the namespaces are looked for when {@code firn.conf} does not say so in a usable way. */
    static Path namespacesDirectory(Layer file, Path confDirectory) {
        Values values = Values.read(List.of(), List.of(file), new Problems());
        return confDirectory.resolve(values.find(NAMESPACES)
                .orElseGet(() -> NAMESPACES.defaultValue().orElseThrow()));
    }

    private static String address(String text) throws BadValue {
        if (!text.matches("[A-Za-z0-9.:_\\[\\]-]+")) {
            throw new BadValue("expects an address or a name such as 127.0.0.1, without a port");
        }
        return text;
    }

    private static Path directory(String text) throws BadValue {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new BadValue("is not the name of a directory");
        }
    }
}
