package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.archive.Attempt;
import dev.firn.archive.Manifest;
import dev.firn.catalog.Claim;
import dev.firn.config.ServiceConfig;
import dev.firn.copy.Digest;
import dev.firn.parquet.ParquetTable;
import dev.firn.parquet.TableWriter;
import dev.firn.parquet.WritePlan;
import dev.firn.source.Chunk;
import dev.firn.types.Column;
import java.sql.SQLException;
import java.util.List;

/** Copies rows into Parquet files below their attempt's own prefix. Half a copy leaves nothing behind. */
final class RowCopier {

    private final TableWork work;
    private final Progress progress;
    private final Surroundings surroundings;

    RowCopier(TableWork work, Progress progress, Surroundings surroundings) {
        this.work = work;
        this.progress = progress;
        this.surroundings = surroundings;
    }

    CopiedRows copy(Chunk chunk, Attempt attempt, Claim claim) {
        return copy(attempt, () -> RowExport.open(work, chunk, claim, surroundings));
    }

    /** Copies what lies of a range in chunks of other bounds. */
    CopiedRows copy(ExportSubject.OfRange range, Attempt attempt) {
        return copy(attempt, () -> RowExport.open(work, range, surroundings));
    }

    private interface Opening {

        RowExport open() throws SQLException, InterruptedException;
    }

    private CopiedRows copy(Attempt attempt, Opening opening) {
        // Asked of the store before the snapshot is taken, which holds back vacuum while it is open.
        List<Column> everUsed = work.archive().columnsEverUsed();
        try (RowExport export = opening.open()) {
            surroundings.faults().reached(Steps.SNAPSHOT);
            List<Column> columns = TableDescriptions.columns(export.table(), everUsed);
            ParquetTable parquet = work.parquet(columns);
            WritePlan plan = TableDescriptions.writePlan(work.config(), export.table(), parquet);
            try (TableWriter writer = TableWriter.open(
                    work.store(), plan, (partition, part) -> work.layout().incomingKey(attempt, part))) {
                Digest digest = write(export, columns, writer);
                surroundings.faults().reached(Steps.READ);
                return new CopiedRows(
                        attempt,
                        plan,
                        TableDescriptions.describe(export.table(), columns, parquet),
                        writer.commit(),
                        digest,
                        export.what().ofChunk(),
                        evidence(export));
            }
        } catch (SQLException e) {
            throw work.failure(attempt.range(), "copying it; nothing was archived and nothing dropped", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FirnException(
                    Category.PASSING,
                    work.where(attempt.range()),
                    "copying it: interrupted; nothing was archived and nothing dropped",
                    "the next run starts it again",
                    e);
        }
    }

    private Digest write(RowExport export, List<Column> columns, TableWriter writer)
            throws SQLException, InterruptedException {
        ServiceConfig.Copy copy = work.settings().copy();
        BatchPipe pipe = new BatchPipe(copy.queueBatches(), columns.size(), copy.batchRows(), copy.batchBytes());
        Meter meter = new Meter(progress, work.table().name(), export.range(), Progress.Work.COPY);
        try (BackgroundWriter background = new BackgroundWriter(pipe, writer, export::cancel)) {
            Digest digest;
            try {
                digest = export.stream(columns, pipe, meter);
            } catch (SQLException | RuntimeException | OutOfMemoryError e) {
                if (pipe.failure() != null) {
                    background.finish();
                }
                throw e;
            }
            background.finish();
            return digest;
        }
    }

    /** Asks the database nothing: a standby may have ended the session as soon as all was read. */
    private Manifest.SourceEvidence evidence(RowExport export) {
        return new Manifest.SourceEvidence(
                export.database(),
                export.readFrom(),
                export.what().relation(),
                export.what().compressed(),
                export.session().snapshot(),
                export.session().openedAt(),
                export.what().fingerprint());
    }
}
