package dev.firn.parquet;

import dev.firn.FirnException;
import dev.firn.store.Content;
import dev.firn.store.ObjectStore;
import dev.firn.types.ColumnCodec;
import dev.firn.types.RowBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the rows of one copy into Parquet files, straight into uploads, with memory bounded by the settings: all row groups
 * in work together take no more than the size of one. For one thread. Closing it without {@link #commit} discards all.
 */
public final class TableWriter implements AutoCloseable {

    /** Footer key under which parquet-avro looks for the schema. */
    static final String AVRO_SCHEMA = "parquet.avro.schema";

    /** Footer key of the table's name. */
    static final String TABLE = "firn.table";

    /** More days at once would make files of tiny row groups, which nobody wants to query. */
    static final int MOST_PARTITIONS = 128;

    /** Each open file holds the memory of an upload. */
    static final int MOST_OPEN_FILES = 8;

    private static final Logger LOG = LoggerFactory.getLogger(TableWriter.class);

    private final ObjectStore store;
    private final WritePlan plan;
    private final FileNames names;
    private final int timeColumn;
    private final Map<String, String> metadata;
    private final List<ColumnCodec> codecs;
    private final ZstdCodecs zstd;
    private final PageLayout layout;
    private final Map<Long, PartitionWriter> partitions = new TreeMap<>();
    private final List<WrittenFile> finished = new ArrayList<>();
    private long[] times = new long[0];
    private int parts;
    private long rows;
    private long finishedBytes;
    private State state = State.WRITING;

    private enum State {
        WRITING,
        FAILED,
        COMMITTED,
        CLOSED
    }

    private TableWriter(ObjectStore store, WritePlan plan, FileNames names) {
        this.store = store;
        this.plan = plan;
        this.names = names;
        this.timeColumn = plan.table().indexOf(plan.timeColumn());
        this.metadata = new HashMap<>(plan.metadata());
        metadata.put(AVRO_SCHEMA, plan.table().avroSchema());
        metadata.put(TABLE, plan.table().name().toString());
        this.codecs = plan.table().newCodecs();
        this.zstd = new ZstdCodecs(plan.settings().zstdLevel());
        this.layout = new PageLayout(plan);
    }

    /** Starts a copy. Nothing is begun in the store before there are rows. */
    public static TableWriter open(ObjectStore store, WritePlan plan, FileNames names) {
        return new TableWriter(store, plan, names);
    }

    /** Rows taken so far. */
    public long rows() {
        return rows;
    }

    /** Bytes that have left memory so far. */
    public long bytes() {
        return finishedBytes
                + partitions.values().stream()
                        .mapToLong(PartitionWriter::fileBytes)
                        .sum();
    }

    /** Writes all rows of the batch, which may be cleared and filled again afterwards. */
    public void write(RowBatch batch) {
        advance(State.WRITING, "writing rows", () -> {
            List<PartitionWriter> touched = route(batch);
            for (PartitionWriter partition : touched) {
                boolean more = true;
                while (more) {
                    more = partition.writeSome(batch, times);
                    keepToBudget(partition);
                }
            }
            rows += batch.rows();
            return null;
        });
    }

    /** Ends all files, makes them visible and says what they are; there are none where there were no rows. */
    public List<WrittenFile> commit() {
        return advance(State.COMMITTED, "ending the files", () -> {
            for (PartitionWriter partition : partitions.values()) {
                partition.finishFile();
            }
            long inFiles = finished.stream().mapToLong(WrittenFile::rows).sum();
            if (inFiles != rows) {
                throw new IllegalStateException("%d rows taken, %d in the files".formatted(rows, inFiles));
            }
            return List.copyOf(finished);
        });
    }

    /** Discards everything unless it was committed; what cannot be discarded now is the janitor's. */
    @Override
    public void close() {
        if (state == State.CLOSED) {
            return;
        }
        boolean committed = state == State.COMMITTED;
        state = State.CLOSED;
        for (PartitionWriter partition : partitions.values()) {
            discard(partition.name(), partition::close);
        }
        partitions.clear();
        zstd.close();
        if (!committed) {
            finished.forEach(file -> discard(file.key(), () -> store.delete(file.key())));
        }
    }

    private List<PartitionWriter> route(RowBatch batch) {
        if (batch.columns() != codecs.size()) {
            throw new IllegalArgumentException(
                    "a batch of %d columns for a table of %d".formatted(batch.columns(), codecs.size()));
        }
        if (times.length < batch.rows()) {
            times = new long[batch.rows()];
        }
        List<PartitionWriter> touched = new ArrayList<>();
        PartitionWriter previous = null;
        long previousDay = 0;
        for (int row = 0; row < batch.rows(); row++) {
            times[row] = timeOf(batch, row);
            long day = plan.byDay() ? Days.of(times[row]) : Days.NO_DAY;
            if (previous == null || day != previousDay) {
                previous = partition(day);
                previousDay = day;
                if (!touched.contains(previous)) {
                    touched.add(previous);
                }
            }
            previous.select(row);
        }
        return touched;
    }

    private long timeOf(RowBatch batch, int row) {
        if (batch.isNull(row, timeColumn)) {
            throw withoutTime(row, "NULL", null);
        }
        try {
            return TimePositions.of(
                    plan.timeKind(), batch.bytes(), batch.start(row, timeColumn), batch.length(row, timeColumn));
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw withoutTime(row, "no time that microseconds can count (%s)".formatted(e.getMessage()), e);
        }
    }

    private FirnException withoutTime(int row, String found, RuntimeException cause) {
        return new FirnException(
                FirnException.Category.REFUSED,
                plan.table().name().toString(),
                "writing row %d of the copy: its time column %s is %s; nothing was kept of the copy"
                        .formatted(rows + row, plan.timeColumn(), found),
                "Firn archives by time: a row without one cannot be archived",
                cause);
    }

    private PartitionWriter partition(long day) {
        PartitionWriter known = partitions.get(day);
        if (known != null) {
            return known;
        }
        if (partitions.size() == MOST_PARTITIONS) {
            throw new FirnException(
                    FirnException.Category.REFUSED,
                    plan.table().name().toString(),
                    "partition-by = day: the chunk holds rows of more than %d days; nothing was kept of the copy"
                            .formatted(MOST_PARTITIONS),
                    "set partition-by = chunk for this table");
        }
        String name = plan.byDay() ? Days.name(day) : "";
        PartitionWriter created = new PartitionWriter(name, plan.table(), layout, codecs, zstd, new NewFiles());
        partitions.put(day, created);
        return created;
    }

    /** Memory of all row groups in work. */
    long memoryBytes() {
        return partitions.values().stream()
                .mapToLong(PartitionWriter::memoryBytes)
                .sum();
    }

    /** Ends the largest row group when all of them together have reached the size of one, and files that are full. */
    private void keepToBudget(PartitionWriter changed) throws IOException {
        PartitionWriter ended = changed;
        if (memoryBytes() >= plan.settings().rowGroupBytes()) {
            ended = partitions.values().stream()
                    .max(Comparator.comparingLong(PartitionWriter::memoryBytes))
                    .orElseThrow();
            ended.endRowGroup();
        }
        if (ended.fileBytes() >= plan.settings().targetFileBytes()) {
            ended.finishFile();
        }
    }

    private <T> T advance(State next, String what, Step<T> step) {
        if (state != State.WRITING) {
            throw new IllegalStateException("%s: the copy is %s".formatted(what, state));
        }
        // Until the step is done: after a failure half-way the files are worth nothing.
        state = State.FAILED;
        try {
            T result = step.run();
            state = next;
            return result;
        } catch (IOException e) {
            throw new FirnException(
                    FirnException.Category.PASSING,
                    store.url() + " " + plan.table().name(),
                    what + ": " + e.getMessage() + "; nothing was kept of the copy",
                    "the next run begins this copy again",
                    e);
        }
    }

    private static void discard(String what, Discard action) {
        try {
            action.run();
        } catch (IOException | RuntimeException e) {
            LOG.warn("discarding '{}': {}; it is left to be swept", what, e.getMessage());
        }
    }

    private interface Step<T> {
        T run() throws IOException;
    }

    private interface Discard {
        void run() throws IOException;
    }

    private final class NewFiles implements PartitionWriter.Files {

        @Override
        public FileInWork begin(String partition) throws IOException {
            List<PartitionWriter> open = partitions.values().stream()
                    .filter(PartitionWriter::hasOpenFile)
                    .toList();
            if (open.size() == MOST_OPEN_FILES) {
                open.stream()
                        .max(Comparator.comparingLong(PartitionWriter::fileBytes))
                        .orElseThrow()
                        .finishFile();
            }
            return FileInWork.begin(store, names.key(partition, parts++), plan, layout.properties());
        }

        @Override
        public void finish(String partition, FileInWork file, long rows, long minTime, long maxTime)
                throws IOException {
            Content content = file.commit(metadata);
            finishedBytes += content.size();
            finished.add(new WrittenFile(file.key(), partition, content, rows, minTime, maxTime));
        }
    }
}
