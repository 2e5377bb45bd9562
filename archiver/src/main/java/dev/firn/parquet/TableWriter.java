package dev.firn.parquet;

import dev.firn.FirnException;
import dev.firn.store.ObjectStore;
import dev.firn.types.RowBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the rows of one copy into Parquet files, straight into uploads, with memory bounded by the settings: all row groups
 * in work together take no more than the size of one. For one thread, but for {@link #rows} and {@link #bytes}. Closing it
 * without {@link #commit} discards all.
 */
public final class TableWriter implements AutoCloseable {

    private final WritePlan plan;
    private final Partitions partitions;
    private final String where;
    private final int timeColumn;
    private long[] times = new long[0];
    private volatile long rows;
    private volatile long bytes;
    private State state = State.WRITING;

    private enum State {
        WRITING,
        FAILED,
        COMMITTED,
        CLOSED
    }

    private TableWriter(ObjectStore store, WritePlan plan, FileNames names) {
        this.plan = plan;
        this.partitions = new Partitions(store, plan, names);
        this.where = store.url() + " " + plan.table().name();
        this.timeColumn = plan.table().indexOf(plan.timeColumn());
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
        return bytes;
    }

    /** Memory of the row groups in work. */
    long memoryBytes() {
        return partitions.memoryBytes();
    }

    /** Writes all rows of the batch, which may be cleared and filled again afterwards. */
    public void write(RowBatch batch) {
        advance(State.WRITING, "writing rows", () -> {
            for (PartitionWriter partition : route(batch)) {
                boolean more = true;
                while (more) {
                    more = partition.writeSome(batch, times);
                    partitions.keepToBudget(partition);
                }
            }
            tell(rows + batch.rows());
            return null;
        });
    }

    /** Ends all files, makes them visible and says what they are; there are none where there were no rows. */
    public List<WrittenFile> commit() {
        return advance(State.COMMITTED, "ending the files", () -> {
            partitions.finishAll();
            List<WrittenFile> files = partitions.finished();
            long inFiles = files.stream().mapToLong(WrittenFile::rows).sum();
            if (inFiles != rows) {
                throw new IllegalStateException("%d rows taken, %d in the files".formatted(rows, inFiles));
            }
            tell(inFiles);
            return files;
        });
    }

    /** Discards everything unless it was committed. */
    @Override
    public void close() {
        if (state != State.CLOSED) {
            boolean committed = state == State.COMMITTED;
            state = State.CLOSED;
            partitions.close(committed);
        }
    }

    private void tell(long rowsNow) {
        rows = rowsNow;
        bytes = partitions.bytes();
    }

    /** Gives each row to its partition, and answers those that got any. */
    private List<PartitionWriter> route(RowBatch batch) {
        if (batch.columns() != plan.table().columns().size()) {
            throw new IllegalArgumentException("a batch of %d columns for a table of %d"
                    .formatted(batch.columns(), plan.table().columns().size()));
        }
        if (times.length < batch.rows()) {
            times = new long[batch.rows()];
        }
        List<PartitionWriter> touched = new ArrayList<>();
        PartitionWriter partition = null;
        long partitionDay = 0;
        for (int row = 0; row < batch.rows(); row++) {
            times[row] = timeOf(batch, row);
            long day = plan.byDay() ? Days.of(times[row]) : Days.NO_DAY;
            if (partition == null || day != partitionDay) {
                partition = partitions.of(day);
                partitionDay = day;
                if (!touched.contains(partition)) {
                    touched.add(partition);
                }
            }
            partition.select(row);
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
                    where,
                    what + ": " + e.getMessage() + "; nothing was kept of the copy",
                    "the next run begins this copy again",
                    e);
        }
    }

    private interface Step<T> {
        T run() throws IOException;
    }
}
