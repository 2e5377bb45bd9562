package dev.firn.config;

import dev.firn.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The settings of a table, in {@code tables.<schema>.<table>}, or for all tables of a namespace in {@code defaults}. */
final class TableSettings {

    private static final Setting<Age> ARCHIVE_AFTER = Setting.required(
            "archive-after",
            TimeTypes.age(),
            "Age at which a chunk is copied, from the end of the chunk's range; in units of the time column where that"
                    + " is a plain number.");
    private static final Setting<Age> DROP_AFTER = Setting.optional(
            "drop-after",
            TimeTypes.ageOrNever(),
            "as archive-after",
            "Age at which a chunk with a proven copy is dropped; `never` only copies.");
    private static final Setting<Age> EXPIRE_AFTER = Setting.withDefault(
            "expire-after",
            TimeTypes.ageOrNever(),
            "never",
            "Age at which the archived copies of a dropped chunk are removed, for good: nothing else in Firn deletes archived"
                    + " rows. At least drop-after; what is in the database again, or on hold, is left alone, and rows that"
                    + " come late go with their range. `archiver expire --dry-run` tells beforehand.");
    private static final Setting<Keep> KEEP_RESTORED = Setting.withDefault(
            "keep-restored",
            ValueType.ofText("duration (7d, 12 hours), or forever", Keep::read),
            "7d",
            "How long a range that `rehydrate` brought back is left alone; `rehydrate --keep` says otherwise for one.");
    private static final Setting<OnEdit> ON_EDIT = Setting.withDefault(
            "on-edit",
            ValueType.choice(OnEdit.class),
            "keep",
            "What becomes of a range that came back and was edited, once it is no longer left alone: keep leaves it in the"
                    + " database and raises an alarm, replace archives it in place of all that had come back, and drops it.");
    private static final Setting<Boolean> REQUIRE_COMPRESSED = Setting.withDefault(
            "require-compressed",
            ValueType.flag(),
            "true",
            "Whether a chunk is left alone until TimescaleDB has compressed it; partitions, which cannot be, are not held up.");
    private static final Setting<Proof> PROOF = Setting.withDefault(
            "proof",
            ValueType.choice(Proof.class),
            "roundtrip",
            "How a copy is proven: roundtrip reads all of it back and compares every row, footer compares length,"
                    + " checksum, row counts and statistics only.");
    private static final Setting<PartitionBy> PARTITION_BY = Setting.withDefault(
            "partition-by",
            ValueType.choice(PartitionBy.class),
            "chunk",
            "What the path of a file says of its rows: the start of their chunk, or their UTC day.");
    private static final Setting<Integer> ZSTD_LEVEL = Setting.withDefault(
            "parquet.zstd-level",
            ValueType.wholeNumber(1, 22),
            "1",
            "Level of the ZSTD compression; higher is smaller and slower.");
    private static final Setting<Long> FILE_SIZE = Setting.withDefault(
            "parquet.file-size",
            ValueType.size(1L << 20, 4L << 30),
            "512MiB",
            "Size at which a file is ended and the next begun.");
    private static final Setting<Long> ROW_GROUP_SIZE = Setting.withDefault(
            "parquet.row-group-size",
            ValueType.size(1L << 20, 1L << 30),
            "64MiB",
            "Size in memory at which a row group is ended; it decides how much memory a copy takes.");
    private static final Setting<Long> PAGE_SIZE = Setting.withDefault(
            "parquet.page-size",
            ValueType.size(4L << 10, 64L << 20),
            "1MiB",
            "Size of a page before compression, the least that a reader fetches.");
    private static final Setting<Integer> PAGE_ROWS = Setting.withDefault(
            "parquet.page-rows", ValueType.wholeNumber(1, 10_000_000), "20000", "Most rows of a page.");
    private static final Setting<List<String>> BLOOM_FILTERS = Setting.optional(
            "parquet.bloom-filters",
            ValueType.names(),
            "those that the table is compressed by (segment-by)",
            "Columns with a bloom filter, for queries of single values; [] for none. Booleans and floating-point"
                    + " numbers never get one.");
    private static final Setting<Long> MAX_VALUE_SIZE = Setting.withDefault(
            "max-value-size",
            ValueType.size(1L << 10, 1L << 30),
            "32MiB",
            "Largest single value that is copied; a larger one stops the chunk, named by table, column and row.");
    private static final Setting<Integer> MAX_CHUNKS_PER_PASS = Setting.withDefault(
            "max-chunks-per-pass",
            ValueType.wholeNumber(1, 1_000_000),
            "1000",
            "Most chunks that one pass copies; the next pass goes on.");

    static final Section SECTION = new Section(
            "A table: `tables.<schema>.<table>` in `namespaces/<name>.conf`",
            "Each of these may also stand in `defaults`, for all tables of the namespace; a table's own value wins."
                    + " Names are as the catalogue has them, in double quotes where they hold other than letters, digits,"
                    + " `_` and `-`.",
            all(),
            Set.of());

    private TableSettings() {}

    private static List<Setting<?>> all() {
        List<Setting<?>> settings = new ArrayList<>(List.of(
                ARCHIVE_AFTER,
                DROP_AFTER,
                EXPIRE_AFTER,
                KEEP_RESTORED,
                ON_EDIT,
                REQUIRE_COMPRESSED,
                PROOF,
                PARTITION_BY,
                ZSTD_LEVEL,
                FILE_SIZE,
                ROW_GROUP_SIZE,
                PAGE_SIZE,
                PAGE_ROWS,
                BLOOM_FILTERS,
                MAX_VALUE_SIZE,
                MAX_CHUNKS_PER_PASS));
        settings.addAll(GuardSettings.all());
        settings.addAll(WritePathSettings.ALL);
        settings.add(ServeSettings.TABLE_SCHEDULE);
        return settings;
    }

    /** @param layers the table's own section, then the defaults */
    static Optional<TableConfig> read(TableName name, List<Layer> layers, Problems problems) {
        Values values = Values.read(SECTION.settings(), layers, problems);
        Optional<Age> archiveAfter = values.find(ARCHIVE_AFTER);
        Optional<Age> dropAfter = values.find(DROP_AFTER);
        if (archiveAfter.isPresent() && dropAfter.isPresent()) {
            refuseBadOrder(archiveAfter.get(), dropAfter.get(), values);
        }
        Optional<Age> expireAfter = values.find(EXPIRE_AFTER);
        if (archiveAfter.isPresent() && expireAfter.isPresent()) {
            refuseEarlyExpiry(archiveAfter.get(), dropAfter, expireAfter.get(), values);
        }
        if (archiveAfter.isPresent()
                && archiveAfter.get() instanceof Age.OfUnits
                && values.find(PARTITION_BY).filter(PartitionBy.DAY::equals).isPresent()) {
            values.contradict(
                    PARTITION_BY,
                    "day needs a time in days, and archive-after = %s is in units".formatted(archiveAfter.get()));
        }
        refuseLarger(values, ROW_GROUP_SIZE, FILE_SIZE);
        refuseLarger(values, PAGE_SIZE, ROW_GROUP_SIZE);
        Optional<WritePathConfig> writePath = WritePathSettings.read(values);
        return values.build(() -> new TableConfig(
                name,
                values.get(ARCHIVE_AFTER),
                dropAfter.orElseGet(() -> values.get(ARCHIVE_AFTER)),
                values.get(EXPIRE_AFTER),
                values.get(KEEP_RESTORED),
                values.get(ON_EDIT),
                values.get(REQUIRE_COMPRESSED),
                values.get(PROOF),
                values.get(PARTITION_BY),
                parquet(values),
                values.get(MAX_VALUE_SIZE),
                values.get(MAX_CHUNKS_PER_PASS),
                GuardSettings.read(values),
                writePath,
                values.find(ServeSettings.TABLE_SCHEDULE)));
    }

    /** Reports bad values in {@code defaults} even where no table takes them. */
    static void check(Layer defaults, Problems problems) {
        List<Setting<?>> given = SECTION.settings().stream()
                .filter(setting -> !setting.required())
                .toList();
        Values.read(given, List.of(defaults), problems);
        if (defaults.at(List.of(ARCHIVE_AFTER.key())).isPresent()) {
            Values.read(List.of(ARCHIVE_AFTER), List.of(defaults), problems);
        }
    }

    private static void refuseBadOrder(Age archiveAfter, Age dropAfter, Values values) {
        if (!Age.comparable(archiveAfter, dropAfter)) {
            values.contradict(
                    DROP_AFTER,
                    "%s and archive-after = %s measure time differently: both need a unit, or neither"
                            .formatted(dropAfter, archiveAfter));
        } else if (dropAfter.isShorterThan(archiveAfter)) {
            values.contradict(
                    DROP_AFTER,
                    "%s is less than archive-after = %s: what has no copy is never dropped"
                            .formatted(dropAfter, archiveAfter));
        }
    }

    private static void refuseEarlyExpiry(Age archiveAfter, Optional<Age> dropAfter, Age expireAfter, Values values) {
        if (!Age.comparable(archiveAfter, expireAfter)) {
            values.contradict(
                    EXPIRE_AFTER,
                    "%s and archive-after = %s measure time differently: both need a unit, or neither"
                            .formatted(expireAfter, archiveAfter));
            return;
        }
        // A table that only copies is dropped by somebody else, if at all.
        Optional<Age> dropped =
                dropAfter.filter(after -> !(after instanceof Age.Never) && Age.comparable(after, expireAfter));
        if (dropped.isPresent() && expireAfter.isShorterThan(dropped.get())) {
            values.contradict(
                    EXPIRE_AFTER,
                    "%s is less than drop-after = %s: what is in the database does not expire"
                            .formatted(expireAfter, dropped.get()));
        } else if (expireAfter.isShorterThan(archiveAfter)) {
            values.contradict(
                    EXPIRE_AFTER,
                    "%s is less than archive-after = %s: what has no copy does not expire"
                            .formatted(expireAfter, archiveAfter));
        }
    }

    private static void refuseLarger(Values values, Setting<Long> inner, Setting<Long> outer) {
        Optional<Long> innerBytes = values.find(inner);
        Optional<Long> outerBytes = values.find(outer);
        if (innerBytes.isPresent() && outerBytes.isPresent() && innerBytes.get() > outerBytes.get()) {
            values.contradict(
                    values.isGiven(inner) ? inner : outer,
                    "%s = %s is larger than %s = %s"
                            .formatted(
                                    inner.key(),
                                    Show.size(innerBytes.get()),
                                    outer.key(),
                                    Show.size(outerBytes.get())));
        }
    }

    private static ParquetConfig parquet(Values values) {
        return new ParquetConfig(
                values.get(ZSTD_LEVEL),
                values.get(FILE_SIZE),
                values.get(ROW_GROUP_SIZE),
                Math.toIntExact(values.get(PAGE_SIZE)),
                values.get(PAGE_ROWS),
                values.find(BLOOM_FILTERS));
    }
}
