package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.archive.Manifest;
import dev.firn.archive.Manifest.DataFile;
import dev.firn.copy.CopyEncoder;
import dev.firn.copy.Digest;
import dev.firn.copy.RowDigester;
import dev.firn.parquet.ParquetTable;
import dev.firn.parquet.PartialReader;
import dev.firn.parquet.TableReader;
import dev.firn.source.ChunkLoader;
import dev.firn.source.StagedRows;
import dev.firn.source.Staging;
import dev.firn.types.Codecs;
import dev.firn.types.Column;
import dev.firn.types.RowBatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Loads one archived copy into a staging table that nobody sees, and proves that what lies there is what was archived:
 * read back from the database as the export once read the chunk, it must digest to what the manifest says.
 */
final class StagingLoad {

    private final TableWork work;
    private final ChunkLoader loader;
    private final Manifest manifest;
    private final CopyPart part;
    private final Progress progress;
    private final Surroundings surroundings;
    private Digest expected;
    private final LongAdder rowsRead = new LongAdder();
    private final LongAdder bytesRead = new LongAdder();

    StagingLoad(TableWork work, ChunkLoader loader, Manifest manifest, Progress progress, Surroundings surroundings) {
        this(work, loader, CopyPart.whole(manifest), progress, surroundings);
    }

    /** For a part of a copy, which proves less: what lies in the database is what was read from the store. */
    StagingLoad(TableWork work, ChunkLoader loader, CopyPart part, Progress progress, Surroundings surroundings) {
        this.work = work;
        this.loader = loader;
        this.part = part;
        this.manifest = part.copy();
        this.expected = manifest.digest();
        this.progress = progress;
        this.surroundings = surroundings;
    }

    /** @param connection not in autocommit; each step is a transaction of its own */
    StagedRows run(Connection connection, String token) throws SQLException {
        StagedRows rows = load(connection, token);
        prove(connection, rows);
        return rows;
    }

    /** All but the proof. */
    StagedRows load(Connection connection, String token) throws SQLException {
        List<Column> columns = manifest.description().columns();
        Staging staging = loader.stage(connection, manifest.range(), columns, token);
        connection.commit();
        surroundings.faults().reached(RestoreSteps.STAGED);
        Instant begun = surroundings.clock().instant();
        load(connection, staging);
        StagedRows rows = loader.settle(connection, staging);
        connection.commit();
        passed(Progress.Stage.LOAD, begun);
        surroundings.faults().reached(RestoreSteps.LOADED);
        return rows;
    }

    private void passed(Progress.Stage stage, Instant begun) {
        progress.passed(
                manifest.table(),
                manifest.range(),
                stage,
                Duration.between(begun, surroundings.clock().instant()));
    }

    private void load(Connection connection, Staging staging) throws SQLException {
        ParquetTable parquet =
                ParquetTable.of(manifest.table(), manifest.description().columns());
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(staging.copyIn());
        // Of the whole, files are held against their SHA-256 here, and rows against the manifest when they are there.
        Optional<RowDigester> digester = part.isWhole()
                ? Optional.empty()
                : Optional.of(new RowDigester(parquet.columns().size()));
        try (Meter meter = meter(Progress.Work.LOAD);
                ReadAhead ahead = new ReadAhead(pipe(), pipe -> read(pipe, parquet))) {
            meter.start(manifest.rows());
            CopyEncoder encoder = new CopyEncoder(
                    Codecs.of(parquet.columns()),
                    staging.elementOids().stream().mapToInt(Integer::intValue).toArray(),
                    staging.loaded(),
                    copy::writeToCopy);
            encoder.begin();
            for (RowBatch batch = ahead.next(); batch != null; batch = ahead.next()) {
                if (digester.isPresent()) {
                    digester.get().add(batch);
                }
                encoder.write(batch);
                int bytes = batch.size();
                meter.add(batch.rows(), bytes);
                ahead.giveBack(batch);
                holdBack(bytes);
            }
            encoder.end();
            digester.ifPresent(read -> expected = read.digest());
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private void holdBack(long bytes) {
        try {
            surroundings.throttle().take(bytes);
            work.lag().pass(work.where(manifest.range()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FirnException(
                    Category.PASSING,
                    work.where(manifest.range()),
                    "loading it: interrupted; nothing of it is in the table",
                    "run it again",
                    e);
        }
    }

    private void read(BatchPipe pipe, ParquetTable parquet) throws InterruptedException {
        for (DataFile file : part.files()) {
            boolean wanted = part.isWhole() ? readWhole(pipe, file, parquet) : readPart(pipe, file, parquet);
            if (!wanted) {
                return; // the other side failed
            }
        }
    }

    private boolean readWhole(BatchPipe pipe, DataFile file, ParquetTable parquet) throws InterruptedException {
        try (TableReader reader =
                TableReader.open(work.store(), file.key(), file.content().size(), parquet)) {
            if (!pass(pipe, reader::next)) {
                return false;
            }
            requireProven(reader, file);
            rowsRead.add(reader.rows());
            bytesRead.add(file.content().size());
            return true;
        }
    }

    private boolean readPart(BatchPipe pipe, DataFile file, ParquetTable parquet) throws InterruptedException {
        try (PartialReader reader = PartialReader.open(
                work.store(), file.key(), file.content().size(), file.rows(), parquet, part.conditions())) {
            boolean passed = pass(pipe, reader::next);
            rowsRead.add(reader.rowsRead());
            bytesRead.add(reader.bytesRead());
            return passed;
        }
    }

    /** Answers whether all of it found a taker. */
    private static boolean pass(BatchPipe pipe, Predicate<RowBatch> reader) throws InterruptedException {
        RowBatch batch = pipe.takeEmpty();
        while (batch != null && reader.test(batch)) {
            pipe.give(batch);
            batch = pipe.takeEmpty();
        }
        if (batch != null) {
            pipe.giveBack(batch);
        }
        return batch != null;
    }

    private void requireProven(TableReader reader, DataFile file) {
        if (!reader.content().equals(file.content())) {
            throw differs("reading '%s': its SHA-256 is %s, archived was %s"
                    .formatted(
                            file.key(),
                            reader.content().sha256(),
                            file.content().sha256()));
        }
    }

    private BatchPipe pipe() {
        return new BatchPipe(
                work.settings().copy().queueBatches(),
                manifest.description().columns().size(),
                work.settings().copy().batchRows(),
                work.settings().copy().batchBytes());
    }

    /** From the store, of which some may not have been asked for. */
    long rowsRead() {
        return rowsRead.sum();
    }

    long bytesRead() {
        return bytesRead.sum();
    }

    /** From the database this time: what a column's type made of a value counts, not what was sent. */
    void prove(Connection connection, StagedRows rows) throws SQLException {
        Instant begun = surroundings.clock().instant();
        loader.pinForReading(connection);
        try (Meter meter = meter(Progress.Work.PROOF)) {
            meter.start(manifest.rows());
            requireSame(
                    new CopyDigest(
                                    manifest.description().columns(),
                                    work.settings().copy(),
                                    surroundings.throttle())
                            .of(connection, rows.selectRows(), meter),
                    "reading back what was loaded");
        }
        connection.rollback();
        passed(Progress.Stage.PROVE, begun);
        surroundings.faults().reached(RestoreSteps.PROVEN);
    }

    private void requireSame(Digest found, String doing) {
        if (!found.equals(expected)) {
            throw differs("%s: %d rows that digest to %s, %s %d rows and %s"
                    .formatted(
                            doing,
                            found.rows(),
                            found.hex(),
                            part.isWhole() ? "the manifest says" : "read from the store were",
                            expected.rows(),
                            expected.hex()));
        }
    }

    private FirnException differs(String what) {
        FirnException differs = new FirnException(
                Category.DATA,
                manifest.toString(),
                what + "; nothing of it is in the table",
                "`archiver scrub` tells whether the files are damaged; if they are not, a type of the table reads values"
                        + " otherwise than it did when they were archived");
        progress.notProven(manifest.table(), manifest.range(), differs);
        return differs;
    }

    private Meter meter(Progress.Work what) {
        return new Meter(progress, manifest.table(), manifest.range(), what);
    }
}
