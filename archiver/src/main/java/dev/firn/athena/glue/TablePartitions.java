package dev.firn.athena.glue;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.athena.HiveTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import software.amazon.awssdk.services.glue.model.BatchUpdatePartitionRequestEntry;
import software.amazon.awssdk.services.glue.model.ErrorDetail;
import software.amazon.awssdk.services.glue.model.GetPartitionsResponse;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.glue.model.PartitionInput;
import software.amazon.awssdk.services.glue.model.PartitionValueList;

/**
 * The partitions of a table that the catalog knows. They are registered even where Athena computes them: every other engine
 * that reads the catalog looks them up, and without them answers with no row and no error.
 */
final class TablePartitions {

    /** What Glue takes in one request. */
    private static final int MOST_WRITTEN = 100;

    private static final int MOST_DELETED = 25;

    private final GlueConnection glue;
    private final ArchivedTable target;

    TablePartitions(GlueConnection glue, ArchivedTable target) {
        this.glue = glue;
        this.target = target;
    }

    /**
     * What is to be done.
     *
     * @param missing values that are not registered
     * @param different those that are registered with another place, format or columns
     * @param empty values that are registered below the table's location, where no row lies any more
     */
    record Work(List<String> missing, SortedMap<String, Partition> different, List<String> empty) {}

    List<Partition> read() throws CatalogConflict {
        List<Partition> found = new ArrayList<>();
        String token = null;
        do {
            String next = token;
            GetPartitionsResponse page = glue.ask(
                    target.where(),
                    "reading its partitions",
                    client -> client.getPartitions(get -> get.catalogId(glue.catalogId())
                            .databaseName(target.database())
                            .tableName(target.name())
                            .nextToken(next)));
            found.addAll(page.partitions());
            token = page.nextToken();
        } while (token != null);
        return found;
    }

    /** What somebody registered of another place is left alone. */
    Work compare(HiveTable wanted, List<Partition> registered) {
        SortedSet<String> missing = new TreeSet<>(wanted.partitions().keySet());
        SortedMap<String, Partition> different = new TreeMap<>();
        List<String> empty = new ArrayList<>();
        for (Partition partition : registered) {
            String value = partition.values().get(0);
            String location = wanted.partitions().get(value);
            if (location == null) {
                if (isBelow(wanted.location(), partition)) {
                    empty.add(value);
                }
                continue;
            }
            missing.remove(value);
            if (!TableInputs.samePartition(
                    partition.storageDescriptor(), TableInputs.storage(wanted, location, Optional.empty()))) {
                different.put(value, partition);
            }
        }
        return new Work(List.copyOf(missing), different, empty);
    }

    /** The values of those that are registered below a location. */
    static List<String> below(String location, List<Partition> registered) {
        return registered.stream()
                .filter(partition -> isBelow(location, partition))
                .map(partition -> partition.values().get(0))
                .toList();
    }

    private static boolean isBelow(String location, Partition partition) {
        return partition.storageDescriptor() != null
                && partition.storageDescriptor().location() != null
                && TableInputs.withSlash(partition.storageDescriptor().location())
                        .startsWith(location);
    }

    void create(HiveTable wanted, List<String> values) throws CatalogConflict {
        for (List<String> some : batches(values, MOST_WRITTEN)) {
            List<PartitionInput> inputs = some.stream()
                    .map(value -> input(wanted, value, Optional.empty()))
                    .toList();
            var answer = glue.ask(
                    target.where(),
                    "registering partitions",
                    client -> client.batchCreatePartition(create -> create.catalogId(glue.catalogId())
                            .databaseName(target.database())
                            .tableName(target.name())
                            .partitionInputList(inputs)));
            for (var error : answer.errors()) {
                refuse("registering the partition %s".formatted(error.partitionValues()), error.errorDetail());
            }
        }
    }

    void update(HiveTable wanted, SortedMap<String, Partition> different) throws CatalogConflict {
        for (List<String> some : batches(List.copyOf(different.keySet()), MOST_WRITTEN)) {
            List<BatchUpdatePartitionRequestEntry> entries = some.stream()
                    .map(value -> BatchUpdatePartitionRequestEntry.builder()
                            .partitionValueList(value)
                            .partitionInput(input(wanted, value, Optional.of(different.get(value))))
                            .build())
                    .toList();
            var answer = glue.ask(
                    target.where(),
                    "describing partitions anew",
                    client -> client.batchUpdatePartition(update -> update.catalogId(glue.catalogId())
                            .databaseName(target.database())
                            .tableName(target.name())
                            .entries(entries)));
            for (var error : answer.errors()) {
                refuse("describing the partition %s anew".formatted(error.partitionValueList()), error.errorDetail());
            }
        }
    }

    void delete(List<String> values) throws CatalogConflict {
        for (List<String> some : batches(values, MOST_DELETED)) {
            List<PartitionValueList> lists = some.stream()
                    .map(value -> PartitionValueList.builder().values(value).build())
                    .toList();
            var answer = glue.ask(
                    target.where(),
                    "removing partitions without rows",
                    client -> client.batchDeletePartition(delete -> delete.catalogId(glue.catalogId())
                            .databaseName(target.database())
                            .tableName(target.name())
                            .partitionsToDelete(lists)));
            for (var error : answer.errors()) {
                if (!"EntityNotFoundException".equals(error.errorDetail().errorCode())) {
                    refuse("removing the partition %s".formatted(error.partitionValues()), error.errorDetail());
                }
            }
        }
    }

    private static PartitionInput input(HiveTable wanted, String value, Optional<Partition> current) {
        Map<String, String> parameters = current.map(Partition::parameters).orElse(Map.of());
        return PartitionInput.builder()
                .values(value)
                .parameters(parameters)
                .storageDescriptor(TableInputs.storage(
                        wanted, wanted.partitions().get(value), current.map(Partition::storageDescriptor)))
                .build();
    }

    /** One of many could not be done: there meanwhile, gone meanwhile, or not to Glue's liking. */
    private void refuse(String doing, ErrorDetail error) throws CatalogConflict {
        String what = "%s: %s".formatted(error.errorCode(), error.errorMessage());
        switch (error.errorCode()) {
            case "AlreadyExistsException", "EntityNotFoundException", "ConcurrentModificationException" ->
                throw new CatalogConflict(what, null);
            default ->
                throw new FirnException(
                        Category.PASSING,
                        target.where(),
                        "%s in the Glue Data Catalog: %s; the archive is not concerned, queries may miss what is new in it"
                                .formatted(doing, what),
                        "the next run, or `archiver athena sync`, tries again");
        }
    }

    private static List<List<String>> batches(List<String> values, int most) {
        List<List<String>> batches = new ArrayList<>();
        for (int from = 0; from < values.size(); from += most) {
            batches.add(values.subList(from, Math.min(values.size(), from + most)));
        }
        return batches;
    }
}
