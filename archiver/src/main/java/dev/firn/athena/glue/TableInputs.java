package dev.firn.athena.glue;

import dev.firn.athena.HiveColumn;
import dev.firn.athena.HiveTable;
import dev.firn.athena.TableMark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.SerDeInfo;
import software.amazon.awssdk.services.glue.model.StorageDescriptor;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableInput;

/**
 * Tables as Glue takes them. What Firn says of a table is all its own: columns, location, format, and the properties that
 * say how partitions are found. What else people said of it stays.
 */
final class TableInputs {

    /** Relocates computed partitions: with it, Athena would look elsewhere. */
    private static final String LOCATION_TEMPLATE = "storage.location.template";

    private static final String SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";
    private static final String INPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat";
    private static final String OUTPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat";

    private TableInputs() {}

    /**
     * The table as it is to be.
     *
     * @param current as it is, if it is there
     */
    static TableInput of(HiveTable table, Optional<Table> current) {
        Map<String, String> parameters = new HashMap<>();
        current.map(Table::parameters).ifPresent(parameters::putAll);
        parameters.keySet().removeIf(TableInputs::isOurs);
        parameters.putAll(table.properties());
        parameters.put("EXTERNAL", "TRUE");
        parameters.put("comment", table.comment());
        return TableInput.builder()
                .name(table.name())
                .description(current.map(Table::description).orElse(table.comment()))
                .owner(current.map(Table::owner).orElse(null))
                .retention(current.map(Table::retention).orElse(null))
                .tableType("EXTERNAL_TABLE")
                .parameters(parameters)
                .partitionKeys(column(table.partitionColumn()))
                .storageDescriptor(storage(table, table.location(), current.map(Table::storageDescriptor)))
                .build();
    }

    private static boolean isOurs(String key) {
        return key.startsWith(HiveTable.PROJECTION)
                || key.startsWith(TableMark.PREFIX)
                || key.equals(LOCATION_TEMPLATE);
    }

    /** Where and how the rows lie: of the table, or of one partition of it. */
    static StorageDescriptor storage(HiveTable table, String location, Optional<StorageDescriptor> current) {
        Map<String, String> serde = new HashMap<>();
        current.map(StorageDescriptor::serdeInfo).map(SerDeInfo::parameters).ifPresent(serde::putAll);
        serde.put("serialization.format", "1");
        return StorageDescriptor.builder()
                .columns(table.columns().stream().map(TableInputs::column).toList())
                .location(location)
                .inputFormat(INPUT)
                .outputFormat(OUTPUT)
                .compressed(false)
                .numberOfBuckets(-1)
                .serdeInfo(info -> info.serializationLibrary(SERDE).parameters(serde))
                .parameters(current.map(StorageDescriptor::parameters).orElse(null))
                .storedAsSubDirectories(false)
                .build();
    }

    private static Column column(HiveColumn column) {
        return Column.builder()
                .name(column.name())
                .type(column.type())
                .comment(column.comment())
                .build();
    }

    /** What differs, in words; nothing where the table is as it is to be. */
    static List<String> differences(Table current, TableInput wanted) {
        List<String> found = new ArrayList<>();
        if (!Objects.equals(current.tableType(), wanted.tableType())) {
            found.add("type of the table: %s instead of %s".formatted(wanted.tableType(), current.tableType()));
        }
        columns(
                current.storageDescriptor().columns(),
                wanted.storageDescriptor().columns(),
                found);
        if (!same(current.partitionKeys(), wanted.partitionKeys())) {
            found.add(
                    "partitioned by %s".formatted(wanted.partitionKeys().get(0).name()));
        }
        if (!sameStorage(current.storageDescriptor(), wanted.storageDescriptor())) {
            found.add("location and format: %s"
                    .formatted(wanted.storageDescriptor().location()));
        }
        TreeSet<String> keys = new TreeSet<>(current.parameters().keySet());
        keys.addAll(wanted.parameters().keySet());
        for (String key : keys) {
            String is = current.parameters().get(key);
            String shall = wanted.parameters().get(key);
            if (!Objects.equals(is, shall)) {
                found.add("property %s: %s".formatted(key, shall == null ? "none" : shall));
            }
        }
        return found;
    }

    private static void columns(List<Column> current, List<Column> wanted, List<String> found) {
        int before = found.size();
        Map<String, Column> known = new HashMap<>();
        current.forEach(column -> known.put(column.name(), column));
        for (Column column : wanted) {
            Column is = known.remove(column.name());
            if (is == null) {
                found.add("column %s %s added".formatted(column.name(), column.type()));
            } else if (!Objects.equals(is.type(), column.type())) {
                found.add("column %s: %s instead of %s".formatted(column.name(), column.type(), is.type()));
            } else if (!text(is.comment()).equals(text(column.comment()))) {
                found.add("column %s: now %s".formatted(column.name(), column.comment()));
            }
        }
        known.values().forEach(column -> found.add("column %s removed".formatted(column.name())));
        if (found.size() == before && !same(current, wanted)) {
            found.add("order of columns");
        }
    }

    private static boolean same(List<Column> one, List<Column> other) {
        return one.size() == other.size()
                && IntStream.range(0, one.size()).allMatch(i -> same(one.get(i), other.get(i)));
    }

    private static boolean same(Column one, Column other) {
        return Objects.equals(one.name(), other.name())
                && Objects.equals(one.type(), other.type())
                && text(one.comment()).equals(text(other.comment()));
    }

    private static String text(String comment) {
        return comment == null ? "" : comment;
    }

    /** Whether rows are looked for in the same place and read in the same way; columns apart. */
    private static boolean sameStorage(StorageDescriptor one, StorageDescriptor other) {
        return sameLocation(one.location(), other.location())
                && Objects.equals(one.inputFormat(), other.inputFormat())
                && Objects.equals(one.outputFormat(), other.outputFormat())
                && one.serdeInfo() != null
                && Objects.equals(
                        one.serdeInfo().serializationLibrary(),
                        other.serdeInfo().serializationLibrary());
    }

    /** Whether a partition, whose columns engines take from it and not from the table, is read as the table is. */
    static boolean samePartition(StorageDescriptor current, StorageDescriptor wanted) {
        return current != null && same(current.columns(), wanted.columns()) && sameStorage(current, wanted);
    }

    /** Some write it without the slash at its end. */
    static boolean sameLocation(String one, String other) {
        return one != null && withSlash(one).equals(withSlash(other));
    }

    static String withSlash(String location) {
        return location.endsWith("/") ? location : location + "/";
    }
}
