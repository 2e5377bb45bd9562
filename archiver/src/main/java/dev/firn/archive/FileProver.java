package dev.firn.archive;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.copy.Digest;
import dev.firn.copy.RowDigester;
import dev.firn.parquet.FileFooter.ColumnFacts;
import dev.firn.parquet.ParquetTable;
import dev.firn.parquet.TableReader;
import dev.firn.parquet.TimePositions;
import dev.firn.parquet.WrittenFile;
import dev.firn.store.Content;
import dev.firn.store.ObjectStore;
import dev.firn.store.ObjectStore.ObjectInfo;
import dev.firn.types.RowBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Reads the files of one copy back from the store, and collects what of each is not as it was written. Knows of the copy
 * only what it is told; asks nobody but the store.
 */
final class FileProver {

    private static final int BATCH_ROWS = 1_000;
    private static final int BATCH_BYTES = 1 << 20;
    private static final int NO_ROOM_FOR_A_FOOTER = 12;
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    private final ObjectStore store;
    private final ParquetTable table;
    private final int timeColumn;
    private final TimeRange range;
    private final ProofProgress progress;
    private final RowBatch batch;
    private final RowDigester digester;
    private final List<String> problems = new ArrayList<>();
    private long rows;
    private long bytes;

    FileProver(ObjectStore store, ParquetTable table, String timeColumn, TimeRange range, ProofProgress progress) {
        this.store = store;
        this.table = table;
        this.timeColumn = IntStream.range(0, table.columns().size())
                .filter(i -> table.columns().get(i).name().equals(timeColumn))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("%s has no column '%s'".formatted(table.name(), timeColumn)));
        this.range = range;
        this.progress = progress;
        this.batch = new RowBatch(table.columns().size(), BATCH_ROWS, BATCH_BYTES);
        this.digester = new RowDigester(table.columns().size());
    }

    /** Checks one file, and remembers what is wrong with it. */
    void check(WrittenFile expected, ProofMethod method) {
        long size = store.head(expected.key()).map(ObjectInfo::size).orElse(-1L);
        List<String> differences = new ArrayList<>();
        if (size < 0) {
            differences.add("it is not there");
        } else if (size != expected.content().size()) {
            differences.add("it has %,d bytes, written were %,d"
                    .formatted(size, expected.content().size()));
        }
        if (size > NO_ROOM_FOR_A_FOOTER) {
            // Of another size too: what it holds instead is what whoever is on call wants to know.
            differences.addAll(read(expected, size, method));
        }
        if (!differences.isEmpty()) {
            problems.add("'%s': %s".formatted(expected.key(), String.join("; ", differences)));
        }
    }

    private List<String> read(WrittenFile expected, long size, ProofMethod method) {
        try (TableReader reader = TableReader.open(store, expected.key(), size, table)) {
            Times times =
                    switch (method) {
                        case ROUNDTRIP -> readRows(reader, expected);
                        case FOOTER -> timesInFooter(reader, expected);
                    };
            Content content = reader.content();
            bytes += content.size();
            rows += method == ProofMethod.FOOTER ? reader.footer().rows() : 0;
            progress.advanced(rows, bytes);
            return compare(expected, reader.footer().rows(), times, content);
        } catch (FirnException e) {
            if (e.category() != Category.DATA) {
                throw e;
            }
            return List.of(e.what());
        }
    }

    /** What is wrong so far, a sentence for each file concerned. */
    List<String> problems() {
        return problems;
    }

    /** Of all rows that were read. */
    Digest digest() {
        return digester.digest();
    }

    private record Times(long min, long max) {}

    private Times readRows(TableReader reader, WrittenFile expected) {
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        while (reader.next(batch)) {
            digester.add(batch);
            for (int row = 0; row < batch.rows(); row++) {
                if (batch.isNull(row, timeColumn)) {
                    throw notATime(expected, "NULL");
                }
                long time = timeOf(row, expected);
                min = Math.min(min, time);
                max = Math.max(max, time);
            }
            rows += batch.rows();
            long read = expected.content().size() * Math.min(reader.rows(), expected.rows()) / expected.rows();
            progress.advanced(rows, bytes + read);
        }
        return new Times(min, max);
    }

    private long timeOf(int row, WrittenFile expected) {
        try {
            return TimePositions.of(
                    range.kind(), batch.bytes(), batch.start(row, timeColumn), batch.length(row, timeColumn));
        } catch (IllegalArgumentException e) {
            throw notATime(expected, e.getMessage());
        }
    }

    /** As far as statistics tell: they know nothing of times that the column cannot hold, the infinities. */
    private Times timesInFooter(TableReader reader, WrittenFile expected) {
        ColumnFacts facts = reader.footer().columns().get(timeColumn);
        boolean all = facts.nulls().equals(OptionalLong.of(0));
        if (all && facts.min().isEmpty()) {
            throw notATime(expected, "missing in the statistics of its footer");
        }
        boolean openStart = !all && expected.minTime() == Long.MIN_VALUE;
        boolean openEnd = !all && expected.maxTime() == Long.MAX_VALUE;
        long unit = range.kind() == TimeKind.DATE ? MICROS_PER_DAY : 1;
        return new Times(
                openStart || facts.min().isEmpty()
                        ? expected.minTime()
                        : facts.min().getAsLong() * unit,
                openEnd || facts.max().isEmpty()
                        ? expected.maxTime()
                        : facts.max().getAsLong() * unit);
    }

    private List<String> compare(WrittenFile expected, long rowsFound, Times times, Content content) {
        List<String> differences = new ArrayList<>();
        if (rowsFound != expected.rows()) {
            differences.add("it holds %,d rows, written were %,d".formatted(rowsFound, expected.rows()));
        }
        if (times.min() != expected.minTime() || times.max() != expected.maxTime()) {
            differences.add("its times reach from %s to %s, written were %s to %s"
                    .formatted(
                            show(times.min()), show(times.max()), show(expected.minTime()), show(expected.maxTime())));
        }
        if (!range.contains(times.min()) || !range.contains(times.max())) {
            differences.add("it holds rows from outside %s".formatted(range));
        }
        if (!content.equals(expected.content())) {
            String also = differences.isEmpty() ? "as many rows of the same times, but other values: " : "";
            differences.add("%sits SHA-256 is %s, written was %s"
                    .formatted(also, content.sha256(), expected.content().sha256()));
        }
        return differences;
    }

    private String show(long position) {
        return TimeRange.show(range.kind(), position);
    }

    private static FirnException notATime(WrittenFile file, String what) {
        return new FirnException(
                Category.DATA, file.key(), "a row has no time (%s)".formatted(what), "keep the file as it is");
    }
}
