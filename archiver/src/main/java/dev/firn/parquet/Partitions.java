package dev.firn.parquet;

import dev.firn.FirnException;
import dev.firn.store.Content;
import dev.firn.store.ObjectStore;
import dev.firn.types.ColumnCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions of a copy, and what they share: the memory of one row group, a few uploads, the numbers of the files. */
final class Partitions implements PartitionWriter.Files {

    /** More days at once would make files of tiny row groups, which nobody wants to query. */
    static final int MOST_PARTITIONS = 128;

    /** Each open file holds the memory of an upload. */
    static final int MOST_OPEN_FILES = 8;

    private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);
    private static final Comparator<PartitionWriter> BY_MEMORY = Comparator.comparingLong(PartitionWriter::memoryBytes);
    private static final Comparator<PartitionWriter> BY_FILE = Comparator.comparingLong(PartitionWriter::fileBytes);

    private final ObjectStore store;
    private final WritePlan plan;
    private final FileNames names;
    private final Map<String, String> metadata;
    private final List<ColumnCodec> codecs;
    private final ZstdCodecs zstd;
    private final PageLayout layout;
    private final Map<Long, PartitionWriter> byDay = new TreeMap<>();
    private final List<WrittenFile> finished = new ArrayList<>();
    private int parts;

    Partitions(ObjectStore store, WritePlan plan, FileNames names) {
        this.store = store;
        this.plan = plan;
        this.names = names;
        this.metadata = new HashMap<>(plan.metadata());
        metadata.put(ParquetTable.AVRO_SCHEMA_KEY, plan.table().avroSchema());
        metadata.put(ParquetTable.NAME_KEY, plan.table().name().toString());
        this.codecs = plan.table().newCodecs();
        this.layout = new PageLayout(plan);
        this.zstd = new ZstdCodecs(plan.settings().zstdLevel());
    }

    /** The partition of this day, which may be new. */
    PartitionWriter of(long day) {
        PartitionWriter known = byDay.get(day);
        if (known != null) {
            return known;
        }
        if (byDay.size() == MOST_PARTITIONS) {
            throw new FirnException(
                    FirnException.Category.REFUSED,
                    plan.table().name().toString(),
                    "partition-by = day: the chunk holds rows of more than %d days; nothing was kept of the copy"
                            .formatted(MOST_PARTITIONS),
                    "set partition-by = chunk for this table");
        }
        String name = plan.byDay() ? Days.name(day) : "";
        PartitionWriter created = new PartitionWriter(name, plan.table(), layout, codecs, zstd, this);
        byDay.put(day, created);
        return created;
    }

    /** Memory of all row groups in work. */
    long memoryBytes() {
        return byDay.values().stream().mapToLong(PartitionWriter::memoryBytes).sum();
    }

    /** Bytes that have left memory. */
    long bytes() {
        return finished.stream().mapToLong(file -> file.content().size()).sum()
                + byDay.values().stream().mapToLong(PartitionWriter::fileBytes).sum();
    }

    List<WrittenFile> finished() {
        return List.copyOf(finished);
    }

    /** Ends the largest row group when all of them together have reached the size of one, and files that are full. */
    void keepToBudget(PartitionWriter changed) throws IOException {
        PartitionWriter ended = changed;
        if (memoryBytes() >= plan.settings().rowGroupBytes()) {
            ended = byDay.values().stream().max(BY_MEMORY).orElseThrow();
            ended.endRowGroup();
        }
        if (ended.fileBytes() >= plan.settings().targetFileBytes()) {
            ended.finishFile();
        }
    }

    void finishAll() throws IOException {
        for (PartitionWriter partition : byDay.values()) {
            partition.finishFile();
        }
    }

    @Override
    public FileInWork begin(String partition) throws IOException {
        List<PartitionWriter> open =
                byDay.values().stream().filter(PartitionWriter::hasOpenFile).toList();
        if (open.size() == MOST_OPEN_FILES) {
            open.stream().max(BY_FILE).orElseThrow().finishFile();
        }
        return FileInWork.begin(store, names.key(partition, parts++), plan, layout.properties());
    }

    @Override
    public void finish(String partition, FileInWork file, long rows, long minTime, long maxTime) throws IOException {
        Content content = file.commit(metadata);
        finished.add(new WrittenFile(file.key(), partition, content, rows, minTime, maxTime));
    }

    /** Gives all memory back, and discards what is not to be kept; what cannot be discarded now is the janitor's. */
    void close(boolean keepFinished) {
        byDay.values().forEach(partition -> discard(partition.name(), partition::close));
        byDay.clear();
        zstd.close();
        if (!keepFinished) {
            finished.forEach(file -> discard(file.key(), () -> store.delete(file.key())));
        }
    }

    private static void discard(String what, Discard action) {
        try {
            action.run();
        } catch (IOException | RuntimeException e) {
            LOG.warn("discarding '{}': {}; it is left to be swept", what, e.getMessage());
        }
    }

    private interface Discard {
        void run() throws IOException;
    }
}
