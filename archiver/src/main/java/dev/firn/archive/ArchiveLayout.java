package dev.firn.archive;

import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where everything of one table lies, relative to the location. Keys are made and taken apart only here, and taken apart
 * strictly: what this class would not have made is not a key.
 */
public record ArchiveLayout(String namespace, TableName table) {

    private static final int MAX_ELEMENT = 200;
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    /** What engines read as NULL: for rows that lie on no day from year 1 to 9999, at the infinities above all. */
    private static final String NO_DAY = "__HIVE_DEFAULT_PARTITION__";

    private static final Pattern TABLE = Pattern.compile("([^/.]+)/([^/.]+)\\.([^/.]+)/.*", Pattern.DOTALL);
    private static final Pattern MANIFEST =
            Pattern.compile("(?<range>" + RangeToken.SHAPE + ")-(?<generation>[1-9][0-9]{0,8})\\.json");
    private static final Pattern INCOMING = Pattern.compile(
            "(?<range>" + RangeToken.SHAPE + ")/(?<attempt>" + Attempt.ID_SHAPE + ")/(?<part>[0-9]{5})\\.parquet");

    public ArchiveLayout {
        Objects.requireNonNull(table, "table");
        String element = tableElement(table);
        if (KeyName.encode(namespace).length() > MAX_ELEMENT || element.length() > MAX_ELEMENT) {
            throw new IllegalArgumentException(
                    "%s %s: too long for a path: '%s' has %d characters, at most %d go into one element"
                            .formatted(namespace, table, element, element.length(), MAX_ELEMENT));
        }
    }

    /** The table that a key of any kind belongs to. */
    public static ArchiveLayout ofKey(String key) {
        Matcher parts = TABLE.matcher(key);
        if (!parts.matches()) {
            throw notAKey(key, "key of a table's archive");
        }
        return new ArchiveLayout(
                KeyName.decode(parts.group(1)),
                new TableName(KeyName.decode(parts.group(2)), KeyName.decode(parts.group(3))));
    }

    /** What every key of a namespace starts with. */
    public static String namespacePrefix(String namespace) {
        return KeyName.encode(namespace) + "/";
    }

    /**
     * Where it is tried out whether the location can be written to. No table's name starts with {@code _}, as keys spell it,
     * and nobody queries what does.
     */
    public static String probePrefix(String namespace) {
        return namespacePrefix(namespace) + "_probe/";
    }

    /** What every key of the table starts with. */
    public String prefix() {
        return namespacePrefix(namespace) + tableElement(table) + "/";
    }

    public String manifestsPrefix() {
        return prefix() + "manifests/";
    }

    /** What the keys of all manifests of exactly this range start with. */
    public String manifestsPrefix(TimeRange range) {
        return manifestsPrefix() + RangeToken.of(range) + "-";
    }

    public String manifestKey(TimeRange range, int generation) {
        if (generation < 1 || generation > 999_999_999) {
            throw new IllegalArgumentException("generation %d".formatted(generation));
        }
        return manifestsPrefix(range) + generation + ".json";
    }

    public String incomingPrefix() {
        return prefix() + "incoming/";
    }

    /** What the keys of all attempts at exactly this range start with. */
    public String incomingPrefix(TimeRange range) {
        return incomingPrefix() + RangeToken.of(range) + "/";
    }

    /** What everything that an attempt writes starts with. */
    public String incomingPrefix(Attempt attempt) {
        return incomingPrefix(attempt.range()) + attempt.id() + "/";
    }

    public String incomingKey(Attempt attempt, int part) {
        return incomingPrefix(attempt) + partName(part);
    }

    /** Where it is kept on which positions the streams of expired rows ended. */
    public String headsPrefix() {
        return prefix() + "heads/";
    }

    /** What the keys of all such files of exactly this range and generation start with. */
    public String headsPrefix(TimeRange range, int generation) {
        return "%s%s-%d-".formatted(headsPrefix(), RangeToken.of(range), generation);
    }

    /**
     * One such file.
     *
     * @param random made for this file alone: whoever tries a second time writes another one
     */
    public String headsKey(TimeRange range, int generation, String random) {
        return headsPrefix(range, generation) + random + ".ndjson.gz";
    }

    /** What readers take for the table: everything below holds its rows. */
    public String dataPrefix() {
        return prefix() + "data/";
    }

    /**
     * Where readers find a file of this range and generation.
     *
     * @param partition the rows' day under {@link PartitionBy#DAY}, empty under {@link PartitionBy#CHUNK}
     */
    public String dataKey(TimeRange range, int generation, String partition, int part) {
        String directory = partition.isEmpty()
                ? "chunk=" + RangeToken.position(range.kind(), range.start())
                : "dt=" + requireDay(range.kind(), partition);
        return "%s%s/%s-%d-%s".formatted(dataPrefix(), directory, RangeToken.of(range), generation, partName(part));
    }

    /** The generation in a manifest's key, whose range must be well formed. */
    public int generationOf(String manifestKey) {
        return Integer.parseInt(manifest(manifestKey).group("generation"));
    }

    /** The range in a manifest's key, of a table whose time is of this kind. */
    public TimeRange rangeOf(String manifestKey, TimeKind kind) {
        return RangeToken.parse(kind, manifest(manifestKey).group("range"));
    }

    /** The attempt that a key under {@code incoming/} belongs to, of a table whose time is of this kind. */
    public Attempt attemptOf(String incomingKey, TimeKind kind) {
        Matcher parts = incoming(incomingKey);
        return new Attempt(RangeToken.parse(kind, parts.group("range")), parts.group("attempt"));
    }

    /** The number of the part in a key under {@code incoming/}. */
    public int partOf(String incomingKey) {
        return Integer.parseInt(incoming(incomingKey).group("part"));
    }

    private Matcher manifest(String key) {
        return match(MANIFEST, manifestsPrefix(), key, "manifest key");
    }

    private Matcher incoming(String key) {
        return match(INCOMING, incomingPrefix(), key, "key of a copy in the making");
    }

    private Matcher match(Pattern pattern, String start, String key, String what) {
        if (!key.startsWith(start)) {
            throw notAKey(key, what + " of " + table);
        }
        Matcher parts = pattern.matcher(key.substring(start.length()));
        if (!parts.matches()) {
            throw notAKey(key, what + " of " + table);
        }
        RangeToken.parse(
                RangeToken.isOfIntegers(parts.group("range")) ? TimeKind.BIGINT : TimeKind.TIMESTAMPTZ,
                parts.group("range"));
        return parts;
    }

    private static String partName(int part) {
        if (part < 0 || part > 99_999) {
            throw new IllegalArgumentException("part %d: a copy has at most 100,000 files".formatted(part));
        }
        return "%05d.parquet".formatted(part);
    }

    private static String requireDay(TimeKind kind, String day) {
        if (kind.isInteger()) {
            throw new IllegalArgumentException("partition by day: the table's time is a %s".formatted(kind));
        }
        if (!day.equals(NO_DAY) && !(day.length() == 10 && isDate(day))) {
            throw new IllegalArgumentException("'%s' is not a day".formatted(day));
        }
        return day;
    }

    /** Whether a row of this time may be in this partition by day; what lies on no day may have any time. */
    static boolean isInPartition(String partition, long position) {
        return partition.equals(NO_DAY)
                || LocalDate.parse(partition).toEpochDay() == Math.floorDiv(position, MICROS_PER_DAY);
    }

    private static boolean isDate(String day) {
        try {
            return LocalDate.parse(day).toString().equals(day);
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static String tableElement(TableName table) {
        return KeyName.encode(table.schema()) + "." + KeyName.encode(table.name());
    }

    private static IllegalArgumentException notAKey(String key, String what) {
        return new IllegalArgumentException("'%s' is not a %s".formatted(key, what));
    }
}
